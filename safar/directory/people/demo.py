"""Demo people: believable names that say in their family name that they are examples."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from safar.directory.organisations.demo import by_demo, organisation
from safar.directory.organisations.models import Organisation
from safar.directory.people.duplicates.faces import faces
from safar.directory.people.duplicates.noticing import put_in_queue
from safar.directory.people.duplicates.rules import judge
from safar.directory.people.facts import REGISTERED
from safar.directory.people.models import (
    Consent,
    Fact,
    Found,
    Functioning,
    Identifier,
    Name,
    NameKind,
    PairState,
    PaperType,
    Person,
    Phone,
    Precision,
    Relation,
    SafeContact,
    Seen,
    Sex,
    SpokenLanguage,
)
from safar.directory.people.reach import recipient
from safar.directory.people.register import PEOPLE
from safar.directory.people.rules import weighed
from safar.directory.people.timeline import leave_fact
from safar.directory.places.models import Level, Place
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.actions import store
from safar.foundation.languages.text import to_cyrillic
from safar.foundation.messages import Channel as MessageChannel
from safar.foundation.messages import Message, send
from safar.foundation.messages.choices import State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.neutral import CALL_US, MEETING, NEWS
from safar.foundation.messages.sending import end

#: Sample, trial, example, model, exercise, fancy, tale, imagination, show: nobody is called so.
FAMILIES = (
    "Namunov",
    "Sinovov",
    "Misolov",
    "Oʻrnakov",
    "Mashqov",
    "Xayolov",
    "Ertakov",
    "Tasavvurov",
    "Namoyishov",
)
WOMEN = (
    "Dilnoza",
    "Malika",
    "Gulchehra",
    "Shahnoza",
    "Nigora",
    "Zulfiya",
    "Madina",
    "Feruza",
    "Oysha",
    "Sevara",
)
MEN = ("Jasur", "Sardor", "Otabek", "Bobur", "Doniyor", "Sherzod", "Ulugʻbek", "Anvar", "Jahongir", "Farhod")
FATHERS = ("Akmal", "Rustam", "Karim", "Bahrom", "Olim", "Tohir", "Yusuf", "Sobir")
COUNT = 60
#: Pairs that somebody asked about and that are two people.
MATES = 24


def make_person(
    family: str = "Namunov",
    given: str = "Jasur",
    *,
    organisation: Organisation,
    by: Actor | None = None,
    **values: Any,
) -> Person:
    """A person registered by an organisation."""
    by = by or by_demo()
    with transaction.atomic(), acting(by):
        return store(
            Person(family=family, given=given, organisation=organisation, **values),
            by=by,
            action="add_person",
        )


def make_fact(
    person: Person, *, on: date, now: datetime, by: Actor | None = None, code: str = REGISTERED, **values: Any
) -> Fact:
    """A fact on a person's timeline, left by the organisation that registered her."""
    by = by or by_demo()
    values.setdefault("organisation", person.organisation)
    with transaction.atomic(), acting(by):
        return leave_fact(person, code, on=on, by=by, now=now, **values)


def load(*, now: datetime | None = None) -> list[Person]:
    """Sixty people, each with a fact; a second time changes nothing."""
    with transaction.atomic(), acting(by_demo()):
        return _load(now or timezone.now())


def _load(now: datetime) -> list[Person]:
    if Person.unscoped.filter(family__startswith=FAMILIES[0]).exists():
        return []
    chance = Random(20260725)  # noqa: S311 - the same world each time is the point
    places = list(Place.unscoped.filter(level=Level.DISTRICT).order_by("code"))
    bodies = [organisation(key) for key in ("agency", "partner", "consulate")]
    people = [_invented(chance, number, places, bodies, now) for number in range(COUNT)]
    for number, person in enumerate(people):
        _belongings(number, person, people, timezone.localdate(now))
    _twins(people, now)
    _messages(people, now)
    return people


def _messages(people: list[Person], now: datetime) -> None:
    """What was written to some: most of it waits for the worker; two came back, one nobody answered for."""
    day = timezone.localdate(now) + timedelta(days=5)
    meeting = {"date": day, "time": time(10, 30)}
    for number, person in enumerate(people[:30]):
        wording = (CALL_US, NEWS, MEETING)[number % 3]
        params = meeting if wording is MEETING else {}
        at = now - timedelta(hours=30 - number)
        message = send(wording, to=recipient(person), params=params, by=by_demo(), now=at)
        if number % 11 == 7:
            _came_to_nothing(
                message, State.UNCERTAIN if number % 2 else State.FAILED, at + timedelta(hours=1)
            )


