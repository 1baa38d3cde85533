"""Where a merged record leads: by its key, its number, or its number in somebody's records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from safar.directory.people.models import Merge, Person
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible


def led_to(actor: Actor, pk: Any) -> UUID | None:
    """The key of the record a merged one leads to, if the actor may see it; None otherwise, at the same cost."""
    try:
        key = UUID(str(pk))
    except ValueError:
        return None
    return (
        visible(actor, Person)
        .filter(pk__in=_survivors(actor, Q(merged_id=key)))
        .values_list("pk", flat=True)
        .first()
    )


def numbered(actor: Actor, number: str) -> QuerySet[Person]:
    """The people the actor may see who have, or had before a merge, this number here or in somebody's records."""
    own, before = Q(external_id=number), Q(external_id=number)
    if number.isascii() and number.isdecimal() and len(number) < 19:
        own, before = own | Q(number=int(number)), before | Q(number=int(number))
    return visible(actor, Person).filter(own | Q(pk__in=_survivors(actor, before)))


def _survivors(actor: Actor, wanted: Q) -> QuerySet[Any, UUID]:
    return visible(actor, Merge).filter(wanted, undone_at=None).values_list("person_id", flat=True)
