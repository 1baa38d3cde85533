"""What each role carries, and on which days: pure decisions, without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from safar.foundation.rules import Dated, in_force

Period = tuple[date, date | None]
DAY = timedelta(days=1)
RESET_STANDS_FOR = timedelta(hours=24)
"""How long a colleague's first signature under a reset waits for the second."""


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A role: the highest level of secrecy it may be given, and whether it reaches the organisations below its own.

    Who holds a confidential role is itself known only to those who may see level 2.
    """

    role: str
    top_level: int
    reaches_below: bool = True
    is_confidential: bool = False


ROLE_RULES = {
    rule.role: rule
    for rule in (
        RoleRule("licensing_officer", 2),
        RoleRule("inspector", 2),
        RoleRule("directory_editor", 1),
        RoleRule("staff_administrator", 2),
        RoleRule("auditor", 2),
        RoleRule("analyst", 1),
        RoleRule("call_operator", 2, reaches_below=False),
        RoleRule("consular_officer", 2, reaches_below=False),
        RoleRule("case_worker", 3, reaches_below=False, is_confidential=True),
        RoleRule("protection_officer", 3, reaches_below=False, is_confidential=True),
    )
}


def role_rule(role: str) -> RoleRule:
    """The rule of a role; one nobody described reaches nothing but its own organisation's public rows."""
    return ROLE_RULES.get(role, RoleRule(role, 0, reaches_below=False))


def is_open(*, valid_from: date, valid_to: date | None, ended_at: datetime | None, today: date) -> bool:
    """Whether a post stands on a day."""
    return ended_at is None and valid_from <= today and (valid_to is None or today <= valid_to)


def periods_without(whole: Period, away: Iterable[Period]) -> list[Period]:
    """What is left of a time after the times away are taken out, in order; an end of None means: until further notice."""
    left = [whole]
    for absence in sorted(away, key=lambda period: period[0]):
        left = [piece for period in left for piece in _minus(period, absence)]
    return left


def _minus(period: Period, absence: Period) -> list[Period]:
    (begin, end), (gone, back) = period, absence
    if (end is not None and gone > end) or (back is not None and back < begin):
        return [period]
    before = [(begin, gone - DAY)] if gone > begin else []
    after = [(back + DAY, end)] if back is not None and (end is None or back < end) else []
    return [*before, *after]


def from_today(periods: Iterable[Period], today: date) -> list[Period]:
    """The periods that are not over, each beginning today at the earliest."""
    return [(max(begin, today), end) for begin, end in periods if end is None or end >= today]


def within(period: Period, bounds: Period) -> Period | None:
    """The part of a period inside the bounds, or None."""
    begin = max(period[0], bounds[0])
    ends = [end for end in (period[1], bounds[1]) if end is not None]
    end = min(ends) if ends else None
    return None if end is not None and end < begin else (begin, end)


def reset_is_waiting(signed_at: datetime, *, now: datetime) -> bool:
    """Whether a first signature still waits for the second."""
    return timedelta(0) <= now - signed_at < RESET_STANDS_FOR


# -- who may confirm a reset -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Seniority(Dated):
    """How many days somebody has administered staff before her word confirms a reset."""

    days: int


SENIORITY = (Seniority(ref="S-1", days=7, source="Rule of the house", valid_from=date(2026, 1, 1)),)


def days_before_confirming(today: date) -> int:
    """How many days whoever confirms a reset must have administered staff."""
    row = in_force(SENIORITY, today)
    return row.days if row else 0


def has_administered(begun: Iterable[date], *, today: date) -> bool:
    """Whether any of these first days of administering lies far enough back to confirm a reset."""
    latest = today - timedelta(days=days_before_confirming(today))
    return any(day <= latest for day in begun)
