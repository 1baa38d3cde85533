"""Reading the sealed book: a record's history, the event log, and an event as a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import covers, resource_of, visible
from safar.foundation.history.detail import DIGESTS
from safar.foundation.history.kinds import WATCHING, kind_of
from safar.foundation.history.models import Event

PAGE = 50
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_CLAUSE = re.compile(r"(?=, |: )")
_PLACEHOLDER = re.compile(r"%\((\w+)\)")


def events_of(
    actor: Actor, subject: models.Model, *, before: int | None = None, limit: int = PAGE
) -> list[Event]:
    """A record's events, newest first; `before` is the id of the last event shown.

    Who may see the record sees what was done to it. Who looked at it, took it out or was refused is for those the policy
    lets view ``history.event``.
    """
    here = Q(resource=resource_of(type(subject)), subject_id=str(subject.pk))
    rows = visible(actor, Event).filter(here)
    if isinstance(subject, Labelled) and covers(actor, subject):
        rows |= Event.unscoped.filter(here).exclude(kind__in=WATCHING)
    return _page(rows, before, limit)


def events(
    actor: Actor, *, before: int | None = None, limit: int = PAGE, user_id: int | None = None, kind: str = ""
) -> list[Event]:
    """The event log as far as the policy lets the actor view ``history.event``, newest first."""
    rows = visible(actor, Event)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    if kind:
        rows = rows.filter(kind=kind)
    return _page(rows, before, limit)


def sentence(event: Event) -> str:
    """What was done, in the reader's language, without who and when: "closed the record: no longer needed".

    A clause of the sentence (after a comma or a colon) is left out where all its values are empty.
    """
    values = _Values({**event.body, **(event.detail or {})})
    first, *clauses = _CLAUSE.split(str(kind_of(event.kind).sentence))
    digests = event.body.get(DIGESTS)
    recorded = set(digests or ()) if digests or not event.detail else None
    return "".join([first, *(c for c in clauses if _says_something(c, values, recorded))]) % values


def _says_something(clause: str, values: Mapping[str, Any], recorded: set[str] | None) -> bool:
    """Whether a value of the clause is not empty; one that is gone says so, if it was `recorded` (None: nobody knows)."""
    names = _PLACEHOLDER.findall(clause)
    gone = {name for name in names if recorded is None or name in recorded}
    return not names or any(values.get(name, name in gone) not in ("", None, [], False) for name in names)


def link(event: Event) -> str | None:
    """Where an event leads, if its kind knows."""
    find = kind_of(event.kind).link
    return find(event) if find else None


_names: list[Callable[[set[int]], Mapping[int, str]]] = []


def name_actors(names: Callable[[set[int]], Mapping[int, str]]) -> None:
    """Let the room that knows people say their names: `names` maps user ids to names."""
    _names[:] = [names]


def actor_names(rows: Iterable[Any]) -> dict[str, str]:
    """A name for the `actor` of each event or change."""
    actors = {row.actor for row in rows}
    ids = {
        int(number)
        for kind, _dot, number in (a.partition(".") for a in actors)
        if kind == "staff" and number.isdigit()
    }
    known = (
        {f"staff.{number}": name for found in _names for number, name in found(ids).items()} if ids else {}
    )
    return {actor: known.get(actor) or _unnamed(actor) for actor in actors}


def _unnamed(actor: str) -> str:
    kind, _dot, rest = actor.partition(".")
    if kind == "public":
        return _("a visitor")
    if kind == "system":
        return _("the system (%(job)s)") % {"job": rest}
    return _("account %(number)s") % {"number": rest}


def _page(rows: QuerySet[Event], before: int | None, limit: int) -> list[Event]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:limit])


class _Values(dict[str, Any]):
    """Values of a sentence as people write them; a forgotten one says so."""

    def __getitem__(self, name: str) -> str:
        return shown(super().__getitem__(name)) if name in self else _("(erased)")


def shown(value: Any) -> str:
    """A recorded value in the reader's language: dates, lists, yes and no."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return _("nothing")
    if isinstance(value, list):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return formats.date_format(date.fromisoformat(value), "DATE_FORMAT")
    if isinstance(value, str) and _MOMENT.match(value):
        return formats.localize(datetime.fromisoformat(value)) or value
    return formats.localize(value) if isinstance(value, int | float) else str(value)
