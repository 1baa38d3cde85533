"""Commands of whoever looks after an installation: migrate, check, back up, begin anew, Django's own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.core import checks
from django.core.management import call_command, execute_from_command_line
from django.db import connections
from django.utils import timezone
from rich.console import Console

from safar.directory.people.actions import erase_again
from safar.directory.places.reference import load_reference
from safar.doors.commands import DONE, REFUSED
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.foundation.access.actors import system_actor
from safar.foundation.access.wall import guarded_tables
from safar.foundation.database import connect
from safar.foundation.database.connecting import connected_as, embedded_cluster, parameters_for
from safar.foundation.database.guard import verify_guard
from safar.foundation.encryption import keys
from safar.foundation.history import sealer

console = Console(highlight=False)
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


def backup(
    named: Annotated[
        str,
        typer.Argument(
            metavar="FILE_OR_FOLDER",
            help="A file for a dump, or a folder (ends with /) for a copy of the cluster.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Copy the database, without the keys. A file: a dump for any later version; a folder: an exact, verified copy.

    The key store is not included: keep it elsewhere, so that whoever finds this copy cannot read what is encrypted.
    """
    target = Path(named)
    whole = target.is_dir() or named.endswith("/")
    refuse_existing(target, whole=whole)
    sealer.seal_all()
    digest = copy_cluster(target) if whole else dump_database(target)
    said = {
        "path": str(target.resolve()),
        "kind": "cluster" if whole else "dump",
        "sha256": digest,
        "keys_included": False,
    }
    if as_json:
        print_json(said)
        return
    console.print(f"Backed up to {said['path']} (sha256 {digest}).", markup=False, soft_wrap=True)
    console.print(
        f"The keys in {settings.SAFAR_KEYS} are NOT in it. Keep them in another place: without them, what is "
        "encrypted can never be read again.",
        markup=False,
        soft_wrap=True,
    )


def refuse_existing(target: Path, *, whole: bool) -> None:
    """Never write over an earlier backup."""
    if whole and target.is_dir() and any(target.iterdir()):
        raise Failed(f"The folder {target} is not empty. Name a new one.")
    if not whole and target.exists():
        raise Failed(f"The file {target} exists already. Name a new one.")
    if not target.absolute().parent.is_dir():
        raise Failed(f"There is no folder {target.absolute().parent}.")


def dump_database(target: Path) -> str:
    """Dump to one private file, whole or not at all; returns its SHA-256, which is also written beside it."""
    torn = target.with_name(target.name + ".part")
    torn.touch(mode=0o600)
    try:
        run_program("pg_dump", "--format=custom", f"--file={torn}")
        digest = _sha256(torn)
        torn.replace(target)
    finally:
        torn.unlink(missing_ok=True)
    target.with_name(target.name + ".sha256").write_text(f"{digest}  {target.name}\n")
    return digest


def copy_cluster(target: Path) -> str:
    """Copy the whole cluster and verify the copy; returns the SHA-256 of its manifest."""
    run_program(
        "pg_basebackup", "-D", str(target), "--checkpoint=fast", "--wal-method=stream", database=False
    )
    run_program("pg_verifybackup", str(target), reach=False)
    return _sha256(target / "backup_manifest")


def restore(
    source: Annotated[Path, typer.Argument(help="A dump made by safar backup.", exists=True, dir_okay=False)],
) -> None:
    """Fill an empty embedded database from a dump. The keys are not in a dump: put them back first."""
    if embedded_cluster() is None:
        raise Failed("DATABASE_URL names a server of your own: use its pg_restore, into an empty database.")
    digest = source.with_name(source.name + ".sha256")
    if digest.exists() and digest.read_text().split()[0] != _sha256(source):
        raise Failed(f"The dump {source} is not the one that was made: its SHA-256 differs from {digest}.")
    keys_at = Path(settings.SAFAR_KEYS)
    if not keys.is_there(keys_at):
        raise Failed(
            f"There are no keys in {keys_at}. Put the keys of the dump there first: with other keys nothing encrypted opens, "
            "and the history looks tampered with."
        )
    with connect("postgres") as connection:
        found = connection.execute(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        ).fetchone()
    if found and found[0]:
        raise Failed(
            "The database is not empty. Move its folder away first, or choose another: SAFAR_DATA=folder."
        )
    database = connections["default"].settings_dict["NAME"]
    run_program(
        "pg_restore", "--exit-on-error", "--jobs=2", f"--dbname={database}", str(source), role="postgres"
    )
    bring_up_to_date()
    again = erase_again(now=timezone.now())
    sealer.seal_all()
    if again:
        console.print(f"Erased again who had been erased since the dump: {again}")
    console.print("Restored. Now run: safar history verify")


def run_program(
    name: str, *arguments: str, reach: bool = True, database: bool = True, role: str = "backup"
) -> None:
    """Run one of PostgreSQL's programs in a role; the embedded server's own, or the operator's on the PATH."""
    cluster = embedded_cluster()
    program = cluster.binaries.program(name) if cluster else shutil.which(name)
    if program is None:
        raise Failed(
            f"The program {name} is not on the PATH. Install PostgreSQL's client programs of your server's version."
        )
    environment = dict(os.environ)
    if reach:
        names = {
            "host": "PGHOST",
            "port": "PGPORT",
            "user": "PGUSER",
            "password": "PGPASSWORD",
            "sslmode": "PGSSLMODE",
            "sslrootcert": "PGSSLROOTCERT",
        }
        names |= {"dbname": "PGDATABASE"} if database else {}
        found = parameters_for(role, connections["default"].settings_dict)
        environment |= {names[key]: str(value) for key, value in found.items() if key in names}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{name} failed: {done.stderr.strip()}")


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


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
