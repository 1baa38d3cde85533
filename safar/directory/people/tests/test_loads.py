"""Loading a file of people: every row in, or named with its column and its reason; the same file twice changes nothing."""

from __future__ import annotations

import csv
from datetime import date
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import Workbook

from safar.directory.organisations.demo import by_demo
from safar.directory.people.actions import erase_person
from safar.directory.people.demo import make_person
from safar.directory.people.loads import PeopleLoad, judging, load_people, loading, take_back
from safar.directory.people.models import Person, Phone
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_erasing import traces
from safar.directory.people.tests.test_finding import members
from safar.directory.people.tests.test_reach import AFTERNOON, reach
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import Hidden
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers.loading import Bad, BadMapping
from safar.foundation.registers.sheets import columnar

pytestmark = pytest.mark.django_db
HEADER = "external_id,family_name,given_names,patronymic,sex,birth_date,phone,place_code"
GOOD = (
    "A1,Yoʻldoshev,Aziz,Karim oʻgʻli,M,1990-05-17,+998901234567,1714",
    "A2,ЙЎЛДОШЕВА,Зулфия,Карим қизи,ж,17.05.1991,90 123 45 67,",
    "A3,Yuldashev,,,,1992,,",
    "A4,,Aziza,,F,05.1993,998 90 765 43 21,1714",
    'A5,"Karimov, Jr",Olim,,erkak,,,',
)


@pytest.fixture(autouse=True)
def reading():
    """The tests look at what was loaded as the demo does, who sees everything."""
    with acting(by_demo()):
        yield


@pytest.fixture
def loader():
    return system_actor("loader")


@pytest.fixture
def file(tmp_path):
    def write(*rows, header=HEADER, encoding="utf-8", end="\n", name="people.csv"):
        path = tmp_path / name
        path.write_bytes((end.join((header, *rows)) + end).encode(encoding))
        return path

    return write


@pytest.fixture
def load(desk, loader, now):
    def run(path, **options):
        with as_web():
            return load_people(PeopleLoad(path, desk, **options), by=loader, now=now)

    return run


def counts(report):
    return report.new, report.changed, report.same, report.bad, report.duplicates


def test_every_good_row_becomes_a_person(load, file, desk, region):
    report = load(file(*GOOD))
    assert (report.read, *counts(report)) == (5, 5, 0, 0, 0, 0)
    people = {person.external_id: person for person in Person.unscoped.all()}
    first, second, third, fourth, fifth = (people[f"A{n}"] for n in range(1, 6))
    assert (first.full_name, first.sex, first.birth_date, first.birth_precision) == (
        "Yoʻldoshev Aziz Karim oʻgʻli",
        "M",
        date(1990, 5, 17),
        "DAY",
    )
    assert (first.organisation, first.place, first.label_place, first.label_level) == (
        desk,
        region,
        "UZ.1714.",
        1,
    )
    assert (second.full_name, second.sex, second.place) == ("ЙЎЛДОШЕВА Зулфия Карим қизи", "F", None)
    assert (third.sex, third.birth_date, third.birth_precision) == ("U", date(1992, 1, 1), "YEAR")
    assert (fourth.family, fourth.birth_date, fourth.birth_precision) == ("", date(1993, 5, 1), "MONTH")
    assert (fifth.family, fifth.birth_date) == ("Karimov, Jr", None)
    phones = set(Phone.unscoped.values_list("person__external_id", "number"))
    assert phones == {("A1", "+998901234567"), ("A2", "+998901234567"), ("A4", "+998907654321")}
    assert len({person.number for person in people.values()}) == 5


def test_whoever_was_loaded_is_like_whoever_was_typed_in(load, file, desk, region):
    """The sounds, the order, the postings and the first version: the same whichever way she came."""
    load(file(*GOOD))
    loaded = {person.external_id: person for person in Person.unscoped.all()}
    in_bulk = members()
    for old in loaded.values():
        new = make_person(
            old.family, old.given, patronymic=old.patronymic, organisation=desk, place=old.place, birth_date=old.birth_date,
            birth_precision=old.birth_precision,
        )  # fmt: skip
        assert (new.sounds, new.bones, new.sort_key) == (old.sounds, old.bones, old.sort_key)
        by_trigger = {
            (key, member & ~(2**29 - 1))
            for key, member in members() - in_bulk
            if member & (2**29 - 1) == new.number
        }
        assert by_trigger == {
            (key, member & ~(2**29 - 1)) for key, member in in_bulk if member & (2**29 - 1) == old.number
        }
        assert by_trigger


