"""CSV and TSV: the encoding and the delimiter are found, a row is numbered by the line it begins on."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from safar.foundation.registers.sheets.rows import (
    CHUNK,
    Limits,
    Sheet,
    Unreadable,
    header,
    shaped,
    too_many_lines,
)

SAMPLE = 64 * 1024
DELIMITERS = "\t,;|"


def known_encoding(encoding: str, path: Path) -> str:
    """The encoding asked for by its proper name, '' if none was; `Unreadable` if there is no such one."""
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


def open_text(path: Path, encoding: str, delimiter: str, header_row: int, size: int, limits: Limits) -> Sheet:
    """Open a delimited text; the delimiter is found if none is named."""
    try:
        raw = path.open("rb")
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        delimiter = delimiter or detect_delimiter(text.read(SAMPLE // 2))
        text.seek(0)
    except UnicodeError as error:
        raise Unreadable(_undecodable(path, encoding)) from error
    csv.field_size_limit(limits.cell_chars)
    lines = csv.reader(text, delimiter=delimiter)
    cells = _safe_lines(lines, path, encoding, limits)
    columns = header(next(islice(cells, header_row - 1, None), (0, []))[1], path, limits)
    return Sheet("text", columns, shaped(cells, columns), size, raw.tell, encoding, delimiter)


def _undecodable(path: Path, encoding: str) -> str:
    return _(
        "The file %(path)s is not written in the encoding %(encoding)s. Name the right one with --encoding."
    ) % {
        "path": path,
        "encoding": encoding,
    }


def _safe_lines(lines: Any, path: Path, encoding: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(line number where the row begins, cells) of each row that is not blank."""
    for _line in range(limits.lines + 1):
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
    raise Unreadable(too_many_lines(path, limits.lines))
