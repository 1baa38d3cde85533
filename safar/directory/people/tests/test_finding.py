"""Finding people in the database: who is found by what, who is found by nobody else, and what the tables hold afterwards."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from itertools import product

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from safar.directory.organisations.demo import by_demo
from safar.directory.people.actions import erase_person
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.people.search import tables
from safar.directory.people.search.answers import answers
from safar.directory.people.search.finding import BEGINNINGS, READINGS, numbers_of
from safar.directory.people.search.folding import sounded
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.places.demo import make_place
from safar.foundation.access.actors import acting, public_actor
from safar.foundation.actions import store
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=["near", "far"])
def looked_through(request, db, monkeypatch):
    """Every rule holds where the actor's own people are looked through, and where the postings are."""
    if request.param == "far":
        monkeypatch.setattr(tables, "FEW_PEOPLE", -1)
        with connection.cursor() as cursor:
            cursor.execute(tables.functions())


def names(actor, text, **options):
    with as_web(), acting(actor):
        return [answer.person.full_name for answer in answers(actor, text, **options)]


@pytest.fixture
def yoldosheva(desk, region):
    return make_person(
        "Yoʻldosheva",
        "Zulfiya",
        patronymic="Karim qizi",
        birth_date=date(1991, 4, 3),
        organisation=desk,
        place=region,
    )


@pytest.fixture
def others(desk, region):
    return [
        make_person(family, given, organisation=desk, place=region, birth_date=born)
        for family, given, born in (
            ("Каримов", "Азиз", date(1980, 1, 1)), ("Karimova", "Aziza", date(1985, 1, 1)), ("Toʻraqulov", "Zuhriddin", None),
            ("Юсупова", "Зулхумор", date(1991, 1, 1)), ("Asanov", "Bakyt", date(1975, 6, 7)),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Yo'ldosheva Zulfiya", "Юлдашева Зульфия", "Йўлдошева Зулфия", "Yuldasheva Zulfia", "IULDASHEVA ZULFIIA", "Youldacheva Zulfia",
        "Zulfiya Yoʻldosheva", "Zulfiya Karimovna", "Yuldasheva 1991", "зульфия 03.04.1991", "Yuldashva Zulfiya", "Юлдшева Зулфия",
        "Yoldosheva Zulfiya Karimovna 1992", "Yuldashev Zulfiya", "yuldash", "Юлдашева Yuldasheva Зульфия",
    ],
)  # fmt: skip
def test_she_is_found_first_however_it_is_typed(yoldosheva, others, worker, text):
    assert names(worker, text, as_typed=True)[0] == yoldosheva.full_name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "зззз ффф",
        "1991",
        "%",
        "'; drop table",
        "\0",
        "a" * 5000,
        "🙂",
        "(((",
        "Ibrahimovich Petrosyan",
    ],
)
def test_what_means_nobody_finds_nobody(yoldosheva, others, worker, text):
    assert names(worker, text) == []


def test_half_a_name_is_enough_while_it_is_typed(yoldosheva, others, worker):
    assert names(worker, "Yoʻld Zul", as_typed=True)[0] == yoldosheva.full_name
    assert names(worker, "Zulfiya Yo", as_typed=True) == [yoldosheva.full_name]


def test_why_is_told_for_each_word(yoldosheva, worker):
    with as_web(), acting(worker):
        (found,) = answers(worker, "Юлдашева Zulfiya 1991")
    assert found.why == ("Yoldosheva: sounds like Юлдашева", "Zulfiya: as typed", "born in this year")


@pytest.mark.parametrize(
    "who",
    [
        lambda desk: somebody("case_worker", level=2, orgs=[desk.pk + 1]),
        lambda desk: somebody("call_operator", place="UZ.1703."),
        lambda desk: somebody("case_worker", level=0, orgs=[desk.pk]),
        lambda desk: somebody("directory_editor", level=2),
        lambda desk: public_actor(),
    ],
    ids=["another desk", "another region", "no clearance", "another office", "the public"],
)
def test_whom_one_may_not_see_is_found_by_nothing(yoldosheva, others, desk, who):
    actor = who(desk)
    with as_web(), acting(actor):
        assert numbers_of("Yoʻldosheva Zulfiya", 10) == numbers_of("Nobody Atall", 10) == []
        assert candidates("alds", "YldaSiva") is None


def candidates(bones, sound):
    with connection.cursor() as cursor:
        cursor.execute(
            "select search.candidates(%s, 0, null, 10)",
            [f"{bones},{sound}"],
        )
        return cursor.fetchone()[0]


