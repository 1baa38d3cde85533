"""Writing to a person: that she should call, that there is news, when she is expected; never what it is about.

The act queues a message; the sender asks safe contact when it leaves (`people.reach`). Nothing here knows an address.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from safar.directory.people.models import Person
from safar.directory.people.reach import may_be_written_to, recipient
from safar.directory.people.writing_forms import MEETING_TEXT, TEXTS, AgainForm, MessageForm
from safar.foundation.access.actors import Actor
from safar.foundation.actions import Refused, action
from safar.foundation.messages import send
from safar.foundation.messages.limits import Limit
from safar.foundation.messages.sending import NotAgain
from safar.foundation.messages.sending import send_again as repeat

A_DAY = Limit("messages-to-a-person", 5, timedelta(days=1))
SHUT = _(
    "No message can leave for this person: safe contact forbids it, or no address is known. Look at safe contact."
)
ENOUGH = _("This person was written to %(most)s times within a day. Wait until tomorrow, or speak with them.")


def _is_there(person: Person, today: date) -> bool:
    return person.erased_on is None


def _gone(person: Person, today: date) -> Any:
    return _("What was held about this person was erased for good.")


def _refuse_shut(person: Person, *, now: datetime) -> None:
    if not may_be_written_to(person, now=now):
        raise Refused(SHUT)


def _count(person: Person, *, now: datetime) -> None:
    """Last of all: what is counted stays counted, also if the act is refused after it."""
    if not A_DAY.count(person.pk.hex, now=now):
        raise Refused(ENOUGH % {"most": A_DAY.most})


@action(
    on=Person, label=_("Write to the person"), sentence=_("wrote a message to the person"), form=MessageForm, icon="send",
    detail=lambda person, inputs: {"text": inputs["text"]}, when=_is_there, why_not=_gone,
    hint=_("It leaves by the way, in the hours and in the language of safe contact, and says nothing of what it is about."),
)  # fmt: skip
def send_message(
    person: Person, *, text: str, on: date | None, at: time | None, by: Actor, now: datetime
) -> None:
    """Queue one of the neutral texts for her; a meeting names its day and time and is of no use after it."""
    _refuse_shut(person, now=now)
    params = {"date": on, "time": at} if text == MEETING_TEXT else {}
    _count(person, now=now)
    send(TEXTS[text], to=recipient(person), params=params, by=by, now=now)


@action(
    on=Person, label=_("Send again"), sentence=_("sent a message again that had not arrived"), form=AgainForm,
    icon="rotate-ccw", detail=lambda person, inputs: {}, when=_is_there, why_not=_gone,
    hint=_("Once more and no further. One that may have left before may then arrive twice."),
)  # fmt: skip
def send_again(person: Person, *, which: str, by: Actor, now: datetime) -> None:
    """Queue a message of hers anew that failed or got no answer; it leaves as safe contact says now."""
    _refuse_shut(person, now=now)
    try:
        repeat(which, to=recipient(person), by=by, now=now)
    except NotAgain as error:
        raise Refused(str(error), field="which") from error
    _count(person, now=now)
