"""A register's rows out as CSV or XLSX: the list's filters and columns, nothing secret, no formula, every export recorded."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _
from openpyxl import Workbook

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.gathering import attach_references
from safar.foundation.access.visibility import Hidden, always_hidden, may, resource_of
from safar.foundation.registers.declaration import Register, display
from safar.foundation.registers.listing import SEARCH, order_for, rows_for, told
from safar.foundation.registers.sheets.cells import safe_cell, text_cell

CHUNK = 2000
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(register: Register, actor: Actor, params: Any, kind: str, *, now: Any) -> Iterator[bytes]:
    """The filtered rows as a file, in pieces; recorded with its filters before the first byte leaves.

    `Hidden` as well if it is sought by a text too telling for an address: it would stand in the file.
    """
    is_telling = register.keeps_from_address(params.get(SEARCH, ""))
    if kind not in CONTENT_TYPES or is_telling or not may(actor, register.model, "export"):
        raise Hidden(resource_of(register.model), "", "export")
    columns = [c for c in register.columns if c not in always_hidden(actor, register.model)]
    said = {"filters": told(register, params), "format": kind}
    history.record_export(register.model, by=actor, now=now, detail=said)
    return (_csv if kind == "csv" else _xlsx)(register, actor, params, columns, now)


def _rows(register: Register, actor: Actor, params: Any, columns: list[str]) -> Iterator[list[str]]:
    with acting(actor), transaction.atomic():
        rows, _filterset = rows_for(register, actor, params, "export")
        found = rows.order_by(*order_for(register, actor, params)).iterator(chunk_size=CHUNK)
        while chunk := list(islice(found, CHUNK)):
            attach_references(actor, [(chunk, columns)])
            for row in chunk:
                yield [safe_cell(localize(display(row, c))) for c in columns]


class _Echo:
    def write(self, text: str) -> bytes:
        return text.encode()


def _csv(register: Register, actor: Actor, params: Any, columns: list[str], now: Any) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield b"\xef\xbb\xbf"
    yield writer.writerow([safe_cell(register.label_of(c)) for c in columns])
    for row in _rows(register, actor, params, columns):
        yield writer.writerow(row)


def _xlsx(register: Register, actor: Actor, params: Any, columns: list[str], now: Any) -> Iterator[bytes]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(register.title)[:31])
    sheet.append([str(register.label_of(c)) for c in columns])
    for row in _rows(register, actor, params, columns):
        sheet.append([text_cell(sheet, value) for value in row])
    note = book.create_sheet(_("About"))
    said = {"title": register.title, "filters": params.urlencode() or _("none"), "time": localize(now)}
    note.append([_("%(title)s, filters: %(filters)s, %(time)s") % said])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(65536):
            yield piece
