"""Rows the laws need and the demo world may lack: enough of them, and some that mean harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import DataError, IntegrityError, models, transaction

from safar.foundation.access.visibility import visible
from safar.foundation.encryption.fields import encrypted_fields

#: What a spreadsheet would run if it stood at the beginning of a cell (OWASP, CSV injection), and what a workbook cannot hold.
POISON = ("=1", "+1", "-1", "@x", "\t1", "\r1", " =1", "\x0b=1", "a\x01b", "a;=1", "a|@x", 'a;"=1')


def enough(model: type[models.Model], actor: Any, columns: tuple[str, ...], count: int) -> list[Any]:
    """Keys of so many rows that name all they can in their columns; what the demo lacks is copied from the fullest."""
    fields = {f.name: f for f in model._meta.concrete_fields}
    links = [fields[c].attname for c in columns if c in fields and fields[c].is_relation]
    rows = list(visible(actor, model).order_by("pk")[:2000])
    fullness = {row.pk: sum(getattr(row, link) is not None for link in links) for row in rows}
    most = max(fullness.values())
    full = [row for row in rows if fullness[row.pk] == most][:count]
    copies = [copied(full[0], number) for number in range(1, count - len(full) + 1)]
    return [row.pk for row in (*full, *copies)]


def copied(row: models.Model, number: int) -> models.Model:
    """A stored copy of a row that differs in its key and in whatever must be unique."""
    meta = row._meta
    unique = {name for c in meta.constraints if isinstance(c, models.UniqueConstraint) for name in c.fields}
    copy = type(row).unscoped.get(pk=row.pk)
    for field in meta.concrete_fields:
        if not field.primary_key and not field.generated and (field.unique or field.name in unique):
            setattr(copy, field.attname, varied(getattr(row, field.attname), number, field))
    opened = {field.attname: getattr(copy, field.attname) for field in encrypted_fields(type(row))}
    copy.pk = uuid4() if isinstance(meta.pk, models.UUIDField) else None
    for name, value in opened.items():
        setattr(copy, name, value)  # sealed anew: a sealed value belongs to its own row
    copy._state.adding = True
    models.Model.save(copy, force_insert=True)
    return copy


def varied(value: Any, number: int, field: Any) -> Any:
    """Another value of the same form."""
    if isinstance(value, date):
        return value + timedelta(days=number)
    if field.is_relation or isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value + 1_000_000 + number
    text = f"{number:03}"
    return value[: -len(text)] + text if len(value) > 2 * len(text) else value + text


def planted(model: type[models.Model], actor: Any, column: str, poison: str) -> Iterator[str]:
    """What stands in a row after the poison was written there, unless the database itself refuses it."""
    row = visible(actor, model, "export").order_by("pk").first()
    mine = type(row).unscoped.filter(pk=row.pk)
    try:
        with transaction.atomic():
            mine.update(**{column: poison})
    except (DataError, IntegrityError):
        return
    yield mine.values_list(column, flat=True)[0]


def inert(text: str) -> str:
    """How a text leaves the house: quoted if a spreadsheet would run it, whole or any piece of it where it may be parted."""
    pieces = re.split(r"([;|\t\r\n])", text)
    said = "".join(f"'{one}" if one.lstrip(' \x0b"')[:1] in list("=+-@") else one for one in pieces)
    return f"'{said}" if text[:1] in ("\t", "\r") else said


def printable(text: str) -> str:
    """A text without control characters, of which a workbook keeps few."""
    return "".join(c for c in text if c >= " ")


def text_columns(model: type[models.Model], names: tuple[str, ...]) -> list[str]:
    """Those of the names that are stored free text of the model's own."""
    fields = {f.name: f for f in model._meta.concrete_fields if not f.generated and not f.choices}
    return [n for n in names if isinstance(fields.get(n), models.CharField | models.TextField)]
