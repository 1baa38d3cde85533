"""Finding people by a number: however it is written, among those one may see, and saying of no number whose it is."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from safar.directory.people.actions import PHONES, add_paper
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person, Phone
from safar.directory.people.rules import weighed
from safar.directory.people.search.answers import answers
from safar.directory.people.search.asking import asked, holds_a_number
from safar.directory.people.search.numbers import lookups
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.places.demo import make_place
from safar.foundation.access.actors import acting, public_actor, system_actor
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db
THIRTEEN = "4" + "030491" + "000" + "123"
PINFL = THIRTEEN + str(weighed([int(sign) for sign in THIRTEEN]))


@pytest.fixture
def zulfiya(desk, region, worker):
    """A woman with a telephone, a shared one, a PINFL, a passport, and a number in her office's records."""
    made = make_person(
        "Yoʻldosheva", "Zulfiya", birth_date=date(1991, 4, 3), sex="F", organisation=desk, place=region,
        external_id="M-000123",
    )  # fmt: skip
    do(PHONES.add, worker, made, number="+998 90 123 45 67", whose="OWN")
    do(PHONES.add, worker, made, number="+998 71 200 30 40", whose="SHARED")
    do(PHONES.add, worker, made, number="+7 916 555 44 33", whose="OWN")
    do(add_paper, worker, made, type="PINFL", number=PINFL, country="UZ", seen="SEEN")
    do(add_paper, worker, made, type="PASSPORT", number="AA1234567", country="UZ", seen="SEEN")
    return made


@pytest.fixture
def sister(desk, region, worker):
    """Her sister: the same family telephone, another name and year."""
    made = make_person("Yoʻldosheva", "Nigora", birth_date=date(1995, 1, 1), organisation=desk, place=region)
    do(PHONES.add, worker, made, number="+998 71 200 30 40", whose="SHARED")
    return made


def found(actor, text, **options):
    with as_web(), acting(actor):
        return [(one.person.given, one.why) for one in answers(actor, text, **options)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("+998901234567", "telephone"), ("+998 90 123-45-67", "telephone"), ("998901234567", "telephone"),
        ("90 123 45 67", "telephone"), ("(90) 123-45-67", "telephone"), ("901234567", "telephone"),
        ("01234567", "telephone"), ("1234567", "telephone"), ("123 45 67", "telephone"), ("00998901234567", "telephone"),
        ("+7 916 555-44-33", "telephone"), ("8 916 555 44 33", "telephone"), ("9165554433", "telephone"), ("5554433", "telephone"),
        (PINFL, "PINFL (JShShIR)"), (f"{PINFL[:7]} {PINFL[7:]}", "PINFL (JShShIR)"),
        ("AA1234567", "paper"), ("aa1234567", "paper"), ("АА1234567", "paper"), ("M-000123", "number in their records"),
    ],
)  # fmt: skip
def test_she_is_found_however_a_number_is_written(zulfiya, worker, text, why):
    assert [(given, reasons[0]) for given, reasons in found(worker, text)] == [("Zulfiya", why)]


def test_a_passport_written_apart_is_found_whether_its_digits_are_a_telephones_or_not(zulfiya, worker):
    assert found(worker, "AA 1234567")[0][1][:2] == ("paper", "telephone")


def test_she_is_found_by_her_own_number_with_and_without_its_sign(zulfiya, worker):
    for text in (f"№ {zulfiya.number}", f"№{zulfiya.number}", f"#{zulfiya.number}", str(zulfiya.number)):
        if holds_a_number(text) or not asked(text).born:
            assert found(worker, text) == [("Zulfiya", ("number",))]


@pytest.mark.parametrize(
    "text",
    ["901234568", "+998901234568", "234567", "23456", "901234567890123", "AB1234567", "AA1234568", PINFL[:13], PINFL[:13] + "x",
     "M-000124", "m-000123", "0", "-1", "99999999999999999999", "+", "%123456", "_______", "٩٠١٢٣٤٥٦٧", "'12345' or '1'='1"],
)  # fmt: skip
def test_nobody_is_found_by_what_is_nobodys_number(zulfiya, worker, text):
    assert found(worker, text) == []


def test_numbers_decide_and_words_rank(zulfiya, sister, worker):
    family = "71 200 30 40"
    assert {given for given, _why in found(worker, family)} == {"Zulfiya", "Nigora"}
    for text in (f"Nigora {family}", f"{family} Нигора", f"{family} 1995", f"Yuldasheva {family} 1995"):
        assert next(given for given, _why in found(worker, text)) == "Nigora", text
    assert next(given for given, _why in found(worker, f"Zulfiya {family}")) == "Zulfiya"
    assert found(worker, "Zulfiya 90 999 99 99") == []


def test_why_never_says_the_number(zulfiya, worker):
    for text in (PINFL, "901234567", "AA1234567", "M-000123"):
        with as_web(), acting(worker):
            (one,) = answers(worker, text)
        assert text not in " ".join(one.why)
        told = str({**one.as_json(), "external_id": ""})
        assert text not in told


# -- who may see ----------------------------------------------------------------------------------------------------


STRANGERS = {
    "another desk": lambda desk: somebody("case_worker", level=2, orgs=[desk.pk + 1]),
    "another region": lambda desk: somebody("call_operator", place="UZ.1703."),
    "no clearance": lambda desk: somebody("case_worker", level=0, orgs=[desk.pk]),
    "another office": lambda desk: somebody("directory_editor", level=2),
    "the public": lambda desk: public_actor(),
    "a job of another sort": lambda desk: system_actor("messenger"),
}


