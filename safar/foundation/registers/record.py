"""A register's record page: what the actor may see of one row, and what she may do with it today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.gathering import attach_references, fetch
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import Hidden, covers, get, hidden_fields, may, resource_of, visible
from safar.foundation.actions.declaration import Action
from safar.foundation.registers.declaration import Child, Register, display

MOST_CHILDREN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One field on the page; a masked one shows nothing until asked for."""

    label: Any
    value: Any
    name: str
    masked: bool = False
    tone: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """An action on this row; when it makes no sense today, `why` says so."""

    action: Action
    enabled: bool
    why: Any = ""


@dataclass
class RecordPage:
    """One row as the actor may see it."""

    register: Register
    obj: Any
    sections: list[tuple[Any, list[Item]]]
    strip: list[Item]
    buttons: list[Button]
    children: list[tuple[Child, list[Any]]]
    next_step: Any


def record_page(register: Register, actor: Actor, pk: Any, *, now: Any, today: date) -> RecordPage:
    """The record page, or 404; a look at a row of level 2 or above is recorded."""
    row = get(actor, register.model, pk)
    if row.label_level >= SENSITIVE:
        history.record_read(row, by=actor, now=now)
    hidden = hidden_fields(actor, row)
    children = [c for c in register.children if may(actor, c.model, "view")]
    belongings = fetch(
        [visible(actor, c.model).filter(**{c.link: row}).order_by(*c.order)[:MOST_CHILDREN] for c in children]
    )
    named = [name for section in register.sections for name in section.fields]
    attach_references(
        actor, [([row], named), *((rows, c.columns) for c, rows in zip(children, belongings, strict=True))]
    )
    return RecordPage(
        register=register,
        obj=row,
        sections=[
            (s.title, found) for s in register.sections if (found := items(register, row, s.fields, hidden))
        ],
        strip=items(register, row, register.strip, hidden),
        buttons=buttons(register, actor, row, today),
        children=list(zip(children, belongings, strict=True)),
        next_step=register.next_step(row, today) if register.next_step else None,
    )


def items(register: Register, row: Labelled, names: tuple[str, ...], hidden: frozenset[str]) -> list[Item]:
    """The named fields, without the hidden, with the secret masked."""
    found = []
    for name in (n for n in names if n not in hidden):
        masked = name in register.secret
        value = None if masked else display(row, name)
        found.append(
            Item(register.label_of(name), value, name, masked, register.tone(name, row.__dict__.get(name)))
        )
    return found


def buttons(register: Register, actor: Actor, row: Labelled, today: date) -> list[Button]:
    """Actions the actor may do on this row: those that make sense today, then those that do not and why."""
    mine = [a for a in register.actions if not a.creates and covers(actor, row, a.name)]
    judged = [(a, a.refusal(row, actor, today)) for a in mine]
    possible = [Button(a, True) for a, why in judged if not why]
    return possible + [
        Button(a, False, why) for a, why in judged if why and (a.why_not or a.offered(row, today))
    ]


def reveal(register: Register, actor: Actor, pk: Any, name: str, *, now: Any) -> Any:
    """A secret field's value; the look is recorded with who, when and which field."""
    row = get(actor, register.model, pk)
    if name not in register.secret or name in hidden_fields(actor, row):
        raise Hidden(resource_of(register.model), pk, f"reveal {name}"[:40])
    history.record_read(row, by=actor, now=now, fields=(name,))
    return display(row, name)
