"""A register's list: filtered, searched, sorted, a page at a time, at the same cost at any depth.

Pages are cut by key, never by offset; the count stops at a thousand; what is hidden from the actor on any row can be
neither a column nor a sort nor a filter.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

import django_filters
import django_tables2 as tables
from django.core.exceptions import ValidationError
from django.db.models import Field, Func, Model, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import QueryDict
from django.utils.formats import number_format
from django_filters.filterset import filterset_factory
from django_tables2 import table_factory

from safar.foundation.access.actors import Actor
from safar.foundation.access.gathering import attach_references
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import always_hidden, tells_nothing, visible
from safar.foundation.actions.forms import limit_choices
from safar.foundation.languages.keys import KeyField, SortKeyField, sought_in
from safar.foundation.registers.declaration import Register, enterable

COUNT_LIMIT, FOUND = 1000, 200
SEARCH, SORT, AFTER, BEFORE = "q", "sort", "after", "before"
RANK = "found_at"
"""The column a search may add: where the row stands among the answers, the best at 1."""


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
    columns: tuple[str, ...]
    rows: Sequence[Labelled]
    filterset: django_filters.FilterSet
    count: Count
    sort: str
    next: str
    previous: str
    active: list[tuple[Any, Any, str]]
    search: str

    @cached_property
    def table(self) -> tables.Table:
        """The page as a table of django-tables2: the register's own class, or one by the library's factory."""
        made = self.register.table or table_factory(self.register.model, fields=self.columns)
        hidden = set(self.register.columns) - set(self.columns)
        return made(self.rows, exclude=hidden, orderable=False)


@lru_cache(maxsize=256)
def filterset_class(register: Register) -> type[django_filters.FilterSet]:
    """The register's filters, by django-filter's own factory."""
    given = register.filters if isinstance(register.filters, dict) else dict.fromkeys(register.filters)
    base = type("RegisterFilters", (django_filters.FilterSet,), {n: one for n, one in given.items() if one})
    return filterset_factory(register.model, filterset=base, fields=list(given))


def rows_for(register: Register, actor: Actor, params: QueryDict, action: str = "view") -> tuple[Any, Any]:
    """The actor's rows under the filters and search of `params`, unordered, and the filter set; a bad filter fits nothing."""
    hidden = always_hidden(actor, register.model)
    rows = searched(register, visible(actor, register.model, action), params.get(SEARCH, ""), hidden=hidden)
    filterset = filterset_class(register)(params, queryset=rows)
    for name, one in list(filterset.filters.items()):
        if not tells_nothing(register.model, [one.field_name], hidden):
            del filterset.filters[name]
    limit_choices(filterset.form, actor)
    return filterset.qs if filterset.is_valid() else rows.none(), filterset


def told(register: Register, params: QueryDict) -> str:
    """The filters of `params` as the history keeps them: of a text sought it is said that there was one, and never which."""
    known = filterset_class(register).base_filters
    kept = [(k, v) for k, values in params.lists() for v in values if k in known and v]
    return urlencode([*kept, (SEARCH, "*")] if params.get(SEARCH, "").strip() else kept, safe="*")


def searched(register: Register, rows: QuerySet, text: str, most: int = FOUND, hidden: Any = ()) -> QuerySet:
    """Rows one of whose search columns begins with the text as that column folds it (b-tree ranges; never ``icontains``).

    A column made from a `hidden` field finds nothing, and neither does a search that looks at a row as a whole.
    """
    if callable(register.search):
        return rows if not text.strip() else rows.none() if hidden else register.search(rows, text, most)
    found = Q()
    for column in (c for c in register.search if tells_nothing(register.model, [c], hidden)):
        if wanted := sought_in(register.model._meta.get_field(column), text[:200]):
            found |= Q(**{f"{column}__gte": wanted, f"{column}__lt": wanted + "\U0010ffff"})
    return rows.filter(found) if found or not text.strip() else rows.none()


def ordered(register: Register, rows: QuerySet) -> QuerySet:
    """Rows found, the best first where the search ranks them, else in the register's order."""
    return rows.order_by(*((RANK,) if RANK in rows.query.annotations else register.order))


def order_for(register: Register, actor: Actor, params: QueryDict) -> tuple[str, ...]:
    """The order asked for, if an index runs along it and the actor always sees the column; else the register's own."""
    asked = params.get(SORT, "")
    name = asked.lstrip("-")
    found = sorted_by(register.model, name) if name in register.columns else ()
    hidden, pk = always_hidden(actor, register.model), register.model._meta.pk.name
    if not found or not tells_nothing(register.model, [name, *found], hidden):
        return register.order if tells_nothing(register.model, register.order, hidden) else (pk,)
    return tuple(f"-{n}" for n in found) if asked.startswith("-") else found


