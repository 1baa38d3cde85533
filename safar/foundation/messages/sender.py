"""The loop that empties the outbox: one message at a time, judged as it leaves, handed over outside every transaction.

First transaction: take the row that is due (others skip it), ask the recipient's book how she may be reached *now*, write
the text in her language, and mark the row as being sent. Then the gateway is called. Second transaction: note what it said.
Whoever dies in between leaves a row marked as being sent; when its lease has run out it is tried once more, marked as a
possible duplicate and under the same number, and never a third time without an answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safar.foundation import history
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.books import Reach, Way, book_of
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.choices import OPEN, Channel, State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.letters import Accepted, Gateway, Letter, Outcome, Refused, TryLater, Unclear
from safar.foundation.messages.models import Message
from safar.foundation.messages.sending import close_way, end
from safar.foundation.messages.wording import known_language, subject, wording_of, written

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than any gateway is waited for."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
AFTER_UNCLEAR = timedelta(minutes=5)
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=2)
"""How long a whole channel is left alone after a gateway could not be reached, so that a long queue is not spent on it."""
PAUSE = 1.0
KEPT_FOR = timedelta(days=30)
TOO_LONG = timedelta(minutes=30)
"""Between two tries of one message no more than about half of this goes by while the gateway answers."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message marked as being sent: which try it is, by which channel, and what goes out."""

    pk: UUID
    attempt: int
    channel: Channel
    letter: Letter


@dataclass(slots=True)
class Rest:
    """How often in a row a channel failed, and until when it is left alone."""

    until: datetime
    failures: int = 0


