"""Rules about people's papers, consents and safe contact: pure, each with its source.

Numbers are judged twice. What stands in a record already is held to its *structure* alone: an old paper with a wrong check digit
is still the paper she has. What somebody types now is held to check digit and date as well (*strict*).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

TASHKENT = ZoneInfo("Asia/Tashkent")
#: Cyrillic capitals a keyboard left in Russian writes for the Latin ones they look like.
LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
WEIGHTS = (7, 3, 1)


def tidy_number(text: str) -> str:
    """A number as papers print it: capitals, no spaces, hyphens or dots, Cyrillic look-alikes as the Latin letters they stand for."""
    return re.sub(r"[\s.№#-]", "", text).upper().translate(LOOK_ALIKES)


def weighed(values: Collection[int]) -> int:
    """The digit that weights 7, 3, 1 give, modulo 10: in passports (ICAO 9303-3, 4.9) and in the PINFL alike."""
    return sum(value * WEIGHTS[at % 3] for at, value in enumerate(values)) % 10


# -- PINFL (JShShIR): Cabinet of Ministers No. 177 of 12 April 2022, lex.uz/uz/docs/-5955665, and No. 200 of 1996 ----------

PINFL = re.compile(r"[1-6][0-9]{13}", re.ASCII)
#: First digit: the century of birth; odd for men, even for women.
CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


class PinflFault(StrEnum):
    """What is wrong with a PINFL."""

    STRUCTURE = "STRUCTURE"
    DATE = "DATE"
    CHECK_DIGIT = "CHECK_DIGIT"


@dataclass(frozen=True, slots=True)
class Pinfl:
    """A PINFL read: sex M or F; the day of birth it carries, or None where there is no such day."""

    number: str
    sex: str
    born: date | None
    checks: bool


def read_pinfl(text: str) -> Pinfl | None:
    """A number of the right structure, read; None for anything else. Fit for what stands in old records."""
    number = tidy_number(text)
    if not PINFL.fullmatch(number):
        return None
    digits = [int(sign) for sign in number]
    return Pinfl(
        number, "M" if digits[0] % 2 else "F", _pinfl_day(number), weighed(digits[:13]) == digits[13]
    )


def pinfl_fault(text: str, *, today: date) -> PinflFault | None:
    """What is wrong with a PINFL typed now: its structure, a day that is none or has not come, or the check digit."""
    found = read_pinfl(text)
    if found is None:
        return PinflFault.STRUCTURE
    if found.born is None or found.born > today:
        return PinflFault.DATE
    return None if found.checks else PinflFault.CHECK_DIGIT


def _pinfl_day(number: str) -> date | None:
    try:
        return date(CENTURIES[number[0]] + int(number[5:7]), int(number[3:5]), int(number[1:3]))
    except ValueError:
        return None


# -- numbers of passports and identity cards --------------------------------------------------------------------------

#: Two Latin letters and seven digits, AA1234567: the passport and the identity card of Uzbekistan.
UZBEK_PAPER = re.compile(r"[A-Z]{2}[0-9]{7}", re.ASCII)
#: What a paper of another state may be numbered: at least one digit, nine signs in the zone but longer ones exist.
ANY_PAPER = re.compile(r"(?=[A-Z/]*[0-9])[A-Z0-9/]{3,24}", re.ASCII)


def is_uzbek_paper(text: str) -> bool:
    """Whether this is a number of a passport or identity card of Uzbekistan."""
    return bool(UZBEK_PAPER.fullmatch(tidy_number(text)))


def is_paper(text: str) -> bool:
    """Whether this may be the number of any paper at all."""
    return bool(ANY_PAPER.fullmatch(tidy_number(text)))


# -- the machine readable zone: ICAO Doc 9303, parts 3, 4 (TD3) and 5 (TD1) ------------------------------------------------

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ZONE = re.compile(r"[A-Z0-9<]+", re.ASCII)


class MrzFault(StrEnum):
    """What does not add up in a machine readable zone."""

    SHAPE = "SHAPE"
    NUMBER = "NUMBER"
    BIRTH_DATE = "BIRTH_DATE"
    EXPIRY = "EXPIRY"
    OPTIONAL = "OPTIONAL"
    COMPOSITE = "COMPOSITE"


@dataclass(frozen=True, slots=True)
class Mrz:
    """A machine readable zone read. `born_precision` says how much of the birth date is printed: DAY, MONTH or YEAR."""

    form: str
    document: str
    issuer: str
    number: str
    nationality: str
    born: date | None
    born_precision: str
    sex: str
    expires_on: date | None
    optional: str
    family: str
    given: str
    faults: tuple[MrzFault, ...]

    @property
    def pinfl(self) -> str:
        """The PINFL, where the optional data are one."""
        return self.optional if PINFL.fullmatch(self.optional) else ""


def mrz_digit(text: str) -> int:
    """The check digit of a field: digits as they are, A is 10 to Z 35, the filler 0."""
    return weighed([0 if sign == "<" else SIGNS.index(sign) for sign in text])


def read_mrz(text: str, *, today: date) -> Mrz | None:
    """The zone of a passport (two lines of 44) or a card (three of 30), every check digit tried; None if it is neither."""
    signs = "".join(text.upper().translate(LOOK_ALIKES).replace("«", "<<").split())
    if not ZONE.fullmatch(signs):
        return None
    if len(signs) == 88:
        return _td3(signs[:44], signs[44:], today)
    if len(signs) == 90:
        return _td1(signs[:30], signs[30:60], signs[60:], today)
    return None


def _td3(first: str, second: str, today: date) -> Mrz:
    tried = {
        MrzFault.NUMBER: (second[:9], second[9]),
        MrzFault.BIRTH_DATE: (second[13:19], second[19]),
        MrzFault.EXPIRY: (second[21:27], second[27]),
        MrzFault.OPTIONAL: (second[28:42], second[42]),
        MrzFault.COMPOSITE: (second[:10] + second[13:20] + second[21:43], second[43]),
    }
    return _zone("TD3", first[:5], second[:9], second[10:13], second[13:19], second[20], second[21:27],
                 second[28:42], first[5:], tried, today)  # fmt: skip


def _td1(first: str, second: str, third: str, today: date) -> Mrz:
    number, digit, optional = first[5:14], first[14], first[15:]
    if digit == "<":
        # A number of more than nine signs goes on in the optional data, its check digit behind it (9303-5, 4.2.2.1).
        rest, _filler, optional = optional.partition("<")
        number, digit = number + rest[:-1], rest[-1:] or "<"
    tried = {
        MrzFault.NUMBER: (number, digit),
        MrzFault.BIRTH_DATE: (second[:6], second[6]),
        MrzFault.EXPIRY: (second[8:14], second[14]),
        MrzFault.COMPOSITE: (first[5:] + second[:7] + second[8:15] + second[18:29], second[29]),
    }
    return _zone("TD1", first[:5], number, second[15:18], second[:6], second[7], second[8:14],
                 optional.strip("<") or second[18:29], third, tried, today)  # fmt: skip


def _zone(
    form: str, head: str, number: str, nationality: str, born: str, sex: str, expires: str, optional: str, names: str,
    tried: dict[MrzFault, tuple[str, str]], today: date,
) -> Mrz:  # fmt: skip
    faults = [fault for fault, (field, digit) in tried.items() if not _fits(field, digit, fault)]
    birth_day, precision = _mrz_birth(born, today)
    end = _mrz_day(expires, today, past=False)
    family, _separator, given = names.strip("<").partition("<<")
    return Mrz(
        form, head[:2].strip("<"), head[2:].strip("<"), number.strip("<"), nationality.strip("<"), birth_day, precision,
        sex if sex in "FM" else "U", end, optional.strip("<"), _words(family), _words(given), tuple(faults),
    )  # fmt: skip


def _fits(field: str, digit: str, fault: MrzFault) -> bool:
    if digit == "<":
        return fault is MrzFault.OPTIONAL and not field.strip("<")
    return digit.isdigit() and mrz_digit(field) == int(digit)


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _mrz_birth(text: str, today: date) -> tuple[date | None, str]:
    """A birth date of which day and month may be fillers (9303-3, 4.8): what is unknown is the first."""
    if text[2:] == "<<<<":
        return _mrz_day(f"{text[:2]}0101", today, past=True), "YEAR"
    if text[4:] == "<<":
        return _mrz_day(f"{text[:4]}01", today, past=True), "MONTH"
    return _mrz_day(text, today, past=True), "DAY"


def _mrz_day(text: str, today: date, *, past: bool) -> date | None:
    """Six digits as a day: a birth in the last hundred years, an end within fifty of today."""
    if not text.isdigit():
        return None
    latest = today.year if past else today.year + 49
    year = latest - (latest - int(text[:2])) % 100
    try:
        found = date(year, int(text[2:4]), int(text[4:6]))
        return found.replace(year=year - 100) if past and found > today else found
    except ValueError:
        return None


# -- consent: IOM Data Protection Manual 2010, principle 4 (for a purpose, withdrawn at any time) -------------------------


class Standing(StrEnum):
    """How a consent stands on a day."""

    HOLDS = "HOLDS"
    NOT_YET = "NOT_YET"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


def standing_of_consent(
    *, given_on: date, expires_on: date | None, withdrawn_on: date | None, on: date
) -> Standing:
    """Whether a consent holds on a day. Its last day counts; from the day of withdrawal on it is none."""
    if withdrawn_on is not None and withdrawn_on <= on:
        return Standing.WITHDRAWN
    if given_on > on:
        return Standing.NOT_YET
    if expires_on is not None and expires_on < on:
        return Standing.EXPIRED
    return Standing.HOLDS


# -- safe contact: Inter-Agency Gender-Based Violence Case Management Guidelines 2017, step 1 (safe ways of contact) -------


class NoContact(StrEnum):
    """Why one may not reach a person now in this way."""

    ASKED_NOT_TO = "ASKED_NOT_TO"
    CHANNEL = "CHANNEL"
    DAY = "DAY"
    HOUR = "HOUR"


@dataclass(frozen=True, slots=True)
class SafeRules:
    """When and how somebody may be reached. Hours are of Tashkent, from `hour_from` until before `hour_to` (24: midnight); days 1 (Monday) to 7."""

    channels: tuple[str, ...] = ("CALL", "SMS")
    hour_from: int = 9
    hour_to: int = 20
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    do_not_contact: bool = False


#: What holds for who has said nothing: a call or a message by day.
USUAL = SafeRules()


def why_not_contact(rules: SafeRules, channel: str, moment: datetime) -> NoContact | None:
    """Why the sender must not use this channel at this moment; None if it may."""
    local = moment.astimezone(TASHKENT)
    if rules.do_not_contact:
        return NoContact.ASKED_NOT_TO
    if channel not in rules.channels:
        return NoContact.CHANNEL
    if local.isoweekday() not in rules.days:
        return NoContact.DAY
    if not rules.hour_from <= local.hour < rules.hour_to:
        return NoContact.HOUR
    return None


def next_moment(rules: SafeRules, now: datetime) -> datetime | None:
    """The first moment from now on at which she may be reached at all; None if there is none."""
    if rules.do_not_contact or not rules.channels:
        return None
    local = now.astimezone(TASHKENT)
    for later in range(8):
        day = local.date() + timedelta(days=later)
        opening = datetime.combine(day, time(rules.hour_from), TASHKENT)
        closing = datetime.combine(day, time(), TASHKENT) + timedelta(hours=rules.hour_to)
        if day.isoweekday() in rules.days and now < closing:
            return max(now, opening)
    return None


# -- how long things are kept ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RetentionTerm:
    """How long a sort of data is kept after the last contact with the person. No term erases anybody by itself."""

    subject: str
    months: int
    source: str
    valid_from: date
    valid_to: date | None = None
    verified_on: date | None = None

    @property
    def is_verified(self) -> bool:
        """Whether somebody who knows the law has held the term to its source."""
        return self.verified_on is not None


_PROPOSED = "Proposed by the developers: to be settled with the operator and the law on personal data (ZRU-547 of 2 July 2019)"
RETENTION = (
    RetentionTerm("people.person", 60, _PROPOSED, date(2026, 11, 23)),
    RetentionTerm("people.identifier", 60, _PROPOSED, date(2026, 11, 23)),
    RetentionTerm("files.storedfile", 24, _PROPOSED, date(2026, 11, 23)),
    RetentionTerm("people.functioning", 24, _PROPOSED, date(2026, 11, 23)),
    RetentionTerm("people.consent", 60, _PROPOSED, date(2026, 11, 23)),
)


def retention_of(subject: str, *, today: date) -> RetentionTerm | None:
    """The term in force for a sort of data, verified or not; None where there is none."""
    in_force = [
        t
        for t in RETENTION
        if t.subject == subject and t.valid_from <= today and (t.valid_to is None or today <= t.valid_to)
    ]
    return max(in_force, key=lambda term: term.valid_from, default=None)
