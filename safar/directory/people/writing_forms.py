"""Forms of writing to a person: which neutral text, and which message again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models import Person
from safar.directory.people.reach import recipient
from safar.foundation.access.actors import Actor
from safar.foundation.messages.models import Message
from safar.foundation.messages.neutral import CALL_US, MEETING, NEWS
from safar.foundation.messages.sending import unsent_to

MEETING_TEXT = MEETING.code
TEXTS = {wording.code: wording for wording in (CALL_US, NEWS, MEETING)}
FURTHEST = timedelta(days=180)


class MessageForm(forms.Form):
    """One of the texts that say nothing; the day and time belong to a meeting alone."""

    text = forms.ChoiceField(label=_("Text"), choices=tuple((code, one.text) for code, one in TEXTS.items()))
    on = forms.DateField(
        label=_("Day of the meeting"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    at = forms.TimeField(
        label=_("Time of the meeting"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = {"date": "…", "time": "…"}
        self.fields["text"].choices = [(code, str(one.text) % words) for code, one in TEXTS.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A meeting lies ahead, on a day and at a time; nothing else has one."""
        cleaned = super().clean() or self.cleaned_data
        on, at = cleaned.get("on"), cleaned.get("at")
        if cleaned.get("text") != MEETING_TEXT:
            cleaned["on"] = cleaned["at"] = None
        elif on is None or at is None:
            self.add_error("on" if on is None else "at", _("A meeting has a day and a time."))
        else:
            moment = timezone.make_aware(datetime.combine(on, at))
            if not timezone.now() < moment < timezone.now() + FURTHEST:
                self.add_error("on", _("The meeting lies ahead, within half a year."))
        return cleaned


class AgainForm(forms.Form):
    """Which of the messages to her that did not arrive."""

    which = forms.ChoiceField(label=_("Which message"), choices=())

    def about(self, person: Person, actor: Actor) -> None:
        """Offer the messages to her that may be sent again."""
        found = unsent_to(recipient(person))
        self.fields["which"].choices = [(str(one.pk), in_words(one)) for one in found]  # type: ignore[attr-defined]


def in_words(message: Message) -> str:
    """A message by its channel, its end and the moment of it; never its text or where it went."""
    moment = message.ended_at or message.queued_at
    day = date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return f"{message.get_channel_display()}, {message.get_state_display()}, {day}"
