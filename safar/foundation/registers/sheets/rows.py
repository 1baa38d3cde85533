"""What every kind of file comes down to: columns, numbered rows of text, limits, and a sentence where it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

CHUNK = 1 << 20


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is accepted: bytes of a streamed file, of a workbook packed and unpacked, cells, characters of a cell.

    `lines` are counted with the blank ones; `text` is what a workbook's cells come to when shared texts are spelt out.
    """

    file_bytes: int = 1_000_000_000
    packed_bytes: int = 100_000_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 300
    cells: int = 10_000_000
    columns: int = 500
    cell_chars: int = 1_000_000
    lines: int = 20_000_000
    text: int = 1_000_000_000


class Row(NamedTuple):
    """One row: its number as a person counts it in the file, its cells by column, and what is wrong with its shape."""

    number: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """An opened file. `rows` may be walked once; `done()` of `total` tells how far it has come."""

    kind: str
    columns: tuple[str, ...]
    rows: Iterator[Row]
    total: int
    done: Callable[[], int]
    encoding: str = ""
    delimiter: str = ""


def too_large(path: Path, size: int, limit: int) -> str:
    """The sentence that refuses a file for its size."""
    return _(
        "The file %(path)s holds %(size)s MB; at most %(limit)s MB are accepted. Split it and load the parts."
    ) % {
        "path": path,
        "size": size // 1_000_000,
        "limit": limit // 1_000_000,
    }


def too_many_lines(path: Path, limit: int) -> str:
    """The sentence that refuses a file for its lines."""
    return _("The file %(path)s has more than %(limit)s lines, blank ones included. Split it or tidy it.") % {
        "path": path,
        "limit": limit,
    }


def header(cells: list[Any], path: Path, limits: Limits) -> tuple[str, ...]:
    """Column names, each once: nameless ones are numbered, repeated ones get a count."""
    if not cells:
        raise Unreadable(_("The file %(path)s has no header row.") % {"path": path})
    if len(cells) > limits.columns:
        raise Unreadable(
            _("The file %(path)s has %(count)s columns; at most %(limit)s are accepted.")
            % {"path": path, "count": len(cells), "limit": limits.columns}
        )
    names: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        name = " ".join(str(cell).replace("\ufeff", "").split()) or f"column {number}"
        names[name if name not in names else _another(name, names, number + 1)] = None
    return tuple(names)


def _another(name: str, names: dict[str, None], number: int) -> str:
    return next(other for n in count(number) if (other := f"{name} ({n})") not in names)


def shaped(rows: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Row]:
    """Rows by column; one with more cells than the header has a problem."""
    width = len(columns)
    for number, cells in rows:
        problem = ""
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            problem = _("the row has %(cells)s cells, the header has %(columns)s") % {
                "cells": len(cells),
                "columns": width,
            }
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        yield Row(number, dict(zip(columns, cells, strict=False)), problem)


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, dates in ISO form, structures as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
