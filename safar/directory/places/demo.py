"""Demo places: the shipped reference, invented mahallas that say so, and an invented list that differs from ours."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from safar.directory.places.found import DISTRICT, MAHALLA, Found
from safar.directory.places.loads import bring_in
from safar.directory.places.models import Level, Place, PlaceQuerySet, path_of
from safar.directory.places.reference import load_reference
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import store
from safar.foundation.languages.letters import TURNED_COMMA
from safar.foundation.languages.text import fold, to_cyrillic

SOURCE = "namoyish.csv (oʻylab topilgan)"
MAHALLAS = (
    ("1726269", "Namoyish"), ("1726269", "Oʻrnak"), ("1726273", "Tajriba"), ("1714401", "Misol"), ("1714401", "Sinov"),
    ("1714237", "Ertaknoma"), ("1706401", "Namunabogʻ"), ("1706215", "Xayolobod"), ("1718401", "Tasavvur"),
    ("1730401", "Mashqobod"), ("1703401", "Andozazor"), ("1735401", "Koʻrgazma"),
)  # fmt: skip
DIFFERENCES = 24


def by_demo() -> Actor:
    """Who makes the demo world."""
    return system_actor("demo")


def place(code: str) -> Place:
    """A place of the demo world by its code."""
    with transaction.atomic(), acting(by_demo()):
        return Place.unscoped.get(code=code)


def make_place(
    code: str,
    *,
    level: str = Level.MAHALLA,
    parent: Place | None = None,
    by: Actor | None = None,
    **values: Any,
) -> Place:
    """A place with believable defaults."""
    values.setdefault("name_uz", f"Namuna {code}")
    values.setdefault("name_uz_cyrl", to_cyrillic(values["name_uz"]))
    by = by or by_demo()
    made = Place(level=level, code=code, parent=parent, path=path_of(level, code, parent), **values)
    with transaction.atomic(), acting(by):
        return store(made, by=by, action="add")


def load(*, now: datetime | None = None) -> None:
    """Bring in the reference, the invented mahallas and some differences; a second time changes nothing."""
    by, now = by_demo(), now or timezone.now()
    load_reference(by=by, now=now)
    bring_in(mahallas(), source="namoyish", by=by, now=now, is_reference=True)
    bring_in(other_names(by), source=SOURCE, by=by, now=now)


def mahallas() -> list[Found]:
    """Mahallas that exist nowhere, and say so in their names."""
    return [
        Found(number, MAHALLA, f"990-{number:04}", {"name_uz": f"{name} MFY (oʻylab topilgan)"}, district)
        for number, (district, name) in enumerate(MAHALLAS, 1)
    ]


def other_names(by: Actor) -> list[Found]:
    """An invented list that writes the English names of some districts straight from the Uzbek."""
    found: list[Found] = []
    for district in cast(PlaceQuerySet, visible(by, Place)).districts().order_by("code"):
        straight = (
            district.name_uz.replace(TURNED_COMMA, "").replace("tumani", "district").replace("shahri", "city")
        )
        if fold(straight) != fold(district.name_en):
            found.append(
                Found(
                    len(found) + 1,
                    DISTRICT,
                    district.code,
                    {"name_uz": district.name_uz, "name_en": straight},
                    "",
                )
            )
    return found[:DIFFERENCES]
