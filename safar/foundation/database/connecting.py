"""Turns a role into libpq parameters: those of the embedded server or those of the operator's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from safar.foundation.database import roles
from safar.foundation.database.configuration import URLS
from safar.foundation.database.server import Cluster


def _role_of_process() -> str:
    return os.environ.get("SAFAR_ROLE", "") or "web"


_role_source: Callable[[], str] = _role_of_process


def set_role_source(source: Callable[[], str]) -> None:
    """Replace how a new connection picks its role; tests connect as owner in one thread and as web in the others."""
    global _role_source
    _role_source = source


def current_role() -> str:
    """The role a connection opened now would have: ``owner``, ``web``, ``sealer`` or ``backup``."""
    role = _role_source()
    if role not in roles.ROLES:
        raise ImproperlyConfigured(f"SAFAR_ROLE is {role!r}; it must be one of {', '.join(roles.ROLES)}.")
    return role


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """Let this process connect as `role` inside the block; open connections are closed on both sides of it."""
    before = os.environ.get("SAFAR_ROLE")
    connections.close_all()
    os.environ["SAFAR_ROLE"] = role
    try:
        yield
    finally:
        connections.close_all()
        if before is None:
            os.environ.pop("SAFAR_ROLE", None)
        else:
            os.environ["SAFAR_ROLE"] = before


@contextmanager
def connected_to(cluster: Cluster, database: str) -> Iterator[None]:
    """Let this process use another embedded cluster inside the block; open connections are closed on both sides of it."""
    settings = connections["default"].settings_dict
    before = {name: settings.get(name) for name in ("CLUSTER", "CLUSTER_IS_TEST", "NAME")}
    connections.close_all()
    settings |= {"CLUSTER": str(cluster.asked), "CLUSTER_IS_TEST": cluster.test, "NAME": database}
    try:
        yield
    finally:
        connections.close_all()
        settings |= before


@cache
def _cluster(folder: str, test: bool) -> Cluster:
    return Cluster(Path(folder), test=test)


def cluster_of(settings: Mapping[str, Any]) -> Cluster | None:
    """The embedded cluster of a ``DATABASES`` entry, or None when the operator's server is used."""
    folder = settings.get("CLUSTER", "")
    return _cluster(folder, bool(settings.get("CLUSTER_IS_TEST"))) if folder else None


def embedded_cluster() -> Cluster | None:
    """The embedded cluster of this installation, or None when ``DATABASE_URL`` names a server."""
    return cluster_of(connections["default"].settings_dict)


def parameters_for(role: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """libpq parameters of `role`; starts the embedded server if that is the one."""
    cluster = cluster_of(settings)
    if cluster is not None:
        return dict(cluster.parameters(role, settings["NAME"]))
    url = os.environ.get(URLS[role], "")
    if not url:
        raise ImproperlyConfigured(
            f"DATABASE_URL names a server of your own, so {URLS[role]} must say how to reach it as {roles.ROLES[role]}."
        )
    parsed = dj_database_url.parse(url)
    found = {
        "host": parsed.get("HOST"),
        "port": parsed.get("PORT"),
        "user": parsed.get("USER"),
        "password": parsed.get("PASSWORD"),
        **parsed.get("OPTIONS", {}),
    }
    if is_elsewhere(found["host"]) and "sslmode" not in found and "PGSSLMODE" not in os.environ:
        found |= {"sslmode": "verify-full", "sslrootcert": found.get("sslrootcert", "system")}
    ours = settings.get("OPTIONS", {}).get("options", "")
    found["options"] = " ".join(filter(None, (ours, found.get("options"))))
    return {
        "dbname": settings["NAME"] or "postgres",
        **{name: value for name, value in found.items() if value},
    }


def is_elsewhere(host: str | None) -> bool:
    """Whether a server is reached over a network: its certificate is then looked at, unless the operator says otherwise."""
    return bool(host) and not str(host).startswith("/") and host not in ("localhost", "127.0.0.1", "::1")


def connect(
    role: str = "web", *, autocommit: bool = True, database: str | None = None
) -> psycopg.Connection[Any]:
    """A plain psycopg connection to the current database in the given role, outside Django's transactions."""
    settings = connections["default"].settings_dict
    parameters = parameters_for(role, settings if database is None else {**settings, "NAME": database})
    parameters.setdefault("options", settings.get("OPTIONS", {}).get("options", ""))
    return psycopg.connect(**parameters, autocommit=autocommit)
