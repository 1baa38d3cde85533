"""What the commands of ``safar load`` share: their options, the progress bar, the report on the terminal, the exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django.utils.translation import override
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from safar.doors.commands import DONE, NOTHING_DONE
from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.foundation.access.actors import Actor, system_actor
from safar.foundation.registers.loading import Report, asked_mapping
from safar.foundation.registers.sheets import Unreadable

File = Annotated[Path, typer.Argument(metavar="FILE", help="CSV, TSV, JSON or XLSX.", show_default=False)]
Map = Annotated[
    str,
    typer.Option(
        "--map", metavar="FIELD=COLUMN,...", help="Which column holds which field.", show_default=False
    ),
]
Preview = Annotated[bool, typer.Option("--preview", help="Only say what would happen.")]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        help="At a terminal, load without previewing and asking first. Elsewhere nothing is asked anyway: use --preview.",
    ),
]
Errors = Annotated[
    Path | None,
    typer.Option("--errors", metavar="FILE.csv", help="Write every refused row there, with its reason."),
]
Encoding = Annotated[
    str,
    typer.Option("--encoding", help="Encoding of the file, where the guess is wrong.", show_default=False),
]
Delimiter = Annotated[
    str, typer.Option("--delimiter", help="Delimiter, where the guess is wrong.", show_default=False)
]
SheetName = Annotated[
    str, typer.Option("--sheet", help="Sheet of a workbook; its first one if not named.", show_default=False)
]
Source = Annotated[
    str,
    typer.Option("--source", help="What the list is called; its file name if not named.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]

#: The command line speaks English throughout.
LANGUAGE = "en"
OnProgress = Callable[[int, int], None]
out, err = Console(highlight=False), Console(stderr=True, highlight=False)
COUNTS = (
    ("read", "rows read"),
    ("new", "new"),
    ("changed", "changed"),
    ("same", "the same"),
    ("duplicates", "twice in the file"),
    ("skipped", "headings passed over"),
    ("differences", "differ between sources"),
    ("bad", "refused"),
)


def loader() -> Actor:
    """Who loads files from the command line; what it may do stands in the policy."""
    return system_actor("loader")


def asked(columns: str) -> dict[str, str]:
    """The mapping typed after ``--map``."""
    try:
        with override(LANGUAGE):
            return asked_mapping(columns)
    except Unreadable as refused:
        raise Failed(str(refused)) from refused


def options(*, encoding: str, delimiter: str, sheet: str) -> dict[str, str]:
    """How the file is to be read."""
    return {"encoding": encoding, "delimiter": delimiter.replace("\\t", "\t"), "sheet": sheet}


def ask_after_preview(work: Callable[..., Report], load: Any) -> None:
    """At a terminal, show what would happen and ask whether it should."""
    if load.preview or not sys.stdin.isatty():
        return
    show(_report(work, replace(load, preview=True, errors=None), hidden=False), errors=None)
    typer.confirm("Load it?", abort=True)


def run(work: Callable[..., Report], load: Any, *, as_json: bool) -> None:
    """Do the loading with a progress bar, print the report, and leave with the code that says how it went."""
    report = _report(work, load, hidden=as_json)
    if as_json:
        print_json(report.as_json())
    else:
        show(report, errors=load.errors)
    raise typer.Exit(NOTHING_DONE if report.bad else DONE)


def _report(work: Callable[..., Report], load: Any, *, hidden: bool) -> Report:
    try:
        with override(LANGUAGE), bar(load.path.name, hidden=hidden) as on_progress:
            return work(load, by=loader(), now=timezone.now(), on_progress=on_progress)
    except (Unreadable, ValueError) as refused:
        raise Failed(str(refused)) from refused


@contextmanager
def bar(title: str, *, hidden: bool) -> Iterator[OnProgress]:
    """A progress bar on standard error, told how much of how much is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=hidden, transient=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=max(total, 1))


def show(report: Report, *, errors: Path | None) -> None:
    """The report for a person."""
    read_as = ", ".join(
        part
        for part in (report.kind, report.encoding, repr(report.delimiter) if report.delimiter else "")
        if part
    )
    out.print(f"{report.file} ({read_as})", markup=False, soft_wrap=True)
    if report.preview:
        out.print("Preview: nothing was written.", style="bold")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name, words in COUNTS:
        if getattr(report, name) or name in ("read", "new", "changed", "same", "bad"):
            table.add_row(f"{getattr(report, name):,}".replace(",", " "), words)
    out.print(table)
    for row in report.first_rows if report.preview else ():
        out.print(
            "  " + ", ".join(f"{name}: {value}" for name, value in row.items() if value),
            markup=False,
            soft_wrap=True,
        )
    for note in report.notes:
        out.print(f"- {note}", markup=False, soft_wrap=True)
    for problem in report.problems[:10]:
        place = f"row {problem.row}" + (f", {problem.column}" if problem.column else "")
        err.print(
            f"! {place}: {problem.reason}  {problem.value[:60]!r}",
            markup=False,
            soft_wrap=True,
            style="yellow",
        )
    if report.bad and errors:
        err.print(f"Every refused row is in {errors}.", markup=False, soft_wrap=True)
    elif report.bad > 10:
        err.print("Name a file with --errors to have every refused row.", markup=False)
    out.print(f"{report.seconds} s")
