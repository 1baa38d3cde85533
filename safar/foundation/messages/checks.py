"""What `safar check` says of messages: texts that betray, are or are too long; gateways on an open line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from safar.foundation.languages.text import fold
from safar.foundation.messages.parts import MOST_PARTS, as_sms, parts
from safar.foundation.messages.wording import Param, Wording, all_wordings, subject, written

LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: The longest each kind of value becomes.
EXAMPLES: dict[Param, Any] = {
    Param.DATE: date(2026, 12, 31).isoformat(),
    Param.TIME: "23:59",
    Param.NUMBER: 999_999_999_999,
    Param.CODE: "00000000-00000000",
    Param.ONE_TIME_CODE: "0" * 32,
}


@register(Tags.translation)
def texts_are_neutral(**_: Any) -> list[CheckMessage]:
    """No text says what a message is about, and none is long."""
    return [message for wording in all_wordings() for message in faults_of(wording)]


def faults_of(wording: Wording) -> Iterator[CheckMessage]:
    """What is wrong with a wording, language by language."""
    params = {name: EXAMPLES[kind] for name, kind in wording.params.items()}
    for language, _language in settings.LANGUAGES:
        text = f"{subject(language=language)} {written(wording, params, language=language)}"
        for word in betraying(text):
            yield Error(f"{wording.code} ({language}) says “{word}”: messages say nothing.", id="outbox.E001")
        length = parts(as_sms(written(wording, params, language=language)))
        if length > MOST_PARTS:
            yield Error(
                f"{wording.code} ({language}) takes {length} SMS, at most {MOST_PARTS}.", id="outbox.E002"
            )


def betraying(text: str) -> list[str]:
    """Beginnings of words in a text that no message may hold, in any script."""
    folded = f" {fold(text)}"
    return [stem for stem in _stems() if f" {stem}" in folded]


@lru_cache(maxsize=1)
def _stems() -> tuple[str, ...]:
    return tuple(fold(stem) for stem in settings.SAFAR_NEVER_IN_MESSAGES)


@register(Tags.security)
def gateways_are_asked_over_https(**_: Any) -> list[CheckMessage]:
    """A gateway elsewhere gets addresses and texts over an encrypted line only."""
    found: list[CheckMessage] = []
    for name, schemes in (
        ("SAFAR_SMS_URL", ("https",)),
        ("SAFAR_TELEGRAM_URL", ("https",)),
        ("SAFAR_EMAIL_URL", ("smtps", "smtp")),
    ):
        url = urlsplit(getattr(settings, name))
        if not url.scheme or url.hostname in LOOPBACK:
            continue
        if url.scheme not in schemes or url.scheme == "smtp" and not url.username:
            found.append(Error(f"{name} must be reached over an encrypted line.", id="outbox.E003"))
    return found


@register(Tags.security, deploy=True)
def some_gateway_is_set(**_: Any) -> list[CheckMessage]:
    """Without a gateway messages wait until it is too late for them."""
    if settings.SAFAR_SMS_URL or settings.SAFAR_TELEGRAM_URL or settings.SAFAR_EMAIL_URL:
        return []
    return [
        Warning("No gateway is set: no message leaves.", hint="docs/how-to/messages.md", id="outbox.W004")
    ]
