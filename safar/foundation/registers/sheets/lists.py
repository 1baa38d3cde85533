"""JSON lists, decoded an element at a time so that memory stays flat."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from safar.foundation.registers.sheets.rows import CHUNK, Limits, Row, Sheet, Unreadable, as_text, header


def looks_like_json(start: bytes, encoding: str) -> bool:
    """Whether the first sign opens a list or an object."""
    return first_sign(start, encoding) in ("[", "{")


def looks_like_markup(start: bytes, encoding: str) -> bool:
    """Whether it is a web page or XML, which many a site hands out under the name of a table."""
    return first_sign(start, encoding) == "<"


def first_sign(start: bytes, encoding: str) -> str:
    """The first sign that is no space."""
    return start.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")[:1]


def open_json(path: Path, encoding: str, size: int, limits: Limits) -> Sheet:
    """Open a JSON list; its columns are those of the first two hundred elements."""
    raw = path.open("rb")
    items = _json_items(io.TextIOWrapper(raw, encoding=encoding), path, limits)
    first = list(islice(items, 200))
    if not first:
        raise Unreadable(_("The list in %(path)s is empty.") % {"path": path})
    columns = header(list(dict.fromkeys(name for item in first for name in _flat(item))), path, limits)
    rows = (
        Row(number, {n: as_text(v) for n, v in _flat(item).items()})
        for number, item in enumerate(chain(first, items), 1)
    )
    return Sheet("json", columns, rows, size, raw.tell, encoding)


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
    except (RecursionError, ValueError) as error:
        raise broken from error


def _after(buffer: str, position: int) -> int:
    while position < len(buffer) and buffer[position] in " \t\r\n,":
        position += 1
    return position
