"""Two records side by side: what each says, field by field, and what that speaks for. Numbers of the state are never shown here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from safar.directory.people.duplicates.faces import faces
from safar.directory.people.duplicates.noticing import Alike
from safar.directory.people.duplicates.rules import Evidence, Field, Judgement, judge
from safar.directory.people.duplicates.words import ICONS, OUTCOMES, TITLES, summary, words_of
from safar.directory.people.models import (
    Consent,
    Identifier,
    Merge,
    Name,
    PairState,
    PairVerdict,
    Person,
    Phone,
    PossibleDuplicate,
    SpokenLanguage,
)
from safar.directory.people.phones import spaced
from safar.doors.workbench.gate import record_url
from safar.doors.workbench.known import Belongings, Line, Panel, day_of
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import may, visible
from safar.foundation.registers import register_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records."""

    title: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: what each record says, and what that speaks for."""

    title: Any
    said: tuple[list[str], list[str]]
    icon: str = ""
    words: Any = ""
    outcome: Any = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both records, field by field, and what it comes to."""

    sides: tuple[Side, Side]
    rows: list[Compared]
    verdict: Any


@dataclass(frozen=True, slots=True)
class Resembling:
    """A record like the one being written down, with what speaks for it."""

    name: str
    number: str
    url: str
    verdict: Any
    words: list[Any]


def comparison(actor: Actor, pair: PossibleDuplicate) -> Comparison | None:
    """The two records in the eyes of the actor; None where one of them stands no more by itself."""
    keys = (pair.person_id, pair.other_id)
    found = {row.pk: row for row in visible(actor, Person).filter(pk__in=keys).select_related("organisation")}
    if len(found) < 2:
        return None
    people = tuple(found[key] for key in keys)
    judgement = judge(*(faces(actor, people)[key] for key in keys))
    evidence = {one.field: one for one in judgement.evidence}
    rows = [_row(title, texts, evidence.get(of)) for of, title, texts in _said(actor, people)]
    return Comparison((_side(people[0]), _side(people[1])), rows, _verdict(judgement))


def _row(title: Any, texts: tuple[list[str], list[str]], one: Evidence | None) -> Compared:
    if one is None:
        return Compared(title, texts)
    return Compared(title, texts, ICONS[one.says], words_of(one), OUTCOMES[one.says])


def _said(actor: Actor, people: tuple[Person, ...]) -> Iterator[tuple[Any, Any, tuple[list[str], list[str]]]]:
    keys = [person.pk for person in people]

    def of(model: type[Any]) -> list[list[Any]]:
        rows = list(visible(actor, model).filter(person_id__in=keys).order_by("pk"))
        return [[row for row in rows if row.person_id == key] for key in keys]

    def both(texts: Iterable[Iterable[Any]]) -> tuple[list[str], list[str]]:
        one, other = ([str(text) for text in some if text] for some in texts)
        return one, other

    names, papers = of(Name), of(Identifier)
    yield (
        Field.NAME, TITLES[Field.NAME],
        both([person.full_name, *(name.full_name for name in names[at])] for at, person in enumerate(people)),
    )  # fmt: skip
    yield Field.BIRTH, TITLES[Field.BIRTH], both([person.born] for person in people)
    yield Field.SEX, TITLES[Field.SEX], both([person.get_sex_display()] for person in people)
    pinfls = [[_("stands on record") for paper in some if paper.type == "PINFL"] for some in papers]
    others = [[paper.get_type_display() for paper in some if paper.type != "PINFL"] for some in papers]
    yield Field.PINFL, TITLES[Field.PINFL], both(pinfls)
    yield Field.PAPER, TITLES[Field.PAPER], both(others)
    phones = [[f"{spaced(row.number)}, {row.get_whose_display()}" for row in some] for some in of(Phone)]
    yield Field.PHONE, TITLES[Field.PHONE], both(phones)
    yield Field.PLACE, TITLES[Field.PLACE], both([person.place] for person in people)
    yield None, _("Registered by"), both([person.organisation] for person in people)
    yield None, _("Number in their records"), both([person.external_id] for person in people)
    yield (
        None,
        _("Languages"),
        both([row.get_language_display() for row in some] for some in of(SpokenLanguage)),
    )
    agreed = [
        [f"{row.get_purpose_display()} ({day_of(row.given_on)})" for row in some] for some in of(Consent)
    ]
    yield None, _("Consents"), both(agreed)


def _side(person: Person) -> Side:
    return Side(person.neutral_name, person.full_name, _url(person))


def _url(person: Person) -> str:
    register = register_of(Person)
    return record_url(register, person.pk) if register else ""


def _verdict(judgement: Judgement) -> Any:
    return PairVerdict(judgement.verdict.value).label


def resembling(alike: Iterable[Alike]) -> list[Resembling]:
    """The records like one that is being written down, for the page of the form."""
    return [
        Resembling(
            one.person.full_name,
            one.person.neutral_name,
            _url(one.person),
            _verdict(one.judgement),
            summary(one.judgement),
        )
        for one in alike
    ]


def merged_panel(her: Belongings) -> Panel | None:
    """The records that were merged into hers, and those hers may be the same as."""
    actor, person = her.actor, her.person
    merges = visible(actor, Merge).filter(person_id=person.pk, undone_at=None).order_by("merged_at", "pk")
    lines = [
        Line(
            _("№ %(number)s was merged into this record") % {"number": merge.number}, (day_of(timezone.localdate(merge.merged_at)),), "users",
            links=her.links(merge, "unmerge_people"),
        )
        for merge in merges
    ]  # fmt: skip
    lines += _pairs(actor, person)
    acts = (
        [(her.acts["propose_duplicate"].label, her.act("propose_duplicate"))]
        if "propose_duplicate" in her.acts
        else []
    )
    return Panel(_("Other records of this person"), lines, acts) if lines or acts else None


def _pairs(actor: Actor, person: Person) -> list[Line]:
    if not may(actor, PossibleDuplicate, "view"):
        return []
    undecided = visible(actor, PossibleDuplicate).filter(state__in=(PairState.OPEN, PairState.LATER))
    pairs = [*undecided.filter(person_id=person.pk), *undecided.filter(other_id=person.pk)]
    keys = [pair.other_id if pair.person_id == person.pk else pair.person_id for pair in pairs]
    known = {row.pk: row for row in visible(actor, Person).filter(pk__in=keys)}
    return [
        Line(
            known[key].full_name, (pair.get_verdict_display(), pair.get_state_display()), "info",
            reverse("workbench:record", args=["duplicates", pair.pk]),
        )
        for pair, key in zip(pairs, keys, strict=True)
        if key in known
    ]  # fmt: skip
