"""Messages that did not arrive, or may have arrived twice: for who may write to the person, how far each came, and once more.

The outbox belongs to nobody, so nothing in it says who may know. That is asked when the page is opened: a message is shown to who
may write to its recipient today, and to nobody else it exists. Neither the text nor where it went is shown to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from safar.directory.people.actions import send_again
from safar.directory.people.models import Person
from safar.directory.people.reach import BOOK
from safar.doors.workbench.gate import StaffRequest, answer, staff_page
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, may, resource_of, visible
from safar.foundation.messages.sending import unsent

MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One message: to whom, how far it came, by which channel, when; and where it may be sent again."""

    person: Person
    url: str
    state: Any
    channel: Any
    queued_at: datetime
    ended_at: datetime | None
    may_be_double: bool
    is_repeated: bool
    again_url: str


@require_safe
@staff_page
def messages(request: StaffRequest) -> HttpResponse:
    """Show the newest hundred of the messages that somebody should look at."""
    if not may(request.actor, Person, send_again.name):
        raise Hidden(resource_of(Person), "", send_again.name)
    return answer(request, "workbench/unsent.html", {"lines": lines_for(request.actor), "most": MOST})


def lines_for(actor: Actor) -> list[Line]:
    """The messages to people the actor may write to, the newest first."""
    found = unsent(BOOK)
    numbers = {UUID(message.recipient) for message in found}
    people = visible(actor, Person, send_again.name).filter(pk__in=numbers, erased_on=None).in_bulk()
    lines = []
    for message in found:
        person = people.get(UUID(message.recipient))
        if person is None:
            continue
        at = reverse("workbench:act", args=["people", person.pk, send_again.name])
        may_again = not message.is_repeated and message.again_of is None
        lines.append(
            Line(
                person=person,
                url=reverse("workbench:record", args=["people", person.pk]),
                state=message.get_state_display(),
                channel=message.get_channel_display(),
                queued_at=message.queued_at,
                ended_at=message.ended_at,
                may_be_double=message.is_possible_duplicate,
                is_repeated=not may_again,
                again_url=f"{at}?{urlencode({'which': message.pk})}" if may_again else "",
            )
        )
    return lines[:MOST]