def test_a_region_sees_its_own_among_many_of_the_same_name(desk, region):
    """Visibility is inside the lookup: two hundred people of one name elsewhere do not crowd out the one who lives here."""
    elsewhere = make_place("1703", level="REGION", parent=region.parent)
    for _n in range(200):
        make_person("Karimov", "Aziz", organisation=desk, place=elsewhere)
    here = make_person("Karimov", "Aziz", organisation=desk, place=region)
    actor = somebody("call_operator", place="UZ.1714.")
    with as_web(), acting(actor):
        assert numbers_of("Karimov Aziz", 10) == [here.number]
        assert len(answers(actor, "Каримов Азиз")) == 1


def test_a_person_renamed_moved_or_gone_is_found_as_she_is_now(yoldosheva, desk, worker):
    with acting(by_demo()), transaction.atomic():
        person = Person.unscoped.get(pk=yoldosheva.pk)
        person.family = "Namunova"
        store(person, by=by_demo(), action="change_person")
    assert names(worker, "Yoʻldosheva Zulfiya 1991", limit=1)[:1] != ["Yoʻldosheva Zulfiya Karim qizi"]
    assert names(worker, "Намунова Зульфия") == ["Namunova Zulfiya Karim qizi"]
    with acting(by_demo()), transaction.atomic():
        Person.unscoped.filter(pk=yoldosheva.pk).delete()
    assert names(worker, "Намунова Зульфия") == []
    assert members() == set()


def test_many_who_go_at_once_leave_those_who_stay(desk, region):
    """Namesakes in the rows of one key, more than one row of them, and somebody who has nothing in common with who goes."""
    for number in range(300):
        make_person("Karimov", "Aziz", organisation=desk, place=region, external_id=f"S-{number}")
    make_person("Toʻraqulov", "Zuhriddin", organisation=desk)
    with as_web():
        tables.tidy()
    before = members()
    for number in range(40):
        make_person(
            "Karimov",
            "Aziz" if number % 2 else "Bakyt",
            organisation=desk,
            place=region,
            external_id=f"G-{number}",
        )
    with acting(by_demo()), transaction.atomic():
        Person.unscoped.filter(external_id__startswith="G-").delete()
    assert members() == before


def members():
    with connection.cursor() as cursor:
        cursor.execute("select key, unnest(members) from search.posting")
        return set(cursor.fetchall())


def test_tidying_puts_those_of_one_key_together_and_loses_nobody(desk, region, worker):
    people = {make_person("Karimov", "Aziz", organisation=desk, place=region).number for _n in range(30)}
    before = members()
    with as_web():
        assert tables.tidy() > 0
        assert tables.tidy() == 0
    with connection.cursor() as cursor:
        cursor.execute("select count(*), count(distinct key) from search.posting")
        rows, keys = cursor.fetchone()
    assert members() == before
    assert rows == keys
    with as_web(), acting(worker):
        assert set(numbers_of("Каримов Азиз", 50)) == people


