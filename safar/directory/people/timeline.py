"""The timeline of a person: leaving a fact, and reading those an actor may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.facts import kind_of
from safar.directory.people.models import Fact, Person
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import PROTECTED
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, store

LEAVE = "leave_fact"


def leave_fact(
    person: Person,
    code: str,
    *,
    on: date,
    by: Actor,
    now: datetime,
    organisation: Organisation,
    params: Mapping[str, Any] | None = None,
    place: Place | None = None,
    level: int | None = None,
) -> Fact:
    """Put a fact on a person's timeline, for `organisation`, inside the transaction of the act it tells of.

    `level` may raise the sort's own level, never lower it; level 3 is refused. `params` are codes, dates and numbers for
    the sentence: names of the sort, nothing else.
    """
    kind = kind_of(code)
    level = max(kind.level, level or 0)
    if level >= PROTECTED:
        raise Refused(_("What happens in protection leaves no trace on a timeline."))
    if strange := set(params or {}) - kind.params:
        raise ValueError(f"{code} has no parameters {sorted(strange)}")
    fact = Fact(
        person=person,
        code=code,
        params=dict(params or {}),
        service=kind.service,
        on=on,
        level=level,
        organisation=organisation,
        place=place,
        left_at=now,
    )
    return store(fact, by=by, action=LEAVE)


def timeline(actor: Actor, person: Person) -> QuerySet[Fact]:
    """The facts of a person the actor may see, the latest first."""
    return visible(actor, Fact).filter(person=person).order_by("-on", "-id")
