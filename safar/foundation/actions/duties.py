"""Duties: what somebody must do, by which day, and who it is.

A service says in its ``duties.py`` what its rows wait for; my day asks every service and shows what concerns the actor.
A provider makes one query and lists only what the actor may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from safar.foundation.access.actors import Actor

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One thing to do: its words and page, who acts next, by which day, and the service (`group`) it belongs to.

    `mine` says that the actor herself must act; otherwise she waits for `who`, or for nobody if `who` is empty.
    """

    title: Any
    url: str
    who: Any
    due: date | None
    late: bool = False
    group: Any = ""
    detail: Any = ""
    icon: str = "circle"
    mine: bool = True


Provider = Callable[[Actor, date], Iterable[Duty]]

_providers: list[Provider] = []


def provides_duties(provider: Provider) -> Provider:
    """Declare the function below as one that lists duties: ``provider(actor, today)``."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def duties(actor: Actor, today: date) -> list[Duty]:
    """Everything the services know to be waiting, the most urgent first; a service tells of two hundred at most."""
    found = [duty for provider in _providers for duty in _first(provider(actor, today))]
    return sorted(found, key=lambda duty: (duty.due is None, duty.due or today, str(duty.title)))


def _first(found: Iterable[Duty]) -> list[Duty]:
    return [duty for _place, duty in zip(range(MOST), found, strict=False)]
