"""A register's list as the staff see it: views, filters, columns, a page of rows, and what may be done with the picked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safar.doors.workbench.actions import save_filter
from safar.doors.workbench.gate import (
    StaffRequest,
    answer,
    list_url,
    query_without,
    register_page,
    with_query,
)
from safar.doors.workbench.models import SavedFilter
from safar.doors.workbench.references import choose_by_typing, name_blanks, understood
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import may, visible
from safar.foundation.actions import Action
from safar.foundation.actions.forms import form_for
from safar.foundation.registers import Register
from safar.foundation.registers.declaration import display
from safar.foundation.registers.importing import may_import
from safar.foundation.registers.listing import (
    AFTER,
    BEFORE,
    SEARCH,
    SORT,
    ListPage,
    list_page,
    sorted_by,
)

SIZE = 50
MOST_PICKED = 200
COLUMNS, START = "col", "at"
LAYOUT = (AFTER, BEFORE, START)
"""What a query string says of the place in the list rather than of what is listed."""

NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)
DATES = (models.DateField, models.DateTimeField)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value in the list: its label, and the tone of the tag it is shown as."""

    name: str
    label: Any
    value: Any
    tone: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What all cells of a column share."""

    name: str
    label: str
    is_number: bool
    is_short: bool
    tones: Mapping[Any, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the value, and the values that stand small beneath it."""

    piece: Piece
    under: list[Piece]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: where its record stands and its cells."""

    pk: Any
    version: int
    title: Any
    url: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, which sorts the list if the column can be sorted by."""

    label: Any
    url: str
    way: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the screen: its own heading and those of what stands beneath."""

    name: str
    headings: list[Heading]
    way: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view: everybody's, or (with a number) one's own."""

    title: Any
    url: str
    is_current: bool
    pk: Any = None


@dataclass
class ListScreen:
    """Everything the list's template shows."""

    register: Register
    page: ListPage
    columns: list[Column]
    rows: list[Row]
    tabs: list[ViewTab]
    query: str
    start: int
    next_url: str
    previous_url: str
    is_bare: bool
    choosable: list[tuple[str, Any, bool]]
    kept_fields: list[tuple[str, str]]
    bulk: list[Action] = field(default_factory=list)
    single: list[Action] = field(default_factory=list)
    creating: list[Action] = field(default_factory=list)
    may_add: bool = False
    may_export: bool = False
    is_kept_back: bool = False
    may_import: bool = False
    save_form: Any = None

    @property
    def end(self) -> int:
        """Number of the last row shown."""
        return self.start + len(self.rows) - 1

    @property
    def filters_on(self) -> int:
        """How many filters are in force."""
        return len(self.page.active) + bool(self.page.search)

    @property
    def may_pick_all(self) -> bool:
        """Whether all that fit the filter may be picked at once: more than a page, and not too many."""
        return self.has_pager and not self.page.count.capped and self.page.count.value <= MOST_PICKED

    @property
    def without_search(self) -> str:
        """The query string without what is searched for."""
        return query_without(QueryDict(self.query), SEARCH)

    @property
    def layout_fields(self) -> list[tuple[str, str]]:
        """The order and columns chosen, for the form of the filters to keep."""
        said = QueryDict(self.query)
        return [(SORT, v) for v in said.getlist(SORT)[-1:]] + [(COLUMNS, v) for v in said.getlist(COLUMNS)]

    @property
    def has_pager(self) -> bool:
        """Whether there is anything before or behind this page."""
        return bool(self.next_url or self.previous_url)


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def register_list(request: StaffRequest, register: Register) -> HttpResponse:
    """Show a page of the register.

    A text no address may carry (`Register.keeps_from_address`: a PINFL, a telephone) comes in the form's body and is answered
    there and then; any other is led on to an address, so that the list can be kept, sorted and turned as ever.
    """
    if request.method != "POST":
        screen = list_screen(register, request.actor, request.GET)
        return answer(request, "workbench/list.html", {"screen": screen})
    said = request.POST.copy()
    said.pop("csrfmiddlewaretoken", None)
    text = said.get(SEARCH, "")
    if not register.keeps_from_address(text):
        filled = [(name, value) for name, values in said.lists() for value in values if value]
        return redirect(list_url(register, urlencode(filled)))
    said.pop(SEARCH)
    screen = list_screen(register, request.actor, said, sought=text)
    return answer(request, "workbench/list.html", {"screen": screen})


def list_screen(
    register: Register, actor: Actor, params: QueryDict, *, save_form: Any = None, sought: str = ""
) -> ListScreen:
    """The list under the filters of `params`, with what the actor may do from it; `sought` is a text no address carries."""
    plain, faults = understood(register, actor, params)
    plain.pop(START, None)
    if sought:
        plain[SEARCH] = sought
    page = list_page(register, actor, plain, size=SIZE)
    if sought:  # No link leads on from here: it would carry the text in its address.
        page.next = page.previous = ""
        page.active = [
            (label, value, query_without(QueryDict(query), SEARCH)) for label, value, query in page.active
        ]
    form = page.filterset.form
    choose_by_typing(form, actor, always=True)
    name_blanks(form, _("Any"))
    form.marks_optional = False
    for name, fault in faults.items():
        form.errors[name] = form.error_class(fault.messages)
    columns, under, choosable = _layout(register, page, params)
    shapes = {name: _shape(register, name) for name in page.columns}
    query = query_without(params, *LAYOUT)
    start = _start(params, page)
    creating = [
        a
        for a in register.actions
        if a.creates and a is not register.add_action and may(actor, register.model, a.name)
    ]
    mine = [a for a in register.actions if not a.creates and may(actor, register.model, a.name)]
    return ListScreen(
        register=register,
        page=page,
        columns=[_column(register, page, params, n, under.get(n, ()), not sought) for n in columns],
        rows=_rows(page, columns, shapes, under, partial(_address, list_url(register), query)),
        tabs=_tabs(register, actor, params),
        query=query,
        start=start,
        next_url=_turned(page.next, params, start + SIZE),
        previous_url=_turned(page.previous, params, start - SIZE),
        is_bare=not (page.active or page.search or form.errors),
        choosable=choosable,
        kept_fields=[(k, v) for k, found in params.lists() for v in found if k not in (*LAYOUT, COLUMNS)],
        bulk=[a for a in mine if a.bulk and not a.destructive],
        single=[a for a in mine if a.destructive],
        creating=creating,
        may_add=bool(register.add_action and may(actor, register.model, register.add_action.name)),
        may_export=may(actor, register.model, "export") and not sought,
        is_kept_back=bool(sought),
        may_import=may_import(register, actor),
        save_form=save_form
        or form_for(save_filter, actor, initial={"register": register.slug, "query": query}),
    )


