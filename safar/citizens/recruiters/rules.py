"""What the law lets be done with a licence, when, by whom: pure decisions over dated rows (`safar.foundation.rules`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from safar.foundation.rules import Dated, Trust, in_force

#: Where days begin and end for a licence.
ZONE = ZoneInfo("Asia/Tashkent")


class State(StrEnum):
    """Where a licence stands on paper; whether it holds today is `verdict`'s business."""

    APPLIED = "APPLIED"
    LICENSED = "LICENSED"
    SUSPENDED = "SUSPENDED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    REFUSED = "REFUSED"


#: States nobody outside is told of: an application says nothing about a firm.
UNPUBLISHED = frozenset({State.APPLIED, State.REFUSED})


# -- how a licence moves ---------------------------------------------------------------------------------------


class Demand(StrEnum):
    """What a decision must carry."""

    REASON = "REASON"
    ORDER_NUMBER = "ORDER_NUMBER"
    SECOND_PERSON = "SECOND_PERSON"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Dated):
    """One way a licence moves: the act, from which states, to which, and what the decision must carry."""

    act: str
    before: frozenset[State]
    after: State
    demands: frozenset[Demand] = frozenset()


LAW = "Law on private employment agencies, ZRU-501 of 16 October 2018"
HOUSE = "Rule of the house: two people for a decision that ends a firm's work (OWASP ASVS 5.0, 2.3.5)"
SINCE = date(2018, 10, 17)
_ORDER = frozenset({Demand.ORDER_NUMBER})
_ORDER_AND_REASON = _ORDER | {Demand.REASON}
_TWO = _ORDER_AND_REASON | {Demand.SECOND_PERSON}

TRANSITIONS = (
    Transition(
        ref="L-1", act="grant_licence", before=frozenset({State.APPLIED, State.EXPIRED}), after=State.LICENSED,
        demands=_ORDER, source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-2", act="refuse_application", before=frozenset({State.APPLIED}), after=State.REFUSED,
        demands=_ORDER_AND_REASON, source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-3", act="apply_again", before=frozenset({State.REFUSED}), after=State.APPLIED,
        source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-4", act="suspend_licence", before=frozenset({State.LICENSED}), after=State.SUSPENDED,
        demands=_ORDER_AND_REASON, source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-5", act="reinstate_licence", before=frozenset({State.SUSPENDED}), after=State.LICENSED,
        demands=_ORDER_AND_REASON, source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-6", act="renew_licence", before=frozenset({State.LICENSED}), after=State.LICENSED,
        demands=_ORDER, source=LAW, valid_from=SINCE,
    ),
    Transition(
        ref="L-7", act="withdraw_licence", before=frozenset({State.LICENSED, State.SUSPENDED}), after=State.WITHDRAWN,
        demands=_TWO, source=f"{LAW}; {HOUSE}", valid_from=SINCE,
    ),
    Transition(
        ref="L-8", act="record_expiry", before=frozenset({State.LICENSED, State.SUSPENDED}), after=State.EXPIRED,
        source=LAW, valid_from=SINCE,
    ),
)  # fmt: skip


def transition(act: str, state: State | str, today: date) -> Transition | None:
    """The row by which `act` may be done to a licence in `state` on a day, or None."""
    return in_force((row for row in TRANSITIONS if row.act == act and state in row.before), today)


def demanded(act: str, today: date) -> frozenset[Demand]:
    """What a decision for `act` must carry on a day, whatever state the licence is in."""
    rows = [row.demands for row in TRANSITIONS if row.act == act and row.holds_on(today)]
    return frozenset().union(*rows)


def missing(
    row: Transition, *, reason: str = "", order_number: str = "", second_person: bool = False
) -> list[Demand]:
    """What the decision lacks, in the order it is asked for."""
    carried = {
        Demand.REASON: bool(reason.strip()),
        Demand.ORDER_NUMBER: bool(order_number.strip()),
        Demand.SECOND_PERSON: second_person,
    }
    return [demand for demand in Demand if demand in row.demands and not carried[demand]]


