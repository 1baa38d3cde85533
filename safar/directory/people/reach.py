"""People's book: how somebody may be reached, asked by the sender of messages when one leaves, so that nobody can forget it.

A number given up, a rule set or a person erased in between stops what waits in the queue.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from safar.directory.people.models import Merge, Person, Phone, SafeContact, Whose
from safar.directory.people.rules import USUAL, next_moment
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.messages import Channel, Reach, Recipient, Way

BOOK = "people"


def recipient(person: Person) -> Recipient:
    """A person as the outbox names her."""
    return Recipient(BOOK, person.pk.hex)


class PeopleBook:
    """Knows safe contact, telephones and chats. It looks with rights of its own, not with those of whoever sends."""

    def how_to_reach(self, number: str, *, preferred: Channel | None, now: datetime) -> Reach | None:
        """The ways she allows, hers first, in her hours and language; None for who may not be written to or is gone.

        What was written to a record that was merged meanwhile goes by the rules of the record it leads to.
        """
        by = system_actor("reach")
        with acting(by):
            person = _standing(by, UUID(number))
            if person is None:
                return None
            safe = visible(by, SafeContact).filter(person_id=person).first()
            phones = list(visible(by, Phone).filter(person_id=person).order_by("pk"))
        rules = safe.rules if safe else USUAL
        moment = next_moment(rules, now)
        known: dict[str, str] = {
            Channel.SMS: _telephone(safe, phones),
            Channel.TELEGRAM: safe.telegram_chat if safe else "",
        }
        ways = [Way(Channel(channel), known[channel]) for channel in rules.channels if known.get(channel)]
        if not ways or moment is None:
            return None
        ways.sort(key=lambda way: way.channel != preferred)
        return Reach(
            ways=tuple(ways),
            language=safe.language if safe else settings.LANGUAGE_CODE,
            not_before=moment if moment > now else None,
        )


def _standing(by: Actor, person: UUID) -> UUID | None:
    """The person herself, or the record hers was merged into; None if she was erased or never was."""
    led_to = visible(by, Merge).filter(merged=person, undone_at=None).values("person_id")
    here = Q(pk=person) | Q(pk__in=led_to)
    return visible(by, Person).filter(here, erased_on=None).values_list("pk", flat=True).first()


def may_be_written_to(person: Person, *, now: datetime) -> bool:
    """Whether a message would leave for her now or at her next hour."""
    return PeopleBook().how_to_reach(person.pk.hex, preferred=None, now=now) is not None


def _telephone(safe: SafeContact | None, phones: list[Phone]) -> str:
    """The safe telephone; else, for who set no rules, her own. One shared in the family is never taken unasked."""
    if safe is not None and safe.phone_id is not None:
        return next((phone.number for phone in phones if phone.pk == safe.phone_id), "")
    return next((phone.number for phone in phones if phone.whose == Whose.OWN), "")
