"""Whether two records are one person's: each field says something, and what they say is added up. Pure.

The method is that of I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", Journal of the American Statistical
Association 64 (1969): a field's weight is the logarithm (base 2) of how much likelier its outcome is for one person than for two.
The weights themselves are judged by us, not measured: names and dates as they are given in Uzbekistan, where few family names serve
many, a family shares a telephone, and a day of birth that is not known is written as 1 January.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from safar.directory.people.search.folding import heard, stem_of
from safar.directory.people.search.ranking import likeness


class Field(StrEnum):
    """What is compared."""

    PINFL = "PINFL"
    PAPER = "PAPER"
    NAME = "NAME"
    BIRTH = "BIRTH"
    SEX = "SEX"
    PHONE = "PHONE"
    PLACE = "PLACE"


class Says(StrEnum):
    """What a field says."""

    AGREES = "AGREES"
    PARTLY = "PARTLY"
    NEAR = "NEAR"
    DIFFERS = "DIFFERS"
    UNKNOWN = "UNKNOWN"


class Verdict(StrEnum):
    """What all fields say together."""

    SURE = "SURE"
    LIKELY = "LIKELY"
    PERHAPS = "PERHAPS"
    NOT = "NOT"


#: Bits for or against. PARTLY: of a name, one part is not known; of a date, only the year is, or it is 1 January; of a telephone,
#: it is shared; of a place, only the region is the same. A paper that differs says nothing: papers are renewed.
WEIGHTS: dict[Field, dict[Says, int]] = {
    Field.PINFL: {Says.AGREES: 25, Says.DIFFERS: -25},
    Field.PAPER: {Says.AGREES: 20, Says.DIFFERS: 0},
    Field.NAME: {Says.AGREES: 9, Says.PARTLY: 6, Says.NEAR: 3, Says.DIFFERS: -8},
    Field.BIRTH: {Says.AGREES: 8, Says.PARTLY: 4, Says.NEAR: 2, Says.DIFFERS: -9},
    Field.SEX: {Says.AGREES: 1, Says.DIFFERS: -6},
    Field.PHONE: {Says.AGREES: 4, Says.PARTLY: 2, Says.DIFFERS: 0},
    Field.PLACE: {Says.AGREES: 2, Says.PARTLY: 1, Says.DIFFERS: -1},
}
#: The bits from which on a verdict holds.
FROM = ((Verdict.SURE, 24), (Verdict.LIKELY, 12), (Verdict.PERHAPS, 5))
#: From this likeness on two sounds may be one name with a slip.
CLOSE = 0.85


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name in its parts."""

    family: str = ""
    given: str = ""
    patronymic: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """What of a record is compared. `papers` maps type and country to blind indexes, of one compartment; `place` is a path."""

    names: tuple[Spelling, ...]
    sex: str = "U"
    born: date | None = None
    precision: str = "DAY"
    phones: dict[str, bool] = field(default_factory=dict)
    papers: dict[tuple[str, str], frozenset[bytes]] = field(default_factory=dict)
    compartment: tuple[int | None, int] = (None, 1)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one field says, and its weight in bits."""

    field: Field
    says: Says
    bits: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all fields say."""

    evidence: tuple[Evidence, ...]

    @property
    def bits(self) -> int:
        """The weights added up."""
        return sum(one.bits for one in self.evidence)

    @property
    def verdict(self) -> Verdict:
        """What it comes to."""
        return next((verdict for verdict, least in FROM if self.bits >= least), Verdict.NOT)

    def says(self, field: Field) -> Says:
        """What one field says."""
        return next((one.says for one in self.evidence if one.field is field), Says.UNKNOWN)


def judge(one: Face, other: Face) -> Judgement:
    """Compare two records field by field."""
    said = {
        Field.PINFL: _numbers(one, other, pinfl=True),
        Field.PAPER: _numbers(one, other, pinfl=False),
        Field.NAME: names_say(one.names, other.names),
        Field.BIRTH: births_say(one, other),
        Field.SEX: _sexes_say(one.sex, other.sex),
        Field.PHONE: _phones_say(one.phones, other.phones),
        Field.PLACE: _places_say(one.place, other.place),
    }
    return Judgement(tuple(Evidence(name, says, WEIGHTS[name].get(says, 0)) for name, says in said.items()))


def told(codes: Iterable[Iterable[object]]) -> Judgement:
    """A judgement out of the codes it was kept as (`codes_of`)."""
    found = ((Field(str(name)), Says(str(says))) for name, says in codes)
    return Judgement(tuple(Evidence(name, says, WEIGHTS[name].get(says, 0)) for name, says in found))


def codes_of(judgement: Judgement) -> list[list[str]]:
    """A judgement as codes: a field and what it says, no value of either record."""
    return [[one.field.value, one.says.value] for one in judgement.evidence]


