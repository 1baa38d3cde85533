"""Rows of a table file, one at a time: CSV or TSV in any common encoding, a JSON list, an XLSX workbook.

Files come from elsewhere and are not trusted: sizes are limited, a packed workbook is measured before it is opened, and
what cannot be read is refused with `Unreadable`, whose text is the user's sentence. Text is handed on as it stands;
judging a cell is the business of `loading`.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

CHUNK = 1 << 20
SAMPLE = 64 * 1024
DELIMITERS = "\t,;|"
CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
BINARY = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"\x1f\x8b": "gzip", b"\xd0\xcf\x11\xe0": "XLS"}


class Unreadable(Exception):
    """The file cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is accepted: bytes of a streamed file, of a workbook packed and unpacked, cells, characters of a cell."""

    file_bytes: int = 1_000_000_000
    packed_bytes: int = 100_000_000
    unpacked_bytes: int = 1_000_000_000
    ratio: int = 300
    cells: int = 10_000_000
    columns: int = 500
    cell_chars: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
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
        return _open_workbook(path, sheet, header_row, limits)
    if size > limits.file_bytes:
        raise Unreadable(_too_large(path, size, limits.file_bytes))
    _refuse_binary(path, start)
    encoding = _known(encoding, path) or detect_encoding(path)
    if _looks_like_json(start, encoding):
        return _open_json(path, encoding, size, limits)
    return _open_text(path, encoding, delimiter, header_row, size, limits)


def _look(path: Path) -> tuple[int, bytes]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(SAMPLE)
    except FileNotFoundError as error:
        raise Unreadable(_("There is no file %(path)s.") % {"path": path}) from error
    except OSError as error:
        raise Unreadable(_("The file %(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}) from error
    if not start.strip():
        raise Unreadable(_("The file %(path)s is empty.") % {"path": path})
    return size, start


def _too_large(path: Path, size: int, limit: int) -> str:
    return _("The file %(path)s holds %(size)s MB; at most %(limit)s MB are accepted. Split it and load the parts.") % {
        "path": path,
        "size": size // 1_000_000,
        "limit": limit // 1_000_000,
    }


def _refuse_binary(path: Path, start: bytes) -> None:
    name = next((name for magic, name in BINARY.items() if start.startswith(magic)), "")
    control = sum(start.count(bytes([n])) for n in range(32) if n not in (9, 10, 13))
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if name or (control > len(start) // 10 and not wide):
        raise Unreadable(
            _("The file %(path)s is not a table (%(kind)s). Save it as CSV, XLSX or JSON and load that.")
            % {"path": path, "kind": name or _("binary data")}
        )


# -- text ---------------------------------------------------------------------------------------------------


def _known(encoding: str, path: Path) -> str:
    try:
        return codecs.lookup(encoding).name if encoding else ""
    except LookupError as error:
        raise Unreadable(_undecodable(path, encoding)) from error


def detect_encoding(path: Path) -> str:
    """UTF-8 (or UTF-16 by its mark) where the bytes say so, else the likelier of the Cyrillic and the Western Windows page."""
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        return "utf-8" if _is_utf8(file) else _windows_page(path)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _windows_page(path: Path) -> str:
    """Cyrillic words are runs of high bytes; in Western text a high byte stands alone among plain letters."""
    with path.open("rb") as file:
        sample = file.read(CHUNK)
    runs = re.findall(rb"[\xa8\xb8\xa1\xa2\xb2\xb3\xc0-\xff]+", sample)
    long = sum(len(run) for run in runs if len(run) > 2)
    return "cp1251" if long * 2 > sum(map(len, runs)) else "cp1252"


def detect_delimiter(sample: str) -> str:
    """The delimiter that splits the first lines most evenly; a comma where nothing splits them."""
    lines = [line for line in sample.splitlines()[:30] if line.strip()]
    lines = lines[:-1] or lines

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=delimiter)]
        usual = max(set(widths), key=widths.count) if widths else 1
        return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)

    best = max(DELIMITERS, key=evenness)
    return best if evenness(best)[1] > 1 else ","


def _open_text(path: Path, encoding: str, delimiter: str, header_row: int, size: int, limits: Limits) -> Sheet:
    try:
        raw = path.open("rb")
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        delimiter = delimiter or detect_delimiter(text.read(SAMPLE // 2))
        text.seek(0)
    except UnicodeError as error:
        raise Unreadable(_undecodable(path, encoding)) from error
    csv.field_size_limit(limits.cell_chars)
    lines = csv.reader(text, delimiter=delimiter)
    cells = _safe_lines(lines, path, encoding)
    columns = header(next(islice(cells, header_row - 1, None), (0, []))[1], path, limits)
    return Sheet("text", columns, _shaped(cells, columns), size, raw.tell, encoding, delimiter)


def _undecodable(path: Path, encoding: str) -> str:
    return _("The file %(path)s is not written in the encoding %(encoding)s. Name the right one with --encoding.") % {
        "path": path,
        "encoding": encoding,
    }


def _safe_lines(lines: Any, path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line number where the row begins, cells) of each row that is not blank."""
    while True:
        number = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(
                _("Line %(line)s of %(path)s cannot be read: a quotation mark opened there may never close.")
                % {"line": number, "path": path}
            ) from error
        except UnicodeError as error:
            raise Unreadable(_undecodable(path, encoding)) from error
        if any(cell.strip() for cell in cells):
            yield number, cells