@pytest.mark.parametrize("who", STRANGERS.values(), ids=STRANGERS.keys())
def test_whom_one_may_not_see_is_found_by_no_number(zulfiya, desk, who):
    actor = who(desk)
    for text in (
        PINFL,
        "901234567",
        "1234567",
        "AA1234567",
        "M-000123",
        f"№ {zulfiya.number}",
        "Zulfiya 901234567",
    ):
        assert found(actor, text) == found(actor, "909999999") == []


@pytest.mark.parametrize("text", [PINFL, "901234567", "AA1234567", "№ 1", "M-000123"])
def test_hit_miss_and_hidden_cost_the_same_questions(zulfiya, worker, desk, text, django_assert_num_queries):
    """Two for a paper's blind indexes and what they find, one for the people; nothing tells a miss from what is hidden."""
    missing = {
        PINFL: "51001900000017",
        "901234567": "909999999",
        "AA1234567": "AA7654321",
        "№ 1": "№ 999999999",
    }
    stranger = somebody("case_worker", level=2, orgs=[desk.pk + 1])
    most = 3 if text in (PINFL, "AA1234567") else 2
    hit = text if text != "№ 1" else f"№ {zulfiya.number}"
    for actor, asked_for in ((worker, hit), (worker, missing.get(text, "M-999123")), (stranger, hit)):
        with as_web(), acting(actor):
            assert actor.scopes is not None
            with django_assert_num_queries(most):
                answers(actor, asked_for)


def test_a_region_finds_its_own_by_a_number_shared_over_the_country(zulfiya, desk, region, worker):
    elsewhere = make_place("1703", level="REGION", parent=region.parent)
    far = make_person("Yoʻldosheva", "Olima", organisation=desk, place=elsewhere)
    do(PHONES.add, worker, far, number="+998 71 200 30 40", whose="SHARED")
    assert [given for given, _why in found(somebody("call_operator", place="UZ.1714."), "712003040")] == [
        "Zulfiya"
    ]
    assert [given for given, _why in found(somebody("call_operator", place="UZ.1703."), "712003040")] == [
        "Olima"
    ]


def test_a_paper_of_the_same_number_in_another_office_is_not_even_compared(zulfiya, other_desk, region):
    """Each office has its own blind index: the other desk's worker asks in her compartment alone."""
    other = somebody("case_worker", level=2, orgs=[other_desk.pk])
    twin = make_person(
        "Yoʻldosheva", "Zulfiya", birth_date=date(1991, 4, 3), sex="F", organisation=other_desk, place=region
    )
    do(add_paper, other, twin, type="PINFL", number=PINFL, country="UZ", seen="SEEN")
    with as_web(), acting(other):
        assert [one.person.pk for one in answers(other, PINFL)] == [twin.pk]


def test_who_moves_or_gives_a_number_up_is_found_as_she_is_now(zulfiya, worker):
    phone = Phone.unscoped.get(number="+998901234567")
    do(PHONES.remove, worker, zulfiya, which=phone.pk)
    assert found(worker, "901234567") == []
    assert len(found(worker, PINFL)) == 1


def test_the_command_line_finds_by_number(zulfiya):
    finder = system_actor("finder")
    for text in (PINFL, "901234567", "AA1234567", "M-000123"):
        assert [given for given, _why in found(finder, text)] == ["Zulfiya"]


def test_without_an_actor_the_function_finds_nobody(zulfiya):
    with as_web(), acting(None), connection.cursor() as cursor:
        cursor.execute("select * from search.compartments()")
        assert cursor.fetchall() == []
        cursor.execute(
            "select search.numbered(array['+998901234567'], array['1234567'], array[%s]::bigint[], array['M-000123'], '{}', '{}', 10)",
            [zulfiya.number],
        )
        assert cursor.fetchone()[0] is None


# -- as the database looks them up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("right(number, 7) = right('901234567', 7) and right(number, 9) = '901234567'", "phone_tail"),
        ("number = any(array['+998901234567'])", "phone_number"),
    ],
)
def test_telephones_are_looked_up_along_an_index(zulfiya, where, index):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(f"explain select person_id from people_phone where {where}")
        assert index in "\n".join(line for (line,) in cursor.fetchall())


def test_what_a_number_may_be():
    of = lambda text: lookups(asked(text))  # noqa: E731
    assert of("90 123 45 67").ends == ("901234567",)
    assert "+998901234567" in of("90 123 45 67").phones
    assert of("8 916 555 44 33").phones[:2] == ("+89165554433", "+79165554433")
    assert of(PINFL).pinfls == (f"PINFL:UZ:{PINFL}",)
    assert of("AA1234567").papers == tuple(
        f"{kind}:UZ:AA1234567" for kind in ("PASSPORT", "FOREIGN_PASSPORT", "ID_CARD")
    )
    assert of("Karimov 1990") == of("1990") == of("Karimov 17.05.1990") == lookups(asked(""))
    assert of("№ 42").own == of("42").own == (42,)
    assert of("00 00 42").own == of("0042").own == ()


def test_a_text_with_a_number_is_kept_from_addresses():
    assert all(
        map(holds_a_number, [PINFL, "901234567", "Zulfiya 90 123 45 67", "AA1234567", "aa 1234567", "12345"])
    )
    assert not any(map(holds_a_number, ["Zulfiya", "Karimov 1990", "17.05.1990", "№ 42", "", "M-12"]))


def test_nothing_but_equality_is_asked_of_a_persons_own_number(zulfiya, worker):
    assert Person.unscoped.filter(number=zulfiya.number).count() == 1
    assert found(worker, f"№ {zulfiya.number}0") == []
