"""The actor: who is acting now, rebuilt from the database for each request or job."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal
from uuid import UUID

from django.utils import timezone

Kind = Literal["staff", "public", "system"]


class NoActor(RuntimeError):
    """Protected rows were asked for while nobody is acting."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One grant as it stands today: a role over organisations (None: any), under a place path, up to a level."""

    role: str
    orgs: frozenset[int] | None = None
    place: str = ""
    level: int = 0


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, the public, or a named job of the system.

    A token narrows its owner: `only` names the resources it opens, `read_only` shuts every action, `orgs` leaves the rows of
    these organisations (and what is published), `shown` names the fields it may see of a resource (``app.model.field``; a
    resource of which none is named is seen whole). The database is told all of it but the fields. `purpose` is what it reads for.
    """

    kind: Kind
    user_id: int = 0
    name: str = ""
    via: str = "web"
    job: str = ""
    only: frozenset[str] | None = None
    read_only: bool = False
    orgs: frozenset[int] | None = None
    shown: frozenset[str] = frozenset()
    purpose: str = ""
    preset: tuple[Scope, ...] | None = field(default=None, repr=False)

    @property
    def signature(self) -> str:
        """What the database is told: ``staff.42``, ``public.0`` or ``system.loader``."""
        return f"{self.kind}.{self.job or self.user_id}"

    @property
    def narrowing(self) -> str:
        """What the database is told a token leaves of its owner's rights: URL-safe base64 of JSON, or nothing."""
        if self.only is None and self.orgs is None and not self.read_only:
            return ""
        said: dict[str, object] = {"writes": not self.read_only}
        if self.only is not None:
            said["only"] = sorted(self.only)
        if self.orgs is not None:
            said["orgs"] = sorted(self.orgs)
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()

    def shown_of(self, resource: str) -> frozenset[str] | None:
        """The fields of a resource a token names, or None where it names none of them."""
        named = [name.rpartition(".") for name in self.shown]
        return frozenset(name for of, _dot, name in named if of == resource) or None

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The actor's grants of today, with the roles that come by being who one is."""
        own = self.preset if self.preset is not None else self._granted(timezone.localdate())
        if self.orgs is not None:
            own = tuple(scope for scope in own if scope.orgs is None or scope.orgs & self.orgs)
        implicit = [Scope("public")]
        if self.kind == "staff":
            implicit.append(Scope("staff", level=2))
        if self.kind == "system":
            implicit.append(Scope(f"system:{self.job}", level=4))
        return (*implicit, *own)

    @cached_property
    def cases(self) -> frozenset[UUID]:
        """Ids of the cases of level 3 and above whose member the actor is today."""
        from safar.foundation.access.models import Membership

        if self.kind != "staff":
            return frozenset()
        return frozenset(Membership.current(self.user_id))

    @property
    def roles(self) -> frozenset[str]:
        """Names of every role held today."""
        return frozenset(scope.role for scope in self.scopes)

    def _granted(self, today: date) -> tuple[Scope, ...]:
        from safar.foundation.access.models import Grant

        if self.kind != "staff":
            return ()
        return tuple(grant.scope() for grant in Grant.in_force(self.user_id, today=today))


_current: ContextVar[Actor | None] = ContextVar("safar_actor", default=None)


def current_actor() -> Actor | None:
    """Who acts now, or None."""
    return _current.get()


def public_actor(via: str = "web") -> Actor:
    """The anonymous visitor."""
    return Actor("public", via=via)


def system_actor(job: str, *, name: str = "") -> Actor:
    """A named job of the system; what it may do stands in the policy under ``system:<job>``."""
    return Actor("system", job=job, name=name or job, via="system")


def enter(actor: Actor) -> None:
    """Become `actor` for the rest of the block that `acting` opened (a token signs in inside a request)."""
    from safar.foundation.access.tokens import announce

    _current.set(actor)
    announce()


@contextmanager
def acting(actor: Actor | None) -> Iterator[Actor | None]:
    """Act as `actor` inside the block; the actor before stands again after it, in Python and in the open transaction."""
    from safar.foundation.access.tokens import announce

    token = _current.set(actor)
    try:
        announce()
        yield actor
    finally:
        _current.reset(token)
        announce()
