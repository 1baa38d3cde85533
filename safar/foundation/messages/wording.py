"""Wordings: the only texts that leave the house, declared in code, neutral by rule, with values that name nobody.

A wording's values are dates, times, numbers and codes of digits. There is no kind for a name or for words, so nobody can
put one in; a text that would say what the message is about is an error at start (`checks`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from safar.foundation.messages.choices import Channel

CODE = re.compile(r"[0-9]{1,8}(?:-[0-9]{1,8}){0,3}")
LARGEST_NUMBER = 999_999_999_999


class Param(Enum):
    """What a value may be. A one-time code is named by its number and computed when the text is written."""

    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    CODE = "code"
    ONE_TIME_CODE = "one-time code"


class NotHarmless(ValueError):
    """A value no message may carry: the wording declares no such value, or it could name somebody."""


@dataclass(frozen=True)
class Wording:
    """A text by its code: lazy words with ``%(name)s`` for each value it declares.

    `kept_for` is how long it is worth sending. A `signed` text ends with the operator's helpline, if there is one.
    """

    code: str
    text: Any
    params: Mapping[str, Param] = field(default_factory=dict)
    kept_for: timedelta = timedelta(days=3)
    preferred: Channel | None = None
    signed: bool = True


SUBJECT = _("A message for you")
SIGNATURE = _("Questions: %(helpline)s")

_wordings: dict[str, Wording] = {}


def register_wording(wording: Wording) -> Wording:
    """Make a wording known; its values must be those its text names."""
    if wording.code in _wordings:
        raise ImproperlyConfigured(f"two wordings are called {wording.code}")
    with translation.override("en"):
        named = set(re.findall(r"%\((\w+)\)s", str(wording.text)))
    if named != set(wording.params):
        raise ImproperlyConfigured(
            f"{wording.code}: the text names {sorted(named)}, declared are {sorted(wording.params)}"
        )
    _wordings[wording.code] = wording
    return wording


def wording_of(code: str) -> Wording | None:
    """The wording of that code, or None if no release knows it any more."""
    return _wordings.get(code)


def all_wordings() -> tuple[Wording, ...]:
    """Every wording, by code."""
    return tuple(_wordings[code] for code in sorted(_wordings))


# -- values --------------------------------------------------------------------------------------------------


def _date(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise NotHarmless("a date is wanted")
    return value.isoformat()


def _time(value: Any) -> str:
    if not isinstance(value, time):
        raise NotHarmless("a time of day is wanted")
    return f"{value:%H:%M}"


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_NUMBER:
        raise NotHarmless("a whole number is wanted")
    return value


def _code(value: Any) -> str:
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise NotHarmless("a code of digits is wanted")
    return value


def _one_time_code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{32}", value):
        raise NotHarmless("the number of a one-time code is wanted")
    return value


_KEPT: dict[Param, Callable[[Any], Any]] = {
    Param.DATE: _date,
    Param.TIME: _time,
    Param.NUMBER: _number,
    Param.CODE: _code,
    Param.ONE_TIME_CODE: _one_time_code,
}
#: Set by the room of codes: the digits of a one-time code, from its number.
one_time_codes: dict[str, Callable[[str], str]] = {}


def kept_params(wording: Wording, params: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the outbox keeps them. Raises `NotHarmless` for one that is missing, not declared, or of another kind."""
    if set(params) != set(wording.params):
        raise NotHarmless(f"{wording.code} takes {sorted(wording.params)}")
    return {name: _KEPT[kind](params[name]) for name, kind in wording.params.items()}


def written(wording: Wording, params: Mapping[str, Any], *, language: str) -> str:
    """The text in a language, with the values as the outbox keeps them."""
    shown = {name: _shown(kind, params[name]) for name, kind in wording.params.items()}
    with translation.override(known_language(language)):
        text = str(wording.text) % shown
        if wording.signed and settings.SAFAR_HELPLINE:
            text = f"{text} {str(SIGNATURE) % {'helpline': settings.SAFAR_HELPLINE}}"
    return text


def subject(*, language: str) -> str:
    """The one subject every e-mail has."""
    with translation.override(known_language(language)):
        return str(SUBJECT)


def known_language(language: str) -> str:
    """The language, or the house's own if it speaks no such one."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _shown(kind: Param, value: Any) -> str:
    if kind is Param.DATE:
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    if kind is Param.ONE_TIME_CODE:
        return one_time_codes["phone"](value)
    return str(value)
