"""How somebody may be reached now: what the sender of messages asks at the moment of sending, so that it cannot forget.

Asked when a message leaves, never when it is written: a number given up or a rule set in between stops what waits in the queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from safar.directory.people.models import Merge, Person, Phone, SafeContact, Whose
from safar.directory.people.rules import USUAL, NoContact, next_moment, why_not_contact
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import visible

#: Channels a message can leave by; a visit is a person's own.
BY_MESSAGE = ("TELEGRAM", "SMS", "CALL")


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person may be reached at one moment.

    `channels` are those open now, hers first; none open: `why_not` says why, `next_at` when to try again (None: never).
    `address` is the telephone number (E.164) to use, empty where there is none that is safe. No text says what it is about.
    """

    language: str
    channels: tuple[str, ...]
    address: str
    is_allowed: bool
    why_not: NoContact | None
    next_at: datetime | None
    may_leave_message: bool


def how_to_reach(person_id: UUID | str | None, *, now: datetime) -> Reach | None:
    """How to reach a person now; None if there is no such person any more. Judged as the sender's own job, not the asker's.

    What was written to a record that was merged meanwhile goes by the rules of the record it leads to.
    """
    sender = system_actor("reach")
    with acting(sender):
        here = Q(pk=person_id) | Q(pk__in=_survivor(sender, person_id))
        person_id = visible(sender, Person).filter(here).values_list("pk", flat=True).first()
        if person_id is None:
            return None
        safe = visible(sender, SafeContact).filter(person_id=person_id).first()
        phones = list(visible(sender, Phone).filter(person_id=person_id).order_by("pk"))
    rules = safe.rules if safe else USUAL
    asked = [channel for channel in rules.channels if channel in BY_MESSAGE]
    closed = {channel: why_not_contact(rules, channel, now) for channel in asked}
    channels = tuple(channel for channel, why in closed.items() if why is None)
    address = _address(safe, phones)
    is_allowed = bool(channels and address)
    why = None if channels else next(iter(closed.values()), NoContact.ASKED_NOT_TO)
    return Reach(
        language=safe.language if safe else "uz",
        channels=channels,
        address=address,
        is_allowed=is_allowed,
        why_not=why,
        next_at=next_moment(rules, now) if asked and address else None,
        may_leave_message=bool(safe and safe.may_leave_message),
    )


def _survivor(sender: Actor, person_id: UUID | str | None) -> QuerySet[Any, UUID]:
    """Whom a merged record leads to."""
    return (
        visible(sender, Merge)
        .filter(merged__pk=person_id, undone_at=None)
        .values_list("person_id", flat=True)
    )


def _address(safe: SafeContact | None, phones: list[Phone]) -> str:
    """The safe telephone; else, for who set no rules, her own. One shared in the family is never taken unasked."""
    if safe is not None and safe.phone_id is not None:
        return next((phone.number for phone in phones if phone.pk == safe.phone_id), "")
    return next((phone.number for phone in phones if phone.whose == Whose.OWN), "")
