"""Papers: judged when they are written down, hidden until asked for, silent about other offices."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from safar.directory.people.actions import add_paper, add_scan, change_paper, link_papers, remove_paper
from safar.directory.people.demo import make_person
from safar.directory.people.models import Fact, Identifier, Name, Person
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_rules import TD3
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import get, visible
from safar.foundation.actions import Refused
from safar.foundation.actions.forms import form_for, run
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys
from safar.foundation.files.models import StoredFile
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
PASSPORT = {"type": "PASSPORT", "number": "AA1234567", "country": "UZ", "seen": "SEEN"}


def pinfl(number):
    return {"type": "PINFL", "number": number, "country": "UZ", "seen": "SEEN"}


def picture():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return SimpleUploadedFile("passport.png", out.getvalue(), "image/png")


def test_a_pinfl_fills_in_what_is_not_known_of_her(person, worker):
    do(add_paper, worker, person, **pinfl("40201902050010"))
    her = Person.unscoped.get(pk=person.pk)
    assert (her.sex, her.birth_date, her.birth_precision) == ("F", date(1990, 1, 2), "DAY")
    assert Identifier.unscoped.get().is_checked


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("40201902050011", "wrong digit"),
        ("4020190205001", "14 digits"),
        ("33102902040010", "no day of birth"),
    ],
)
def test_a_wrong_pinfl_is_refused_in_words(person, worker, number, says):
    with pytest.raises(Refused, match=says) as refused:
        do(add_paper, worker, person, **pinfl(number))
    assert refused.value.field == "number"
    assert not Identifier.unscoped.exists()


def test_a_pinfl_of_another_day_of_birth_is_refused(worker, desk):
    man = make_person("Namunov", "Jasur", organisation=desk, sex="M", birth_date=date(1963, 10, 12))
    do(add_paper, worker, man, **pinfl("31210632040244"))
    other = make_person("Namunov", "Sardor", organisation=desk, sex="M", birth_date=date(1964, 10, 12))
    with pytest.raises(Refused, match="another day of birth"):
        do(add_paper, worker, other, **pinfl("31210932040247"))


def test_the_number_is_encrypted_and_the_event_does_not_tell_it(person, worker):
    do(add_paper, worker, person, **PASSPORT)
    stored = Identifier.unscoped.get()
    assert stored.number == "AA1234567"
    assert b"AA1234567" not in bytes(stored.__dict__["number"])
    assert stored.masked == "••••••567"
    assert not [e for e in Event.unscoped.all() if "1234567" in f"{e.body}{e.detail}"]


def test_look_alike_letters_are_the_same_paper(person, worker):
    do(add_paper, worker, person, **PASSPORT)
    with pytest.raises(Refused, match="on record already"):
        do(add_paper, worker, person, **{**PASSPORT, "number": "аа 123 45 67".upper()})


def test_a_number_of_the_same_office_is_refused_with_the_number_of_the_record(person, worker, desk):
    do(add_paper, worker, person, **PASSPORT)
    other = make_person("Sinovova", "Malika", organisation=desk)
    with pytest.raises(Refused, match=f"№ {person.number}"):
        do(add_paper, worker, other, **PASSPORT)
    do(add_paper, worker, other, **{**PASSPORT, "type": "ID_CARD"})  # compared within its type alone


def test_equal_numbers_have_unlike_indexes_in_two_offices(person, worker, other_desk):
    do(add_paper, worker, person, **PASSPORT)
    there = somebody("case_worker", level=2, orgs=[other_desk.pk])
    do(add_paper, there, make_person("Sinovova", "Malika", organisation=other_desk), **PASSPORT)
    assert len(set(Identifier.unscoped.values_list("index", flat=True))) == 2


def test_the_lines_for_machines_fill_the_paper_and_the_passports_spelling(worker, desk):
    her = make_person("Erikson", "Anna", organisation=desk)
    do(add_paper, worker, her, type="PASSPORT", mrz=TD3, country="SE", seen="SEEN")
    row = Identifier.unscoped.get()
    assert (row.number, row.expires_on, row.seen, row.is_checked) == (
        "L898902C3",
        date(2012, 4, 15),
        "MRZ",
        True,
    )
    assert Name.unscoped.get().full_name == "ERIKSSON ANNA MARIA"
    with as_web(), acting(worker):
        assert numbers_of("Eriksson Anna Maria", 5) == [her.number]


def test_the_lines_say_who_she_is_where_the_record_does_not(worker, desk):
    """The specimen of ICAO 9303-4, appendix B: a woman born on 12 August 1974."""
    her = make_person("Erikson", "Anna", organisation=desk, sex="U", birth_date=None)
    do(add_paper, worker, her, type="PASSPORT", mrz=TD3, country="SE", seen="SEEN")
    her = Person.unscoped.get(pk=her.pk)
    assert (her.sex, her.birth_date, her.birth_precision) == ("F", date(1974, 8, 12), "DAY")


@pytest.mark.parametrize(
    "known",
    [
        {"birth_date": date(1974, 8, 13)},
        {"sex": "M"},
        {"birth_date": date(1975, 1, 1), "birth_precision": "YEAR"},
    ],
)
def test_the_paper_of_somebody_else_is_refused(worker, desk, known):
    her = make_person("Erikson", "Anna", organisation=desk, **{"sex": "F", "birth_date": None, **known})
    with pytest.raises(Refused, match="another day of birth or sex") as refused:
        do(add_paper, worker, her, type="PASSPORT", mrz=TD3, country="SE", seen="SEEN")
    assert refused.value.field == "mrz"
    assert not Identifier.unscoped.exists()


def test_as_much_of_a_birth_date_is_compared_as_is_known(worker, desk):
    year = {"birth_date": date(1974, 1, 1), "birth_precision": "YEAR"}
    her = make_person("Erikson", "Anna", organisation=desk, sex="F", **year)
    do(add_paper, worker, her, type="PASSPORT", mrz=TD3, country="SE", seen="SEEN")
    assert Identifier.unscoped.count() == 1


def test_the_pinfl_printed_in_the_lines_is_kept_once(worker, desk):
    """A passport made up for the PINFL of RULES B5; check digits by 9303-3, 4.9: weights 7, 3, 1."""

    def digit(text):
        values = (0 if sign == "<" else int(sign, 36) for sign in text)
        return str(sum(value * (7, 3, 1)[place % 3] for place, value in enumerate(values)) % 10)

    number, born, expires, pinfl = "AA1234567", "631012", "310101", "31210632040244"
    fields = [text + digit(text) for text in (number, born, expires, pinfl)]
    second = f"{fields[0]}UZB{fields[1]}M{fields[2]}{fields[3]}"
    second += digit("".join(fields))
    lines = "P<UZBNAMUNOV<<JASUR".ljust(44, "<") + "\n" + second
    man = make_person("Namunov", "Jasur", organisation=desk, sex="U", birth_date=None)
    for paper in ("PASSPORT", "FOREIGN_PASSPORT"):
        do(add_paper, worker, man, type=paper, mrz=lines, country="UZ", seen="SEEN")
    assert sorted(Identifier.unscoped.values_list("type", flat=True)) == [
        "FOREIGN_PASSPORT",
        "PASSPORT",
        "PINFL",
    ]
    assert Identifier.unscoped.get(type="PINFL").number == pinfl


def test_a_wrong_check_digit_in_the_lines_says_where(person, worker):
    with pytest.raises(Refused, match="the date of birth") as refused:
        do(
            add_paper,
            worker,
            person,
            type="PASSPORT",
            mrz=TD3.replace("7408122", "7408123"),
            country="SE",
            seen="SEEN",
        )
    assert refused.value.field == "mrz"
    with pytest.raises(Refused, match="another number"):
        do(add_paper, worker, person, type="PASSPORT", mrz=TD3, number="AA1234567", country="SE", seen="SEEN")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"number": "A1234567"}, "two Latin letters"),
        ({"type": "OTHER", "number": "??"}, "letters and digits"),
        ({"issued_on": "2020-01-01", "expires_on": "2019-01-01"}, "valid until a day after"),
    ],
)
def test_a_paper_that_cannot_be_is_refused(person, worker, said, says):
    with pytest.raises((Refused, AssertionError), match=says):
        do(add_paper, worker, person, **{**PASSPORT, **said})


def test_somebody_without_papers_is_given_them_later_with_what_shows_it(person, worker):
    with pytest.raises(AssertionError, match="evidence"):
        do(link_papers, worker, person, **PASSPORT)
    with pytest.raises(AssertionError, match="seen"):
        do(link_papers, worker, person, **{**PASSPORT, "seen": "TOLD"}, evidence="she said so")
    do(link_papers, worker, person, **PASSPORT, evidence="answer of the consulate of 3 May")
    row = Identifier.unscoped.get()
    assert (row.evidence, row.linked_on) == ("answer of the consulate of 3 May", timezone.localdate())
    assert Fact.unscoped.get().code == "people.papers_linked"
    with pytest.raises(Refused, match="paper of this sort"):
        do(link_papers, worker, person, **{**PASSPORT, "number": "AB1234567"}, evidence="another")


def test_dates_of_a_paper_are_mended(person, worker):
    do(add_paper, worker, person, **PASSPORT)
    do(change_paper, worker, person, which=Identifier.unscoped.get().pk, expires_on="2031-05-01", seen="COPY")
    row = Identifier.unscoped.get()
    assert (row.number, row.expires_on, row.seen) == ("AA1234567", date(2031, 5, 1), "COPY")


def scan(actor, person, paper):
    with as_web(), acting(actor):
        row = get(actor, Person, person.pk, "add_scan")
        form = form_for(
            add_scan, actor, row, data={"which": paper.pk, "version": row.version}, files={"scan": picture()}
        )
        assert form.is_valid(), form.errors
        run(add_scan, actor, row, form, now=timezone.now())


def test_a_scan_is_sensitive_and_not_the_call_centres(person, worker, settings, tmp_path):
    settings.SAFAR_FILES = tmp_path
    do(add_paper, worker, person, **PASSPORT)
    scan(worker, person, Identifier.unscoped.get())
    file = StoredFile.unscoped.get()
    assert (file.label_level, file.is_sealed) == (2, True)
    operator = somebody("call_operator", level=2, place="UZ.1714.")
    with as_web(), acting(operator):
        assert visible(operator, Identifier).exists()
        assert not visible(operator, StoredFile).exists()


def test_a_paper_taken_off_is_gone_with_its_key_and_its_scan(
    person, worker, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.SAFAR_FILES = tmp_path
    do(add_paper, worker, person, **PASSPORT)
    paper = Identifier.unscoped.get()
    scan(worker, person, paper)
    file = StoredFile.unscoped.get()
    with django_capture_on_commit_callbacks(execute=True):
        do(remove_paper, worker, person, which=paper.pk)
    assert not Identifier.unscoped.exists()
    assert keys.store().is_destroyed(paper.data_key)
    assert keys.store().is_destroyed(file.data_key)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