# -- terms, deposits, deadlines --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Dated):
    """How long a licence lasts."""

    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Dated):
    """A sum: of money, or of units whose value stands in a table of its own."""

    value: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Dated):
    """Calendar days within which somebody must act."""

    days: int


LICENCE_TERMS = (
    Term(
        ref="T-1",
        years=3,
        source="Working assumption; the term after ZRU-1095 is to be read",
        valid_from=SINCE,
    ),
)

UNITS = "BCU"
DEPOSITS = (
    Amount(
        ref="D-1", value=50_000, currency="USD", source=f"{LAW}, as reported by uz.sputniknews.ru",
        valid_from=SINCE, valid_to=date(2025, 11, 10), trust=Trust.SECONDARY,
    ),
    Amount(
        ref="D-2", value=4_000, currency=UNITS, valid_from=date(2025, 11, 11), trust=Trust.SECONDARY,
        source="Law ZRU-1095 of 11 November 2025, as told by gov.uz/en/migration/news/view/105278",
    ),
)  # fmt: skip

BASE_UNIT = (
    Amount(ref="U-1", value=340_000, currency="UZS", source="Decree; to be read", valid_from=date(2023, 10, 1),
           valid_to=date(2024, 9, 30)),
    Amount(ref="U-2", value=375_000, currency="UZS", source="Decree; to be read", valid_from=date(2024, 10, 1),
           valid_to=date(2025, 7, 31)),
    Amount(ref="U-3", value=412_000, currency="UZS", source="Decree; to be read", valid_from=date(2025, 8, 1)),
)  # fmt: skip

PUBLICATION = (
    Period(
        ref="P-1", days=5, valid_from=date(2025, 1, 1), trust=Trust.SECONDARY,
        source="Decree UP-162 of 17 October 2024, as reported by tashkenttimes.uz 13914",
    ),
)  # fmt: skip
APPLICATION_DECISION = (Period(ref="P-2", days=30, source="Working assumption", valid_from=SINCE),)
SUSPENSION_DECISION = (Period(ref="P-3", days=30, source="Working assumption", valid_from=SINCE),)
SECOND_SIGNATURE = (Period(ref="P-4", days=5, source=HOUSE, valid_from=SINCE),)
RENEWAL_NOTICE = (Period(ref="P-5", days=30, source="Working assumption", valid_from=SINCE),)


def licence_ends(licensed_from: date) -> date:
    """The last day of a licence that begins on a day: the day before its anniversary (29 February counts as 28)."""
    row = in_force(LICENCE_TERMS, licensed_from)
    if row is None:
        raise ValueError(f"no licence term is known for {licensed_from}")
    year = licensed_from.year + row.years
    try:
        anniversary = licensed_from.replace(year=year)
    except ValueError:
        anniversary = date(year, 3, 1)
    return anniversary - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a firm must hold on its special account: the sum of the law and, where it is in units, what they come to."""

    rule: Amount
    value: int
    currency: str
    unit: Amount | None = None


def deposit_required(day: date) -> Deposit | None:
    """The deposit demanded on a day, in money; None where no rule or no value of the unit is known."""
    row = in_force(DEPOSITS, day)
    if row is None or row.currency != UNITS:
        return Deposit(row, row.value, row.currency) if row else None
    unit = in_force(BASE_UNIT, day)
    return Deposit(row, row.value * unit.value, unit.currency, unit) if unit else None


def publish_by(inspected_on: date) -> date | None:
    """The last day to publish what an inspection found, counted in calendar days; None before there was such a duty."""
    return _after(PUBLICATION, inspected_on)


def _after(rows: tuple[Period, ...], day: date) -> date | None:
    row = in_force(rows, day)
    return day + timedelta(days=row.days) if row else None


# -- the verdict -----------------------------------------------------------------------------------------------


class Licence(Protocol):
    """What the rules need to know of a firm's licence."""

    @property
    def state(self) -> str: ...
    @property
    def licensed_from(self) -> date | None: ...
    @property
    def licensed_until(self) -> date | None: ...
    @property
    def destinations(self) -> Iterable[str]: ...
    @property
    def works(self) -> Iterable[str]: ...


