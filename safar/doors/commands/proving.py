"""``safar restore --check``: proves a backup in a database that is thrown away, and touches nothing of the installation.

Each check is one line with a verdict and a sentence. Of the key store only readings are made (`rehearsed`), and the file of
checkpoints is only read.
"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psycopg
import typer
from django.conf import settings
from django.core.management import CommandError
from django.db import Error as DatabaseError
from django.utils import timezone, translation
from rich import box
from rich.console import Console
from rich.table import Table

from safar.directory.people.actions import erase_again, still_there
from safar.doors.commands import REFUSED
from safar.doors.commands.backup_notes import Note, read_note
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.doors.commands.programs import program_output, run_program, sha256_of
from safar.doors.commands.tending import bring_up_to_date
from safar.foundation import history
from safar.foundation.access.wall import guarded_tables
from safar.foundation.database import connect
from safar.foundation.database.connecting import connected_to
from safar.foundation.database.digests import differences, digests_of, one_moment
from safar.foundation.database.guard import verify_guard
from safar.foundation.database.roles import DATABASE, database_statement
from safar.foundation.database.server import Cluster
from safar.foundation.encryption import keys
from safar.foundation.encryption.keys import store as open_key_store
from safar.foundation.encryption.rehearsing import rehearsed
from safar.foundation.encryption.sampling import open_samples

console = Console(highlight=False)
BLOCK = 1 << 22
KEY_FILES = {"store.json", "secret-key"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is as it must be, and what was seen."""

    name: str
    ok: bool
    says: str


def prove(source: Path, *, as_json: bool) -> None:
    """Check a backup from every side; prints a line for each check and leaves with 1 when one fails."""
    source = Path(os.path.abspath(source))
    if not keys.is_there(Path(settings.SAFAR_KEYS)):
        raise Failed(
            f"There are no keys in {settings.SAFAR_KEYS}: name the folder of the backup's keys in SAFAR_KEYS."
        )
    with translation.override("en"), rehearsed():
        note = read_note(source)
        found = list(checks_of(source, note))
    if as_json:
        print_json({"ok": all(c.ok for c in found), "checks": [asdict(c) for c in found]})
    else:
        show(found)
    if not all(c.ok for c in found):
        raise typer.Exit(REFUSED)