@pytest.mark.parametrize(
    "statement",
    [
        "select * from search.posting", "select * from search.shelf", "select * from search.word", "select * from search.slip",
        "delete from search.posting", "update search.posting set members = '{}'", "insert into search.word values ('a', 'a', 1)",
        "select search.forget(array[1::bigint], array['a'], array['a'])", "select search.members_with('a', 'a')", "select search.near()", "select search.elements(1, 1, null, 'a', 'a')", "select search.shelf_of(1, 'UZ.', 1, null)",
    ],
)  # fmt: skip
def test_the_web_role_reads_none_of_the_tables(yoldosheva, worker, statement):
    with (
        as_web(),
        acting(worker),
        pytest.raises((ProgrammingError, psycopg.errors.InsufficientPrivilege)),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_a_posting_slipped_in_opens_nobody(yoldosheva, desk):
    """What the web role may append to the postings says where to look; who may see is asked of the person's own row."""
    stranger = somebody("case_worker", level=2, orgs=[desk.pk + 1])
    with connection.cursor() as cursor:
        cursor.execute("select unnest(members) from search.posting where key = search.single_key('slv')")
        member = cursor.fetchone()[0]
    with as_web(), acting(stranger), connection.cursor() as cursor:
        cursor.execute(
            "insert into search.posting values (search.single_key('mn'), array[%s]::bigint[])", [member]
        )
        assert candidates("mn", "min") is None


def test_without_an_actor_nobody_is_found(yoldosheva):
    with as_web(), acting(None):
        assert candidates("slv", "zulfa") is None
        with connection.cursor() as cursor:
            cursor.execute("select * from search.neighbours('slv')")
            assert cursor.fetchall() == []
            cursor.execute("select * from search.beginning('z', 'zz', 10)")
            assert cursor.fetchall() == []


def test_finding_asks_the_same_number_of_questions_for_one_and_for_many(
    desk, region, worker, django_assert_num_queries
):
    for _n in range(40):
        make_person("Karimov", "Aziz", organisation=desk, place=region)
    make_person("Yoʻldosheva", "Zulfiya", organisation=desk, place=region)
    with as_web(), acting(worker):
        assert worker.scopes  # who acts is looked up once a request, before anything is asked
        for text in ("Karimov Aziz", "Yuldasheva Zulfiya"):
            with django_assert_num_queries(2):
                answers(worker, text)


def test_the_time_is_not_asked_for(yoldosheva, worker):
    """A date in the future or long ago is a date like any other."""
    assert names(worker, f"Yoʻldosheva Zulfiya {timezone.localdate().year}") == []


def test_who_was_stored_before_there_was_a_search_is_found_after_the_next_migration(yoldosheva, worker):
    with connection.cursor() as cursor:
        cursor.execute("update people_person set sounds = '', bones = ''")
    assert names(worker, "Юлдашева Зульфия") == []
    tables.install()
    assert names(worker, "Юлдашева Зульфия") == [yoldosheva.full_name]


# -- a name that only hidden people have shows nowhere, not even by what it crowds out ---------------------------------


def own_words(desk, words):
    """People of one's own with these family names, as far as they sound unlike each other."""
    heard = {sounded(word).sound: word for word in words}
    for word in heard.values():
        make_person(word, "Q", organisation=desk)
    return len(heard)


@pytest.mark.parametrize("is_erased", [False, True])
def test_what_begins_like_a_hidden_name_is_not_crowded_out_by_it(desk, other_desk, is_erased):
    """More words of one's own than the search tries beginnings: a hidden one among them would take a place."""
    boss, theirs = (
        somebody("case_worker", level=2, orgs=[desk.pk]),
        somebody("case_worker", level=2, orgs=[other_desk.pk]),
    )
    many = own_words(desk, [f"Zebru{one}u{other}" for one, other in product("bdfgklmnprst", repeat=2)])
    assert many > BEGINNINGS
    before = found(boss, "Zebr")
    hidden = make_person("Zebru", "Q", organisation=other_desk)
    if is_erased:
        do(erase_person, theirs, hidden, reason="request 1")
    assert found(boss, "Zebr") == before
    assert len(before) >= BEGINNINGS


def test_who_sounds_nearly_like_a_hidden_name_is_not_crowded_out_by_it(desk, other_desk):
    boss = somebody("case_worker", level=2, orgs=[desk.pk])
    words = [
        word
        for c in "bdfgklmnprstv"
        for word in (
            f"Ro{c}nbat", f"Ron{c}bat", f"Ronb{c}at", f"Ronbat{c}", f"Ro{c}bat", f"Ron{c}at", f"Ronba{c}",
        )
    ]  # fmt: skip
    assert (
        own_words(desk, [word for word in words if sounded(word).bones != sounded("Ronbat").bones]) > READINGS
    )
    before = found(boss, "Ronbat Q")
    make_person("Ronbat", "W", organisation=other_desk)
    assert found(boss, "Ronbat Q") == before


def found(actor, text):
    with as_web(), acting(actor):
        return numbers_of(text, 200)


def test_of_a_crowded_name_those_of_the_year_asked_for_come_first(desk, region, worker):
    born = {}
    for n in range(260):
        person = make_person(
            "Karimov", "Aziz", organisation=desk, place=region, birth_date=date(1950 + n % 52, 1, 1)
        )
        born[person.number] = person.birth_date.year
    with as_web():
        assert tables.tidy() > 0
    with as_web(), acting(worker):
        found = [born[number] for number in numbers_of("Каримов Азиз 1975", 15)]
    assert found[:5] == [1975] * 5
    assert set(found[5:]) == {1974, 1976}


def test_postings_made_before_are_ordered_by_year(yoldosheva):
    """The migration moves each part of a member to where the triggers put it now."""
    with connection.cursor() as cursor:
        now = members()
        before = [
            (
                key,
                (m & (2**29 - 1))
                | ((m >> 55) << 29)
                | (((m >> 29) & (2**20 - 1)) << 37)
                | (((m >> 49) & 63) << 57),
            )
            for key, m in now
        ]
        cursor.execute("truncate search.posting")
        cursor.executemany("insert into search.posting values (%s, array[%s]::bigint[])", before)
        cursor.execute(import_module("safar.directory.people.migrations.0008_postings_by_year").BY_YEAR)
    assert before
    assert members() == now