def test_every_version_of_a_load_says_by_whom_and_by_which_act(load, file):
    load(file(*GOOD))
    (event,) = Event.unscoped.filter(kind="people.load")
    said = {"actor": "system.loader", "kind": "people.load", "via": "system"}
    for versions, count in (
        (apps.get_model("people", "PersonVersion"), 5),
        (apps.get_model("people", "PhoneVersion"), 3),
    ):
        rows = versions.objects.values_list("pgh_label", "pgh_context_id", "pgh_context")
        assert list(rows) == [("insert", event.context, said)] * count


def test_numbers_that_others_take_meanwhile_part_nobody_from_hers(load, file, worker):
    """The sequence jumps, as when people are registered beside the load: each is found under the number she has."""
    with connection.cursor() as cursor:
        cursor.execute("alter sequence people_person_number increment by 3")
    load(file(*GOOD))
    numbers = dict(Person.unscoped.values_list("external_id", "number"))
    assert sorted(numbers.values()) == [min(numbers.values()) + 3 * n for n in range(5)]
    assert [key for key, _number in sorted(numbers.items(), key=lambda pair: pair[1])] == [
        "A1",
        "A2",
        "A3",
        "A4",
        "A5",
    ]
    assert {member & (2**29 - 1) for _key, member in members()} == set(numbers.values())
    with as_web(), acting(worker):
        assert numbers_of("Karimov Olim", 10)[0] == numbers["A5"]


@pytest.mark.parametrize(
    "text",
    [
        "1990-05-17", "17.05.1990", "1990-5-7", "7.5.1990", "17/05/1990", "29.02.1992", "29.02.1991", "1991-02-29", "31.04.1990",
        "1899-12-31", "1900-01-01", "01.01.1900", "2026-11-23", "24.11.2026", "9999-01-01", "0001-01-01", "00.01.1990", "1990-13-01",
        " 17.05.1990", "17.05.1990 ", "1990-05-17T00:00", "١٧.٠٥.١٩٩٠", "1990", "05.1990", "17.05.90",
    ],
)  # fmt: skip
def test_a_date_is_judged_in_columns_as_it_is_alone(load, file, now, text):
    """What the judge of single dates says of it is what becomes of the row."""
    try:
        alone = judging.birth(text, timezone.localdate(now))
    except Bad as refused:
        alone = str(refused)
    report = load(file(f'B1,Karimov,Olim,,,"{text}",,'))
    people = [(p.birth_date.isoformat(), p.birth_precision) for p in Person.unscoped.all()]
    assert people == ([alone] if report.new else [])
    assert [problem.reason for problem in report.problems] == ([] if report.new else [alone])


def test_the_same_file_twice_changes_nothing(load, file):
    path = file(*GOOD)
    load(path)
    before = snapshot()
    assert counts(load(path)) == (0, 0, 5, 0, 0)
    assert snapshot() == before


def snapshot():
    return (
        list(Person.unscoped.order_by("pk").values_list()),
        list(Phone.unscoped.order_by("pk").values_list()),
        sorted(members()),
    )


def test_a_preview_writes_nothing(load, file):
    before = snapshot()
    report = load(file(*GOOD), preview=True)
    assert counts(report) == (5, 0, 0, 0, 0)
    assert report.first_rows[0]["family"] == "Yoʻldoshev"
    assert snapshot() == before
    assert not Event.unscoped.filter(kind="people.load").exists()


def test_what_the_file_says_anew_is_brought_and_what_it_does_not_say_stays(load, file, worker):
    load(file(*GOOD))
    report = load(file("A1,Namunov,,,,,+998931112233,", "A2,,Зулфия,,,,,", "A3,,Lola,,F,,,"))
    assert counts(report) == (0, 2, 1, 0, 0)
    first = Person.unscoped.get(external_id="A1")
    assert (first.full_name, first.birth_date, first.version) == (
        "Namunov Aziz Karim oʻgʻli",
        date(1990, 5, 17),
        2,
    )
    assert set(Phone.unscoped.filter(person=first).values_list("number", flat=True)) == {
        "+998901234567",
        "+998931112233",
    }
    assert Person.unscoped.get(external_id="A3").full_name == "Yuldashev Lola"
    with as_web(), acting(worker):
        assert numbers_of("Намунов Азиз", 3)[0] == first.number


