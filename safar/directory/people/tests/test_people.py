"""People and what is found of them, by whom."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from safar.directory.people.demo import make_person
from safar.directory.people.forms import PersonForm
from safar.directory.people.models import Person
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.foundation.access.actors import acting, public_actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions.forms import limit_choices
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


def seen(actor):
    with as_web(), acting(actor):
        return set(visible(actor, Person))


def test_a_person_is_known_to_the_desk_that_registered_her_and_to_nobody_else(person, worker, other_desk):
    assert (person.label_org, person.label_place, person.label_level) == (
        person.organisation_id,
        "UZ.1714.",
        1,
    )
    assert seen(worker) == {person}
    assert seen(somebody("case_worker", level=2, orgs=[other_desk.pk])) == set()
    assert seen(public_actor()) == set()
    assert seen(somebody("directory_editor", level=2)) == set()


def test_the_call_centre_finds_people_of_its_area(person):
    assert seen(somebody("call_operator", place="UZ.1714.")) == {person}
    assert seen(somebody("call_operator", place="UZ.1703.")) == set()


@pytest.mark.parametrize(
    "text", ["Namunova", "намунова дил", "NAMUNOVA  Dilnoza", "namunov", "Дильноза Намунова"]
)
def test_she_is_found_by_her_name_in_either_script(person, worker, text):
    with as_web(), acting(worker):
        assert numbers_of(text, 5) == [person.number]


def test_a_birth_date_is_no_more_precise_than_it_is_known(desk):
    year = make_person(organisation=desk, birth_date=date(1990, 1, 1), birth_precision="YEAR")
    assert year.born == "1990"
    with override("en"):
        assert (
            "1990"
            in make_person(organisation=desk, birth_date=date(1990, 5, 1), birth_precision="MONTH").born
        )
    for born, precision in (
        (date(1990, 5, 1), "YEAR"),
        (date(1990, 5, 2), "MONTH"),
        (date(1890, 1, 1), "DAY"),
    ):
        row = Person(family="X", organisation=desk, birth_date=born, birth_precision=precision)
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.unscoped.bulk_create([row])


def test_the_form_puts_what_is_not_known_on_the_first_day(desk, worker):
    form = PersonForm(
        {
            "family": "Namunova",
            "sex": "F",
            "birth_date": "1990-05-17",
            "birth_precision": "YEAR",
            "organisation": desk.pk,
        }
    )
    limit_choices(form, worker)
    with acting(worker):
        assert form.is_valid(), form.errors
    assert form.cleaned_data["birth_date"] == date(1990, 1, 1)


@pytest.mark.parametrize("name", ["R2D2", "<b>Ali</b>", "a@b"])
def test_a_name_has_letters_only(desk, worker, name):
    form = PersonForm({"family": name, "sex": "U", "birth_precision": "DAY", "organisation": desk.pk})
    limit_choices(form, worker)
    with acting(worker):
        assert "family" in form.errors
