"""Sorts of facts: what services may leave on a timeline, each with its sentence. No table is named here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import PERSONAL, PROTECTED


class UnknownFact(LookupError):
    """A fact of a code nobody registered: it would have no sentence."""


@dataclass(frozen=True, slots=True)
class FactKind:
    """A sort of fact: which service leaves it, its sentence with ``%(name)s`` placeholders, its level and icon.

    `stage` is the stage of the journey it shows a person at (a code of the map), if it shows any.
    """

    code: str
    service: str
    sentence: Any
    level: int = PERSONAL
    icon: str = "circle-dot"
    params: frozenset[str] = frozenset()
    stage: str = ""


_kinds: dict[str, FactKind] = {}


def register_fact(
    code: str,
    *,
    service: str,
    sentence: Any,
    level: int = PERSONAL,
    icon: str = "circle-dot",
    params: tuple[str, ...] = (),
    stage: str = "",
) -> FactKind:
    """Make a sort of fact known. A service of level 3 has none: `ImproperlyConfigured`."""
    if level >= PROTECTED:
        raise ImproperlyConfigured(f"{code}: a service of level 3 leaves no facts")
    if code in _kinds:
        raise ImproperlyConfigured(f"two sorts of fact are called {code}")
    _kinds[code] = FactKind(code, service, sentence, level, icon, frozenset(params), stage)
    return _kinds[code]


def kind_of(code: str) -> FactKind:
    """The sort of fact with this code, or `UnknownFact`."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownFact(f"no sort of fact is called {code!r}; register it with register_fact") from None


def sentence_of(code: str, params: Mapping[str, Any]) -> str:
    """A fact in words, in the language of the moment; its code where its sort is not known any more."""
    kind = _kinds.get(code)
    return str(kind.sentence) % dict(params) if kind else code


def icon_of(code: str) -> str:
    """The icon of a fact; a plain one where its sort is not known any more."""
    return _kinds[code].icon if code in _kinds else "circle-dot"


def stage_of(code: str) -> str:
    """The stage of the journey a fact belongs to; '' for none."""
    return _kinds[code].stage if code in _kinds else ""


REGISTERED = register_fact(
    "people.registered", service="people", sentence=_("was registered"), icon="user"
).code
