"""A record: what is known of it, who acts next, what may be done with it today, and its neighbours in the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from safar.doors.workbench.gate import (
    StaffRequest,
    answer,
    list_url,
    query_without,
    record_url,
    register_page,
    with_query,
)
from safar.doors.workbench.histories import Told, told
from safar.doors.workbench.lists import LAYOUT, Piece
from safar.doors.workbench.naming import link_of, neutral_title, state_tag
from safar.doors.workbench.references import understood
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import Hidden, always_hidden, covers, get, hidden_fields, may
from safar.foundation.registers import Child, Register, register_of
from safar.foundation.registers.declaration import display, label_of
from safar.foundation.registers.listing import AFTER, BEFORE, cursor, cut, order_for, rows_for
from safar.foundation.registers.record import Button, Item, RecordPage, record_page, reveal

RECENT = 5
SHOWN_BUTTONS = 2


@dataclass(frozen=True, slots=True)
class ChildTable:
    """Rows of another table that belong to this record."""

    title: Any
    columns: list[Any]
    rows: list[tuple[str, list[Piece]]]
    add_url: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the record: the fields that are filled in, the names of those that are not, whether some may be edited."""

    title: Any
    items: list[Item]
    blank: list[Any]
    is_editable: bool


@dataclass
class RecordScreen:
    """Everything the record's template shows."""

    register: Register
    page: RecordPage
    title: str
    tab_title: str
    tag: Any
    number: Item | None
    step: Any
    crumbs: list[tuple[Any, str]]
    buttons: list[Button]
    more: list[Button]
    refusals: list[Button]
    parts: list[Part]
    tables: list[ChildTable]
    empty_tables: list[ChildTable]
    events: list[Told]
    edit_url: str
    history_url: str
    previous_url: str
    next_url: str
    query: str
    shown_name: str = ""
    shown_value: Any = None
    own: Any = None


