"""What every ``safar load`` does alike: match columns to fields, judge each cell, count, and tell the truth about it.

A loader names its `Field`s; `entries` gives it checked rows one at a time and keeps every refused one in `Problems`
with row, column and reason. What happened is a `Report`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from safar.foundation.languages.text import fold, normalise
from safar.foundation.registers.sheets import Row, Sheet, Unreadable
from safar.foundation.registers.sheets.cells import plain_cell, safe_cell

SHOWN = 20
FORMULA = re.compile(r"^\s*(=|[+\-@][\w.]*\s*[(|!])")
VALUE = "value"
MARK = "!"
"""What the headings begin with under which an errors file says what is wrong with a row."""


class Bad(ValueError):
    """A cell is refused; the message is the reason as the user reads it."""


class BadMapping(Unreadable):
    """The columns asked for do not fit the file."""


@dataclass(frozen=True)
class Field:
    """Something a loader wants from each row. `also` are other headings it is known by; `clean` may raise `Bad`."""

    name: str
    label: Any
    required: bool = False
    limit: int = 300
    also: tuple[str, ...] = ()
    clean: Callable[[str], Any] | None = None

    def read(self, text: str) -> Any:
        """The cell's value, tidy and judged."""
        value = checked(text, self.limit)
        if self.required and not value:
            raise Bad(_("nothing is written here"))
        return self.clean(value) if self.clean and value else value


@dataclass(frozen=True, slots=True)
class Entry:
    """A row whose cells are all good: its number in the file, its values by field name, its cells as they stand there."""

    number: int
    values: dict[str, Any]
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not loaded."""

    row: int
    column: str
    reason: str
    value: str = ""


class Problems:
    """Counts what was refused, keeps the first few, and writes every refused row to a CSV file if one is named.

    The file holds each row as it stood, behind what is wrong with it under headings that begin with an exclamation mark and
    that no loader reads: mended there, it can be loaded as it is. Only its owner may read it.
    """

    def __init__(self, errors: Path | TextIO | None = None, *, shown: int = SHOWN) -> None:
        self.first: list[Problem] = []
        self.rows, self._last, self._shown = 0, 0, shown
        self._is_ours = isinstance(errors, Path)
        self._columns: tuple[str, ...] | None = None
        self._row: list[tuple[Problem, Mapping[str, str]]] = []
        try:
            self.file = _private(errors) if isinstance(errors, Path) else errors
        except OSError as error:
            raise Unreadable(
                _("The file %(path)s cannot be written: %(why)s.") % {"path": errors, "why": error.strerror}
            ) from error
        self.writer = csv.writer(self.file, quoting=csv.QUOTE_ALL) if self.file else None

    def of(self, sheet: Sheet) -> None:
        """Refused rows are of this file; of two files, the columns of the first are written."""
        if self._columns is None:
            self._columns = tuple(column for column in sheet.columns if not column.startswith(MARK))
            self._write([MARK + word for word in (_("row"), _("column"), _("reason"))], self._columns)

    def add(self, problem: Problem, cells: Mapping[str, str] | None = None) -> None:
        """Remember why a row was refused (a row may have several bad cells; it counts once)."""
        if problem.row != self._last:
            self._finish_row()
            self.rows += 1
        self._last = problem.row
        self._row.append((problem, cells or {}))
        if len(self.first) < self._shown:
            self.first.append(problem)

    def close(self) -> None:
        """Finish the errors file; one that was handed over open stays open."""
        self._finish_row()
        if self.file and self._is_ours:
            self.file.close()

    def _finish_row(self) -> None:
        if self._row:
            found, cells = [problem for problem, _cells in self._row], self._row[0][1]
            said = [", ".join(p.column for p in found), "; ".join(p.reason for p in found)]
            self._write([str(found[0].row), *said], [cells.get(column, "") for column in self._columns or ()])
            self._row = []

    def _write(self, said: Sequence[str], cells: Sequence[str]) -> None:
        if self.writer:
            self.writer.writerow([safe_cell(cell) for cell in (*said, *cells)])


def _private(path: Path) -> TextIO:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path.open("w", encoding="utf-8-sig", newline="")


@dataclass
class Report:
    """What a load did, or in a preview would do. `differences` stand between sources and wait for a decision.

    `samples` are rows of each sort (number, cells), where they were asked for; `context` names what was stored, to take it back.
    """

    file: str
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    duplicates: int = 0
    skipped: int = 0
    bad: int = 0
    differences: int = 0
    notes: list[str] = field(default_factory=list)
    first_rows: list[dict[str, Any]] = field(default_factory=list)
    samples: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0
    context: str = ""

    def as_json(self) -> dict[str, Any]:
        """The report for a machine."""
        return asdict(self)


def checked(text: str, limit: int) -> str:
    """The text of a cell as it is stored; `Bad` for what no honest cell holds."""
    if "\0" in text:
        raise Bad(_("the cell contains a NUL character"))
    if len(text) > limit * 4:
        raise Bad(
            _("the text has %(length)s characters; at most %(limit)s are accepted")
            % {"length": len(text), "limit": limit}
        )
    text = plain_cell(text)
    if FORMULA.match(text):
        raise Bad(_("the text begins like a spreadsheet formula"))
    tidy = normalise(text)
    if len(tidy) > limit:
        raise Bad(
            _("the text has %(length)s characters; at most %(limit)s are accepted")
            % {"length": len(tidy), "limit": limit}
        )
    return tidy


def asked_mapping(text: str) -> dict[str, str]:
    """``number=rl_no,name=name`` as a mapping from our field to the file's column."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not sign or not ours.strip() or not theirs.strip() for ours, sign, theirs in pairs):
        raise BadMapping(_("Write the columns as field=column, separated by commas."))
    return {ours.strip(): theirs.strip() for ours, _sign, theirs in pairs}


