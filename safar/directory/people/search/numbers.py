"""Finding people by a number: a telephone, a PINFL, a paper, their own number or the one of another office's records.

Each is found by equality, through an index, inside one function that judges who may see what (`tables`): a number of somebody
hidden answers exactly as one nobody has. Papers are compared by their blind indexes, made for each compartment (organisation
and level) the actor reaches; so what another office knows is not even asked for.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connection

from safar.directory.people import rules
from safar.directory.people.models import Identifier, PaperType
from safar.directory.people.models.phone import TAIL
from safar.directory.people.phones import BadNumber, e164
from safar.directory.people.search.asking import Question
from safar.directory.people.search.ranking import Candidate

MOST = 150
LARGEST_OWN, LONGEST_PHONE = 2**53, 15
UZBEK_PAPERS = (PaperType.PASSPORT, PaperType.FOREIGN_PASSPORT, PaperType.ID_CARD)
#: What a number of another shape may be, by type and country: neighbours' passports, and the papers that have no shape.
OTHER_PAPERS = (
    *((PaperType.PASSPORT, country) for country in ("KZ", "KG", "TJ", "TM", "RU")),
    *((kind, "UZ") for kind in (PaperType.BIRTH_CERTIFICATE, PaperType.OTHER)),
)
COMPARTMENTS_SQL = "select label_org, label_level from search.compartments()"
NUMBERED_SQL = "select search.numbered(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::bytea[], %s::bytea[], %s::int)"


@dataclass(frozen=True, slots=True)
class Lookups:
    """What numbers typed may be: whole telephones, ends of them, own numbers, numbers in records, PINFLs, papers."""

    phones: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    own: tuple[int, ...] = ()
    records: tuple[str, ...] = ()
    pinfls: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A person found by a number, and the codes of what it is: phone, own, record, pinfl, paper."""

    candidate: Candidate
    why: tuple[str, ...]


def lookups(question: Question) -> Lookups:
    """Everything the numbers of a question may be."""
    numbers = question.numbers
    digits = [number for number in numbers if number.isdecimal() and number.isascii()]
    signs = [*numbers, question.sign] if question.sign else list(numbers)
    # Nobody writes a number of a record with noughts before it: that is a part of a telephone.
    own = [int(sign) for sign in signs if re.fullmatch("[1-9][0-9]*", sign) and int(sign) < LARGEST_OWN]
    papers = [
        found for number in numbers if not number.isdecimal() for found in _papers(rules.tidy_number(number))
    ]
    return Lookups(
        phones=tuple(dict.fromkeys(phone for number in numbers for phone in _phones(number))),
        ends=tuple(number for number in digits if TAIL <= len(number) <= LONGEST_PHONE),
        own=tuple(dict.fromkeys(own)),
        records=tuple(dict.fromkeys(signs)),
        pinfls=tuple(f"{PaperType.PINFL}:UZ:{number}" for number in digits if rules.read_pinfl(number)),
        papers=tuple(papers),
    )


def numbered(question: Question) -> list[Numbered]:
    """The people the numbers of a question are, among those the actor may see; in the open transaction."""
    sought = lookups(question)
    pinfls, papers = _indexes(sought.pinfls, sought.papers) if sought.pinfls or sought.papers else ([], [])
    given = [list(part) for part in (sought.phones, sought.ends, sought.own, sought.records)]
    with connection.cursor() as cursor:
        cursor.execute(NUMBERED_SQL, [*given, pinfls, papers, MOST])
        (lines,) = cursor.fetchone()
    return [_found(*line.split("\t")) for line in lines.split("\n")] if lines else []


def _found(number: str, sounds: str, born: str, precision: str, why: str) -> Numbered:
    return Numbered(Candidate.of(number, sounds, born, precision), tuple(why.split(",")))


def _phones(number: str) -> list[str]:
    """The international forms of what may be a whole telephone number."""
    digits = re.sub(r"\D", "", number)
    if not TAIL <= len(digits) <= LONGEST_PHONE or not re.fullmatch(r"\+?\d+", number, re.ASCII):
        return []
    found = [f"+{digits}"]
    if number.startswith("00"):
        found.append(f"+{digits[2:]}")
    if number.startswith("8") and len(digits) == 11:
        found.append(f"+7{digits[1:]}")
    with suppress(BadNumber):
        found.append(e164(number))
    return found


def _papers(number: str) -> list[str]:
    """What a paper of this number may be, as blind indexes compare it."""
    if rules.is_uzbek_paper(number):
        return [f"{kind}:UZ:{number}" for kind in UZBEK_PAPERS]
    if rules.is_paper(number):
        return [f"{kind}:{country}:{number}" for kind, country in OTHER_PAPERS]
    return []


def _indexes(*sorts: tuple[str, ...]) -> list[list[bytes]]:
    """The blind indexes of numbers in each compartment the actor may see papers of."""
    field: Any = Identifier._meta.get_field("index")
    with connection.cursor() as cursor:
        cursor.execute(COMPARTMENTS_SQL)
        compartments = cursor.fetchall()
    return [[field.index_of(number, *where) for where in compartments for number in sort] for sort in sorts]
