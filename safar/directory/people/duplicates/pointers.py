"""Where a merged record leads. By its number it is found like any other (`search.numbers`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from safar.directory.people.models import Merge, Person
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible


def led_to(actor: Actor, pk: Any) -> UUID | None:
    """The key of the record a merged one leads to, if the actor may see it; None otherwise, at the same cost."""
    try:
        key = UUID(str(pk))
    except ValueError:
        return None
    survivors = visible(actor, Merge).filter(merged=key, undone_at=None).values("person_id")
    return visible(actor, Person).filter(pk__in=survivors).values_list("pk", flat=True).first()
