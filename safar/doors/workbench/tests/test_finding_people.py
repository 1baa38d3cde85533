"""People among what the one search finds: the best first, told apart by father and place; and an office that fills itself in."""

from __future__ import annotations

from datetime import date

import pytest

from safar.directory.organisations.models import Organisation
from safar.directory.people.demo import make_person
from safar.directory.people.tests.conftest import desk, other_desk, region  # noqa: F401 - fixtures
from safar.directory.places.models import Place
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.test_finding import sought
from safar.foundation.database.testing import as_web
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db


def officer_of(*desks):
    account = account_of("finder")
    give(account, role="case_worker", org_ids=[one.pk for one in desks], max_level=2)
    return client_of(account)


def hits(officer, text, *, as_typed=False, language="en"):
    with as_web():
        groups = sought(officer, text, as_typed=as_typed, language=language).context["groups"]
    return [
        (hit.title, hit.detail) for group in groups for hit in group.hits if group.register.slug == "people"
    ]


def test_namesakes_are_told_apart_by_father_and_place_and_never_by_what_is_masked(desk, region):  # noqa: F811 - fixtures
    born = {"birth_date": date(1990, 5, 2)}
    make_person("Namunova", "Dilnoza", patronymic="Akmal qizi", organisation=desk, place=region, **born)
    make_person("Namunova", "Dilnoza", patronymic="Karim qizi", organisation=desk, **born)
    found = hits(officer_of(desk), "намунова дилноза")
    assert sorted(found) == [
        ("Namunova Dilnoza Akmal qizi", "Namangan viloyati"),
        ("Namunova Dilnoza Karim qizi", ""),
    ]


def test_a_place_is_called_by_its_name_in_the_readers_language_and_in_uzbek_where_it_has_none(desk, region):  # noqa: F811
    make_person("Namunova", "Dilnoza", organisation=desk, place=region)
    officer = officer_of(desk)
    Place.unscoped.filter(pk=region.pk).update(name_ru="Наманганская область", name_en="")
    assert hits(officer, "namunova", language="ru") == [("Namunova Dilnoza", "Наманганская область")]
    assert hits(officer, "namunova") == [("Namunova Dilnoza", "Namangan viloyati")]


def test_the_best_stand_first_and_are_never_left_out_for_the_alphabet(desk):  # noqa: F811
    """Ten people of one family, typed with the given name of the last in the alphabet."""
    for given in (
        "Anora",
        "Barno",
        "Charos",
        "Diyora",
        "Eleonora",
        "Farida",
        "Gulnoza",
        "Hilola",
        "Iroda",
        "Zebuniso",
    ):
        make_person("Namunova", given, organisation=desk)
    officer = officer_of(desk)
    assert hits(officer, "Namunova Zebuniso")[0][0] == "Namunova Zebuniso"
    assert hits(officer, "намунова зебун", as_typed=True)[0][0] == "Namunova Zebuniso"


def test_who_works_for_one_office_finds_it_filled_in(desk, other_desk):  # noqa: F811
    officer = officer_of(desk)
    with as_web():
        page = officer.get("/en/desk/people/add/")
    assert page.context["form"].initial["organisation"] == Organisation.unscoped.get(pk=desk.pk)
    assert f'value="{desk.pk} · Namoyish desk"' in page.content.decode()


def test_who_works_for_two_says_for_which(desk, other_desk):  # noqa: F811
    officer = officer_of(desk, other_desk)
    with as_web():
        page = officer.get("/en/desk/people/add/").context["form"]
    assert page["organisation"].value() is None
