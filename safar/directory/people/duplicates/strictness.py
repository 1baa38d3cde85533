"""What holds when two records become one and each says something else: the stricter, so that nobody is endangered. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from safar.directory.people.rules import TASHKENT, SafeRules

#: Whose a telephone is, the safer to call first.
WHOSE = ("OWN", "SHARED", "OTHERS")
UNSAID = "UNSAID"


def stricter(one: SafeRules, other: SafeRules) -> SafeRules:
    """Rules of contact that break neither's: ways, days and hours that both allow; where none is left, no contact at all."""
    channels = tuple(channel for channel in one.channels if channel in other.channels)
    days = tuple(day for day in one.days if day in other.days)
    start, end = max(one.hour_from, other.hour_from), min(one.hour_to, other.hour_to)
    if one.do_not_contact or other.do_not_contact or not channels or not days or start >= end:
        return SafeRules(channels, one.hour_from, one.hour_to, days or one.days, do_not_contact=True)
    return SafeRules(channels, start, end, days)


def less_ours(one: str, other: str) -> str:
    """Whose a telephone is when two records say it: never more her own than either says; where nobody asked, nothing is said."""
    if UNSAID in (one, other):
        return other if one == UNSAID else one
    return max(one, other, key=WHOSE.index)


def both_said(one: str, other: str) -> str:
    """Two notes as one; what both say stands once."""
    return "; ".join(dict.fromkeys(text for text in (one, other) if text))


@dataclass(frozen=True, slots=True)
class Agreed:
    """A consent: what for, about what, with whom, when given, when withdrawn."""

    key: object
    purpose: str
    about: str
    whom: tuple[object, str]
    given_on: date
    withdrawn_at: datetime | None


def withdrawn_with(consents: Iterable[Agreed]) -> dict[object, datetime]:
    """Consents that end with the withdrawal of another: for the same purpose and recipient, given by then, about no more than it."""
    consents = list(consents)
    ended: dict[object, datetime] = {}
    for gone in consents:
        if gone.withdrawn_at is None:
            continue
        day = gone.withdrawn_at.astimezone(TASHKENT).date()
        for one in consents:
            same = (one.purpose, one.whom) == (gone.purpose, gone.whom)
            covered = gone.about in (one.about, "EVERYTHING")
            if same and covered and one.withdrawn_at is None and one.given_on <= day:
                ended[one.key] = min(gone.withdrawn_at, ended.get(one.key, gone.withdrawn_at))
    return ended
