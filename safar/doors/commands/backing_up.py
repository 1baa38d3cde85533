"""``safar backup`` and ``safar restore``: a copy of the database without its keys, and the database from such a copy."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import connections
from django.utils import timezone
from rich.console import Console

from safar.directory.people.actions import erase_again
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.doors.commands.tending import AsJson, bring_up_to_date
from safar.foundation.database import connect
from safar.foundation.database.connecting import embedded_cluster, parameters_for
from safar.foundation.encryption import keys
from safar.foundation.history import sealer

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


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