# -- numbers of the state: within a type, a country and a compartment, and nowhere else ---------------------------------------


def _numbers(one: Face, other: Face, *, pinfl: bool) -> Says:
    if one.compartment != other.compartment:
        return Says.UNKNOWN
    shared = [kind for kind in one.papers if kind in other.papers and (kind[0] == "PINFL") is pinfl]
    if any(one.papers[kind] & other.papers[kind] for kind in shared):
        return Says.AGREES
    return Says.DIFFERS if shared else Says.UNKNOWN


# -- names --------------------------------------------------------------------------------------------------------------------


def names_say(some: Iterable[Spelling], others: Iterable[Spelling]) -> Says:
    """The best that any name of one says of any name of the other."""
    order = (Says.AGREES, Says.PARTLY, Says.NEAR, Says.UNKNOWN, Says.DIFFERS)
    others = tuple(others)
    found = {_name_says(one, other) for one in some for other in others}
    return next((says for says in order if says in found), Says.UNKNOWN)


def _name_says(one: Spelling, other: Spelling) -> Says:
    family, given = _part(one.family, other.family), _part(one.given, other.given)
    if Says.DIFFERS in (family, given) and one.family and one.given:
        # The two are written in either order.
        swapped = _part(one.family, other.given), _part(one.given, other.family)
        if Says.DIFFERS not in swapped:
            family, given = swapped
    patronymic = _part(one.patronymic, other.patronymic)
    if given is Says.DIFFERS or patronymic is Says.DIFFERS:
        return Says.DIFFERS
    if family is Says.DIFFERS:
        # A woman takes another family name; her father stays the same.
        return Says.NEAR if given is patronymic is Says.AGREES else Says.DIFFERS
    if Says.NEAR in (family, given, patronymic):
        return Says.NEAR
    if Says.UNKNOWN in (family, given):
        return Says.UNKNOWN
    return Says.AGREES if patronymic is Says.AGREES else Says.PARTLY


def _part(one: str, other: str) -> Says:
    """One part of a name: alike if it sounds alike, endings of sex and kinship apart; near with a slip."""
    some, others = _stems(one), _stems(other)
    if not some or not others:
        return Says.UNKNOWN
    if some == others:
        return Says.AGREES
    if likeness(" ".join(some), " ".join(others)) >= CLOSE:
        return Says.NEAR
    return Says.DIFFERS


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem_of(sound.sound) for sound in heard(text))


# -- dates, sex, telephones, places -----------------------------------------------------------------------------------------------


def births_say(one: Face, other: Face) -> Says:
    """Dates as far as both are known; a slip is a day and a month swapped, one digit, or a year beside."""
    if one.born is None or other.born is None:
        return Says.UNKNOWN
    known = {one.precision, other.precision}
    if "YEAR" in known:
        return Says.PARTLY if one.born.year == other.born.year else _beside(one.born, other.born)
    if "MONTH" in known:
        same = (one.born.year, one.born.month) == (other.born.year, other.born.month)
        return Says.PARTLY if same else Says.DIFFERS
    if one.born == other.born:
        return Says.PARTLY if (one.born.month, one.born.day) == (1, 1) else Says.AGREES
    return Says.NEAR if _slipped(one.born, other.born) else Says.DIFFERS


def _beside(one: date, other: date) -> Says:
    return Says.NEAR if abs(one.year - other.year) == 1 else Says.DIFFERS


def _slipped(one: date, other: date) -> bool:
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return True
    digits = sum(a != b for a, b in zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True))
    return digits == 1


def _sexes_say(one: str, other: str) -> Says:
    if "U" in (one, other):
        return Says.UNKNOWN
    return Says.AGREES if one == other else Says.DIFFERS


def _phones_say(some: dict[str, bool], others: dict[str, bool]) -> Says:
    """`True` marks a number as a person's own: agreement in one that either shares is weak."""
    if not some or not others:
        return Says.UNKNOWN
    shared = some.keys() & others.keys()
    if any(some[number] and others[number] for number in shared):
        return Says.AGREES
    return Says.PARTLY if shared else Says.DIFFERS


def _places_say(one: str, other: str) -> Says:
    if not one or not other:
        return Says.UNKNOWN
    if one.startswith(other) or other.startswith(one):
        deep = min(one.count("."), other.count(".")) > REGION
        return (
            Says.AGREES
            if deep
            else Says.PARTLY
            if min(one.count("."), other.count(".")) == REGION
            else Says.UNKNOWN
        )
    return Says.PARTLY if one.split(".")[:REGION] == other.split(".")[:REGION] else Says.DIFFERS


#: Parts of a path that name the country and the region.
REGION = 2