def header(cells: list[Any], path: Path, limits: Limits) -> tuple[str, ...]:
    """Column names, each once: nameless ones are numbered, repeated ones get a count."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(str(cell).replace("\ufeff", "").split()) or f"column {number}"
        names.append(name if name not in names else f"{name} ({names.count(name) + number})")
    if not names:
        raise Unreadable(_("The file %(path)s has no header row.") % {"path": path})
    if len(names) > limits.columns:
        raise Unreadable(
            _("The file %(path)s has %(count)s columns; at most %(limit)s are accepted.")
            % {"path": path, "count": len(names), "limit": limits.columns}
        )
    return tuple(names)


def _shaped(rows: Iterator[tuple[int, list[str]]], columns: tuple[str, ...]) -> Iterator[Row]:
    width = len(columns)
    for number, cells in rows:
        problem = ""
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            problem = _("the row has %(cells)s cells, the header has %(columns)s") % {"cells": len(cells), "columns": width}
        yield Row(number, dict(zip(columns, cells + [""] * (width - len(cells)), strict=False)), problem)


# -- JSON ---------------------------------------------------------------------------------------------------


def _looks_like_json(start: bytes, encoding: str) -> bool:
    return start.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")[:1] in ("[", "{")


def _open_json(path: Path, encoding: str, size: int, limits: Limits) -> Sheet:
    raw = path.open("rb")
    items = _json_items(io.TextIOWrapper(raw, encoding=encoding), path, limits)
    first = list(islice(items, 200))
    if not first:
        raise Unreadable(_("The list in %(path)s is empty.") % {"path": path})
    columns = header(list(dict.fromkeys(name for item in first for name in _flat(item))), path, limits)
    rows = (Row(number, {n: _text(v) for n, v in _flat(item).items()}) for number, item in enumerate(_chain(first, items), 1))
    return Sheet("json", columns, rows, size, raw.tell, encoding)


def _chain(first: list[Any], rest: Iterator[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _flat(item: Any) -> dict[str, Any]:
    """An object's members; a plain value is the single column ``value``; a serialised Django row opens its fields."""
    if not isinstance(item, dict):
        return {"value": item}
    if isinstance(item.get("fields"), dict) and "model" in item:
        return {"model": item["model"], "pk": item.get("pk"), **item["fields"]}
    return item