def columns_for(sheet: Sheet, fields: Sequence[Field], asked: Mapping[str, str]) -> dict[str, str]:
    """The file's column of each field: as asked, else by the field's own names; `BadMapping` names what is missing."""
    known = {item.name for item in fields}
    if strange := sorted(set(asked) - known):
        raise BadMapping(
            _("There is no field %(field)s; the fields are: %(fields)s.")
            % {"field": ", ".join(strange), "fields": ", ".join(item.name for item in fields)}
        )
    by_key = {fold(column): column for column in reversed(sheet.columns) if not column.startswith(MARK)}
    found: dict[str, str] = {}
    for item in fields:
        names = [asked[item.name]] if item.name in asked else [item.name, *item.also]
        column = next((by_key[key] for key in map(fold, names) if key in by_key), "")
        if column:
            found[item.name] = column
        elif item.name in asked:
            raise BadMapping(_no_column(asked[item.name], sheet))
    required = [item.name for item in fields if item.required]
    if required and not found and sheet.columns == (VALUE,):
        found[required[0]] = VALUE
    if missing := [name for name in required if name not in found]:
        raise BadMapping(
            _(
                "No column for %(fields)s was found. The columns are: %(columns)s. Name it with --map field=column."
            )
            % {"fields": ", ".join(missing), "columns": ", ".join(sheet.columns)}
        )
    return found


def _no_column(name: str, sheet: Sheet) -> str:
    return _("There is no column %(column)s; the columns are: %(columns)s.") % {
        "column": name,
        "columns": ", ".join(sheet.columns),
    }


def entries(
    sheet: Sheet,
    fields: Sequence[Field],
    columns: Mapping[str, str],
    problems: Problems,
    *,
    report: Report | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Iterator[Entry]:
    """Each good row; the others go to `problems`. `on_progress` is told how far into the file the reading is."""
    wanted = [(item, columns[item.name]) for item in fields if item.name in columns]
    problems.of(sheet)
    for count, row in enumerate(sheet.rows, 1):
        if report is not None:
            report.read = count
        if on_progress and count % 500 == 0:
            on_progress(sheet.done())
        if row.problem:
            problems.add(Problem(row.number, "", row.problem), row.values)
            continue
        entry = _judged(row, wanted, problems)
        if entry:
            yield entry
    if on_progress:
        on_progress(sheet.total)


def _judged(row: Row, wanted: list[tuple[Field, str]], problems: Problems) -> Entry | None:
    values: dict[str, Any] = {}
    good = True
    for item, column in wanted:
        text = row.values.get(column, "")
        try:
            values[item.name] = item.read(text)
        except Bad as refused:
            value = text[:80].replace("\0", "\\0")
            problems.add(Problem(row.number, column, str(refused), value), row.values)
            good = False
    return Entry(row.number, values, row.values) if good else None
