"""Loading a file of people beside the ways one would load it: raw COPY, `bulk_create`, `full_clean` and `save`.

Raw COPY puts the file's cells as text into a bare table: nothing judged, told apart, labelled, indexed, kept in history or found
afterwards. The preview judges every cell and tells every person apart; the load also stores her under the wall, with her
telephone, her first version, and everything she is found by. Each load runs in a process of its own and tells how much memory it
took at most. Beside the time by the clock stands that of the processors, the database's included: it counts when other work runs
beside. The slow peers load a part of the file, and only their rows a second count.

    python -m benchmarks.people_load [--full]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import made_people
from benchmarks.lists import start_django, worked

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench-load"
SIZES, FULL_SIZES = (20_000, 200_000), (100_000, 1_000_000)
SLOW_ROWS = 2_000


def main() -> None:
    """Each size: the file, the peers, the preview, the load, the load again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="at the sizes of the goals")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](options.file)))
        return
    DATA.mkdir(parents=True, exist_ok=True)
    for size in FULL_SIZES if options.full else SIZES:
        report(size)


def report(size: int) -> None:
    """Print what one size comes to."""
    path = DATA / f"people-{size}.csv"
    made_people.write(path, size)
    book = DATA / f"people-{size}.xlsx"
    run("prepare", path, "owner")
    copies = [run("copy", path, "owner") for _time in range(3)]
    copied, busy = (min(found[time] for found in copies) for time in ("seconds", "processor"))
    preview, load, again = (run(name, path) for name in ("preview", "load", "load"))
    print(
        f"\n{size} people ({path.stat().st_size / 1e6:.0f} MB); raw COPY of the cells: {copied:.2f} s, of processors {busy:.2f} s"
    )
    for name, found in (
        ("judged and told apart (preview)", preview),
        ("stored, found, in history", load),
        ("the same file again", again),
    ):
        print(
            f"  {name}: {found['seconds']:.2f} s = {found['seconds'] / copied:.1f} x COPY,"
            f" of processors {found['processor']:.2f} s = {found['processor'] / busy:.1f} x, at most {found['megabytes']} MB; {found['told']}"
        )
    rows_a_second = size / load["seconds"]
    for name in ("save", "bulk_create"):
        slow = run(name, path)
        print(
            f"  {name}: {slow['rows'] / slow['seconds']:.0f} rows a second; Safar {rows_a_second / (slow['rows'] / slow['seconds']):.1f} x that"
        )
    if size <= 200_000:
        workbook(path, book)
        ours, theirs = run("read_workbook", book), run("openpyxl", book)
        print(
            f"  XLSX read: {ours['seconds']:.2f} s, openpyxl {theirs['seconds']:.2f} s = {theirs['seconds'] / ours['seconds']:.1f} x"
        )
    sys.stdout.flush()


def run(step: str, path: Path, role: str = "web") -> dict[str, Any]:
    """One step in a process of its own; what it told."""
    environment = {
        **os.environ,
        "SAFAR_DATA": str(DATA / path.stem),
        "SAFAR_KEYS": str(DATA / "keys"),
        "SAFAR_ROLE": role,
    }
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "benchmarks.people_load",
        "--step",
        step,
        "--file",
        str(path),
    ]
    done = subprocess.run(command, env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def prepare(path: Path) -> dict[str, Any]:
    """A migrated database without people, with an organisation to register them."""
    start_django()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "truncate people_person, people_personversion, people_phone, people_phoneversion cascade"
        )
        cursor.execute("truncate search.posting, search.word, search.slip, search.shelf")
    from safar.doors.commands.load_people import registering

    return {"organisation": registering("").pk}


def copy(path: Path) -> dict[str, Any]:
    """The file's cells as text in a bare table."""
    start_django()
    from safar.foundation.database.copying import copy_in, run

    columns = ", ".join(f"{name} text" for name in made_people.HEADER)
    run("drop table if exists bench_raw")
    run(f"create table bench_raw ({columns})")
    plain = path.with_suffix(".plain")
    plain.write_bytes(path.read_bytes().split(b"\r\n", 1)[1])
    begun, before = time.perf_counter(), worked()
    copy_in("bench_raw", made_people.HEADER, plain)
    seconds, processor = time.perf_counter() - begun, worked() - before
    plain.unlink()
    return {"seconds": seconds, "processor": processor}