@lru_cache(maxsize=1024)
def sorted_by(model: type[Model], name: str) -> tuple[str, ...]:
    """The columns of the index along which a list sorted by a column runs; empty: it cannot be sorted by it.

    A name is sorted by its stored key, in the order of the alphabets instead of codes.
    """
    plain = {f.name: f for f in model._meta.concrete_fields if not f.is_relation}
    keys = [f for f in plain.values() if isinstance(f, KeyField) and f.sources[0] == name]
    keys.sort(key=lambda f: not isinstance(f, SortKeyField))
    indexes = [index.fields for index in model._meta.indexes if not index.condition]
    indexes += [[f.name, model._meta.pk.name] for f in plain.values() if f.unique]
    for key in (*(f.name for f in keys), name):
        for columns in indexes:
            bare = tuple(column.lstrip("-") for column in columns)
            if bare[:1] == (key,) and plain.keys() >= set(bare) and enterable(model, columns):
                return bare
    return ()


def list_page(register: Register, actor: Actor, params: QueryDict, *, size: int = 50) -> ListPage:
    """One page of the list as the actor may see it; unreadable cursors begin at the beginning."""
    rows, filterset = rows_for(register, actor, params)
    order = order_for(register, actor, params)
    found, has_next, has_previous = cut(rows, order, params, size)
    attach_references(actor, [(found, register.columns)])
    hidden = always_hidden(actor, register.model)
    return ListPage(
        register=register,
        columns=tuple(c for c in register.columns if c not in hidden),
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
    rows = rows.order_by(*order).reverse() if backwards else rows.order_by(*order)
    ahead = Q() if position is None else behind(order, position, backwards=backwards)
    field = rows.model._meta.get_field(order[0].lstrip("-"))
    parts = [rows.filter(q)[: size + 1] for q in stretches(field, ahead, position, backwards=backwards)]
    found = list(parts[0].union(*parts[1:], all=True)[: size + 1] if parts[1:] else parts[0])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
        return found, position is not None and bool(found), more
    return found, more, position is not None and bool(found)


def stretches(field: Any, ahead: Q, position: list[Any] | None, *, backwards: bool) -> list[Q]:
    """What lies ahead, as one stretch of the order's index or as two: rows without a value in its first field come last."""
    name = f"{field.name}__isnull"
    if not field.null:
        return [ahead]
    first, then = Q(**{name: backwards}), Q(**{name: not backwards})
    if position is None or (position[0] is None) == backwards:
        return [first & ahead, then]
    return [then & ahead]


def behind(order: tuple[str, ...], position: list[Any], *, backwards: bool) -> Q:
    """Rows behind (or before) a position, by comparing whole rows: the database enters the index right there."""
    known = [(o.lstrip("-"), Value(v)) for o, v in zip(order, position, strict=True) if v is not None]
    here, there = (Func(*side, function="ROW", output_field=Field()) for side in zip(*known, strict=True))
    is_down = order[0].startswith("-") != backwards
    return Q(LessThan(here, there) if is_down else GreaterThan(here, there))


def cursor(row: Model, order: tuple[str, ...]) -> str:
    """A row's place in an order, as it travels in the address."""
    values = [getattr(row, o.lstrip("-")) for o in order]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def read_cursor(text: str, order: tuple[str, ...], model: type[Model]) -> list[Any] | None:
    """The values a cursor holds, or None if it is not one for this order."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        fields: list[Any] = [model._meta.get_field(o.lstrip("-")) for o in order]
        known = list(zip(fields, values, strict=True))
        if any(value is None and not field.null or "\0" in str(value) for field, value in known):
            return None
        return [field.to_python(value) for field, value in known]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        return None


def active_filters(filterset: Any, params: QueryDict) -> list[tuple[Any, Any, str]]:
    """Filters in force: label, value in words, and the query string without it."""
    form, filters = filterset.form, filterset.filters
    return [
        (filters[name].label or name, _words(form.fields[name], value), _link(params, name, None))
        for name, value in form.cleaned_data.items()
        if value not in (None, "", []) and params.get(name)
    ]


def _words(field: Any, value: Any) -> Any:
    choices = dict(getattr(field, "choices", ())) if not hasattr(field, "queryset") else {}
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(v, v)) for v in value)
    return choices.get(value, value)


def _link(params: QueryDict, name: str, value: str | None) -> str:
    kept = [(k, v) for k, values in params.lists() for v in values if k not in (AFTER, BEFORE, name)]
    return urlencode([*kept, (name, value)] if value is not None else kept)