@require_safe
@register_page
def record(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Show one record; one that is no more leads to the record that stands for it."""
    try:
        screen = record_screen(request, register, pk)
    except Hidden:
        there = register.leads_to(request.actor, pk) if register.leads_to else None
        if there is None:
            raise
        return redirect(record_url(register, there))
    return answer(request, templates_of(register), {"screen": screen})


@require_POST
@register_page
def show_secret(request: StaffRequest, register: Register, pk: str, name: str) -> HttpResponse:
    """Show one masked value in the answer to this very press; the look is recorded, the value kept nowhere."""
    value = reveal(register, request.actor, pk, name, now=timezone.now())
    if request.htmx:
        return answer(request, "workbench/parts/revealed.html", {"value": value})
    screen = record_screen(request, register, pk)
    screen.shown_name, screen.shown_value = name, value
    return answer(request, templates_of(register), {"screen": screen})


@require_safe
@register_page
def neighbour(request: StaffRequest, register: Register, pk: str, way: str) -> HttpResponse:
    """Go to the record before or after this one in the list it was opened from."""
    if way not in ("next", "previous"):
        raise Http404
    row = get(request.actor, register.model, pk)
    query = query_without(request.GET, *LAYOUT)
    params, _faults = understood(register, request.actor, QueryDict(query))
    rows, _filterset = rows_for(register, request.actor, params)
    order = order_for(register, request.actor, params)
    found, _more, _less = cut(rows, order, {AFTER if way == "next" else BEFORE: cursor(row, order)}, 1)
    if found:
        return redirect(record_url(register, found[0].pk, query))
    messages.info(
        request,
        _("This is the last record of the list.")
        if way == "next"
        else _("This is the first record of the list."),
    )
    return redirect(record_url(register, pk, query))


def templates_of(register: Register) -> list[str]:
    """The register's own record page, if it has one, else everybody's."""
    return [f"workbench/registers/{register.slug}.html", "workbench/record.html"]


def record_screen(request: StaffRequest, register: Register, pk: Any) -> RecordScreen:
    """The record as the reader may see it."""
    now = timezone.now()
    actor, query = request.actor, query_without(request.GET, *LAYOUT)
    page = record_page(register, actor, pk, now=now, today=timezone.localdate(now))
    row, hidden = page.obj, hidden_fields(actor, page.obj)
    may_edit = edit_url(register, actor, row)
    parts = [_part(register, title, items, bool(may_edit)) for title, items in page.sections]
    tables = [_child_table(actor, row, child, rows) for child, rows in page.children]
    possible = sorted((b for b in page.buttons if b.enabled), key=lambda b: not b.action.primary)
    return RecordScreen(
        register=register,
        page=page,
        title=str(row),
        tab_title=neutral_title(register, row),
        tag=state_tag(register, row, hidden),
        number=_number(register, row, hidden),
        step=page.next_step,
        crumbs=crumbs(register, query),
        buttons=possible[:SHOWN_BUTTONS],
        more=possible[SHOWN_BUTTONS:],
        refusals=[b for b in page.buttons if not b.enabled],
        parts=[part for part in parts if part.items or part.is_editable],
        tables=[table for table in tables if table.rows],
        empty_tables=[table for table in tables if not table.rows],
        events=told(actor, history.events_of(actor, row, limit=RECENT)),
        edit_url=may_edit,
        history_url=reverse("workbench:history", args=[register.slug, row.pk]),
        previous_url=with_query(
            reverse("workbench:neighbour", args=[register.slug, row.pk, "previous"]), query
        ),
        next_url=with_query(reverse("workbench:neighbour", args=[register.slug, row.pk, "next"]), query),
        query=query,
    )


def crumbs(register: Register, query: str) -> list[tuple[Any, str]]:
    """The list, and the view of it that the record was opened from."""
    trail = [(register.title, list_url(register))]
    if query:
        title = next((v.title for v in register.views if v.query == query), _("Filtered list"))
        trail.append((title, list_url(register, query)))
    return trail


def edit_url(register: Register, actor: Actor, row: Labelled) -> str:
    """Where the record is edited, if this reader may edit it."""
    change = register.change_action
    if change is None or not covers(actor, row, change.name):
        return ""
    return reverse("workbench:edit", args=[register.slug, row.pk])


def _number(register: Register, row: Labelled, hidden: frozenset[str]) -> Item | None:
    name = register.import_key
    if not name or name in hidden or name in register.secret or not getattr(row, name, ""):
        return None
    return Item(register.label_of(name), display(row, name), name)


def _part(register: Register, title: Any, items: list[Item], may_edit: bool) -> Part:
    filled = [item for item in items if item.masked or item.value not in (None, "", [])]
    blank = [item.label for item in items if item not in filled]
    return Part(title, filled, blank, may_edit and any(item.name in register.form_fields for item in items))


def _child_table(actor: Actor, row: Labelled, child: Child, rows: list[Any]) -> ChildTable:
    register = register_of(child.model)
    closed = always_hidden(actor, child.model) | set(register.secret if register else ())
    names = [name for name in child.columns if name not in closed]
    return ChildTable(
        title=child.title,
        columns=[_label(child.model, register, name) for name in names],
        rows=[(link_of(r, actor), [_piece(child.model, register, r, n) for n in names]) for r in rows],
        add_url=_add_url(actor, row, child, register),
    )


def _piece(model: type[Model], register: Register | None, row: Any, name: str) -> Piece:
    tone = register.tone(name, row.__dict__.get(name)) if register else None
    return Piece(name, _label(model, register, name), display(row, name), tone)


def _label(model: type[Model], register: Register | None, name: str) -> Any:
    return label_of(model, name)


def _add_url(actor: Actor, row: Labelled, child: Child, register: Register | None) -> str:
    if not register or not register.add_action or not may(actor, child.model, register.add_action.name):
        return ""
    return f"{reverse('workbench:add', args=[register.slug])}?{child.link}={row.pk}"
