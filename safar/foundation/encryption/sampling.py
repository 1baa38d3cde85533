"""Opens a few values of every encrypted column: do these keys belong to this database?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.apps import apps
from psycopg.sql import SQL, Identifier

from safar.foundation.encryption import keys
from safar.foundation.encryption.envelope import Place, Tampered, unseal
from safar.foundation.encryption.fields import encrypted_fields

SAMPLE = SQL(
    "(select {pk}, {column} from {table} where {pk} >= %(at)s and {column} <> '' order by {pk} limit %(most)s)"
    " union all (select {pk}, {column} from {table} where {pk} < %(at)s and {column} <> '' order by {pk} limit %(most)s)"
    " limit %(most)s"
)


@dataclass(frozen=True, slots=True)
class Sampled:
    """What became of some values of one column. `erased`: their keys were destroyed on purpose."""

    column: str
    opened: int
    erased: int
    trouble: tuple[str, ...]


def open_samples(database: psycopg.Connection[Any], *, most: int = 20) -> Iterator[Sampled]:
    """Try values from a random place of each encrypted column, with the keys in use."""
    for model in apps.get_models():
        for field in encrypted_fields(model):
            table, pk = model._meta.db_table, str(model._meta.pk.column)
            query = SAMPLE.format(
                pk=Identifier(pk), column=Identifier(str(field.column)), table=Identifier(table)
            )
            at = database.execute("select gen_random_uuid()").fetchone()
            rows = database.execute(query, {"at": at and at[0], "most": most}).fetchall()
            yield _tried(table, field.attname, rows)


def _tried(table: str, column: str, rows: list[tuple[Any, ...]]) -> Sampled:
    opened = erased = 0
    trouble: list[str] = []
    for pk, sealed in rows:
        try:
            unseal(bytes(sealed), place=Place(table=table, pk=str(pk), field=column), keys=keys.store())
            opened += 1
        except keys.KeyDestroyed:
            erased += 1
        except (keys.KeyTrouble, Tampered) as error:
            trouble.append(str(error))
    return Sampled(f"{table}.{column}", opened, erased, tuple(trouble))