def _start(params: QueryDict, page: ListPage) -> int:
    """The number of the first row, as the pages turned so far tell it; nothing depends on it."""
    said = params.get(START, "")
    return int(said) if said.isdigit() and len(said) < 9 and page.previous else 1


def _turned(query: str, params: QueryDict, start: int) -> str:
    return f"?{query_without(QueryDict(query), **{START: max(start, 1)})}" if query else ""


def _layout(
    register: Register, page: ListPage, params: QueryDict
) -> tuple[list[str], dict[str, tuple[str, ...]], list[Any]]:
    """The columns of the screen, what stands beneath each, and which of them may be put away."""
    shown = page.columns
    beneath = {n: tuple(u for u in names if u in shown) for n, names in register.under.items() if n in shown}
    folded = {u for names in beneath.values() for u in names}
    columns = [n for n in shown if n not in folded]
    wanted = [n for n in params.getlist(COLUMNS) if n in columns]
    kept = [n for n in columns if n in wanted or n == columns[0]] if wanted else columns
    choosable = [(n, register.label_of(n), n in kept) for n in columns[1:]]
    return kept, beneath, choosable


def _column(
    register: Register, page: ListPage, params: QueryDict, name: str, under: Sequence[str], may_sort: bool
) -> Column:
    headings = [
        _heading(register, page, params, n) if may_sort else Heading(register.label_of(n), "", "")
        for n in (name, *under)
    ]
    way = next((h.way for h in headings if h.way), "")
    return Column(name, headings, way, isinstance(_field(register, name), NUMBERS))


def _heading(register: Register, page: ListPage, params: QueryDict, name: str) -> Heading:
    if not sorted_by(register.model, name):
        return Heading(register.label_of(name), "", "")
    way = {name: "ascending", f"-{name}": "descending"}.get(page.sort, "")
    wanted = f"-{name}" if way == "ascending" else name
    return Heading(register.label_of(name), f"?{query_without(params, *LAYOUT, **{SORT: wanted})}", way)


def _rows(
    page: ListPage,
    columns: Iterable[str],
    shapes: dict[str, Shape],
    under: dict[str, tuple[str, ...]],
    address: Callable[[Any], str],
) -> list[Row]:
    """The rows with their cells; a table class of the register's own draws its cells itself."""
    drawn = page.table.rows if page.register.table else repeat(None)
    layout = [(shapes[name], [shapes[n] for n in under.get(name, ())]) for name in columns]
    return [
        Row(
            record.pk,
            record.version,
            str(record),
            address(record.pk),
            [
                Cell(_piece(record, bound, shape), [_piece(record, bound, s) for s in beneath], shape)
                for shape, beneath in layout
            ],
        )
        for record, bound in zip(page.rows, drawn, strict=False)
    ]


def _address(base: str, query: str, pk: Any) -> str:
    """Where a record stands: below its list, without asking the router once a row."""
    return with_query(f"{base}{pk}/", query)


def _piece(record: Any, bound: Any, shape: Shape) -> Piece:
    name = shape.name
    value = bound.get_cell(name) if bound else display(record, name)
    return Piece(
        name, shape.label, value, shape.tones.get(record.__dict__.get(name)) if shape.tones else None
    )


def _shape(register: Register, name: str) -> Shape:
    found = _field(register, name)
    return Shape(
        name=name,
        label=capfirst(str(register.label_of(name))),
        is_number=isinstance(found, NUMBERS) and not found.choices,
        is_short=isinstance(found, DATES),
        tones=register.tones.get(name, {}),
    )


def _field(register: Register, name: str) -> Any:
    try:
        return register.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _tabs(register: Register, actor: Actor, params: QueryDict) -> list[ViewTab]:
    """Everybody's views and one's own; the one whose filters are in force is the current."""
    now = _canonical(query_without(params, *LAYOUT, COLUMNS, SORT))
    own = (
        visible(actor, SavedFilter).filter(register=register.slug, is_kept=True).order_by("title", "pk")[:20]
    )
    tabs = [ViewTab(_("All"), list_url(register), not now)]
    tabs += [
        ViewTab(v.title, list_url(register, v.query), _canonical(v.query) == now) for v in register.views
    ]
    return tabs + [
        ViewTab(f.title, list_url(register, f.query), _plain(f.query) == now and bool(now), f.pk) for f in own
    ]


def _plain(query: str) -> frozenset[tuple[str, str]]:
    return _canonical(query_without(QueryDict(query), *LAYOUT, COLUMNS, SORT))


def _canonical(query: str) -> frozenset[tuple[str, str]]:
    """A query string without what is empty and without its order."""
    return frozenset((k, v) for k, found in QueryDict(query).lists() for v in found if v)
