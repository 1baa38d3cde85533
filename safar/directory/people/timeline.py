"""The timeline of a person: which facts there are, leaving one, and reading those an actor may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.models import Fact, Person
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import PERSONAL, PROTECTED
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, store

LEAVE = "leave_fact"


class UnknownFact(LookupError):
    """A fact of a code nobody registered: it would have no sentence."""


@dataclass(frozen=True, slots=True)
class FactKind:
    """A sort of fact: which service leaves it, its sentence with ``%(name)s`` placeholders, its level and icon."""

    code: str
    service: str
    sentence: Any
    level: int = PERSONAL
    icon: str = "circle-dot"
    params: frozenset[str] = frozenset()


_kinds: dict[str, FactKind] = {}


def register_fact(
    code: str, *, service: str, sentence: Any, level: int = PERSONAL, icon: str = "circle-dot", params: tuple[str, ...] = ()
) -> FactKind:
    """Make a sort of fact known. A service of level 3 has none: `ImproperlyConfigured`."""
    if level >= PROTECTED:
        raise ImproperlyConfigured(f"{code}: a service of level 3 leaves no facts")
    if code in _kinds:
        raise ImproperlyConfigured(f"two sorts of fact are called {code}")
    _kinds[code] = FactKind(code, service, sentence, level, icon, frozenset(params))
    return _kinds[code]


def kind_of(code: str) -> FactKind:
    """The sort of fact with this code, or `UnknownFact`."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownFact(f"no sort of fact is called {code!r}; register it with register_fact") from None


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


def sentence_of(fact: Fact) -> str:
    """The fact in words, in the language of the moment; its code where its sort is not known any more."""
    kind = _kinds.get(fact.code)
    return str(kind.sentence) % fact.params if kind else fact.code