#: Row, the column it is bad in, and a word of the reason.
FAULTS = (
    (",Karimov,Aziz,,,,,", "external_id", "nothing is written"), ("   ,Karimov,Aziz,,,,,", "external_id", "nothing is written"),
    ("B1,,,,,,,", "family_name", "at least one name"), ("B2, , , ,,,,", "family_name", "at least one name"),
    ("B3,Karim0v,,,,,,", "family_name", "letters only"), ("B4,Kar<b>imov,,,,,,", "family_name", "letters only"),
    ("B5,,A@iz,,,,,", "given_names", "letters only"), ("B6,Karimov,,123,,,,", "patronymic", "letters only"),
    ("B7,=1+1|x,,,,,,", "family_name", "formula"), ("B8,@SUM(A1),,,,,,", "family_name", "formula"),
    ("B9," + "a" * 101 + ",,,,,,", "family_name", "at most 100"), ("B10," + "a" * 5000 + ",,,,,,", "family_name", "at most 100"),
    ("B" * 101 + ",Karimov,,,,,,", "external_id", "at most 100"), ("=B12|y,Karimov,,,,,,", "external_id", "formula"),
    ("B13,Karimov,,,X,,,", "sex", "F or M"), ("B14,Karimov,,,both,,,", "sex", "F or M"), ("B15,Karimov,,,3,,,", "sex", "F or M"),
    ("B16,Karimov,,,,31.02.1990,,", "birth_date", "no such day"), ("B17,Karimov,,,,1990-13-01,,", "birth_date", "no such day"),
    ("B18,Karimov,,,,29.02.1991,,", "birth_date", "no such day"), ("B19,Karimov,,,,1899,,", "birth_date", "before 1900"),
    ("B20,Karimov,,,,1890-05-05,,", "birth_date", "before 1900"), ("B21,Karimov,,,,2999-01-01,,", "birth_date", "in the future"),
    ("B22,Karimov,,,,yesterday,,", "birth_date", "write the date"), ("B23,Karimov,,,,17.05.90,,", "birth_date", "write the date"),
    ("B24,Karimov,,,,1990/05/17,,", "birth_date", "write the date"), ("B25,Karimov,,,,00.00.1990,,", "birth_date", "no such day"),
    ("B26,Karimov,,,,,12,", "phone", "number of digits"), ("B27,Karimov,,,,,abc,", "phone", "no telephone"),
    ("B28,Karimov,,,,,+99890123456789012,", "phone", ""), ("B29,Karimov,,,,,+,", "phone", "no telephone"),
    ("B30,Karimov,,,,,,9999999", "place_code", "no place has the code 9999999"), ("B31,Karimov,,,,,,Namangan", "place_code", "no place"),
    ("A1,Somebody,Else,,,,,", "external_id", "row 2 has this number already"), ("A1,Yoʻldoshev,Aziz,,M,1990,,", "external_id", "row 2"),
    ("B34,Karimov,Aziz,,,,,,more", "", "9 cells"), ("B35,Karimov,Aziz,,,,,,,more", "", "10 cells"),
    ("B36,Kar\0imov,,,,,,", "family_name", ""), ("B37,Karim0v,,,X,1890,,", "family_name", "letters only"),
    ("B38,Karimov,,,,1990-05-17T10:00,,", "birth_date", "write the date"),
)  # fmt: skip


def test_forty_faults_are_named_mended_and_loaded(load, file, tmp_path):
    """The errors file holds each bad row whole: mended there it loads as if it had never been wrong."""
    assert len(FAULTS) == 40
    errors = tmp_path / "errors.csv"
    report = load(file(*GOOD, *(row for row, _column, _reason in FAULTS)), errors=errors)
    assert (report.read, report.new, report.bad) == (45, 5, 40)
    said = list(csv.reader(errors.read_text("utf-8-sig").splitlines()))
    assert said[0] == ["!row", "!column", "!reason", *HEADER.split(",")]
    assert [int(row[0]) for row in said[1:]] == list(range(7, 47))
    for row, (_text, column, reason) in zip(said[1:], FAULTS, strict=True):
        assert column in row[1], row
        assert reason in row[2], row
        assert row[2]
    assert said[39][1:3] == [
        "family_name, sex, birth_date",
        "A name has letters only.; write F or M for the sex; the date of birth lies before 1900 or in the future",
    ]
    mended = tmp_path / "mended.csv"
    with mended.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(said[0])
        for number, row in enumerate(said[1:]):
            rows.writerow([*row[:3], f"M{number}", "Karimov", "Olim", "", "M", "1990", "", ""])
    assert counts(load(mended)) == (40, 0, 0, 0, 0)


