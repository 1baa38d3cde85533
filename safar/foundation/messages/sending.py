"""Queueing a message in the transaction of the act it tells of, and taking back what has not left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.books import Recipient, book_of
from safar.foundation.messages.choices import OPEN, Channel, State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.wording import Wording, kept_params


class NoTransaction(RuntimeError):
    """A message is part of an act: it is queued inside the act's transaction, or it could stay when the act is undone."""


class UnknownBook(LookupError):
    """No room knows how such recipients are reached."""


def send(
    wording: Wording,
    *,
    to: Recipient,
    params: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    preferred: Channel | None = None,
) -> Message:
    """Queue a message; it leaves after the transaction is committed, in words and by a way judged then.

    A `key` given twice for the same recipient and wording queues one message: the second call returns the first. Raises
    `NotHarmless` for a value the wording does not declare, `NoTransaction`, `UnknownBook`.
    """
    if not connection.in_atomic_block:
        raise NoTransaction("queue the message inside the action it belongs to")
    if book_of(to.book) is None:
        raise UnknownBook(f"no book of recipients is called {to.book}")
    due = max(not_before or now, now)
    message = Message(
        wording=wording.code,
        params=kept_params(wording, params or {}),
        book=to.book,
        recipient=to.number,
        preferred=preferred or wording.preferred or "",
        queued_at=now,
        due_at=due,
        expires_at=expires_at or due + wording.kept_for,
    )
    message.key = _digest(wording.code, to.book, to.number, key or message.reference)
    message.take_label()
    with acting(MESSENGER):
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = visible(MESSENGER, Message).get(key=message.key)
    if kept.pk == message.pk:
        history.record("message.queued", kept, by=by, now=now, body={"wording": wording.code})
    return kept


def withdraw(*, to: Recipient, by: Actor, now: datetime, wording: Wording | None = None) -> int:
    """Take back what is queued for a recipient (of one wording, if named); how many messages.

    One that is leaving at this very moment may still arrive, and is then called sent; it is not tried again.
    """
    with transaction.atomic():
        with acting(MESSENGER):
            waiting = visible(MESSENGER, Message, "change").filter(
                book=to.book, recipient=to.number, state__in=OPEN
            )
            if wording is not None:
                waiting = waiting.filter(wording=wording.code)
            found = list(waiting.select_for_update().order_by("queued_at", "pk"))
            for message in found:
                end(message, State.WITHDRAWN, now=now)
        for message in found:
            history.record("message.withdrawn", message, by=by, now=now)
    return len(found)


def withdraw_everything(*, by: Actor, now: datetime) -> int:
    """Take back all that is queued, for a database put back from a backup: what it holds as waiting may have left since."""
    with acting(MESSENGER):
        whom = set(visible(MESSENGER, Message).filter(state__in=OPEN).values_list("book", "recipient"))
    return sum(withdraw(to=Recipient(*each), by=by, now=now) for each in sorted(whom))


def end(message: Message, state: State, *, now: datetime, reason: str = "") -> None:
    """Finish with a message whose row the caller has locked."""
    message.state, message.reason, message.ended_at, message.due_at = state, reason, now, now
    message.version += 1
    message.save()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
