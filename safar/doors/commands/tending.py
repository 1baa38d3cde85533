"""Commands of whoever looks after an installation: migrate, check, begin anew, Django's own."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core import checks
from django.core.management import call_command, execute_from_command_line
from django.utils import timezone
from rich.console import Console

from safar.directory.places.reference import load_reference
from safar.doors.commands import DONE, REFUSED
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.foundation.access.actors import system_actor
from safar.foundation.access.wall import guarded_tables
from safar.foundation.database.connecting import connected_as, embedded_cluster
from safar.foundation.database.guard import verify_guard
from safar.foundation.database.roles import (
    DATABASE,
    closing_statements,
    database_statement,
    role_statements,
)
from safar.foundation.encryption import keys

console = Console(highlight=False)
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
AS_OWNER = frozenset({"migrate", "createcachetable", "flush", "sqlmigrate", "showmigrations", "pgtrigger"})

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for a machine.")]


def migrate() -> None:
    """Bring the database's tables, policies and triggers up to date, as the owner."""
    bring_up_to_date()
    cluster = embedded_cluster()
    where = f" {cluster.describe()}." if cluster else ""
    console.print(f"The database is up to date.{where}", markup=False, soft_wrap=True)


def bring_up_to_date() -> None:
    """Migrate as the owner (row-level security and the policy follow), and bring in the places Safar comes with."""
    with connected_as("owner"):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        load_reference(by=system_actor("loader"), now=timezone.now())


def prepare(
    database: Annotated[str, typer.Option(help="What the database is to be called.")] = DATABASE,
) -> None:
    """Print the SQL by which a superuser of your own PostgreSQL makes the roles and the database: pipe it to psql."""
    if not NAME.fullmatch(database):
        raise Failed(
            "A database is called by small letters, digits and underscores, at most 40, a letter first."
        )
    lines = [
        *("\\set ON_ERROR_STOP on", *(f"{line};" for line in role_statements())),
        f"select $sql${database_statement(database)}$sql$",
        f"  where not exists (select from pg_database where datname = '{database}') \\gexec",  # noqa: S608  (a name of small letters)
        *(f"\\connect {database}", *(f"{line};" for line in closing_statements())),
    ]
    typer.echo("\n".join(lines))


def check(
    as_json: AsJson = False,
    deploy: Annotated[
        bool, typer.Option(help="Also insist on HTTPS and the rest of a real installation.")
    ] = False,
) -> None:
    """Check the installation: settings, applications, and that every protected table is closed."""
    strict = deploy or not settings.SAFAR_DEMO
    found = checks.run_checks(include_deployment_checks=strict)
    level = checks.WARNING if strict else checks.ERROR
    problems = [
        f"{problem.id}: {problem.msg}"
        for problem in found
        if problem.is_serious(level) and not problem.is_silenced()
    ]
    holes = verify_guard(guarded_tables())
    if as_json:
        print_json({"ok": not (problems or holes), "problems": problems, "holes": holes})
    else:
        for line in (*problems, *holes):
            console.print(f"- {line}", markup=False, soft_wrap=True)
        console.print("Something must be mended." if problems or holes else "All is in order.")
    raise typer.Exit(REFUSED if problems or holes else DONE)


def fresh(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Delete the embedded database, the keys and the files of this trial, to begin anew."""
    cluster = embedded_cluster()
    if cluster is None:
        raise Failed("DATABASE_URL names a server of your own; its data are not deleted from here.")
    if not settings.SAFAR_DEMO or not keys.are_trial():
        raise Failed("This is not a trial: its keys were made to last. Nothing is deleted.")
    folders = [Path(settings.SAFAR_KEYS), Path(settings.SAFAR_FILES), Path(settings.STATIC_ROOT)]
    if not yes:
        typer.confirm(
            f"Delete the database in {cluster.home} and {', '.join(map(str, folders))} for good?", abort=True
        )
    cluster.remove()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    console.print("Deleted. The next start begins anew.")


def demo_mark() -> Path:
    """The file that says the demo world has been loaded; it goes when the embedded database goes."""
    cluster = embedded_cluster()
    return (cluster.home if cluster else Path(settings.SAFAR_DATA)) / "demo-loaded"


def manage(context: typer.Context) -> None:
    """Pass the rest to Django's management commands, such as shell or makemessages."""
    pass_on(context.args)


def pass_on(arguments: list[str]) -> None:
    """Run one of Django's management commands; those that change tables run as the owner."""
    arguments = arguments or ["help"]
    with connected_as("owner") if arguments[0] in AS_OWNER else contextlib.nullcontext():
        execute_from_command_line(["safar manage", *arguments])
