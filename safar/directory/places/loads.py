"""Bringing found places into the directory: what is new is added, what is empty filled, what differs written down.

Nothing is overwritten: a name or a parent that differs becomes a `Difference` for an officer, unless the caller says
that this source's names are to be taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import cast

from django.db import transaction

from safar.directory.places.found import DISTRICT, HOME, LEVELS, MAHALLA, REGION, SETTLEMENT, Found
from safar.directory.places.models import NAMES, Difference, Level, Place, PlaceQuerySet, path_of
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible
from safar.foundation.languages.keys import KeyField
from safar.foundation.languages.text import fold, to_cyrillic

BATCH = 1000
Aspect = Difference.Aspect


@dataclass
class Outcome:
    """How many places were new, changed, the same; what could not be placed; what differs, and how much of it is news."""

    new: int = 0
    changed: int = 0
    same: int = 0
    lost: list[tuple[Found, str]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    differences_new: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.new + other.new,
            self.changed + other.changed,
            self.same + other.same,
            self.lost + other.lost,
            self.differences + other.differences,
            self.differences_new + other.differences_new,
        )


def bring_in(
    found: Iterable[Found],
    *,
    source: str,
    by: Actor,
    now: datetime,
    is_reference: bool = False,
    take_names: bool = False,
) -> Outcome:
    """Compare places found in a source with the directory and bring in what is new.

    `is_reference` is for the places shipped with Safar: they fill gaps and never argue with what an officer decided.
    """
    with transaction.atomic(), acting(by):
        arrival = _Arrival(source, by, now, take_names=take_names, is_reference=is_reference)
        rows = sorted(found, key=lambda place: LEVELS.index(place.level))
        for level in LEVELS:
            arrival.take([place for place in rows if place.level == level])
        if not is_reference:
            arrival.tell_absent(rows)
        return arrival.finish()


class _Arrival:
    def __init__(
        self, source: str, by: Actor, now: datetime, *, take_names: bool, is_reference: bool
    ) -> None:
        self.source, self.by, self.now = source, by, now
        self.take_names, self.is_reference = take_names, is_reference
        self.known = {place.code: place for place in visible(by, Place)}
        self.changed: dict[int, Place] = {}
        self.outcome = Outcome()

    def take(self, rows: list[Found]) -> None:
        """Places of one level; those above them are in already."""
        fresh = []
        for found in rows:
            place = self.known.get(found.code)
            if not found.matched:
                self.differ(None, found.code, Aspect.UNKNOWN, "", found.names["name_uz"])
            elif found.parent and found.parent not in self.known:
                self.outcome.lost.append((found, found.parent))
            elif place is None:
                fresh.append(self.made(found))
            else:
                self.compare(place, found)
        for place in Place.objects.bulk_create(fresh, batch_size=BATCH):
            self.known[place.code] = place
        self.outcome.new += len(fresh)

    def made(self, found: Found) -> Place:
        parent = self.known.get(found.parent)
        place = Place(
            level=found.level,
            code=found.code,
            parent=parent,
            path=path_of(found.level, found.code, parent),
            source=self.source,
            **{
                **found.names,
                "name_uz_cyrl": found.names.get("name_uz_cyrl") or in_cyrillic(found.names["name_uz"]),
            },
            **found.iso,
        )
        place.take_label()
        return place

    def compare(self, place: Place, found: Found) -> None:
        """Fill what is empty here; write down what differs."""
        before = (place.path, *(getattr(place, name) for name in NAMES))
        for name in NAMES:
            theirs, ours = found.names.get(name, ""), getattr(place, name)
            if not theirs or fold(theirs) == fold(ours):
                continue
            if not ours or (self.take_names and name != "name_uz_cyrl"):
                setattr(place, name, theirs)
                if name == "name_uz" and self.take_names:
                    place.name_uz_cyrl = found.names.get("name_uz_cyrl") or in_cyrillic(theirs)
            elif name != "name_uz_cyrl":
                self.differ(place, found.code, Aspect(name), ours, theirs)
        self.compare_parent(place, found)
        changed = before != (place.path, *(getattr(place, name) for name in NAMES))
        self.outcome.changed += changed
        self.outcome.same += not changed
        if changed:
            self.changed[place.pk] = place

    def compare_parent(self, place: Place, found: Found) -> None:
        parent = self.known.get(found.parent)
        if parent is None or place.parent_id == parent.pk:
            return
        if place.parent_id is None and place.level == MAHALLA:
            lay_in(place, parent)
        else:
            ours = place.parent.code if place.parent else ""
            self.differ(place, found.code, Aspect.PARENT, ours, parent.code)

    def tell_absent(self, rows: list[Found]) -> None:
        """Places of ours missing from a list that covers most of their region at their level."""
        told = {found.code for found in rows}
        levels = {found.level for found in rows} & {REGION, DISTRICT, SETTLEMENT}
        ours = [p for p in self.known.values() if p.level in levels and p.path.startswith(f"{HOME}.")]
        area = {p.code: (p.level, p.code[:4] if p.level != REGION else "") for p in ours}
        held, covered = Counter(area.values()), Counter(area[code] for code in told & area.keys())
        for place in ours:
            where = area[place.code]
            if place.code not in told and covered[where] * 3 >= held[where] * 2:
                self.differ(place, place.code, Aspect.ABSENT, place.name_uz, "")

    def differ(
        self, place: Place | None, code: str, aspect: Difference.Aspect, ours: str, theirs: str
    ) -> None:
        if self.is_reference:
            return
        difference = Difference(
            place=place,
            code=code,
            aspect=aspect,
            ours=ours,
            theirs=theirs,
            source=self.source,
            found_at=self.now,
        )
        difference.take_label()
        self.outcome.differences.append(difference)

    def finish(self) -> Outcome:
        """Write what changed and the differences not yet written down."""
        save_changed(self.changed.values(), by=self.by)
        kept = set(
            visible(self.by, Difference).filter(source=self.source).values_list("code", "aspect", "theirs")
        )
        news = [d for d in self.outcome.differences if (d.code, d.aspect, d.theirs) not in kept]
        Difference.objects.bulk_create(news, batch_size=BATCH)
        self.outcome.differences_new = len(news)
        return self.outcome


@lru_cache(maxsize=20_000)
def in_cyrillic(name: str) -> str:
    """An Uzbek name in Cyrillic letters; the names of mahallas repeat, and transliterating takes its time."""
    return to_cyrillic(name)


def lay_in(place: Place, parent: Place) -> None:
    """Put a place below another (not yet to the database); once there, what is labelled with it follows."""
    place.parent = parent
    place.path = path_of(place.level, place.code, parent)


def save_changed(places: Iterable[Place], *, by: Actor) -> None:
    """Write changed places with their keys, labels and next version, many at a time."""
    rows = list(places)
    keys = [f for f in Place._meta.concrete_fields if isinstance(f, KeyField)]
    for place in rows:
        place.take_label()
        place.version += 1
        for key in keys:
            key.pre_save(place, False)
    names = [*NAMES, "path", "parent", "version", "label_place", *(key.name for key in keys)]
    if rows:
        visible(by, Place, "change").bulk_update(rows, names, batch_size=BATCH)


def without_parent(by: Actor) -> int:
    """How many mahallas stand without a district."""
    return cast(PlaceQuerySet, visible(by, Place)).without_parent().count()


def assign_parents(
    pairs: Iterable[tuple[int, str, str]], *, source: str, by: Actor, now: datetime
) -> Outcome:
    """Put mahallas into districts: (row, mahalla's code, district's code). One that lies elsewhere becomes a difference."""
    with transaction.atomic(), acting(by):
        arrival = _Arrival(source, by, now, take_names=False, is_reference=False)
        for number, code, district in pairs:
            place, parent = arrival.known.get(code), arrival.known.get(district)
            found = Found(number, MAHALLA, code, {}, district)
            if place is None or place.level != Level.MAHALLA:
                arrival.outcome.lost.append((found, code))
            elif parent is None or parent.level not in (Level.DISTRICT, Level.SETTLEMENT):
                arrival.outcome.lost.append((found, district))
            else:
                arrival.compare(place, found)
        return arrival.finish()
