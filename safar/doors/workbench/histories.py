"""What happened: to one record, with its versions beside each other; and to the whole house, for those who watch over it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from time import monotonic
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from safar.doors.workbench.gate import (
    StaffRequest,
    answer,
    list_url,
    query_without,
    record_url,
    register_page,
    staff_page,
)
from safar.doors.workbench.naming import neutral_title
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, get, may, resource_of
from safar.foundation.actions import all_actions
from safar.foundation.history.kinds import kind_of, known_kinds
from safar.foundation.history.models import Event
from safar.foundation.registers import Register, all_registers

PAGE, NAMED = 50, 3
BEFORE, EARLIER, LATER = "before", "earlier", "later"
VIA: dict[str, Any] = {"web": "", "system": _("automatic"), "api": "API"}


NAMES_KEPT, MOST_NAMES = 300.0, 5_000
_names: dict[tuple[str, str | None], tuple[str, float]] = {}


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is told: who did what, when, on which record, and which fields it changed."""

    id: int
    who: str
    sentence: str
    at: datetime
    icon: str
    tone: str
    via: Any
    title: str
    url: str
    changes: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A state of the record one may compare with another."""

    id: int
    number: int
    what: str
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Step:
    """A field that differs between two versions."""

    label: Any
    before: str
    after: str


@require_safe
@register_page
def record_history(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Show everything that was done to a record, and two of its versions beside each other."""
    row = get(request.actor, register.model, pk)
    events = history.events_of(request.actor, row, before=_number(request, BEFORE), limit=PAGE + 1)
    changes = [_without(change, register.secret) for change in history.versions(request.actor, row)]
    names = names_of([*events, *changes])
    by_context = {c.context: c.fields for c in changes if c.context and c.operation == "update"}
    earlier, later = _pair(request, changes)
    context = {
        "register": register,
        "title": str(row),
        "tab_title": neutral_title(register, row),
        "list_url": list_url(register),
        "record_url": record_url(register, row.pk),
        "lines": told(request.actor, events[:PAGE], names=names, changes=by_context),
        "older": f"?{query_without(request.GET, **{BEFORE: events[PAGE - 1].pk})}"
        if len(events) > PAGE
        else "",
        "versions": versions_told(register, changes, names),
        "earlier": earlier,
        "later": later,
        "steps": between(changes, earlier, later),
    }
    return answer(request, "workbench/history.html", context)


def versions_told(register: Register, changes: list[Any], names: dict[str, str]) -> list[Version]:
    """The record's states, newest first: the act that led to each, or the fields an edit changed."""
    found = []
    for number, change in zip(range(len(changes), 0, -1), changes, strict=True):
        act, edit = all_actions().get(change.kind), register.change_action
        labels = [str(field.label) for field in change.fields] if change.operation == "update" else []
        fields = ", ".join(labels[:NAMED]) + ("…" if len(labels) > NAMED else "")
        what = str(act.label) if act and not (act is edit and fields) else fields[:1].upper() + fields[1:]
        found.append(
            Version(change.id, number, what, change.at, names.get(change.actor, "") if change.actor else "")
        )
    return found


@require_safe
@staff_page
def audit(request: StaffRequest) -> HttpResponse:
    """Show the event log as far as the reader may see it."""
    if not may(request.actor, Event, "view"):
        raise Hidden(resource_of(Event), "", "view")
    who, kind = _number(request, "who"), request.GET.get("kind", "")
    if kind and kind not in known_kinds():
        raise Http404
    events = history.events(
        request.actor, before=_number(request, BEFORE), limit=PAGE + 1, user_id=who, kind=kind
    )
    context = {
        "lines": told(request.actor, events[:PAGE]),
        "older": f"?{query_without(request.GET, **{BEFORE: events[PAGE - 1].pk})}"
        if len(events) > PAGE
        else "",
        "kinds": sorted(
            ((code, sentence_of(code)) for code in known_kinds()), key=lambda pair: pair[1].casefold()
        ),
        "kind": kind,
        "who": who,
        "is_filtered": bool(kind or who or request.GET.get(BEFORE)),
    }
    return answer(request, "workbench/audit.html", context)


