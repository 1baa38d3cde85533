"""What organisations do when something happens elsewhere."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django_tasks import task

from safar.directory.organisations.models import FocalPoint, Office, Organisation
from safar.directory.places.loads import MOVED
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import subscribe


@task()
def follow_moved_place(fact: dict[str, str]) -> int:
    """Give rows labelled with a place that has moved the label of where it lies now; how many followed."""
    actor = system_actor("loader")
    with transaction.atomic(), acting(actor):
        return sum(
            visible(actor, model, "change")
            .filter(label_place=fact["from"])
            .update(label_place=fact["to"], version=F("version") + 1)
            for model in (Organisation, Office, FocalPoint)
        )


def listen() -> None:
    """Hear of places that move."""
    subscribe(MOVED, follow_moved_place)