def loading(path: Path, *, preview: bool) -> dict[str, Any]:
    """The load itself, as the command does it."""
    start_django()
    from django.utils import timezone

    from safar.directory.people.loads import PeopleLoad, load_people
    from safar.doors.commands.load_people import registering
    from safar.foundation.access.actors import system_actor

    load = PeopleLoad(path, registering(""), preview=preview)
    begun, before = time.perf_counter(), worked()
    found = load_people(load, by=system_actor("loader"), now=timezone.now())
    seconds, processor = time.perf_counter() - begun, worked() - before
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = f"{found.new} new, {found.same} the same, {found.bad} refused, {found.duplicates} twice"
    return {"seconds": seconds, "processor": processor, "megabytes": megabytes, "told": told}


def people(path: Path) -> list[Any]:
    """The first rows of the file as unsaved people."""
    from safar.directory.people.models import Person
    from safar.doors.commands.load_people import registering

    office, found = registering(""), []
    with path.open(encoding="utf-8") as file:
        for number, row in zip(range(SLOW_ROWS), csv.DictReader(file), strict=False):
            names = {
                "family": row["family_name"],
                "given": row["given_names"],
                "patronymic": row["patronymic"],
            }
            person = Person(**names, organisation=office, external_id=f"peer-{os.getpid()}-{number}")
            person.take_label()
            found.append(person)
    return found


def save(path: Path) -> dict[str, Any]:
    """`full_clean` and `save`, a row at a time, rolled back."""
    return stored(path, lambda rows: [(row.full_clean(), row.save(force_insert=True)) for row in rows])


def bulk_create(path: Path) -> dict[str, Any]:
    """`bulk_create`, which validates nothing, rolled back."""

    def create(rows: list[Any]) -> None:
        type(rows[0]).unscoped.bulk_create(rows, batch_size=1_000)

    return stored(path, create)


def stored(path: Path, way: Any) -> dict[str, Any]:
    """How long a way takes to store some rows."""
    start_django()
    from django.db import transaction

    from safar.foundation.access.actors import acting, system_actor

    with acting(system_actor("loader")), transaction.atomic():
        rows = people(path)
        begun = time.perf_counter()
        way(rows)
        seconds = time.perf_counter() - begun
        transaction.set_rollback(True)
    return {"seconds": seconds, "rows": len(rows)}


def workbook(path: Path, book: Path) -> None:
    """The file as a workbook."""
    from openpyxl import Workbook

    found = Workbook(write_only=True)
    sheet = found.create_sheet()
    with path.open(encoding="utf-8") as file:
        for row in csv.reader(file):
            sheet.append(row)
    found.save(book)


def read_workbook(path: Path) -> dict[str, Any]:
    """Every cell of the workbook in columns, as a load reads it."""
    start_django()
    from safar.foundation.registers.sheets import open_sheet
    from safar.foundation.registers.sheets.columnar import opened_cells

    begun = time.perf_counter()
    with opened_cells(open_sheet(path), path) as cells:
        rows = cells.one("select count(*) from cell")
    return {"seconds": time.perf_counter() - begun, "rows": rows}


def openpyxl(path: Path) -> dict[str, Any]:
    """Every cell of the workbook by openpyxl, as quickly as it can."""
    from openpyxl import load_workbook

    begun = time.perf_counter()
    rows = sum(1 for _row in load_workbook(path, read_only=True).active.iter_rows(values_only=True))
    return {"seconds": time.perf_counter() - begun, "rows": rows}


STEPS = {
    "prepare": prepare,
    "copy": copy,
    "preview": lambda path: loading(path, preview=True),
    "load": lambda path: loading(path, preview=False),
    "save": save,
    "bulk_create": bulk_create,
    "read_workbook": read_workbook,
    "openpyxl": openpyxl,
}

if __name__ == "__main__":
    main()
