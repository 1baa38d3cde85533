"""The policy as data: what each role may do with each resource, and where.

The rows stand in the module named by ``settings.SAFAR_POLICY`` (a tuple ``POLICY`` of `Rule`, a dict ``ROLES`` of
labels). From them come `visible()`, the row-level security rules, the matrix test and the policy page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Literal

from django.conf import settings

Where = Literal["published", "scope", "place", "everywhere", "own"]
ANY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A role may do `actions` on rows of `resource` found `where`, up to `level`, without seeing `hidden` fields.

    `where`: *published* (rows marked public), *scope* (organisation and place of the grant), *place* (place of the grant,
    any organisation), *everywhere*, *own* (rows whose ``user_id`` is the actor's).
    """

    role: str
    resource: str
    actions: frozenset[str]
    where: Where
    level: int = 0
    hidden: frozenset[str] = frozenset()

    def allows(self, action: str) -> bool:
        """Whether this rule speaks of `action`."""
        return action in self.actions or ANY in self.actions

    @property
    def modes(self) -> frozenset[str]:
        """What the second wall distinguishes: ``r`` reading, ``w`` writing."""
        writes = bool(self.actions - {"view", "export"})
        reads = self.allows("view")
        return frozenset(["r"] * reads + ["w"] * writes)


def rule(
    role: str, resource: str, actions: str, where: Where, *, level: int = 0, hidden: Iterable[str] = ()
) -> Rule:
    """A policy row; `actions` is a list of words separated by spaces."""
    return Rule(role, resource, frozenset(actions.split()), where, level, frozenset(hidden))


@lru_cache(maxsize=1)
def policy() -> tuple[Rule, ...]:
    """Every rule of this installation."""
    return tuple(import_module(settings.SAFAR_POLICY).POLICY)


@lru_cache(maxsize=1)
def roles() -> dict[str, str]:
    """Code and label of every role."""
    return dict(import_module(settings.SAFAR_POLICY).ROLES)


@lru_cache(maxsize=4096)
def rules(role: str, resource: str, action: str) -> tuple[Rule, ...]:
    """Rules by which `role` may do `action` on `resource`; none means no."""
    return tuple(r for r in policy() if r.role == role and r.resource == resource and r.allows(action))


@lru_cache(maxsize=100)
def reaches_everywhere(role: str) -> bool:
    """Whether any rule of a role looks neither at the organisations nor at the place of the grant."""
    return any(r.role == role and r.where == "everywhere" for r in policy())
