"""A world in which every register has rows of every kind, and every role somebody who holds it.

Rows come from the demo world; their labels are then set by hand in every combination, and all other rows are put out of
reach. What each role should see is judged here by reading the policy anew: a method of its own, sharing no code with
`visible()` or the wall.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import GeneratedField

from safar.directory.people.models import Person, PossibleDuplicate
from safar.foundation.access.models import Grant, Membership
from safar.foundation.access.policy import Rule, policy, roles
from safar.foundation.registers.registry import all_registers
from tests.people import give

MINE, FOREIGN = 900_001, 900_002
HERE, THERE = "UZ.9901.", "UZ.9902."
MY_CASE, OTHER_CASE = uuid.UUID(int=1), uuid.UUID(int=2)
#: (organisation, place, level, case, public) of the rows each register gets.
VARIANTS = [
    *(
        (org, place, level, None, public)
        for org, place, level, public in itertools.product(
            (MINE, FOREIGN), (HERE + "01.", THERE), (0, 1, 2), (False, True)
        )
    ),
    *((MINE, HERE, 3, case, False) for case in (MY_CASE, OTHER_CASE, None)),
    (None, "", 0, None, True),
    (None, "", 1, None, False),
]


#: Columns that name people: who may not see each of them does not know of the row.
ONLY_WITH = {PossibleDuplicate: ("person_id", "other_id")}


@dataclass(frozen=True)
class Variant:
    """One row with the label it was given, as it stands in the table."""

    pk: Any
    org: int | None
    place: str
    level: int
    case: uuid.UUID | None
    public: bool
    user: int | None
    only_with: tuple[tuple[type, Any], ...] = ()


@dataclass
class World:
    """Rows by model and people by role."""

    rows: dict[type, list[Variant]] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def expected(self, role: str, model: type, action: str = "view") -> set[Any]:
        """Primary keys of the rows on which the role's person may do the action, by the letter of the policy."""
        return {
            v.pk
            for v in self.rows[model]
            if self._allowed(role, model, action, v) and self._sees_all_of(role, v)
        }

    def _sees_all_of(self, role: str, variant: Variant) -> bool:
        """Whether the person may also see the rows without which nobody may know of this one."""
        return all(key in self.expected(role, model) for model, key in variant.only_with)

    def expected_by_wall(self, role: str, model: type, mode: str) -> set[Any]:
        """As `expected`, at the coarser grain of the second wall: reading or writing at all."""
        return {
            v.pk
            for v in self.rows[model]
            if any(self._holds(role, r, v) for r in self._rules(role, model) if mode in r.modes)
        }

    def _rules(self, role: str, model: type) -> list[Rule]:
        held = {"public"} if role == "anonymous" else {"public", "staff", role}
        return [r for r in policy() if r.resource == model._meta.label_lower and r.role in held]

    def _allowed(self, role: str, model: type, action: str, variant: Variant) -> bool:
        return any(
            self._holds(role, r, variant)
            for r in self._rules(role, model)
            if action in r.actions or "*" in r.actions
        )

    def _holds(self, role: str, rule: Rule, v: Variant) -> bool:
        granted = {"public": 0, "staff": 2}.get(rule.role, 4)
        top = rule.level if rule.where == "published" else min(rule.level, granted)
        if v.level > top or v.level >= 3 and v.case != MY_CASE:
            return False
        here = v.place.startswith(HERE) or rule.role in ("public", "staff")
        mine = v.org == MINE or rule.role in ("public", "staff")
        return {
            "published": v.public,
            "own": v.user is not None and role != "anonymous" and v.user == self.people[role].pk,
            "scope": mine and here,
            "place": here,
            "everywhere": True,
        }[rule.where]


def build(make_account: Any) -> World:
    """Give every register its variants and every role its person (as owner, in the caller's transaction)."""
    world = World()
    for role in roles():
        person = make_account(f"law-{role}")
        world.people[role] = person
        give(person, role=role, org_ids=[MINE], place_path=HERE, max_level=4)
        Membership.objects.create(user_id=person.pk, case_id=MY_CASE, since="2020-01-01T00:00Z")
    for register in all_registers():
        world.rows[register.model] = _vary(register.model, world)
    return world


def _vary(model: type, world: World) -> list[Variant]:
    model.unscoped.update(label_level=4, label_case=None)
    pks = list(model.unscoped.order_by("pk").values_list("pk", flat=True)[: len(VARIANTS)])
    generated = isinstance(model._meta.get_field("is_public"), GeneratedField)
    has_user = any(f.attname == "user_id" for f in model._meta.concrete_fields)
    owners = itertools.cycle([p.pk for p in world.people.values()])
    found = []
    for pk, (org, place, level, case, public) in zip(pks, VARIANTS, strict=False):
        values = {"label_org": org, "label_place": place, "label_level": level, "label_case": case}
        if not generated:
            values["is_public"] = public
        if has_user and model is not Grant:
            values["user_id"] = next(owners)
        model.unscoped.filter(pk=pk).update(**values)
        row = model.unscoped.get(pk=pk)
        user = getattr(row, "user_id", None)
        only_with = tuple((Person, getattr(row, name)) for name in ONLY_WITH.get(model, ()))
        found.append(Variant(pk, org, place, level, case, row.is_public, user, only_with))
    return found


def wall_is_up() -> bool:
    """Whether the connection is under row-level security now."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return cursor.fetchone()[0] == "safar_web"
