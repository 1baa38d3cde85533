"""Demo organisations: the public bodies the documents name, and firms and associations that say they are invented.

Public bodies carry their names and nothing else: addresses and telephones are an operator's to enter, so the demo's are
invented and say so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from safar.directory.organisations.actions import register_organisation
from safar.directory.organisations.models import FocalPoint, Office, Organisation, Topic, Type
from safar.directory.organisations.roster import BODIES, BRANCHES, Body
from safar.directory.places.demo import by_demo
from safar.directory.places.models import Level, Place
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.actions import store
from safar.foundation.languages.text import to_cyrillic

INVENTED = "oʻylab topilgan"
NAMES = (
    "Dilnoza",
    "Sardor",
    "Malika",
    "Otabek",
    "Nigora",
    "Bobur",
    "Zulfiya",
    "Doniyor",
    "Feruza",
    "Sherzod",
)


def make_organisation(
    name: str = "Namoyish MChJ", type: str = Type.EMPLOYER, *, by: Actor | None = None, **values: Any
) -> Organisation:
    """An organisation with believable defaults."""
    by = by or by_demo()
    with transaction.atomic(), acting(by):
        return store(Organisation(name=name, type=type, **values), by=by, action="register_organisation")


def make_office(
    organisation: Organisation, name: str = "Bosh ofis", *, by: Actor | None = None, **values: Any
) -> Office:
    """An office of an organisation."""
    by = by or by_demo()
    with transaction.atomic(), acting(by):
        return store(Office(organisation=organisation, name=name, **values), by=by, action="add_office")


def make_focal_point(
    organisation: Organisation, name: str = "Namuna Karimova", *, by: Actor | None = None, **values: Any
) -> FocalPoint:
    """A person one asks for at an organisation."""
    by = by or by_demo()
    with transaction.atomic(), acting(by):
        return store(
            FocalPoint(organisation=organisation, name=name, **values), by=by, action="add_focal_point"
        )


def organisation(key: str) -> Organisation:
    """An organisation of the demo world by its key (``agency``, ``consulate``, ``partner``, ``shelter`` ...)."""
    with transaction.atomic(), acting(by_demo()):
        return Organisation.unscoped.select_related("place", "country").get(source="demo", source_key=key)


def load(*, now: datetime | None = None) -> dict[str, Organisation]:
    """Sixty organisations with offices and focal points, by key; a second time changes nothing."""
    with transaction.atomic(), acting(by_demo()):
        return _load(now or timezone.now())


def _load(now: datetime) -> dict[str, Organisation]:
    made = {row.source_key: row for row in Organisation.unscoped.filter(source="demo")}
    if made:
        return made
    for body in (*BODIES, *branches()):
        made[body.key] = _organisation(body, made)
        history.record(
            register_organisation.code, made[body.key], by=by_demo(), now=now, detail={"name": body.uz}
        )
    for number, (key, row) in enumerate(made.items()):
        if key.startswith("branch-") or row.type in (Type.TRAINING_CENTRE, Type.CONSULATE, Type.LEGAL_AID):
            _office(row, number)
        if number % 2 == 0:
            _focal_point(row, number)
    return made


def branches() -> list[Body]:
    """The agency's office in each region."""
    regions = Place.unscoped.filter(level=Level.REGION).order_by("code")
    return [
        Body(
            f"branch-{region.code}", Type.AGENCY, BRANCHES["uz"].format(region.name_uz), BRANCHES["ru"].format(region.name_ru),
            BRANCHES["en"].format(region.name_en), "agency", region.code,
        )
        for region in regions
    ]  # fmt: skip


def _organisation(body: Body, made: dict[str, Organisation]) -> Organisation:
    place = Place.unscoped.filter(code=body.place).first()
    country = Place.unscoped.get(code=body.country)
    return make_organisation(
        body.uz,
        body.type,
        name_uz=body.uz,
        name_uz_cyrl=to_cyrillic(body.uz),
        name_ru=body.ru,
        name_en=body.en,
        parent=made.get(body.parent),
        country=country,
        place=place,
        source="demo",
        source_key=body.key,
    )


def _office(row: Organisation, number: int) -> Office:
    return make_office(
        row,
        "Qabulxona",
        place=row.place,
        address=f"Namoyish koʻchasi, {number + 1}-uy ({INVENTED})",
        phone=f"+998 00 000 00 {number:02}",
        hours="Du-Ju 9:00-18:00",
    )


def _focal_point(row: Organisation, number: int) -> FocalPoint:
    topics = list(Topic)
    return make_focal_point(
        row,
        f"{NAMES[number % len(NAMES)]} Namunova"
        if number % 4 == 0
        else f"{NAMES[number % len(NAMES)]} Namunov",
        topic=topics[number % len(topics)],
        post="Masʼul xodim",
        phone=f"+998 00 000 01 {number:02}",
    )
