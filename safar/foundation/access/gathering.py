"""Rows of several tables in one statement, and the rows that others name.

A join would show hidden rows to the application and, under row-level security, lose the rows that name them; a query for
each table makes a page dear. So each table is asked through the actor's own eyes, all in one ``union all``, and every row
travels as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Expression, F, Model, QuerySet, TextField, Value, Window
from django.db.models.functions import RowNumber

from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import visible


def fetch(parts: Sequence[QuerySet]) -> list[list[Any]]:
    """The rows of each query set, in its order: one statement for them all."""
    if len(parts) < 2:
        return [list(part) for part in parts]
    tagged = [_tagged(number, part) for number, part in enumerate(parts)]
    found: list[list[Any]] = [[] for _part in parts]
    for number, _place, text in sorted(tagged[0].union(*tagged[1:], all=True), key=lambda row: row[:2]):
        found[number].append(_made(parts[number].model, text))
    return found


def attach_references(actor: Actor, groups: Iterable[tuple[Sequence[Model], Iterable[str]]]) -> None:
    """Put on the rows of each group the rows its named references point to: one statement for all groups.

    What the actor may not see is as if nothing were named.
    """
    known = [(rows, references(type(rows[0]), names)) for rows, names in groups if rows]
    wanted: dict[type[Model], set[Any]] = {}
    for rows, fields in known:
        for field in fields:
            keys = {getattr(row, field.attname) for row in rows} - {None}
            wanted.setdefault(field.related_model, set()).update(keys)
    models = [model for model, keys in wanted.items() if keys]
    fetched = fetch([_all(actor, model).filter(pk__in=wanted[model]) for model in models])
    by_key = {model: {row.pk: row for row in rows} for model, rows in zip(models, fetched, strict=True)}
    for rows, fields in known:
        for field in fields:
            for row in rows:
                field.set_cached_value(
                    row, by_key.get(field.related_model, {}).get(getattr(row, field.attname))
                )


def references(model: type[Model], names: Iterable[str]) -> list[Any]:
    """Those of the names that are references to one other row, by its key."""
    found = []
    for name in dict.fromkeys(names):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.concrete and (field.many_to_one or field.one_to_one):
            found.append(field)
    return found


def _all(actor: Actor, model: type[Model]) -> QuerySet:
    return visible(actor, model) if issubclass(model, Labelled) else QuerySet(model)


class RowAsText(Expression):
    """The whole row of the query's own table, as the text of its JSON."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``row_to_json`` of the table's alias."""
        return (
            f"row_to_json({compiler.quote_name_unless_alias(compiler.query.get_initial_alias())})::text",
            (),
        )


def _tagged(number: int, part: QuerySet) -> QuerySet:
    names = [str(name) for name in part.query.order_by or ("pk",)]
    order = [F(name[1:]).desc() if name.startswith("-") else F(name).asc() for name in names]
    tags = {
        "gathered_part": Value(number),
        "gathered_place": Window(RowNumber(), order_by=order),
        "gathered": RowAsText(),
    }
    return part.annotate(**tags).values_list(*tags)


def _made(model: type[Model], text: str) -> Model:
    """A row made of its JSON; what is encrypted did not come along and is fetched if it is asked for."""
    columns = json.loads(text, parse_float=Decimal)
    fields = [f for f in model._meta.concrete_fields if not getattr(f, "encrypted", False)]
    return model.from_db(
        "default", [f.attname for f in fields], [_read(f, columns[f.column]) for f in fields]
    )


def _read(field: Any, value: Any) -> Any:
    target = field.target_field if field.is_relation else field
    return value if value is None else target.to_python(value)
