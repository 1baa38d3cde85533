"""Test databases: a cluster of their own, and one migrated template that each run clones.

Loaded early by pytest (``-p safar.foundation.database.testing``), before settings are read, so that no test can touch
the data or keys of the installation. ``SAFAR_TEST_DATABASE_URL`` runs the tests on another server, as its superuser.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus
from psycopg.sql import SQL, Identifier

from safar.foundation.database.configuration import URLS
from safar.foundation.database.roles import ROLES, closing_statements, database_statement, role_statements

OTHER_SERVER = "SAFAR_TEST_DATABASE_URL"
REPOSITORY = Path(__file__).resolve().parents[3]
VAR = REPOSITORY / "var"
PREFIX = "test_safar_"
WATCHED_ROOMS = ("foundation/access", "foundation/history")
WATCHED_FILES = ("foundation/database/roles.py", "config/policy.py")
KEPT_TEMPLATES = 12


def _prepare_environment() -> None:
    environment = os.environ
    environment.setdefault("SAFAR_TEST_CLUSTER", str(VAR / "test-pg"))
    environment.setdefault("SAFAR_TEST_RUN", str(os.getpid()))
    environment["SAFAR_KEYS"] = str(VAR / "test-keys")
    environment["SAFAR_FILES"] = str(VAR / "test-files")
    environment["SAFAR_ROLE"] = "owner"
    environment.setdefault("SAFAR_DEMO", "1")
    for name in (*URLS.values(), "SAFAR_DATABASE"):
        environment.pop(name, None)
    url = environment.get(OTHER_SERVER, "")
    if url:
        mark = "&" if "?" in url else "?"
        for role, name in URLS.items():
            environment[name] = f"{url}{mark}options=-c%20role%3D{ROLES[role]}"


_prepare_environment()


@contextlib.contextmanager
def as_web(using: str = "default") -> Iterator[None]:
    """Step into the web role inside the current transaction, as the code under test runs in life."""
    from django.db import connections, transaction

    connection = connections[using]
    with transaction.atomic(using=using):
        _set_role(connection, "safar_web")
        try:
            yield
        finally:
            _set_role(connection, "")


def _set_role(connection: Any, role: str) -> None:
    if connection.connection.info.transaction_status != TransactionStatus.INERROR:
        connection.connection.execute(f"set local role {role}" if role else "reset role")


def _role_of_thread() -> str:
    """The test itself owns the database; every other thread (a live server, a rival writer) is the web role."""
    return "owner" if threading.current_thread() is threading.main_thread() else "web"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point the test database at a clone of the template, under a name of this run's own."""
    from django.db import connections

    from safar.foundation.database.connecting import set_role_source

    set_role_source(_role_of_thread)
    settings = connections["default"].settings_dict
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    settings["TEST"]["NAME"] = f"{PREFIX}{os.environ['SAFAR_TEST_RUN']}_{worker}"
    settings["TEST"]["TEMPLATE"] = ready_template(settings)


def ready_template(settings: dict[str, Any]) -> str:
    """Name of a migrated template database for the files as they are now, made if it is missing."""
    from safar.foundation.database.server import _exclusive

    VAR.mkdir(exist_ok=True)
    name = f"tmpl_{schema_mark()}"
    with _maintenance(settings) as connection:
        with contextlib.suppress(psycopg.Error):  # another run may be dropping the same ones
            _drop_left_behind(connection)
        if not _exists(connection, name):
            with _exclusive(VAR / f"{name}.lock"):
                if not _exists(connection, name):
                    _build(connection, name)
                    _drop_old_templates(connection, keep=name)
            (VAR / f"{name}.lock").unlink(missing_ok=True)
    return name


def schema_mark() -> str:
    """A short hash of what shapes the schema: migrations, roles, the policy, and the rooms that guard tables.

    Whatever else follows from the models is made again in each clone, after its (empty) migration.
    """
    from django.apps import apps

    digest = hashlib.sha256()
    files = {path for config in apps.get_app_configs() for path in Path(config.path).glob("migrations/*.py")}
    for room in WATCHED_ROOMS:
        files |= {path for path in (REPOSITORY / "safar" / room).rglob("*.py") if "tests" not in path.parts}
    files |= {REPOSITORY / "safar" / name for name in WATCHED_FILES}
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _maintenance(settings: dict[str, Any]) -> Iterator[psycopg.Connection[Any]]:
    from safar.foundation.database.connecting import parameters_for

    other = os.environ.get(OTHER_SERVER, "")
    if other:
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(hashtext('safar roles'))")
            for statement in role_statements():
                connection.execute(statement)
            connection.execute("select pg_advisory_unlock_all()")
            yield connection
        return
    parameters = parameters_for("owner", {**settings, "NAME": "postgres"})
    with psycopg.connect(**parameters, autocommit=True) as connection:
        yield connection


def _build(connection: psycopg.Connection[Any], name: str) -> None:
    building = f"{name}_new"
    _drop(connection, building)
    connection.execute(database_statement(building))
    try:
        _close_functions(building)
        for command in (["migrate", "--verbosity", "0", "--skip-checks"], ["createcachetable"]):
            subprocess.run(
                [sys.executable, "-W", "ignore", "-m", "django", *command],
                env={**os.environ, "SAFAR_DATABASE": building, "PYTHONPATH": str(REPOSITORY)},
                cwd=REPOSITORY,
                check=True,
            )
    except BaseException:
        _drop(connection, building)
        raise
    connection.execute(SQL("alter database {} rename to {}").format(Identifier(building), Identifier(name)))
    connection.execute(SQL("alter database {} with allow_connections false").format(Identifier(name)))


def _close_functions(name: str) -> None:
    from django.db import connections

    from safar.foundation.database.connecting import cluster_of

    cluster = cluster_of(connections["default"].settings_dict)
    if cluster:
        cluster.close_functions(name)
        return
    with psycopg.connect(os.environ[OTHER_SERVER], dbname=name, autocommit=True) as connection:
        for statement in closing_statements():
            connection.execute(statement)


def _drop_left_behind(connection: psycopg.Connection[Any]) -> None:
    """Drop test databases whose run was killed."""
    for (name,) in connection.execute(
        "select datname from pg_database where starts_with(datname, %s)", [PREFIX]
    ):
        run = name.removeprefix(PREFIX).split("_")[0]
        if run.isdigit() and not Path(f"/proc/{run}").exists():
            _drop(connection, name)


def _drop_old_templates(connection: psycopg.Connection[Any], *, keep: str) -> None:
    found = connection.execute(
        "select datname from pg_database where datname ~ '^tmpl_' order by oid desc"
    ).fetchall()
    for (name,) in found[KEPT_TEMPLATES:]:
        if name != keep:
            _drop(connection, name)


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None