@dataclass
class Sender:
    """Sends what is due over the gateways it was given."""

    gateways: Mapping[str, Gateway]
    keeps_here: bool = False
    _rests: dict[str, Rest] = field(default_factory=dict)
    _chance: SystemRandom = field(default_factory=SystemRandom)

    def send_due(self, *, now: datetime) -> int:
        """Send everything that is due; how many messages were looked at."""
        looked_at = 0
        while self.send_one(now=now):
            looked_at += 1
        return looked_at

    def send_one(self, *, now: datetime) -> bool:
        """Send one message that is due; False if there is none."""
        taken = self.take(now=now)
        if isinstance(taken, Taken):
            self.note(taken, self._delivered(taken), now=now)
        return taken is not None

    def _delivered(self, taken: Taken) -> Outcome:
        try:
            return self.gateways[taken.channel].deliver(taken.letter)
        except Exception:
            log.exception("message %s by %s broke off", taken.pk, taken.channel)
            return Unclear("fault")

    # -- before ------------------------------------------------------------------------------------------------

    def take(self, *, now: datetime) -> Taken | Literal["settled"] | None:
        """Mark one message as being sent and commit; *settled* if it turned out not to be for sending now."""
        with transaction.atomic(), acting(MESSENGER):
            due = visible(MESSENGER, Message, "change").filter(state__in=OPEN, due_at__lte=now)
            locked = due.select_for_update(skip_locked=True, of=("self",))
            message = locked.order_by("due_at", "queued_at", "pk").first()
            if message is None:
                return None
            try:
                with transaction.atomic():
                    return self._judged(message, now=now) or "settled"
            except Exception:
                # One message that cannot be judged does not keep the others from leaving.
                log.exception("message %s could not be judged", message.pk)
                due.filter(pk=message.pk).update(due_at=now + LONGEST_WAIT, reason="not_judged")
                return "settled"

    def _judged(self, message: Message, *, now: datetime) -> Taken | None:
        if message.state == State.SENDING and not self._may_be_tried_again(message, now=now):
            return None
        reach = self._reach(message, now=now)
        open_ways = [way for way in reach.ways if way.channel not in message.closed] if reach else []
        is_late = message.expires_at <= now
        if reach and message.closed and (is_late or not open_ways):
            self._ended(message, State.FAILED, now=now, reason=message.reason)
        elif is_late:
            self._ended(message, State.EXPIRED, now=now)
        elif reach is None:
            self._ended(message, State.HELD, now=now)
        elif reach.not_before is not None and reach.not_before > now:
            self._put_off(message, reach.not_before)
        else:
            return self._by_a_way(message, open_ways, reach, now=now)
        return None

    def _by_a_way(self, message: Message, ways: list[Way], reach: Reach, *, now: datetime) -> Taken | None:
        """By the first way there is a gateway for; while its gateway is down the message waits for it."""
        way = next((way for way in ways if way.channel in self.gateways), None)
        if way is None:
            self._without_gateway(message, ways[0], reach, now=now)
        elif (rest := self._rests.get(way.channel)) and rest.until > now:
            self._put_off(message, rest.until + self._jitter(FIRST_REST))
        else:
            return self._marked(message, way, reach, now=now)
        return None

    def _may_be_tried_again(self, message: Message, *, now: datetime) -> bool:
        """A message left in the middle may have gone out: it gets one more try, and says so."""
        if message.is_possible_duplicate:
            self._ended(message, State.UNCERTAIN, now=now, reason="left_in_the_middle")
            return False
        message.is_possible_duplicate = True
        return True

    def _reach(self, message: Message, *, now: datetime) -> Reach | None:
        book = book_of(message.book)
        preferred = Channel(message.preferred) if message.preferred else None
        return book.how_to_reach(message.recipient, preferred=preferred, now=now) if book else None

    def _without_gateway(self, message: Message, way: Way, reach: Reach, *, now: datetime) -> None:
        if self.keeps_here:
            message.channel, message.language = way.channel, known_language(reach.language)
            self._ended(message, State.KEPT, now=now)
        else:
            self._put_off(message, now + LONGEST_WAIT, reason="no_gateway")

    def _marked(self, message: Message, way: Way, reach: Reach, *, now: datetime) -> Taken | None:
        wording = wording_of(message.wording)
        if wording is None or set(wording.params) != set(message.params):
            self._ended(message, State.FAILED, now=now, reason="unknown_text")
            return None
        message.state, message.due_at = State.SENDING, now + LEASE
        message.channel, message.language = way.channel, known_language(reach.language)
        message.attempts += 1
        letter = Letter(
            reference=message.reference,
            address=way.address,
            text=written(wording, message.params, language=message.language),
            subject=subject(language=message.language),
            is_possible_duplicate=message.is_possible_duplicate,
        )
        _changed(message)
        return Taken(message.pk, message.attempts, way.channel, letter)

    # -- after -------------------------------------------------------------------------------------------------

    def note(self, taken: Taken, outcome: Outcome, *, now: datetime) -> None:
        """Note what the gateway said, unless the message was taken from us or reported on meanwhile."""
        self._mind(taken.channel, outcome, now=now)
        with transaction.atomic(), acting(MESSENGER):
            message = visible(MESSENGER, Message, "change").select_for_update().get(pk=taken.pk)
            is_ours = message.state == State.SENDING and message.attempts == taken.attempt
            if isinstance(outcome, Accepted):
                message.gateway_id = outcome.gateway_id
            if is_ours:
                self._settle(message, outcome, now=now)
            elif isinstance(outcome, Accepted):
                self._left_after_all(message, taken, now=now)
        log.info("message %s by %s: %s", taken.pk, taken.channel, type(outcome).__name__)

    def _settle(self, message: Message, outcome: Outcome, *, now: datetime) -> None:
        if isinstance(outcome, Accepted):
            message.sent_at = now
            self._ended(message, State.SENT, now=now)
        elif isinstance(outcome, Refused):
            close_way(message, now=now, reason=outcome.reason)
        elif isinstance(outcome, TryLater):
            self._put_off(message, now + self._wait(message.attempts, outcome.after), reason=outcome.reason)
        elif message.is_possible_duplicate:
            self._ended(message, State.UNCERTAIN, now=now, reason=outcome.reason)
        else:
            message.is_possible_duplicate = True
            self._put_off(message, now + AFTER_UNCLEAR, reason=outcome.reason)

    def _left_after_all(self, message: Message, taken: Taken, *, now: datetime) -> None:
        """The answer came after the lease or a withdrawal: what left is called sent, unless another try is under way.

        So it is not if the gateway said meanwhile that it cannot be delivered.
        """
        if message.state in (State.SENDING, State.SENT, State.DELIVERED) or taken.channel in message.closed:
            _changed(message)
            return
        message.sent_at = now
        self._ended(message, State.SENT, now=now)

    def _ended(self, message: Message, state: State, *, now: datetime, reason: str = "") -> None:
        end(message, state, now=now, reason=reason)
        if state in (State.FAILED, State.UNCERTAIN):
            log.warning("message %s: %s %s", message.pk, state.value, reason)
        history.record("message.ended", message, by=MESSENGER, now=now, body={"state": state.value})

    def _put_off(self, message: Message, until: datetime, *, reason: str = "") -> None:
        """Let a message wait; one that would be too late by then still waits to be called so."""
        message.state, message.due_at, message.reason = State.WAITING, until, reason
        _changed(message)

    def _wait(self, attempts: int, asked: timedelta | None) -> timedelta:
        doubled = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
        return max(doubled, asked or timedelta(0)) + self._jitter(doubled / 5)

    def _jitter(self, most: timedelta) -> timedelta:
        return most * self._chance.random()

    def _mind(self, channel: str, outcome: Outcome, *, now: datetime) -> None:
        """Leave a channel alone for a while that cannot take anything now, or takes it and says nothing."""
        if isinstance(outcome, Accepted | Refused):
            self._rests.pop(channel, None)
            return
        rest = self._rests.setdefault(channel, Rest(now))
        rest.failures += 1
        doubled = min(FIRST_REST * 2 ** min(rest.failures - 1, 10), LONGEST_REST)
        asked = outcome.after if isinstance(outcome, TryLater) else None
        rest.until = now + max(doubled, asked or timedelta(0))


def _changed(message: Message) -> None:
    message.version += 1
    message.save()


def the_sender() -> Sender:
    """The sender of this installation; without a gateway a demonstration keeps its messages here."""
    return Sender(gateways(), keeps_here=settings.SAFAR_DEMO)


def run(stop: threading.Event) -> None:
    """Send what falls due, until told to stop."""
    sender = the_sender()
    while not stop.is_set():
        if not sender.send_one(now=timezone.now()):
            stop.wait(PAUSE)


def overdue(*, now: datetime) -> int:
    """How many messages could not be sent for half an hour, so that somebody should look at the gateway."""
    with acting(MESSENGER):
        waiting = visible(MESSENGER, Message).filter(state__in=OPEN, attempts__gt=0)
        return waiting.filter(queued_at__lt=now - TOO_LONG).count()


def forget_old_messages(*, now: datetime) -> int:
    """Delete messages that came to their end a month ago; how many."""
    with transaction.atomic(), acting(MESSENGER):
        old = (
            visible(MESSENGER, Message, "remove").exclude(state__in=OPEN).filter(ended_at__lt=now - KEPT_FOR)
        )
        return old.delete()[0]
