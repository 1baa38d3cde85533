"""Somebody like another is noticed when she is written down, changed or loaded: by who may see both, and silently beyond."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from safar.directory.people.actions import PHONES, add_paper, change_person, not_the_same
from safar.directory.people.actions.registering import LooksAlike
from safar.directory.people.demo import make_person
from safar.directory.people.duplicates.loaded import look_through_load
from safar.directory.people.duplicates.noticing import look_for_duplicates
from safar.directory.people.loads import PeopleLoad, load_people
from safar.directory.people.models import Person, PossibleDuplicate
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_loads import HEADER
from safar.directory.people.tests.test_merging import decide, merged
from safar.directory.people.tests.test_papers import PASSPORT
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db
BORN = date(1990, 5, 17)


def known(organisation, **values):
    return make_person("Namunova", "Dilnoza", organisation=organisation, birth_date=BORN, sex="F", **values)


def test_numbers_of_the_state_are_compared_in_one_office_alone_even_by_the_job(desk, other_desk):
    both = somebody("case_worker", level=2, orgs=[desk.pk, other_desk.pk])
    one = make_person("Xayolova", "Lola", organisation=desk)
    other = make_person("Sinovova", "Zebo", organisation=other_desk)
    do(add_paper, both, one, **PASSPORT)
    do(add_paper, both, other, **PASSPORT)
    with as_web():
        look_for_duplicates.call({"person": str(one.pk)})
    assert not PossibleDuplicate.unscoped.exists()


def test_a_change_that_makes_her_like_another_asks_once(desk, worker):
    known(desk)
    other = make_person("Namunova", "Dilnoza", organisation=desk, birth_date=date(1971, 1, 5), sex="F")
    typed = {
        "family": "Namunova",
        "given": "Dilnoza",
        "sex": "F",
        "birth_date": "1990-05-17",
        "birth_precision": "DAY",
    }
    with pytest.raises(LooksAlike, match="on record already"):
        do(change_person, worker, other, **typed)
    do(change_person, worker, other, **typed, somebody_else="on")
    with as_web():
        assert look_for_duplicates.call({"person": str(other.pk)}) == 1
    decide(not_the_same, worker, PossibleDuplicate.unscoped.get())
    do(change_person, worker, other, **typed | {"given": "Dilnozaxon"}, somebody_else="on")
    do(change_person, worker, other, **typed)
    with as_web():
        look_for_duplicates.call({"person": str(other.pk)})
    assert PossibleDuplicate.unscoped.get().state == "NOT_SAME", "remembered, and not asked again"


def test_a_telephone_of_her_own_that_another_has_too_is_noticed_afterwards(desk, worker):
    one = make_person("Namunova", "Dilnoza", organisation=desk)
    other = make_person("Namunova", "Dilnosa", organisation=desk)
    for her in (one, other):
        do(PHONES.add, worker, her, number="90 000 00 01", whose="OWN")
    with as_web():
        look_for_duplicates.call({"person": str(other.pk)})
    pair = PossibleDuplicate.unscoped.get()
    assert ["PHONE", "AGREES"] in pair.evidence
    assert "900000001" not in str(pair.evidence)


# -- files ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def load(desk, tmp_path):
    def run(*rows):
        path = tmp_path / "people.csv"
        path.write_text("\n".join((HEADER, *rows)) + "\n")
        loader = system_actor("loader")
        with as_web(), acting(loader):
            return load_people(PeopleLoad(path, desk), by=loader, now=timezone.now())

    return run


def test_people_of_a_file_are_compared_after_the_load_with_each_other_and_with_all(load, desk, other_desk):
    there = known(other_desk)
    load(
        "A1,НАМУНОВА,Дилноза,,F,1990-05-17,,",  # as the other desk has her
        "A2,Xayolov,Jasur,,M,,+998900000005,",
        "A3,Хаёлов,Жасур,,M,,+998900000005,",  # the one before, in another script
        "A4,Namunova,Dilnoza,,F,1971-01-05,,",  # the same name, born elsewhen
    )
    numbers = sorted(Person.unscoped.filter(organisation=desk).values_list("number", flat=True))
    with as_web():
        news = {"organisation": desk.pk, "from": numbers[0], "upto": numbers[-1]}
        assert look_through_load.call(news) == 2
        assert look_through_load.call(news) == 0, "a second time nothing is new"
    pairs = {
        frozenset((pair.person.external_id, pair.other.external_id))
        for pair in system_view(PossibleDuplicate)
    }
    assert pairs == {frozenset(("A1", "")), frozenset(("A2", "A3"))}
    assert {pair.found for pair in system_view(PossibleDuplicate)} == {"LOADED"}
    assert there.external_id == ""


def system_view(model):
    by = system_actor("matcher")
    with acting(by):
        return [row for row in visible(by, model).select_related("person", "other")]


def test_a_file_leaves_a_merged_record_as_it_was_and_makes_no_new_one(load, desk, worker):
    load("A1,Namunova,Dilnoza,,F,1990-05-17,,", "A2,Namunova,Dilnoza,,F,1990-05-17,,")
    one, two = (Person.unscoped.get(external_id=number) for number in ("A1", "A2"))
    merged(one, two, worker)
    report = load("A2,Sinovova,Lola,,F,1971-01-01,+998900000009,")
    assert (report.new, report.changed, report.same) == (0, 0, 1)
    assert any("merged" in note for note in report.notes)
    two.refresh_from_db(from_queryset=Person.unscoped)
    assert (two.family, two.sounds, two.merged_into_id) == ("Namunova", "", one.pk)
