"""What sorts of events there are: each with its sentence, its icon, its link, and how to forget what is personal in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from safar.foundation.history.models import Event

Detail = Mapping[str, Any]

#: Kinds that watch the watchers: shown to those who may read the event log, not to everybody who may see the subject.
WATCHING = ("read", "revealed", "export", "refused", "signed_in")


class UnknownKind(LookupError):
    """An event of a kind nobody registered: it would have no sentence and no way to be forgotten."""


def forget_everything(detail: Detail) -> dict[str, Any]:
    """Nothing of the detail may stay: the rule for every kind that does not say otherwise."""
    return {}


def keeping(*names: str) -> Callable[[Detail], dict[str, Any]]:
    """A way to forget everything except the named values, which say nothing about a person."""

    def forget(detail: Detail) -> dict[str, Any]:
        return {name: detail[name] for name in names if name in detail}

    return forget


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of event. `forget` is given the detail and returns what of it may stay."""

    code: str
    sentence: Any
    icon: str = "pencil"
    link: Callable[[Event], str | None] | None = None
    forget: Callable[[Detail], Mapping[str, Any]] = forget_everything


_kinds: dict[str, Kind] = {}


def register_kind(
    code: str,
    *,
    sentence: Any,
    icon: str = "pencil",
    link: Callable[[Event], str | None] | None = None,
    forget: Callable[[Detail], Mapping[str, Any]] = forget_everything,
) -> Kind:
    """Make a kind of event known: `sentence` is lazy text with ``%(name)s`` placeholders filled from the detail."""
    if code in _kinds:
        raise ImproperlyConfigured(f"two kinds of event are called {code}")
    if isinstance(sentence, str):
        raise ImproperlyConfigured(f"the sentence of {code} is read in one language only: make it lazy")
    _kinds[code] = Kind(code, sentence, icon, link, forget)
    return _kinds[code]


def kind_of(code: str) -> Kind:
    """The kind with this code, or `UnknownKind`."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownKind(f"no kind of event is called {code!r}; register it with register_kind") from None


def known_kinds() -> dict[str, Kind]:
    """Every registered kind by code."""
    return dict(_kinds)


register_kind(
    "read",
    sentence=_("looked at the record, for %(purpose)s"),
    icon="eye",
    forget=keeping("fields", "purpose"),
)
register_kind("revealed", sentence=_("revealed: %(fields)s"), icon="eye", forget=keeping("fields", "purpose"))
register_kind(
    "export",
    sentence=_("took out a file (%(format)s), %(count)s rows, for %(purpose)s, filters: %(filters)s"),
    icon="download",
    forget=keeping("format", "count", "purpose"),
)
register_kind("refused", sentence=_("was refused: %(action)s"), icon="shield-x", forget=keeping("action"))
register_kind("signed_in", sentence=_("signed in"), icon="log-in", forget=keeping("method"))
register_kind("load", sentence=_("loaded %(what)s"), icon="database", forget=keeping("what"))
register_kind(
    "import",
    sentence=_("loaded a file: %(new)s new, %(changed)s changed, %(same)s the same, %(bad)s refused"),
    icon="upload",
    forget=keeping("new", "changed", "same", "bad", "total"),
)
register_kind(
    "forgotten", sentence=_("erased personal details from the history"), icon="eraser", forget=keeping()
)
