"""What of a record is compared, asked for in the eyes of whoever compares: so many queries, however many records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from safar.directory.people.duplicates.rules import Face, Spelling
from safar.directory.people.models import Identifier, Name, Person, Phone, Whose
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible


def faces(actor: Actor, people: Iterable[Person]) -> dict[UUID, Face]:
    """The faces of people by their keys; numbers of the state by their blind indexes alone."""
    people = list(people)
    keys = [person.pk for person in people]
    names: dict[UUID, list[Spelling]] = defaultdict(list)
    for name in visible(actor, Name).filter(person_id__in=keys).order_by("pk"):
        names[name.person_id].append(_spelling(name))
    phones: dict[UUID, dict[str, bool]] = defaultdict(dict)
    for person, number, whose in _rows(actor, Phone, keys, "number", "whose"):
        phones[person][number] = whose in (Whose.OWN, Whose.UNSAID)
    papers: dict[UUID, dict[tuple[str, str], set[bytes]]] = defaultdict(lambda: defaultdict(set))
    for person, kind, country, index in _rows(actor, Identifier, keys, "type", "country", "index"):
        if index:
            papers[person][kind, country].add(index)
    wanted = [person.place_id for person in people if person.place_id is not None]
    paths = dict(visible(actor, Place).filter(pk__in=wanted).values_list("pk", "path"))
    return {
        person.pk: Face(
            names=(_spelling(person), *names[person.pk]),
            sex=person.sex,
            born=person.birth_date,
            precision=person.birth_precision,
            phones=phones[person.pk],
            papers={kind: frozenset(found) for kind, found in papers[person.pk].items()},
            compartment=(person.label_org, person.label_level),
            place=paths.get(person.place_id or 0, ""),
        )
        for person in people
    }


def face_of_draft(draft: Person) -> Face:
    """The face of somebody who is not stored yet."""
    return Face(
        names=(_spelling(draft),), sex=draft.sex, born=draft.birth_date, precision=draft.birth_precision,
        place=draft.place.path if draft.place else "",
    )  # fmt: skip


def _rows(actor: Actor, model: Any, keys: list[UUID], *columns: str) -> Iterable[Any]:
    return visible(actor, model).filter(person_id__in=keys).order_by("pk").values_list("person_id", *columns)


def _spelling(named: Person | Name) -> Spelling:
    return Spelling(named.family, named.given, named.patronymic)
