"""Recipients and the books that know how they may be reached: asked when a message leaves, never before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from safar.foundation.messages.choices import Channel

OPAQUE = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[1-9][0-9]{0,7}")


class NotOpaque(ValueError):
    """A recipient's number that could be a telephone, an address or a name."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for: a book and a number of its own (a UUID, or a row's number of up to eight digits)."""

    book: str
    number: str

    def __post_init__(self) -> None:
        if not OPAQUE.fullmatch(self.number):
            raise NotOpaque("a recipient is named by a UUID or by the number of a row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a recipient may be reached now: one channel and its address, the language she reads, and her safe hours.

    `hours` are the beginning and end of the time of day in which a message may arrive, in `zone` (the house's own if none
    is given); an end before the beginning means the night between. None: at any hour. The address is never shown.
    """

    channel: Channel
    address: str = field(repr=False)
    language: str
    hours: tuple[time, time] | None = None
    zone: str = ""

    def __post_init__(self) -> None:
        if self.hours is not None and self.hours[0] == self.hours[1]:
            raise ValueError("safe hours begin and end at different times; at any hour is None")

    def next_moment(self, now: datetime) -> datetime:
        """The first moment from `now` on at which a message may arrive."""
        if self.hours is None:
            return now
        local = now.astimezone(ZoneInfo(self.zone) if self.zone else timezone.get_default_timezone())
        begins, ends = self.hours
        at = local.timetz().replace(tzinfo=None)
        inside = begins <= at < ends if begins <= ends else at >= begins or at < ends
        if inside:
            return now
        opens = local.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
        return opens if opens > local else opens + timedelta(days=1)


class RecipientBook(Protocol):
    """What knows the recipients of one room. It is asked as ``system:messenger``, in a transaction, just before sending."""

    def how_to_reach(self, number: str, *, preferred: Channel | None, now: datetime) -> Reach | None:
        """How this recipient may be reached now; None if she may not be written to, is gone, or never was."""


_books: dict[str, RecipientBook] = {}


def register_book(name: str, book: RecipientBook) -> None:
    """Make a book known under a name that says nothing of what its recipients ask for."""
    if name in _books:
        raise ImproperlyConfigured(f"two books of recipients are called {name}")
    _books[name] = book


def book_of(name: str) -> RecipientBook | None:
    """The book of that name, if there is one."""
    return _books.get(name)


def known_books() -> Iterable[str]:
    """Names of every book."""
    return tuple(_books)