class Verdict(StrEnum):
    """The answer to a check. Only the first is green."""

    LICENSED = "licensed"
    NOT_FOR_THIS = "not_for_this"
    NOT_YET = "not_yet"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OLD_NAME = "old_name"
    OLD_NUMBER = "old_number"
    BRANCH = "branch"
    SEVERAL = "several"
    NOT_FOUND = "not_found"
    ANSWER_NUMBER = "answer_number"
    EMPTY = "empty"


_STOPPED = {
    State.SUSPENDED: Verdict.SUSPENDED,
    State.WITHDRAWN: Verdict.WITHDRAWN,
    State.EXPIRED: Verdict.EXPIRED,
}


def verdict(
    licence: Licence, *, today: date, destination: str | None = None, work: str | None = None
) -> Verdict:
    """Whether a firm may do what was asked, on a day (Asia/Tashkent).

    A licence ends when the last day it names is over; a licence that names no destination or kind of work is not green
    for one that was asked about, since the register does not say so.
    """
    if licence.state != State.LICENSED:
        return _STOPPED.get(State(licence.state), Verdict.NOT_FOUND)
    if licence.licensed_from and today < licence.licensed_from:
        return Verdict.NOT_YET
    if licence.licensed_until and licence.licensed_until < today:
        return Verdict.EXPIRED
    if destination and destination not in licence.destinations:
        return Verdict.NOT_FOR_THIS
    if work and work not in licence.works:
        return Verdict.NOT_FOR_THIS
    return Verdict.LICENSED


# -- who acts next, by when ------------------------------------------------------------------------------------


class Party(StrEnum):
    """Whose move it is."""

    NOBODY = "NOBODY"
    FIRM = "FIRM"
    OFFICER = "OFFICER"
    SECOND_OFFICER = "SECOND_OFFICER"


class Move(StrEnum):
    """What is to be done next with a licence."""

    NONE = "NONE"
    DECIDE_APPLICATION = "DECIDE_APPLICATION"
    DECIDE_SUSPENSION = "DECIDE_SUSPENSION"
    SIGN_WITHDRAWAL = "SIGN_WITHDRAWAL"
    RENEW = "RENEW"
    RECORD_EXPIRY = "RECORD_EXPIRY"


@dataclass(frozen=True, slots=True)
class NextStep:
    """Who acts next, what they do, by when, and the rule that sets the day."""

    party: Party
    move: Move
    due_on: date | None = None
    rule: Dated | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The days a next step is counted from."""

    state: str
    applied_on: date | None = None
    licensed_until: date | None = None
    suspended_on: date | None = None
    withdrawal_proposed_on: date | None = None


def next_step(progress: Progress, today: date) -> NextStep:
    """Who acts next and by when. Days come from the record alone; `today` only tells whether an end has passed."""
    if progress.withdrawal_proposed_on:
        return _step(
            Party.SECOND_OFFICER, Move.SIGN_WITHDRAWAL, SECOND_SIGNATURE, progress.withdrawal_proposed_on
        )
    if progress.state == State.APPLIED and progress.applied_on:
        return _step(Party.OFFICER, Move.DECIDE_APPLICATION, APPLICATION_DECISION, progress.applied_on)
    if progress.state == State.SUSPENDED and progress.suspended_on:
        return _step(Party.OFFICER, Move.DECIDE_SUSPENSION, SUSPENSION_DECISION, progress.suspended_on)
    if progress.state == State.LICENSED and progress.licensed_until:
        if progress.licensed_until < today:
            return NextStep(Party.OFFICER, Move.RECORD_EXPIRY, progress.licensed_until)
        return NextStep(Party.FIRM, Move.RENEW, progress.licensed_until, in_force(RENEWAL_NOTICE, today))
    return NextStep(Party.NOBODY, Move.NONE)


def _step(party: Party, move: Move, rows: tuple[Period, ...], since: date) -> NextStep:
    return NextStep(party, move, _after(rows, since), in_force(rows, since))


def renewed_until(today: date) -> date:
    """Licences that end by this day should be renewed now; a later end needs nobody yet."""
    row = in_force(RENEWAL_NOTICE, today)
    return today + timedelta(days=row.days if row else 0)
