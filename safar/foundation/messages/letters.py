"""What a channel is handed, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message ready to leave. `reference` is the same each time it is tried; address and text are never shown."""

    reference: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    subject: str
    is_possible_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took it, under this number of its own."""

    gateway_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway will never take it (no such number, blocked); the reason is a code."""

    reason: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """It surely did not leave, for a reason that may pass; `after` if the gateway said when to come again."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """It was handed over and no answer came: it may have left or not."""

    reason: str


Outcome = Accepted | Refused | TryLater | Unclear


class Gateway(Protocol):
    """A channel's way out. It never raises for what the other side does, and never waits without end."""

    def deliver(self, letter: Letter) -> Outcome:
        """Hand a letter over and say what became of it."""