def _json_items(text: io.TextIOWrapper, path: Path, limits: Limits) -> Iterator[Any]:
    """Elements of the list in the file, decoded one at a time so that memory stays flat."""
    broken = Unreadable(_("The file %(path)s is not a JSON list of rows.") % {"path": path})
    decoder, buffer, position, ended = json.JSONDecoder(), "", 0, False
    try:
        buffer = text.read(CHUNK).lstrip("\ufeff \t\r\n")
        if not buffer.startswith("["):
            raise broken
        position = 1
        while True:
            position = _after(buffer, position)
            if buffer[position : position + 1] == "]":
                return
            try:
                item, end = decoder.raw_decode(buffer, position)
                if end < len(buffer) or ended:
                    yield item
                    position = end
                    continue
            except json.JSONDecodeError:
                if ended or len(buffer) - position > limits.cell_chars + CHUNK:
                    raise broken from None
            chunk = text.read(CHUNK)
            buffer, position, ended = buffer[position:] + chunk, 0, not chunk
    except (RecursionError, UnicodeError) as error:
        raise broken from error


def _after(buffer: str, position: int) -> int:
    while position < len(buffer) and buffer[position] in " \t\r\n,":
        position += 1
    return position


# -- workbooks ----------------------------------------------------------------------------------------------


def _open_workbook(path: Path, sheet: str, header_row: int, limits: Limits) -> Sheet:
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
        raise Unreadable(_("The workbook %(path)s is damaged and cannot be read.") % {"path": path}) from error
    counted = _Counted((found.start or (0, 0))[0])
    cells = counted.over(found.iter_rows())
    columns = header(next(islice(cells, header_row - 1, None), (0, []))[1], path, limits)
    return Sheet("workbook", columns, _shaped(cells, columns), found.height, lambda: counted.seen)


class _Counted:
    """Walks a sheet's rows as text, counting, and leaves out blank ones."""

    def __init__(self, above: int) -> None:
        self.seen, self.above = 0, above

    def over(self, rows: Iterator[list[Any]]) -> Iterator[tuple[int, list[str]]]:
        for row in rows:
            self.seen += 1
            cells = [_text(value) for value in row]
            if any(cell.strip() for cell in cells):
                yield self.seen + self.above, cells


def measure_workbook(path: Path, limits: Limits) -> None:
    """Refuse a workbook that would unpack to too much, or spread over too many cells, before anything opens it."""
    try:
        packed = path.stat().st_size
        if packed > limits.packed_bytes:
            raise Unreadable(_too_large(path, packed, limits.packed_bytes))
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(
                    _("The file %(path)s is packed but is no XLSX workbook. Save it as XLSX or CSV.") % {"path": path}
                )
            allowed = min(limits.unpacked_bytes, max(packed * limits.ratio, 20_000_000))
            for entry in archive.infolist():
                allowed -= _measure(archive, entry, path, allowed, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unreadable(_("The workbook %(path)s is damaged and cannot be read.") % {"path": path}) from error


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, allowed: int, limits: Limits) -> int:
    size, width, height, tail = 0, 0, 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            size += len(chunk)
            if size > allowed:
                raise Unreadable(
                    _("The workbook %(path)s unpacks to far more than it should; it is refused.") % {"path": path}
                )
            if entry.filename.startswith("xl/worksheets/"):
                found = CELL.findall(tail + chunk)
                tail = chunk[-24:]
                width = max([width, *map(_column, {letters for letters, _number in found})])
                height = max([height, *map(int, {number for _letters, number in found})])
                if width * max(height, 1) > limits.cells or width > limits.columns:
                    raise Unreadable(
                        _("The workbook %(path)s spreads over too many cells (%(width)s columns, %(height)s rows).")
                        % {"path": path, "width": width, "height": height}
                    )
    return size


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(value: Any) -> str:
    """A cell as text: whole numbers without a fraction, dates in ISO form, structures as JSON."""
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
