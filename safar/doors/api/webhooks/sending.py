"""Handing deliveries over: judged as they leave, tried again with growing patience, given up after eight attempts."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from safar.doors.api.models import Delivery, State, Subscription
from safar.doors.api.webhooks.reaching import NotReached, post
from safar.doors.api.webhooks.signing import signed_headers
from safar.doors.api.webhooks.telling import WEBHOOKS, is_shown, take_news
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible

log = logging.getLogger(__name__)

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
"""Between one attempt and the next; after the last of them a delivery is given up."""
LEASE = timedelta(minutes=2)
"""Longer than any receiver is waited for: left so long in the middle, it is tried again, under the same number."""
LONGEST_REST = timedelta(hours=12)
KEPT_FOR = timedelta(days=30)
PAUSE = 1.0
GONE = 410


def run(stop: threading.Event) -> None:
    """Tell what has happened, until told to stop."""
    while not stop.is_set():
        told = take_news(now=timezone.now())
        if not send_one(now=timezone.now()) and not told:
            stop.wait(PAUSE)


def send_due(*, now: datetime) -> int:
    """Read the news and send everything that is due; how many deliveries were tried."""
    while take_news(now=now):
        pass
    tried = 0
    while send_one(now=now):
        tried += 1
    return tried


def send_one(*, now: datetime) -> bool:
    """Try one delivery that is due; False if there is none."""
    taken = _take(now=now)
    if taken is None:
        return False
    if isinstance(taken, Delivery):
        _note(taken, *_handed_over(taken, now=now), now=now)
    return True


def body_of(delivery: Delivery) -> bytes:
    """What is sent: ids and codes, nothing of the record itself."""
    data = {"resource": delivery.resource, "id": delivery.subject}
    said = {"type": delivery.kind, "timestamp": delivery.happened_at.isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":")).encode()


def _take(*, now: datetime) -> Delivery | bool | None:
    """A delivery marked as being tried; True if it turned out not to be for telling, None if none is due."""
    with transaction.atomic(), acting(WEBHOOKS):
        due = visible(WEBHOOKS, Delivery, "change").filter(state=State.WAITING, due_at__lte=now)
        delivery = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").first()
        if delivery is None:
            return None
        one = visible(WEBHOOKS, Subscription).get(pk=delivery.subscription_id)
        shown = one.stopped_at is None and is_shown(one, delivery.resource, delivery.subject)
        with acting(WEBHOOKS):
            if not shown:
                _change(delivery, state=State.WITHHELD, ended_at=now)
                return True
            _change(delivery, attempts=delivery.attempts + 1, due_at=now + LEASE)
        delivery.subscription = one
        return delivery


def _handed_over(delivery: Delivery, *, now: datetime) -> tuple[str, str]:
    """The answer as a code, and how long the receiver asks to be left alone."""
    one, body = delivery.subscription, body_of(delivery)
    headers = {"content-type": "application/json", "user-agent": "Safar webhooks"}
    headers |= signed_headers(one.signing_key, f"msg_{delivery.pk.hex}", body, now=now)
    try:
        status, wait = post(one.address, body, headers)
    except NotReached as error:
        return str(error), ""
    except Exception:
        log.exception("delivery %s broke off", delivery.pk)
        return "fault", ""
    return str(status), wait


def _note(delivery: Delivery, outcome: str, wait: str, *, now: datetime) -> None:
    """Note what came of it, unless it was taken from us meanwhile."""
    with transaction.atomic(), acting(WEBHOOKS):
        found = visible(WEBHOOKS, Delivery, "change").select_for_update(of=("self",)).get(pk=delivery.pk)
        if found.state != State.WAITING or found.attempts != delivery.attempts:
            return
        if outcome.isdigit() and 200 <= int(outcome) < 300:
            _change(found, state=State.SENT, outcome=outcome, ended_at=now)
        elif outcome == str(GONE) or found.attempts > len(WAITS):
            _change(found, state=State.DEAD, outcome=outcome, ended_at=now)
        else:
            asked = (
                timedelta(seconds=int(wait))
                if wait.isascii() and wait.isdigit() and len(wait) < 8
                else timedelta()
            )
            rest = max(WAITS[found.attempts - 1], min(asked, LONGEST_REST))
            _change(found, outcome=outcome, due_at=now + rest)
    log.info("delivery %s: %s", delivery.pk, outcome)


def _change(delivery: Delivery, **values: object) -> None:
    for name, value in values.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=list(values))


def forget_old(*, now: datetime) -> None:
    """Delete deliveries that ended a month ago."""
    with acting(WEBHOOKS):
        visible(WEBHOOKS, Delivery, "remove").filter(ended_at__lt=now - KEPT_FOR).delete()