def _came_to_nothing(message: Message, state: State, now: datetime) -> None:
    message.channel, message.language, message.attempts = MessageChannel.SMS, "uz", 2
    message.is_possible_duplicate = state is State.UNCERTAIN
    with acting(MESSENGER):
        end(message, state, now=now, reason="no_answer" if state is State.UNCERTAIN else "undeliverable")
        history.record("message.ended", message, by=MESSENGER, now=now)


def _invented(
    chance: Random, number: int, places: list[Place], bodies: list[Organisation], now: datetime
) -> Person:
    woman = chance.random() < 0.45
    father = chance.choice(FATHERS)
    born = date(1968, 1, 1) + timedelta(days=chance.randrange(38 * 365))
    precision = {9: Precision.YEAR, 4: Precision.MONTH}.get(number % 10, Precision.DAY)
    if precision != Precision.DAY:
        born = born.replace(day=1, month=born.month if precision == Precision.MONTH else 1)
    family, given = (
        chance.choice(FAMILIES) + ("a" if woman else ""),
        chance.choice(WOMEN if woman else MEN),
    )
    person = make_person(
        family,
        given,
        id=UUID(int=number + 1, version=4),
        patronymic=f"{father} {'qizi' if woman else 'oʻgʻli'}",
        spellings="\n".join(name.full_name for name in _names(number, family, given)),
        sex=Sex.FEMALE if woman else Sex.MALE,
        birth_date=born,
        birth_precision=precision,
        place=chance.choice(places),
        organisation=bodies[number % len(bodies)],
    )
    history.record(PEOPLE.add_action.code, person, by=by_demo(), now=now)
    make_fact(person, on=timezone.localdate(now) - timedelta(days=chance.randrange(400)), now=now)
    return person


def _twins(people: list[Person], now: datetime) -> None:
    """Some are on record twice: as another office heard the name, with a slip, or with the year of birth alone; and every pair of
    the demo world that looks alike is in the queue."""
    for at, number in enumerate((6, 16, 18, 25, 35, 46)):
        known = people[number]
        father = known.patronymic.partition(" ")[0]
        born, precision = known.birth_date, known.birth_precision
        if at % 3 == 1 and born:
            born, precision = born.replace(month=1, day=1), Precision.YEAR
        twin = make_person(
            to_cyrillic(known.family) if at % 2 else known.family,
            to_cyrillic(known.given) if at % 2 else known.given,
            id=UUID(int=9000 + at, version=4),
            patronymic=f"{father}{'ovna' if known.sex == Sex.FEMALE else 'ovich'}" if at % 2 == 0 else "",
            sex=known.sex,
            birth_date=born,
            birth_precision=precision,
            place=known.place,
            organisation=known.organisation,
        )
        history.record(PEOPLE.add_action.code, twin, by=by_demo(), now=now)
        store(Phone(person=twin, number=f"+99800000{number // 5:04}", whose="SHARED"), by=by_demo())
        judgement = judge(*(faces(by_demo(), (known, twin))[one.pk] for one in (known, twin)))
        put_in_queue(known, twin, judgement, by=by_demo(), today=timezone.localdate(now))
    mates = [(one, other) for one, other in pairwise(people) if one.sex == other.sex]
    for one, other in mates[:MATES]:
        judgement = judge(*(faces(by_demo(), (one, other))[mate.pk] for mate in (one, other)))
        row = put_in_queue(
            one, other, judgement, by=by_demo(), today=timezone.localdate(now), found=Found.PROPOSED
        )
        if row is not None:
            row.state = PairState.NOT_SAME
            store(row, by=by_demo())


# -- what belongs to them ------------------------------------------------------------------------------------------------


def _belongings(number: int, person: Person, people: list[Person], today: date) -> None:
    """Names, papers, telephones, relatives, consents and rules of contact, by the number of the person."""
    rows: list[Any] = [*_names(number, person.family, person.given), *_papers(number, person, today)]
    rows += (
        _close_ones(number, people) + _agreements(number, person, people, today) + _abilities(number, today)
    )
    phones = _phones(number)
    for row in (*rows, *phones):
        row.person = person
        store(row, by=by_demo())
    if number % 2 == 0 or number % 5 == 0:
        store(_safe_contact(number, person, phones), by=by_demo())


def _names(number: int, family: str, given: str) -> list[Name]:
    """Half in Cyrillic letters, a quarter as a passport spells them, some from before a marriage."""
    found = []
    if number % 2 == 0:
        found.append(Name(kind=NameKind.SPELLING, family=to_cyrillic(family), given=to_cyrillic(given)))
    if number % 4 == 0:
        plain = [part.replace("ʻ", "").upper() for part in (family, given)]
        found.append(Name(kind=NameKind.PASSPORT, family=plain[0], given=plain[1]))
    if number % 9 == 3 and family.endswith("a"):
        found.append(Name(kind=NameKind.FORMER, family="Avvalgiyeva", given=given, until=date(2019, 5, 1)))
    return found