def test_a_row_twice_in_the_file_is_one_person(load, file):
    report = load(file(GOOD[0], GOOD[0], GOOD[1]))
    assert counts(report) == (2, 0, 0, 0, 1)
    assert report.notes == ["row 3 repeats row 2"]


@pytest.mark.parametrize(
    ("encoding", "end", "rows"),
    [
        ("utf-8", "\n", GOOD), ("utf-8", "\r\n", GOOD), ("utf-8-sig", "\n", GOOD), ("utf-16", "\n", GOOD),
        ("utf-8", "\n", (GOOD[0], "", *GOOD[1:], "")), ("utf-8", "\n", (*GOOD[:4], 'A5,"Karimov,\nJr",Olim,,erkak,,,')),
        ("utf-8", "\n", tuple(row.rstrip(",") for row in GOOD)),
    ],
    ids=["plain", "windows", "marked", "utf-16", "blank lines", "a break in a cell", "short rows"],
)  # fmt: skip
def test_however_the_file_is_written_it_holds_the_same_people(load, file, monkeypatch, encoding, end, rows):
    path = file(*rows, encoding=encoding, end=end)
    report = load(path)
    assert counts(report) == (5, 0, 0, 0, 0)
    monkeypatch.setattr(columnar, "_read_at_once", lambda cells, path: False)
    assert counts(load(path)) == (0, 0, 5, 0, 0), "read row by row, it says something else"


def test_both_ways_of_reading_number_the_rows_alike(load, file, monkeypatch, tmp_path):
    path = file(
        GOOD[0], "", *(row for row, _column, _reason in FAULTS if "\0" not in row and "cells" not in _reason)
    )
    told = []
    for at_once in (True, False):
        if not at_once:
            monkeypatch.setattr(columnar, "_read_at_once", lambda cells, path: False)
        errors = tmp_path / f"errors-{at_once}.csv"
        load(path, errors=errors, preview=True)
        told.append(errors.read_text())
    assert told[0] == told[1]
    assert told[0].count("\n") > 30


def test_cyrillic_of_windows_is_read(load, file):
    rows = ("A1,Юлдашев,Азиз,Каримович,м,17.05.1990,,", "A2,Каримова,Зульфия,,ж,1991,,")
    semicolons = tuple(row.replace(",", ";") for row in rows)
    assert counts(load(file(*semicolons, header=HEADER.replace(",", ";"), encoding="cp1251"))) == (
        2,
        0,
        0,
        0,
        0,
    )
    assert Person.unscoped.get(external_id="A1").full_name == "Юлдашев Азиз Каримович"


def test_a_workbook_is_read_with_its_dates(load, tmp_path):
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["A1", "Yoʻldoshev", "Aziz", None, "M", date(1990, 5, 17), 998901234567, 1714])
    book.active.append([2, "Karimova", "Zulfiya", None, "F", 1991, None, None])
    book.save(tmp_path / "people.xlsx")
    assert counts(load(tmp_path / "people.xlsx")) == (2, 0, 0, 0, 0)
    first = Person.unscoped.get(external_id="A1")
    assert (first.birth_date, first.birth_precision, first.place.code) == (date(1990, 5, 17), "DAY", "1714")
    assert first.phones(manager="unscoped").get().number == "+998901234567"
    assert Person.unscoped.get(external_id="2").birth_precision == "YEAR"


def test_columns_are_known_by_their_names_in_uzbek_and_russian_or_by_what_is_said(load, file):
    assert load(file("A1;Karimov;Aziz", header="Raqam;Familiya;Ism")).new == 1
    assert load(file("A2;Каримов;Азиз", header="Номер;Фамилия;Имя")).new == 1
    assert (
        load(
            file("A3;Karimov;Aziz", header="x;y;z"),
            columns={"external_id": "x", "family_name": "y", "given_names": "z"},
        ).new
        == 1
    )
    with pytest.raises(BadMapping, match="external_id"):
        load(file("Karimov", header="family_name"))


