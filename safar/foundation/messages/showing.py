"""The outbox as a demonstration shows it: what each message said, in its language, and how far it has come; never to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language

from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.choices import Channel, State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.parts import as_sms, parts
from safar.foundation.messages.wording import known_language, wording_of, written


class NotADemonstration(PermissionError):
    """Texts are written out in a demonstration only: elsewhere a code would be readable by whoever sees the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as it is shown. `text` is empty if no release knows its wording any more."""

    queued_at: datetime
    wording: str
    text: str
    parts: int
    language: str
    channel: str
    state: State
    attempts: int
    may_be_double: bool
    reason: str


def recent(*, most: int = 50) -> list[Shown]:
    """The newest messages of a demonstration. Raises `NotADemonstration`."""
    if not settings.SAFAR_DEMO:
        raise NotADemonstration
    with acting(MESSENGER):
        return [
            _shown(message) for message in visible(MESSENGER, Message).order_by("-queued_at", "pk")[:most]
        ]


def _shown(message: Message) -> Shown:
    wording = wording_of(message.wording)
    language = known_language(message.language or get_language() or "")
    fits = wording is not None and set(wording.params) == set(message.params)
    text = written(wording, message.params, language=language) if wording and fits else ""
    if message.channel in ("", Channel.SMS):
        text = as_sms(text)
    return Shown(
        queued_at=message.queued_at,
        wording=message.wording,
        text=text,
        parts=parts(text),
        language=language,
        channel=message.get_channel_display(),
        state=State(message.state),
        attempts=message.attempts,
        may_be_double=message.is_possible_duplicate,
        reason=message.reason,
    )
