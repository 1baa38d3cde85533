"""Noticing that a record may be somebody's who is on record already: to the eyes of who writes, and silently beyond them.

Who writes is shown the records she may see, and no more: neither the answer nor what is asked of the database for it depends
on records hidden from her. The rest is looked for afterwards by a job of the system, and stands in a queue that only those see
who may see both records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from safar.directory.people.duplicates.faces import face_of_draft, faces
from safar.directory.people.duplicates.rules import Face, Judgement, Verdict, codes_of, judge
from safar.directory.people.models import Found, Identifier, Name, PairState, Person, Phone, PossibleDuplicate
from safar.directory.people.search.asking import asked
from safar.directory.people.search.finding import matches
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import always_hidden, visible
from safar.foundation.actions import Refused, publish, store

#: News that what a person is known by has changed.
CHANGED = "people.known_by_something_else"
#: How many records the search brings to be compared, and how many are shown.
COMPARED, SHOWN = 30, 5


@dataclass(frozen=True, slots=True)
class Alike:
    """A record like another, and what speaks for it."""

    person: Person
    judgement: Judgement


def like_draft(actor: Actor, draft: Person) -> list[Alike]:
    """Records the actor may see that are like one not yet stored, the most alike first."""
    return _alike(actor, draft, face_of_draft(draft))[:SHOWN]


def like(actor: Actor, person: Person) -> list[Alike]:
    """Records the actor may see that are like a stored one, the most alike first."""
    return _alike(actor, person, faces(actor, [person])[person.pk])


def _alike(actor: Actor, person: Person, face: Face) -> list[Alike]:
    """Nobody is alike to who may not see all that is compared, a token narrowed to fields: that alone would tell what is hidden."""
    if any(always_hidden(actor, model) for model in (Person, Name, Phone, Identifier)):
        return []
    born = f" {person.birth_date:%d.%m.%Y}" if person.birth_date and person.birth_precision == "DAY" else ""
    numbers = [match.number for match in matches(asked(person.full_name + born), limit=COMPARED)]
    indexes = [index for found in face.papers.values() for index in found]
    near = (
        Q(number__in=numbers)
        | Q(pk__in=visible(actor, Phone).filter(number__in=[*face.phones]).values("person_id")[:COMPARED])
        | Q(pk__in=visible(actor, Identifier).filter(index__in=indexes).values("person_id"))
    )
    people = list(visible(actor, Person).filter(near, erased_on=None).exclude(pk=person.pk))
    known = faces(actor, people)
    found = [Alike(one, judge(face, known[one.pk])) for one in people]
    worth = [one for one in found if one.judgement.verdict is not Verdict.NOT]
    return sorted(worth, key=lambda one: (-one.judgement.bits, one.person.number))


# -- the queue ------------------------------------------------------------------------------------------------------------------


def tell_change(person: Person) -> None:
    """Have the system look for records like hers once this transaction is done."""
    publish(CHANGED, {"person": str(person.pk)})


@task(priority=-10)
def look_for_duplicates(news: dict[str, Any]) -> int:
    """Put the records like a person's into the queue; how many there are."""
    by = system_actor("matcher")
    with transaction.atomic(), acting(by):
        person = visible(by, Person).filter(pk=news["person"], erased_on=None).first()
        if person is None:
            return 0
        found = like(by, person)
        for one in found:
            put_in_queue(person, one.person, one.judgement, by=by, today=timezone.localdate())
    return len(found)


def key_of(one: Any, other: Any) -> str:
    """What a pair is known by: both keys in their order, so that it stands once."""
    return "+".join(str(key) for key in sorted((one, other)))


def put_in_queue(
    one: Person, other: Person, judgement: Judgement, *, by: Actor, today: date, found: str = Found.COMPARED
) -> PossibleDuplicate | None:
    """The pair in the queue: made, or its evidence renewed while it is undecided. A pair decided upon is left as it is."""
    # One that is being decided upon is not waited for: who decides waits for the people this transaction may hold.
    pairs = visible(by, PossibleDuplicate).filter(key=key_of(one.pk, other.pk))
    row = pairs.select_for_update(skip_locked=True, of=("self",)).first()
    if row is not None and row.state not in (PairState.OPEN, PairState.LATER):
        return row
    row = row or new_pair(one, other, found=found, today=today)
    row.bits, row.verdict, row.evidence = judgement.bits, judgement.verdict.value, codes_of(judgement)
    try:
        return store(row, by=by)
    except Refused:
        return None  # it stands there, and is another's in this moment


def new_pair(one: Person, other: Person, *, found: str, today: date) -> PossibleDuplicate:
    """A pair not yet stored."""
    first, second = sorted((one, other), key=lambda person: person.pk)
    return PossibleDuplicate(
        person=first, other=second, key=key_of(one.pk, other.pk), found=found, found_on=today
    )