def test_two_organisations_may_use_the_same_number(load, file, desk, other_desk, loader, now):
    path = file(*GOOD)
    load(path)
    with as_web():
        assert load_people(PeopleLoad(path, other_desk), by=loader, now=now).new == 5
    assert Person.unscoped.filter(external_id="A1").count() == 2


def test_who_may_not_load_learns_nothing(file, desk, now):
    with as_web(), pytest.raises(Hidden):
        load_people(PeopleLoad(file(*GOOD), desk), by=somebody_who("call_operator", desk), now=now)
    assert not Person.unscoped.exists()


def somebody_who(role, desk):
    from safar.foundation.access.actors import Actor, Scope

    return Actor("staff", user_id=1, preset=(Scope(role, frozenset([desk.pk]), "", 1),))


def test_a_load_is_one_event_that_names_nobody(load, file):
    load(file(*GOOD))
    (event,) = Event.unscoped.filter(kind="people.load")
    assert "Yoʻldoshev" not in str(event.__dict__)
    assert "1234567" not in str(event.__dict__)


def test_the_folder_of_a_load_goes_with_it(load, file, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    load(file(*GOOD, name="people.csv"))
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]
    assert timezone.now()


def test_everybody_loaded_is_found_at_once(load, file, worker):
    load(file(*GOOD))
    somebody("case_worker")
    with as_web(), acting(worker):
        assert len(numbers_of("Юлдашев", 10)) >= 3


def test_a_telephone_of_a_file_is_nobodys_in_particular_until_somebody_asks(load, file, desk):
    """A ministry's file does not say whose a telephone is, and two of a family may share it: nothing is sent there."""
    known = make_person("Namunova", "Dilnoza", organisation=desk, external_id="A1")
    load(file("A1,Namunova,Dilnoza,,F,,+998907770009,", "A2,Namunov,Karim,,M,,+998907770009,"))
    assert set(Phone.unscoped.values_list("number", "whose")) == {("+998907770009", "UNSAID")}
    assert Phone.unscoped.filter(person=known).exists()
    assert [reach(person, AFTERNOON) for person in Person.unscoped.all()] == [None, None]


@pytest.mark.parametrize("row", ["A1,Namunova,Dilnoza,,,,+998907770009,", "A1,Namunova,Malika,,F,1990,,"])
def test_who_is_erased_while_a_load_runs_stays_erased(load, file, desk, monkeypatch, row):
    boss = somebody("case_worker", level=2, orgs=[desk.pk])
    person, compare = make_person("Namunova", "Dilnoza", organisation=desk, external_id="A1"), loading.compare

    def compare_and_be_overtaken(*given, **options):
        compare(*given, **options)
        do(erase_person, boss, Person.unscoped.get(pk=person.pk), reason="request 1")

    monkeypatch.setattr(loading, "compare", compare_and_be_overtaken)
    load(file(row))
    row = Person.unscoped.get(pk=person.pk)
    assert (row.given, row.sex, row.birth_date) == ("", "U", None)
    assert row.erased_on
    assert not Phone.unscoped.filter(person=person).exists()


def test_of_whom_a_load_taken_back_had_brought_nothing_is_left(load, file, loader, desk, now):
    """Nobody could erase her any more: there is no record of her to erase."""
    make_person("Namunova", "Dilnoza", organisation=desk, external_id="A2")
    row = "A1,Yashirinova,Zebo,,F,1991-03-09,+998907770003,1714"
    report = load(file(row, "A2,Bekitilova,Dilnoza,,F,,,"))
    assert {"public.people_personversion", "public.people_phoneversion"} <= traces(
        "Yashirinova|907770003"
    ).keys()
    sounds = Person.unscoped.get(external_id="A1").sounds.split()
    with as_web(), acting(loader), transaction.atomic():
        taken = take_back(UUID(report.context), loader, now)
    assert (taken.removed, taken.restored) == (1, 1)
    assert traces("|".join(["Yashirinova|907770003|1991-03-09", *sounds])) == {}
    assert traces("Namunova")["public.people_personversion"] > 1, "history of who stays stays"
