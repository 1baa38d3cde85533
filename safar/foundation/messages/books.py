"""Recipients and the books that know how they may be reached: asked when a message leaves, never before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

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


@dataclass(frozen=True, slots=True)
class Way:
    """A channel and her address there, which is never shown."""

    channel: Channel
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How a recipient may be reached: the ways she allows, hers first, and the language she reads.

    `not_before` is the first moment at which a message may arrive; None: now. A way that is closed for good gives place to the
    next; one that is down is waited for.
    """

    ways: tuple[Way, ...]
    language: str
    not_before: datetime | None = None


class RecipientBook(Protocol):
    """What knows the recipients of one room. It is asked as ``system:messenger``, in a transaction, just before sending."""

    def how_to_reach(self, number: str, *, preferred: Channel | None, now: datetime) -> Reach | None:
        """How this recipient may be reached; None if she may not be written to, is gone, or never was.

        A book may put the preferred channel first among the ways it knows; it never adds one she did not allow.
        """


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
