"""What a stand-in writes down, and how it can be made to behave."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from safar.foundation.messages.choices import Channel


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that a gateway took."""

    channel: Channel
    address: str
    text: str
    reference: str = ""
    callback: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How to behave at the next request: with this status and these headers; after so many seconds; or hang up, before or after taking it."""

    status: int = 200
    retry_after: int | None = None
    location: str = ""
    takes: bool = False
    hangs_up: bool = False
    slow: float = 0.0
    holds: float = 0.0
    """Take the message at once, and keep the answer back for so many seconds."""


WELL = Answer(takes=True)
HANGS_UP_AFTERWARDS = Answer(takes=True, hangs_up=True)
HANGS_UP_BEFORE = Answer(hangs_up=True)


@dataclass
class Post:
    """What has arrived, and the answers to give next; without any, everything is taken."""

    arrived: list[Arrived] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _next: deque[Answer] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def behave(self, *answers: Answer) -> None:
        """Give these answers to the next requests that would send something."""
        with self._lock:
            self._next.extend(answers)

    def behave_well(self) -> None:
        """Take everything from now on."""
        with self._lock:
            self._next.clear()

    def next_answer(self) -> Answer:
        """How to behave now."""
        with self._lock:
            return self._next.popleft() if self._next else WELL

    def asked(self, what: str) -> None:
        """Note a request by its path."""
        with self._lock:
            self.requests.append(what)

    def take(self, arrived: Arrived) -> None:
        """Note a message."""
        with self._lock:
            self.arrived.append(arrived)
