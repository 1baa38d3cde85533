"""``safar backup`` and ``safar restore``: a copy of the database without its keys, and the database from such a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from django.conf import settings
from django.db import connections
from django.utils import timezone
from rich.console import Console

from safar.directory.people.actions import erase_again
from safar.doors.commands.backup_notes import Note, write_note
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.doors.commands.programs import run_program, sha256_of
from safar.doors.commands.proving import prove
from safar.doors.commands.tending import AsJson, bring_up_to_date
from safar.foundation.database import connect
from safar.foundation.database.connecting import embedded_cluster
from safar.foundation.database.digests import digests_of, one_moment
from safar.foundation.encryption import keys
from safar.foundation.encryption.keys import store as open_key_store
from safar.foundation.history import sealer
from safar.foundation.history.chain import Keys
from safar.foundation.history.checkpoints import Checkpoint

console = Console(highlight=False)


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
    with connect("sealer") as database:
        sealer.checkpoint(database, keys=Keys.from_store())
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
    """Dump to one private file, whole or not at all; returns its SHA-256. What was in it is noted beside it."""
    torn = target.with_name(target.name + ".part")
    torn.touch(mode=0o600)
    try:
        with one_moment() as (database, moment):
            made_at, end = _now(database), newest_seal(database)
            run_program("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={torn}")
            tables = digests_of(database)
        digest = sha256_of(torn)
        write_note(target, Note("dump", digest, made_at, open_key_store().identity, end, tables))
        torn.replace(target)
    finally:
        torn.unlink(missing_ok=True)
    target.with_name(target.name + ".sha256").write_text(f"{digest}  {target.name}\n")
    return digest


def copy_cluster(target: Path) -> str:
    """Copy the whole cluster and verify the copy; returns the SHA-256 of its manifest, which has that of each file."""
    with one_moment() as (database, _moment):
        made_at, end = _now(database), newest_seal(database)
    run_program(
        *("pg_basebackup", "-D", str(target), "--checkpoint=fast", "--wal-method=stream"),
        "--manifest-checksums=SHA256",
        database=False,
    )
    run_program("pg_verifybackup", str(target), reach=False)
    digest = sha256_of(target / "backup_manifest")
    write_note(target, Note("cluster", digest, made_at, open_key_store().identity, end))
    return digest


def newest_seal(database: psycopg.Connection[Any]) -> Checkpoint | None:
    """The end of the sealed history at the moment of a backup."""
    last = sealer.tip(database)
    return Checkpoint(last.n, last.mac.hex(), last.last_id, _now(database)) if last else None


def _now(database: psycopg.Connection[Any]) -> str:
    found = database.execute("select now()").fetchone()
    assert found is not None  # noqa: S101  (a select without a table gives one row)
    return str(found[0].isoformat())


def restore(
    source: Annotated[
        Path,
        typer.Argument(
            help="A dump made by safar backup; with --check also the copy of a cluster.", exists=True
        ),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Prove the backup in a throw-away database; change nothing.")
    ] = False,
    filled: Annotated[
        bool,
        typer.Option(
            "--filled", help="The database was filled by pg_restore already: do only what must follow."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill an empty embedded database from a dump. The keys are not in a dump: put them back first.

    With --check nothing of the installation is touched: the backup is restored into a database that is thrown away, and
    compared with the note that safar backup wrote beside it.
    """
    if check:
        prove(source, as_json=as_json)
        return
    if as_json:
        raise Failed("Only the proof of a backup is told as JSON: write --check with --json.")
    keys_at = Path(settings.SAFAR_KEYS)
    if not filled:
        refuse_what_cannot_be_restored(source)
    if not keys.is_there(keys_at):
        raise Failed(
            f"There are no keys in {keys_at}. Put the keys of the backup there first: with other keys nothing encrypted opens, "
            "and the history looks tampered with."
        )
    if not filled:
        fill(source)
    bring_up_to_date()
    again = erase_again(now=timezone.now())
    sealer.seal_all()
    if again:
        console.print(f"Erased again who had been erased since the backup: {again}")
    console.print("Restored. Now run: safar history verify")


def refuse_what_cannot_be_restored(source: Path) -> None:
    """Stop before anything is touched when it is not a dump, not the dump that was made, or not for this database."""
    if source.is_dir():
        raise Failed(
            "The copy of a cluster is put in place by hand, and finished with safar restore --filled: "
            "docs/how-to/command-line.md, 'Backups, and a drill'."
        )
    if embedded_cluster() is None:
        raise Failed(
            "DATABASE_URL names a server of your own: fill an empty database with its pg_restore as a superuser, then run "
            "safar restore --filled with the same file."
        )
    digest = source.with_name(source.name + ".sha256")
    if digest.exists() and digest.read_text().split()[0] != sha256_of(source):
        raise Failed(f"The dump {source} is not the one that was made: its SHA-256 differs from {digest}.")


def fill(source: Path) -> None:
    """Put a dump into the embedded database, which must be empty."""
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
