"""Rows of a table file, one at a time: CSV or TSV in any common encoding, a JSON list, an XLSX workbook.

Files come from elsewhere and are not trusted: sizes are limited, a packed workbook is measured before it is opened, and
what cannot be read is refused with `Unreadable`, whose text is the user's sentence. Text is handed on as it stands;
judging a cell is the business of `loading`.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from django.utils.translation import gettext as _

from safar.foundation.registers.sheets.lists import looks_like_json, looks_like_markup, open_json
from safar.foundation.registers.sheets.rows import Limits, Row, Sheet, Unreadable, too_large
from safar.foundation.registers.sheets.texts import (
    SAMPLE,
    detect_delimiter,
    detect_encoding,
    known_encoding,
    open_text,
)
from safar.foundation.registers.sheets.workbooks import open_workbook

__all__ = ["Limits", "Row", "Sheet", "Unreadable", "detect_delimiter", "detect_encoding", "open_sheet"]

BINARY = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "XLS",
}


def open_sheet(
    path: Path,
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int = 1,
    limits: Limits | None = None,
) -> Sheet:
    """Open `path` by what it contains, not by its name; `Unreadable` if it is no table or too large."""
    limits = limits or Limits()
    size, start = _look(path)
    if start.startswith(b"PK\x03\x04"):
        return open_workbook(path, sheet, header_row, limits)
    if size > limits.file_bytes:
        raise Unreadable(too_large(path, size, limits.file_bytes))
    _refuse_binary(path, start)
    encoding = known_encoding(encoding, path) or detect_encoding(path)
    if looks_like_json(start, encoding):
        return open_json(path, encoding, size, limits)
    if looks_like_markup(start, encoding):
        raise Unreadable(
            _(
                "The file %(path)s is a web page, not a table. Open it in a spreadsheet and save it as XLSX or CSV."
            )
            % {"path": path}
        )
    return open_text(path, encoding, delimiter, header_row, size, limits)


def _look(path: Path) -> tuple[int, bytes]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(SAMPLE)
    except FileNotFoundError as error:
        raise Unreadable(_("There is no file %(path)s.") % {"path": path}) from error
    except OSError as error:
        raise Unreadable(
            _("The file %(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error
    if not start.strip():
        raise Unreadable(_("The file %(path)s is empty.") % {"path": path})
    return size, start


def _refuse_binary(path: Path, start: bytes) -> None:
    name = next((name for magic, name in BINARY.items() if start.startswith(magic)), "")
    control = sum(start.count(bytes([n])) for n in range(32) if n not in (9, 10, 13))
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if name or (control > len(start) // 10 and not wide):
        raise Unreadable(
            _("The file %(path)s is not a table (%(kind)s). Save it as CSV, XLSX or JSON and load that.")
            % {"path": path, "kind": name or _("binary data")}
        )
