"""Rules of the world as dated rows: each says where it was read, since when it holds, and how sure we are of it.

*Verified* means read in the issuing authority's own text; *secondary* in a law firm's, a newspaper's or a news page's account
of it; *unverified* is a working assumption, and every page that uses it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar


class Trust(StrEnum):
    """How sure we are of a rule."""

    VERIFIED = "VERIFIED"
    SECONDARY = "SECONDARY"
    UNVERIFIED = "UNVERIFIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A rule of law: its sign, where it was read, when it holds, when the text was last checked, how sure we are."""

    ref: str
    source: str
    valid_from: date
    valid_to: date | None = None
    verified_on: date | None = None
    trust: Trust = Trust.UNVERIFIED

    def holds_on(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], day: date) -> D | None:
    """The row in force on a day; tables hold one at most."""
    return next((row for row in rows if row.holds_on(day)), None)


def is_assumed(*rows: Dated | None) -> bool:
    """Whether any of the rules is a working assumption, which the page that uses it has to say."""
    return any(row is not None and row.trust is Trust.UNVERIFIED for row in rows)