def show(found: list[Check]) -> None:
    """Print the checks for a person."""
    table = Table("Check", "", "What was seen", box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for check in found:
        verdict = "[green]✓[/]" if check.ok else "[red]✗[/]"
        table.add_row(check.name, verdict, check.says.replace("[", r"\["))
    console.print(table)
    bad = [check for check in found if not check.ok]
    if bad:
        console.print(f"This backup is NOT proved: {bad[0].says}", markup=False, soft_wrap=True)
    else:
        console.print("This backup can be restored, and restores what was backed up.")


def checks_of(source: Path, note: Note) -> Iterator[Check]:
    """Every check of a backup, in order; a failing one does not stop those that can still be made."""
    yield _signed(note)
    yield guarded("file", lambda: _as_it_was_made(source, note))
    with ExitStack() as stack:
        cluster = stack.enter_context(throw_away(source))
        yield guarded("keys apart", lambda: _keys_apart(source))
        stack.enter_context(connected_to(cluster, DATABASE))
        yield guarded("restored", lambda: _restored(source, note))
        if note.kind == "dump":
            yield guarded("tables", lambda: _tables(note))
        else:
            yield guarded("tables", _readable)
        yield guarded("history", lambda: _history(note))
        yield guarded("encrypted", _encrypted)
        yield guarded("erased", _erased)
        yield guarded("wall", _wall)


def guarded(name: str, check: Callable[[], tuple[bool, str]]) -> Check:
    """A check whose own failure, in a database that is broken, is its finding."""
    try:
        return Check(name, *check())
    except (psycopg.Error, DatabaseError, CommandError, Failed, keys.KeyTrouble) as error:
        return Check(name, False, f"It could not be looked at: {str(error).splitlines()[0]}")


def _signed(note: Note) -> Check:
    mine = open_key_store().identity
    if note.store != mine:
        says = f"The backup belongs to key store {note.store}, and the keys in {settings.SAFAR_KEYS} are of another, {mine}."
        return Check("note", False, says)
    if not note.is_signed:
        return Check(
            "note", False, "The note beside the backup was changed: its signature is not that of these keys."
        )
    return Check("note", True, f"Signed with these keys, made at {note.made_at[:19]} (UTC).")


def _as_it_was_made(source: Path, note: Note) -> tuple[bool, str]:
    is_cluster = source.is_dir()
    if is_cluster != (note.kind == "cluster"):
        return False, f"The note speaks of a {note.kind}, and {source} is none."
    if sha256_of(source / "backup_manifest" if is_cluster else source) != note.sha256:
        what = "manifest of the copy" if is_cluster else "file"
        return False, f"The {what} is not the one that was made: its SHA-256 differs."
    if is_cluster:
        try:
            run_program("pg_verifybackup", str(source), reach=False)
        except Failed as error:
            return False, f"A file of the copy was changed: {_first_error(str(error))}"
    return True, "Byte for byte what was made."


@contextmanager
def throw_away(source: Path) -> Iterator[Cluster]:
    """A cluster of our own in a temporary folder (TMPDIR says where), deleted afterwards with all that was in it."""
    folder = Path(tempfile.mkdtemp(prefix="safar-check-"))
    cluster = Cluster(folder / "pg", test=True, linger=0.2)
    try:
        if source.is_dir():
            _put_in_place(source, cluster)
        yield cluster
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(source: Path, cluster: Cluster) -> None:
    cluster.home.mkdir(parents=True, mode=0o711)
    shutil.copytree(source, cluster.data)
    cluster.data.chmod(0o700)
    if cluster.user.uid != os.geteuid():
        for path in (cluster.data, *cluster.data.rglob("*")):
            os.chown(path, cluster.user.uid, cluster.user.gid, follow_symlinks=False)


def _restored(source: Path, note: Note) -> tuple[bool, str]:
    if note.kind == "cluster":
        with connect("postgres") as database:
            database.execute("select 1")
        return True, "The copy was started, and answers."
    with connect("postgres", database="postgres") as database:
        database.execute(database_statement(DATABASE))
    try:
        run_program("pg_restore", "--jobs=2", f"--dbname={DATABASE}", str(source), role="postgres")
    except Failed as error:
        return False, f"Not everything could be restored: {_first_error(str(error))}"
    return True, "Restored into a database of its own, which is thrown away."


def _first_error(said: str) -> str:
    """The first sentence of what a program complained about, without the rows it may quote."""
    lines = [line for line in said.splitlines() if "error:" in line or "failed:" in line]
    return (lines or ["it says no more"])[0].split("error:")[-1].strip()[:200]


def _tables(note: Note) -> tuple[bool, str]:
    with one_moment() as (database, _moment):
        wrong = differences(note.tables, digests_of(database))
    if wrong:
        return False, " ".join(wrong)
    rows = sum(held.rows for held in note.tables.values())
    return True, f"{len(note.tables)} tables with {rows:,} rows are what they were, each by its digest."


def _readable() -> tuple[bool, str]:
    with one_moment() as (database, _moment):
        held = digests_of(database)
    rows = sum(digest.rows for digest in held.values())
    return (
        True,
        f"{len(held)} tables with {rows:,} rows were read; that they are the same is said by the SHA-256 of each file.",
    )


def _history(note: Note) -> tuple[bool, str]:
    report = history.verify_copy(note.end)
    if not report.ok:
        return False, f"The history is not whole: {report.reason}"
    outside = report.checkpoints - 1
    known = (
        f"{outside} checkpoints outside agree"
        if outside > 0
        else "no checkpoint outside is as old as this backup"
    )
    return True, f"{report.rows:,} events under {report.seals:,} seals verified; {known}."


def _encrypted() -> tuple[bool, str]:
    with connect("backup") as database:
        found = list(open_samples(database))
    opened, erased = sum(s.opened for s in found), sum(s.erased for s in found)
    if bad := [s for s in found if s.trouble]:
        names = ", ".join(s.column for s in bad)
        return False, f"These keys do not open {names}: {bad[0].trouble[0]}"
    empty = [s.column for s in found if not s.opened]
    hollow = f" Nothing to try in {', '.join(empty)}." if empty else ""
    return True, f"{opened} values of {len(found)} encrypted columns opened, {erased} were erased.{hollow}"


def _erased() -> tuple[bool, str]:
    bring_up_to_date()
    brought_back = erase_again(now=timezone.now())
    count, left = still_there()
    if left:
        return (
            False,
            f"{len(left)} of {count} erased people are still there after restoring, first {left[0]}.",
        )
    if brought_back:
        return True, (
            f"{brought_back} of the people in this backup were erased since it was made: a restore erases them again, "
            f"as was done here. Nothing is left of all {count}."
        )
    return True, f"Nothing is left of the {count} people who were erased."


def _wall() -> tuple[bool, str]:
    tables = guarded_tables()
    if holes := verify_guard(tables):
        return False, " ".join(holes)
    return True, f"{len(tables)} protected tables are closed."


# -- no key in the backup ----------------------------------------------------------------------------------------


def _keys_apart(source: Path) -> tuple[bool, str]:
    found = open_key_store().weightiest()
    forms = [form for key in found for form in (key, base64.b64encode(key), key.hex().encode())]
    if source.is_dir():
        named = [path for path in source.rglob("*") if path.name in KEY_FILES]
        hit = bool(named) or any(_file_holds(path, forms) for path in source.rglob("*") if path.is_file())
    else:
        with program_output("pg_restore", "--file=-", str(source)) as plain:
            hit = _holds(plain, forms)
    if hit:
        return False, "A key of the store is in the backup: whoever finds the one can read the other."
    return True, f"None of the {len(found)} keys that open the others is in it."


def _file_holds(path: Path, forms: list[bytes]) -> bool:
    with path.open("rb") as file:
        return _holds(file, forms)


def _holds(stream: IO[bytes], forms: list[bytes]) -> bool:
    """Whether any of the byte strings is in a stream; read in pieces that overlap."""
    longest, before = max(map(len, forms)), b""
    while block := stream.read(BLOCK):
        piece = before + block
        if any(form in piece for form in forms):
            return True
        before = piece[-longest:]
    return False
