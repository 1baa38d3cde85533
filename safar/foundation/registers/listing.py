"""A register's list: filtered, searched, sorted, a page at a time, at the same cost at any depth.

Pages are cut by key, never by offset; the count stops at a thousand; what is hidden from the actor on any row can be
neither a column nor a sort nor a filter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.formats import number_format
from django_filters.filterset import filterset_factory
from django_tables2 import table_factory

from safar.foundation.access.actors import Actor
from safar.foundation.access.gathering import attach_references
from safar.foundation.access.visibility import always_hidden, visible
from safar.foundation.actions.forms import limit_choices
from safar.foundation.languages.keys import SortKeyField
from safar.foundation.languages.text import fold
from safar.foundation.registers.declaration import Register

COUNT_LIMIT = 1000
SEARCH, SORT, AFTER, BEFORE = "q", "sort", "after", "before"
CONTROLS = (AFTER, BEFORE)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows fit, up to a thousand."""

    value: int
    capped: bool

    def __str__(self) -> str:
        return number_format(self.value, use_l10n=True, force_grouping=True) + ("+" if self.capped else "")


@dataclass
class ListPage:
    """One page of a register's list."""

    register: Register
    table: tables.Table
    rows: Sequence[Model]
    filterset: django_filters.FilterSet
    count: Count
    sort: str
    next: str
    previous: str
    active: list[tuple[Any, Any, str]]
    search: str


@lru_cache(maxsize=256)
def filterset_class(register: Register) -> type[django_filters.FilterSet]:
    """The register's filters, by django-filter's own factory."""
    given = register.filters if isinstance(register.filters, dict) else dict.fromkeys(register.filters)
    base = type(
        "RegisterFilters", (django_filters.FilterSet,), {n: f for n, f in given.items() if f is not None}
    )
    return filterset_factory(
        register.model, filterset=base, fields=[n for n, f in given.items() if f is None]
    )


@lru_cache(maxsize=256)
def table_class(register: Register) -> type[tables.Table]:
    """The register's table, by django-tables2's own factory."""
    if register.table:
        return register.table
    base = type("RegisterTable", (tables.Table,), dict(register.cells))
    return table_factory(register.model, table=base, fields=register.columns)


def rows_for(
    register: Register, actor: Actor, params: QueryDict, action: str = "view"
) -> tuple[QuerySet, Any]:
    """The actor's rows under the filters and search of `params`, unordered, and the filter set."""
    rows = searched(register, visible(actor, register.model, action), params.get(SEARCH, ""))
    filterset = filterset_class(register)(params, queryset=rows)
    for name in always_hidden(actor, register.model) & set(filterset.filters):
        del filterset.filters[name]
    limit_choices(filterset.form, actor)
    return filterset.qs, filterset


def searched(register: Register, rows: QuerySet, text: str) -> QuerySet:
    """Rows one of whose folded search columns begins with the folded text (b-tree ranges; never ``icontains``)."""
    wanted = fold(text[:200])
    if not wanted:
        return rows.none() if text.strip() else rows
    found = Q()
    for column in register.search:
        found |= Q(**{f"{column}__gte": wanted, f"{column}__lt": wanted + "\U0010ffff"})
    return rows.filter(found)


def order_for(register: Register, actor: Actor, params: QueryDict) -> tuple[str, ...]:
    """The order asked for, if it is one of the columns the actor always sees; else the register's own."""
    asked = params.get(SORT, "")
    name = asked.lstrip("-")
    if (
        name in register.columns
        and name not in always_hidden(actor, register.model)
        and _is_column(register, name)
    ):
        key = _sort_key(register.model, name)
        return (f"-{key}", "-pk") if asked.startswith("-") else (key, "pk")
    return register.order


def list_page(register: Register, actor: Actor, params: QueryDict, *, size: int = 50) -> ListPage:
    """One page of the list as the actor may see it; unreadable cursors begin at the beginning."""
    rows, filterset = rows_for(register, actor, params)
    order = order_for(register, actor, params)
    found, has_next, has_previous = cut(rows, order, params, size)
    attach_references(actor, [(found, register.columns)])
    shown = [c for c in register.columns if c not in always_hidden(actor, register.model)]
    table = table_class(register)(found, exclude=set(register.columns) - set(shown), orderable=False)
    return ListPage(
        register=register,
        table=table,
        rows=found,
        filterset=filterset,
        count=count(rows),
        sort=params.get(SORT, ""),
        next=_link(params, AFTER, cursor(found[-1], order)) if has_next else "",
        previous=_link(params, BEFORE, cursor(found[0], order)) if has_previous else "",
        active=active_filters(filterset, params),
        search=params.get(SEARCH, ""),
    )