def _papers(number: int, person: Person, today: date) -> list[Identifier]:
    """Passports of a series nobody has, and PINFLs of a birth area there is not, each with its right check digit."""
    found = []
    if number % 3 != 1:
        end = date(today.year + number % 9 - 1, 1 + number % 12, 15)
        found.append(
            Identifier(
                type=PaperType.PASSPORT,
                number=f"ZZ{number + 1:07}",
                issued_on=end.replace(year=end.year - 10),
                expires_on=end,
                seen=Seen.TOLD if number % 7 == 0 else Seen.COPY,
                issued_by="oʻylab topilgan boʻlim",
            )  # fmt: skip
        )
    if number % 4 == 0 and person.birth_date and person.birth_precision == Precision.DAY:
        first = (3 if person.birth_date.year < 2000 else 5) + (person.sex == Sex.FEMALE)
        thirteen = f"{first}{person.birth_date:%d%m%y}000{number:03}"
        digit = weighed([int(sign) for sign in thirteen])
        found.append(Identifier(type=PaperType.PINFL, number=f"{thirteen}{digit}", is_checked=True))
    return found


def _phones(number: int) -> list[Phone]:
    """Numbers of a code no operator has; every fifth shares hers with the four before."""
    if number % 5 == 4:
        return [Phone(number=f"+99800000{number // 5:04}", whose="SHARED")]
    own = [Phone(number=f"+99800100{number:04}", whose="OWN")] if number % 3 else []
    return own + ([Phone(number=f"+99800000{number // 5:04}", whose="SHARED")] if number % 5 < 3 else [])


def _close_ones(number: int, people: list[Person]) -> list[Relation]:
    if number % 3:
        return []
    named = Relation(
        kind="SIBLING" if number % 2 else "MOTHER", name="Namunova Nodira", phone="+998000000099",
        is_trusted=number % 2 == 0, is_guardian=number % 9 == 0,
    )  # fmt: skip
    mates = [
        one
        for one in people
        if one.organisation_id == people[number].organisation_id and one is not people[number]
    ]
    return [named, Relation(kind="FRIEND", relative=mates[number % len(mates)])]


def _agreements(number: int, person: Person, people: list[Person], today: date) -> list[Consent]:
    """Two in three agreed to something; one of them withdrew, and one consent has run out."""
    if number % 3 == 2:
        return []
    told = {"given_on": today - timedelta(days=60 + number), "how": "SPOKEN", "language": "uz"}
    own = Consent(
        purpose="RETURN" if number % 2 else "ADVICE",
        about="EVERYTHING",
        expires_on=today + timedelta(days=300),
        **told,
    )
    shared = Consent(purpose="REFERRAL", about="NAME_AND_PHONE", organisation=organisation("shelter"), **told)
    if number % 6 == 0:
        shared.withdrawn_at = datetime.combine(
            today - timedelta(days=9), datetime.min.time(), timezone.get_current_timezone()
        )
    if number % 6 == 1:
        own.expires_on = today - timedelta(days=3)
    return [own, shared] if number % 2 == 0 else [own]


def _abilities(number: int, today: date) -> list[Any]:
    found: list[Any] = [SpokenLanguage(language="uz", level="NATIVE")] if number % 2 else []
    if number % 3 == 0:
        found.append(SpokenLanguage(language="ru", level=("A2", "B1", "B2")[number % 9 // 3]))
    if number % 12 == 0:
        found.append(Functioning(walking="A_LOT" if number else "SOME", seeing="NONE", asked_on=today))
    return found


def _safe_contact(number: int, person: Person, phones: list[Phone]) -> SafeContact:
    evenings = number % 4 == 0
    return SafeContact(
        person=person, language=("uz", "ru", "uz-cyrl", "en", "uz")[number // 2 % 5], telegram_chat=f"70010{number:02}" if number % 8 == 0 else "",
        phone=phones[0] if phones else None,
        channels=["TELEGRAM", "SMS", "CALL"] if evenings else ["SMS", "CALL"], days=[1, 2, 3, 4, 5] if number % 3 == 0 else list(range(1, 8)),
        hour_from=18 if evenings else 9, hour_to=22 if evenings else 20, do_not_contact=number == 50,
        code_word="anor" if evenings else "", keep_from="turmush oʻrtogʻi" if evenings else "", may_leave_message=number % 10 == 5,
    )  # fmt: skip
