"""Handing deliveries over: judged as they leave, tried again with growing patience, given up after eight attempts.

Each address has its turn, one delivery at a time; a host that was not heard is left alone for a while.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
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
UNHEARD = ("not_public", "not_reached", "no_answer")
REST, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_resting: dict[str, tuple[datetime, timedelta]] = {}
"""Hosts that were not heard: until when each is left alone, and how long that is. Every worker learns it by itself."""


def run(stop: threading.Event) -> None:
    """Tell what has happened, until told to stop."""
    while not stop.is_set():
        told = take_news(now=timezone.now())
        if not send_round(timezone.now, stop.is_set) and not told:
            stop.wait(PAUSE)


def send_due(*, now: datetime) -> int:
    """Read the news and send everything that is due; how many deliveries were tried."""
    while take_news(now=now):
        pass
    tried = 0
    while more := send_round(lambda: now):
        tried += more
    return tried


def send_round(clock: Callable[[], datetime], is_over: Callable[[], bool] = lambda: False) -> int:
    """Try what is due first at each address that does not rest; how many. A slow receiver has its turn and no more."""
    tried = 0
    for pk, address in _first_of_each(now=clock()):
        if is_over():
            break
        if not _is_resting(address, now=clock()):
            tried += _send_one(pk, now=clock())
    return tried


def _first_of_each(*, now: datetime) -> list[tuple[UUID, str]]:
    """The delivery of each subscription that is due first, with the address."""
    with transaction.atomic(), acting(WEBHOOKS):
        due = visible(WEBHOOKS, Delivery, "change").filter(state=State.WAITING, due_at__lte=now)
        first = due.filter(subscription=OuterRef("pk")).order_by("due_at", "pk").values("pk")[:1]
        found = visible(WEBHOOKS, Subscription).annotate(first=Subquery(first)).exclude(first=None)
        return list(found.order_by("pk").values_list("first", "address"))


def _send_one(pk: UUID, *, now: datetime) -> bool:
    """Try one delivery; False if it is not due any more."""
    taken = _take(pk, now=now)
    if isinstance(taken, Delivery):
        outcome, wait = _handed_over(taken, now=now)
        _let_rest(taken.subscription.address, outcome, now=now)
        _note(taken, outcome, wait, now=now)
    return taken is not None


def _is_resting(address: str, *, now: datetime) -> bool:
    until, _length = _resting.get(urlsplit(address).netloc, (now, REST))
    return until > now


def _let_rest(address: str, outcome: str, *, now: datetime) -> None:
    """Leave a host alone for a while that was not heard, twice as long each time; one that answered is called again at once."""
    host = urlsplit(address).netloc
    if outcome not in UNHEARD:
        _resting.pop(host, None)
        return
    _until, length = _resting.get(host, (now, REST / 2))
    _resting[host] = (now + min(length * 2, LONGEST_PAUSE), min(length * 2, LONGEST_PAUSE))


def body_of(delivery: Delivery) -> bytes:
    """What is sent: ids and codes, nothing of the record itself."""
    data = {"resource": delivery.resource, "id": delivery.subject}
    said = {"type": delivery.kind, "timestamp": delivery.happened_at.isoformat(), "data": data}
    return json.dumps(said, separators=(",", ":")).encode()


def _take(pk: UUID, *, now: datetime) -> Delivery | bool | None:
    """The delivery marked as being tried; True if it turned out not to be for telling, None if it is not due."""
    with transaction.atomic(), acting(WEBHOOKS):
        due = visible(WEBHOOKS, Delivery, "change").filter(pk=pk, state=State.WAITING, due_at__lte=now)
        delivery = due.select_for_update(skip_locked=True, of=("self",)).first()
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
