"""The parts of a packed workbook, judged as the reader of workbooks will judge them: by what a part says, not by its name.

A reference counts in any case, quoted and spaced in any way; a part that cannot be parsed may not hold cells at all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat  # noqa: S407 - sizes are limited and document types are refused

from django.utils.translation import gettext as _

from safar.foundation.registers.sheets.rows import Limits, Unreadable, too_many_lines

REFERENCE = re.compile(r"([A-Za-z]{0,9})([0-9]{1,12})", re.ASCII)
DIGITS = "0123456789"
INDEX = re.compile(r"\s*([0-9]{1,12})\s*", re.ASCII)
CELLS = b"sheetData"
#: More elements than this for each cell that is allowed are no table.
ELEMENTS = 4


class Part:
    """One part, fed piece by piece, after `elements` in the parts before: how far its cells spread, which shared texts they name, how long its own are."""

    def __init__(self, path: Path, limits: Limits, elements: int = 0) -> None:
        self.path, self.limits, self.elements = path, limits, elements
        self.named: Counter[int] = Counter()
        self.lengths: list[int] = []
        self.row = self.column = self.width = self.height = 0
        self.is_sheet = self.holds_cells = self.names_text = False
        self.broken = False
        self._most = limits.cells * ELEMENTS
        self._index: list[str] | None = None
        self._tail = b""
        self._columns: dict[str, int] = {}
        self._do: dict[str, Callable[[dict[str, str]], None]] = {
            "sheetData": self._sheet,
            "dimension": self._dimension,
            "row": self._row,
            "c": self._cell,
            "v": self._value,
            "si": self._shared,
        }
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Judge the next piece; `Unreadable` as soon as it is too much."""
        self.holds_cells = self.holds_cells or CELLS in self._tail + piece
        self._tail = piece[-len(CELLS) :]
        if not self.broken:
            try:
                self._parser.Parse(piece, last)
            except expat.ExpatError:
                self.broken = True
        if self.broken and self.holds_cells:
            raise self.damaged()

    def close(self) -> None:
        """The part has ended."""
        self.feed(b"", last=True)
        self._end_value()

    def damaged(self) -> Unreadable:
        """The refusal of what cannot be parsed."""
        return Unreadable(_("The workbook %(path)s is damaged and cannot be read.") % {"path": self.path})

    def far_too_much(self) -> Unreadable:
        """The refusal of what unpacks to more than any table."""
        return Unreadable(
            _("The workbook %(path)s unpacks to far more than it should; it is refused.")
            % {"path": self.path}
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > self._most:
            raise self.far_too_much()
        if self._index is not None:
            self._end_value()
        do = self._do.get(name)
        if do is None and ":" in name:
            do = self._do.get(name.rpartition(":")[2])
        if do:
            do(attributes)

    def _text(self, text: str) -> None:
        if self._index is not None:
            self._index.append(text)
        elif self.lengths:
            self.lengths[-1] += len(text)

    def _doctype(self, *_declared: object) -> None:
        raise self.damaged()

    def _sheet(self, _attributes: dict[str, str]) -> None:
        self.is_sheet = True

    def _dimension(self, attributes: dict[str, str]) -> None:
        for corner in attributes.get("ref", "").split(":"):
            if found := REFERENCE.fullmatch(corner):
                self._reach(_column(found[1]), int(found[2]))

    def _row(self, attributes: dict[str, str]) -> None:
        self.row = self._place(attributes["r"])[1] if "r" in attributes else self.row + 1
        self.column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        if not self.is_sheet:
            return
        if "r" in attributes:
            self.column, self.row = self._place(attributes["r"])
        else:
            self.column += 1
        if self.column > self.width or self.row > self.height or not self.row:
            self._reach(self.column, max(self.row, 1))
        self.names_text = attributes.get("t") == "s"

    def _value(self, _attributes: dict[str, str]) -> None:
        if self.is_sheet and self.names_text:
            self._index = []
            self._parser.CharacterDataHandler = self._text

    def _end_value(self) -> None:
        if self._index is not None:
            found = INDEX.fullmatch("".join(self._index))
            self.named[int(found[1]) if found else 0] += 1
            self._index = None
            if not self.lengths:
                self._parser.CharacterDataHandler = None

    def _shared(self, _attributes: dict[str, str]) -> None:
        self.lengths.append(0)
        self._parser.CharacterDataHandler = self._text

    def _place(self, reference: str) -> tuple[int, int]:
        letters = reference.rstrip(DIGITS)
        row = reference[len(letters) :]
        column = self._columns.get(letters)
        if column is None or not 0 < len(row) <= 12:
            found = REFERENCE.fullmatch(reference)
            if not found:
                raise self.damaged()
            column = _column(found[1])
            if len(self._columns) < self.limits.columns:
                self._columns[letters] = column
        return column, int(row)

    def _reach(self, column: int, row: int) -> None:
        if column <= self.width and row <= self.height:
            return
        self.width, self.height = max(self.width, column), max(self.height, row)
        if self.width * self.height > self.limits.cells or self.width > self.limits.columns:
            raise Unreadable(
                _("The workbook %(path)s spreads over too many cells (%(width)s columns, %(height)s rows).")
                % {"path": self.path, "width": self.width, "height": self.height}
            )
        if self.height > self.limits.lines:
            raise Unreadable(too_many_lines(self.path, self.limits.lines))


class Repeats:
    """How much text the cells of a workbook come to, where many of them name one shared text."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.elements = 0
        self.named: list[Counter[int]] = []
        self.lengths: list[int] = []

    def add(self, part: Part) -> None:
        """Remember what a part names, or how long the texts are that it holds."""
        self.elements = part.elements
        if part.named:
            self.named.append(part.named)
        for index, length in enumerate(part.lengths):
            if index < len(self.lengths):
                self.lengths[index] = max(self.lengths[index], length)
            else:
                self.lengths.append(length)

    def judge(self) -> None:
        """Refuse a workbook one of whose sheets comes to too much text."""
        for named in self.named:
            text = sum(times * self.lengths[n] for n, times in named.items() if n < len(self.lengths))
            if text > self.limits.text:
                raise Unreadable(
                    _(
                        "The cells of the workbook %(path)s hold %(count)s million characters; at most %(limit)s million are accepted."
                    )
                    % {
                        "path": self.path,
                        "count": text // 1_000_000,
                        "limit": self.limits.text // 1_000_000,
                    }
                )


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