def told(
    actor: Actor,
    events: Iterable[Event],
    *,
    names: dict[str, str] | None = None,
    changes: dict[Any, Any] | None = None,
) -> list[Told]:
    """Events as the pages tell them; a record is linked where the reader may open such records at all."""
    listed = list(events)
    names = names_of(listed) if names is None else names
    registers = {resource_of(r.model): r for r in all_registers() if may(actor, r.model, "view")}
    return [
        _told(event, names, registers.get(event.resource), (changes or {}).get(event.context, ()))
        for event in listed
    ]


def names_of(rows: Iterable[Any]) -> dict[str, str]:
    """A name for the actor of each event or change; a colleague's is remembered for some minutes."""
    listed, now, language = list(rows), monotonic(), get_language()
    kept = _names.copy()  # in one step: other threads write into it meanwhile
    known = {key[0]: name for key, (name, until) in kept.items() if key[1] == language and until > now}
    found = history.actor_names([row for row in listed if row.actor not in known])
    if len(_names) > MOST_NAMES:
        _names.clear()
    _names.update(
        {
            (actor, language): (name, now + NAMES_KEPT)
            for actor, name in found.items()
            if actor.startswith("staff.")
        }
    )
    return known | found


def sentence_of(code: str) -> str:
    """What kind of event it is, without the values of any one."""
    declared = all_actions().get(code)
    if declared is not None:
        return f"{declared.on._meta.verbose_name}: {declared.label}".capitalize()
    return str(kind_of(code).sentence).partition("%(")[0].strip(" :(,").capitalize()


def between(changes: list[Any], earlier: int | None, later: int | None) -> list[Step]:
    """Fields that differ between two versions: how each was in the first and is in the second."""
    steps: dict[str, Step] = {}
    for change in reversed(changes):
        if earlier is None or later is None or not earlier < change.id <= later:
            continue
        for field in change.fields:
            first = steps.get(field.name)
            before = first.before if first else in_words(field.before, field.before_text)
            steps[field.name] = Step(field.label, before, in_words(field.after, field.after_text))
    return [step for step in steps.values() if step.before != step.after]


def in_words(value: Any, text: str) -> str:
    """A recorded value as the pages write it: days as the language writes them, the rest as the history tells it."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, date) else text


def _told(event: Event, names: dict[str, str], register: Register | None, changed: Iterable[Any]) -> Told:
    declared = all_actions().get(event.kind)
    kind = kind_of(event.kind)
    title = url = ""
    if register is not None:
        title = f"{register.singular} {event.subject_id[:8]}" if event.subject_id else str(register.title)
        url = record_url(register, event.subject_id) if event.subject_id else list_url(register)
    return Told(
        id=event.pk,
        who=names.get(event.actor, event.actor),
        sentence=history.sentence(event),
        at=event.at,
        icon=kind.icon,
        tone="is-alert"
        if declared and declared.destructive or event.kind == "refused"
        else "is-good"
        if declared and declared.creates
        else "",
        via=VIA.get(event.via, event.via),
        title=title,
        url=url,
        changes=tuple(
            Step(f.label, in_words(f.before, f.before_text), in_words(f.after, f.after_text)) for f in changed
        ),
    )


def _pair(request: StaffRequest, changes: list[Any]) -> tuple[int | None, int | None]:
    """The two versions asked for, the earlier first; else the last two."""
    known = sorted(change.id for change in changes)
    asked = sorted(
        n for n in {_number(request, EARLIER), _number(request, LATER)} if n is not None and n in known
    )
    if len(asked) == 2:
        return asked[0], asked[1]
    return (known[-2], known[-1]) if len(known) > 1 else (None, None)


def _without(change: Any, secret: tuple[str, ...]) -> Any:
    if not any(field.name in secret for field in change.fields):
        return change
    return replace(change, fields=tuple(field for field in change.fields if field.name not in secret))


def _number(request: StaffRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isdigit() and len(said) < 18 else None
