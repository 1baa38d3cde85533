"""Queueing a message in the transaction of the act it tells of, and taking back what has not left."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.books import Recipient, book_of
from safar.foundation.messages.choices import OPEN, UNSENT, Channel, State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.wording import Param, Wording, kept_params, wording_of


class NoTransaction(RuntimeError):
    """A message is part of an act: it is queued inside the act's transaction, or it could stay when the act is undone."""


class NotAgain(LookupError):
    """There is no such message to be sent again; the message says why."""


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
    return _queued(message, by=by, now=now)


def _queued(message: Message, *, by: Actor, now: datetime) -> Message:
    message.take_label()
    with acting(MESSENGER):
        Message.objects.bulk_create([message], ignore_conflicts=True)
        kept = visible(MESSENGER, Message).get(key=message.key)
    if kept.pk == message.pk:
        history.record("message.queued", kept, by=by, now=now, body={"wording": message.wording})
    return kept


def unsent(book: str, *, most: int = 500) -> list[Any]:
    """Messages to the recipients of a book that failed or got no answer, the newest first; the caller judges who may know.

    `is_repeated` says of each that somebody had it sent again.
    """
    with acting(MESSENGER):
        return list(_unsent().filter(book=book)[:most])


def unsent_to(to: Recipient) -> list[Message]:
    """Those of one recipient that may be sent again."""
    with acting(MESSENGER):
        hers = _unsent().filter(book=to.book, recipient=to.number, again_of=None)
        return [message for message in hers if not message.is_repeated]


def _unsent() -> Any:
    repeated = visible(MESSENGER, Message).filter(again_of=OuterRef("pk"))
    found = visible(MESSENGER, Message).filter(state__in=UNSENT).annotate(is_repeated=Exists(repeated))
    return found.order_by("-ended_at", "id")


def send_again(pk: str, *, to: Recipient, by: Actor, now: datetime) -> Message:
    """Queue a message that failed or got no answer once more, and only once. Raises `NotAgain`.

    It is a message of its own, with a whole life before it. One that may have left is marked as a possible duplicate from the
    beginning: without an answer it is not tried a second time.
    """
    with acting(MESSENGER):
        row = visible(MESSENGER, Message, "change").select_for_update().filter(pk=pk).first()
    before = next((one for one in unsent_to(to) if row is not None and one.pk == row.pk), None)
    wording = wording_of(before.wording) if before else None
    if before is None or wording is None:
        raise NotAgain(_("This message was sent again already, or needs it no more."))
    days = [before.params[name] for name, kind in wording.params.items() if kind is Param.DATE]
    if any(date.fromisoformat(day) < timezone.localdate(now) for day in days):
        raise NotAgain(_("It speaks of a day that is over. Write a new one."))
    again = Message(
        wording=before.wording, params=before.params, book=before.book, recipient=before.recipient, preferred=before.preferred,
        queued_at=now, due_at=now, expires_at=now + wording.kept_for, again_of=before.pk,
        is_possible_duplicate=before.state == State.UNCERTAIN,
    )  # fmt: skip
    again.key = _digest("again", str(before.pk))
    return _queued(again, by=by, now=now)


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


def close_way(message: Message, *, now: datetime, reason: str) -> None:
    """Its channel will never take this message: the sender looks at once for another way she allows, and ends it if there is none."""
    message.closed = [*message.closed, message.channel]
    message.state, message.reason, message.due_at = State.WAITING, reason, now
    message.version += 1
    message.save()


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
