"""XLSX workbooks: measured before they are opened, then read as text by calamine."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from safar.foundation.registers.sheets.parts import Part, Repeats
from safar.foundation.registers.sheets.rows import (
    Limits,
    Sheet,
    Unreadable,
    as_text,
    header,
    shaped,
    too_large,
)

PIECE = 8 << 20
OTHER_KINDS = ("content.xml", "xl/workbook.bin")


def open_workbook(path: Path, sheet: str, header_row: int, limits: Limits) -> Sheet:
    """Open a sheet of a workbook that has been found small enough; the first one if none is named."""
    measure_workbook(path, limits)
    try:
        book = CalamineWorkbook.from_path(str(path))
        if sheet and sheet not in book.sheet_names:
            raise Unreadable(
                _("There is no sheet %(sheet)s in %(path)s; it has: %(names)s.")
                % {"sheet": sheet, "path": path, "names": ", ".join(book.sheet_names)}
            )
        found = book.get_sheet_by_name(sheet or book.sheet_names[0])
    except (CalamineError, IndexError, OSError, ValueError) as error:
        raise Unreadable(
            _("The workbook %(path)s is damaged and cannot be read.") % {"path": path}
        ) from error
    counted = _Counted((found.start or (0, 0))[0])
    cells = counted.over(found.iter_rows())
    columns = header(next(islice(cells, header_row - 1, None), (0, []))[1], path, limits)
    return Sheet("workbook", columns, shaped(cells, columns), found.height, lambda: counted.seen)


class _Counted:
    """Walks a sheet's rows as text, counting, and leaves out blank ones."""

    def __init__(self, above: int) -> None:
        self.seen, self.above = 0, above

    def over(self, rows: Iterator[list[Any]]) -> Iterator[tuple[int, list[str]]]:
        for row in rows:
            self.seen += 1
            cells = [value if type(value) is str else as_text(value) for value in row]
            if any(cells) and any(cell.strip() for cell in cells):
                yield self.seen + self.above, cells


def measure_workbook(path: Path, limits: Limits) -> None:
    """Refuse a workbook that would unpack to too much, or spread over too many cells, before anything opens it."""
    try:
        packed = path.stat().st_size
        if packed > limits.packed_bytes:
            raise Unreadable(too_large(path, packed, limits.packed_bytes))
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            plain = {name.replace("\\", "/").strip("/").lower() for name in names}
            if "xl/workbook.xml" not in names or plain.intersection(OTHER_KINDS):
                raise Unreadable(
                    _("The file %(path)s is packed but is no XLSX workbook. Save it as XLSX or CSV.")
                    % {"path": path}
                )
            allowed = min(limits.unpacked_bytes, max(packed * limits.ratio, 20_000_000))
            repeats = Repeats(path, limits)
            for entry in archive.infolist():
                allowed -= _measure(archive, entry, Part(path, limits, repeats.elements), allowed, repeats)
            repeats.judge()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(
            _("The workbook %(path)s is damaged and cannot be read.") % {"path": path}
        ) from error


def _measure(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, part: Part, allowed: int, repeats: Repeats
) -> int:
    size = 0
    with archive.open(entry) as file:
        while chunk := file.read(PIECE):
            size += len(chunk)
            if size > allowed:
                raise part.far_too_much()
            part.feed(chunk)
    part.close()
    repeats.add(part)
    return size
