"""From the history to deliveries: which address may be told of which event."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from safar.doors.api.models import Delivery, NewsRead, Subscription
from safar.doors.api.narrowing import actor_of, token_now
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import resource_of, visible
from safar.foundation.history.fields import OldestRunning, ThisCluster
from safar.foundation.history.following import Position, events_after
from safar.foundation.history.models import Event
from safar.foundation.registers.registry import all_registers

WEBHOOKS = system_actor("webhooks")
BATCH = 500


def take_news(*, now: datetime) -> int:
    """Note a delivery for every address that may be told of what has happened since last time; how many."""
    with transaction.atomic(), acting(WEBHOOKS):
        place = _place()
        if place is None:
            return 0
        told = list(visible(WEBHOOKS, Subscription).filter(stopped_at=None).select_related())
        kinds = {kind for one in told for kind in one.kinds}
        position = Position(place.xid, place.event)
        found = events_after(position, kinds=kinds, by=WEBHOOKS, limit=BATCH) if kinds else []
        if len(found) == BATCH:
            place.xid, place.event = found[-1].xid, found[-1].pk
        else:
            place.xid, place.event = place.oldest, 0  # type: ignore[attr-defined]  # annotated by `_place`
        place.save(update_fields=["xid", "event"])
        return sum(_note(one, event, now=now) for event in found for one in told if event.kind in one.kinds)


def _place() -> NewsRead | None:
    """Where reading goes on, locked; None if another worker reads. In a new cluster numbers begin anew: so does reading."""
    if not NewsRead.objects.exists():
        fresh = {"cluster": ThisCluster(), "xid": 0, "event": 0}
        NewsRead.objects.bulk_create([NewsRead(id=1, **fresh)], ignore_conflicts=True)
        _at_the_end()
    rows = NewsRead.objects.annotate(
        oldest=OldestRunning(), here=ThisCluster(output_field=NewsRead._meta.get_field("cluster"))
    )
    place = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if place is not None and place.here != place.cluster:
        place.cluster, place.xid, place.event = place.here, place.oldest, 0
        place.save(update_fields=["cluster", "xid", "event"])
    return place


def _at_the_end() -> None:
    found = NewsRead.objects.annotate(oldest=OldestRunning()).values_list("oldest", flat=True)
    NewsRead.objects.update(xid=found.get())


def _note(one: Subscription, event: Event, *, now: datetime) -> int:
    if event.written_at < one.started_at or not is_shown(one, event.resource, event.subject_id):
        return 0
    with acting(WEBHOOKS):
        delivery_of(one, event, now=now).save(force_insert=True)
    return 1


def delivery_of(one: Subscription, event: Event, *, now: datetime) -> Delivery:
    """What a subscription is told of an event, not yet stored: labelled as high as the event."""
    delivery = Delivery(
        user_id=one.user_id,
        subscription=one,
        event=event.pk,
        kind=event.kind,
        resource=event.resource,
        subject=event.subject_id,
        happened_at=event.at,
        due_at=now,
        label_level=event.label_level,
    )
    delivery.take_label()
    return delivery


def is_shown(one: Subscription, resource: str, subject: str) -> bool:
    """Whether the subscription's token shows the record at this moment; one revoked, over or another person's shows nothing."""
    token = token_now(pk=one.token_id)
    register = next((r for r in all_registers() if resource_of(r.model) == resource), None)
    if token is None or register is None or token.user_id != one.user_id:
        return False
    actor = actor_of(token)
    with acting(actor):
        return visible(actor, register.model).filter(pk=subject).exists()
