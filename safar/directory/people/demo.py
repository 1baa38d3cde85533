"""Demo people: believable names that say in their family name that they are examples."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from safar.directory.organisations.demo import by_demo, organisation
from safar.directory.organisations.models import Organisation
from safar.directory.people.facts import REGISTERED
from safar.directory.people.models import Fact, Person, Precision, Sex
from safar.directory.people.register import PEOPLE
from safar.directory.people.timeline import leave_fact
from safar.directory.places.models import Level, Place
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.actions import store

#: Sample, trial, example, model, exercise, fancy, tale, imagination, show: nobody is called so.
FAMILIES = (
    "Namunov",
    "Sinovov",
    "Misolov",
    "Oʻrnakov",
    "Mashqov",
    "Xayolov",
    "Ertakov",
    "Tasavvurov",
    "Namoyishov",
)
WOMEN = (
    "Dilnoza",
    "Malika",
    "Gulchehra",
    "Shahnoza",
    "Nigora",
    "Zulfiya",
    "Madina",
    "Feruza",
    "Oysha",
    "Sevara",
)
MEN = ("Jasur", "Sardor", "Otabek", "Bobur", "Doniyor", "Sherzod", "Ulugʻbek", "Anvar", "Jahongir", "Farhod")
FATHERS = ("Akmal", "Rustam", "Karim", "Bahrom", "Olim", "Tohir", "Yusuf", "Sobir")
COUNT = 60


def make_person(
    family: str = "Namunov",
    given: str = "Jasur",
    *,
    organisation: Organisation,
    by: Actor | None = None,
    **values: Any,
) -> Person:
    """A person registered by an organisation."""
    by = by or by_demo()
    with transaction.atomic(), acting(by):
        return store(
            Person(family=family, given=given, organisation=organisation, **values),
            by=by,
            action="add_person",
        )


def make_fact(
    person: Person, *, on: date, now: datetime, by: Actor | None = None, code: str = REGISTERED, **values: Any
) -> Fact:
    """A fact on a person's timeline, left by the organisation that registered her."""
    by = by or by_demo()
    values.setdefault("organisation", person.organisation)
    with transaction.atomic(), acting(by):
        return leave_fact(person, code, on=on, by=by, now=now, **values)


def load(*, now: datetime | None = None) -> list[Person]:
    """Sixty people, each with a fact; a second time changes nothing."""
    with transaction.atomic(), acting(by_demo()):
        return _load(now or timezone.now())


def _load(now: datetime) -> list[Person]:
    if Person.unscoped.filter(family__startswith=FAMILIES[0]).exists():
        return []
    chance = Random(20260725)  # noqa: S311 - the same world each time is the point
    places = list(Place.unscoped.filter(level=Level.DISTRICT).order_by("code"))
    bodies = [organisation(key) for key in ("agency", "partner", "consulate")]
    return [_invented(chance, number, places, bodies, now) for number in range(COUNT)]


def _invented(
    chance: Random, number: int, places: list[Place], bodies: list[Organisation], now: datetime
) -> Person:
    woman = chance.random() < 0.45
    father = chance.choice(FATHERS)
    born = date(1968, 1, 1) + timedelta(days=chance.randrange(38 * 365))
    precision = {9: Precision.YEAR, 4: Precision.MONTH}.get(number % 10, Precision.DAY)
    if precision != Precision.DAY:
        born = born.replace(day=1, month=born.month if precision == Precision.MONTH else 1)
    person = make_person(
        chance.choice(FAMILIES) + ("a" if woman else ""),
        chance.choice(WOMEN if woman else MEN),
        id=UUID(int=number + 1, version=4),
        patronymic=f"{father} {'qizi' if woman else 'oʻgʻli'}",
        sex=Sex.FEMALE if woman else Sex.MALE,
        birth_date=born,
        birth_precision=precision,
        place=chance.choice(places),
        organisation=bodies[number % len(bodies)],
    )
    history.record(PEOPLE.add_action.code, person, by=by_demo(), now=now)
    make_fact(person, on=now.date() - timedelta(days=chance.randrange(400)), now=now)
    return person