def count(rows: QuerySet) -> Count:
    """How many rows there are, counting no further than a thousand."""
    found = rows.order_by()[: COUNT_LIMIT + 1].count()
    return Count(min(found, COUNT_LIMIT), found > COUNT_LIMIT)


def cut(rows: QuerySet, order: tuple[str, ...], params: Any, size: int) -> tuple[list[Any], bool, bool]:
    """A page of rows after or before a cursor, and whether there are more on either side."""
    backwards = bool(params.get(BEFORE))
    position = read_cursor(params.get(BEFORE) or params.get(AFTER) or "", order, rows.model)
    way = tuple(_reverse(o) for o in order) if backwards else order
    if position is not None:
        rows = rows.filter(behind(way, position))
    found = list(rows.order_by(*[_expression(o) for o in way])[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
        return found, position is not None and bool(found), more
    return found, more, position is not None and bool(found)


def behind(order: tuple[str, ...], position: list[Any]) -> Q:
    """Rows behind a position in an order; empty values come last in both directions."""
    condition = Q()
    for depth, name in enumerate(order):
        same = Q()
        for earlier, value in zip(order[:depth], position[:depth], strict=True):
            field = earlier.lstrip("-")
            same &= Q(**{f"{field}__isnull": True}) if value is None else Q(**{field: value})
        field, value = name.lstrip("-"), position[depth]
        if value is None:
            continue
        way = "lt" if name.startswith("-") else "gt"
        further = Q(**{f"{field}__{way}": value}) | Q(**{f"{field}__isnull": True})
        condition |= same & further
    return condition


def cursor(row: Model, order: tuple[str, ...]) -> str:
    """A row's place in an order, as it travels in the address."""
    values = [getattr(row, o.lstrip("-")) for o in order]
    plain = [v if isinstance(v, int | str | float) or v is None else str(v) for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(text: str, order: tuple[str, ...], model: type[Model]) -> list[Any] | None:
    """The values a cursor holds, or None if it is not one for this order."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(order):
            return None
        fields = [
            model._meta.pk if o.lstrip("-") == "pk" else model._meta.get_field(o.lstrip("-")) for o in order
        ]
        # An order names columns: no field here is the far end of a relation.
        return [None if v is None else f.to_python(v) for f, v in zip(fields, values, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, ValidationError):
        return None


def active_filters(filterset: Any, params: QueryDict) -> list[tuple[Any, Any, str]]:
    """Filters in force: label, value in words, and the query string without it."""
    if not filterset.form.is_valid():
        return []
    found = []
    for name, one in filterset.filters.items():
        value = filterset.form.cleaned_data.get(name)
        if value not in (None, "", []) and params.get(name):
            found.append(
                (one.label or name, _words(filterset.form.fields[name], value), _link(params, name, None))
            )
    return found


def _words(field: Any, value: Any) -> Any:
    choices = dict(getattr(field, "choices", ())) if not hasattr(field, "queryset") else {}
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(v, v)) for v in value)
    return choices.get(value, value)


def _link(params: QueryDict, name: str, value: str | None) -> str:
    kept = [(k, v) for k, values in params.lists() for v in values if k not in (*CONTROLS, name)]
    return urlencode([*kept, (name, value)] if value is not None else kept) or "?"[:0]


def _is_column(register: Register, name: str) -> bool:
    try:
        return register.model._meta.get_field(name).concrete
    except FieldDoesNotExist:
        return False


def _sort_key(model: type[Model], name: str) -> str:
    """The stored, indexed key a text column is sorted by where the model has one: the order of the alphabets, not of codes."""
    keys = (f for f in model._meta.concrete_fields if isinstance(f, SortKeyField) and f.sources[0] == name)
    return next((key.name for key in keys), name)


def _reverse(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _expression(name: str) -> Any:
    field = F(name.lstrip("-"))
    return field.desc(nulls_last=True) if name.startswith("-") else field.asc(nulls_last=True)
