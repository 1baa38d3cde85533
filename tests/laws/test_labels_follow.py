"""What is labelled with a place follows it when it moves: nobody keeps sight of it, and nobody loses it."""

import pytest
from django.utils import timezone

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.organisations.demo import make_office, make_organisation
from safar.directory.organisations.models import Office, Organisation
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.places.actions import assign_district
from safar.directory.places.demo import by_demo, make_place
from safar.directory.places.following import statements
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant, protected_models
from safar.foundation.access.visibility import visible
from safar.foundation.actions.storing import store
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(db):
    """A directory editor, by a grant alone."""
    with acting(by_demo()):
        Grant.unscoped.create(user_id=900_900, role="directory_editor", max_level=1, valid_from="2020-01-01")
    return Actor("staff", user_id=900_900)


@pytest.fixture
def moved(editor):
    """A mahalla without a district, with rows labelled by it, that an editor puts into a district; the district."""
    country = make_place("UZ", level="COUNTRY", iso="UZ")
    region = make_place("1706", level="REGION", parent=country)
    district = make_place("1706401", level="DISTRICT", parent=region)
    mahalla = make_place("17150085")
    mfy = make_organisation("MFY", "MAHALLA", place=mahalla)
    make_office(mfy)
    make_recruiter("Sinov Yoʻli", keeper=mfy, place=mahalla)
    make_person("Namunova", "Dilnoza", organisation=mfy, place=mahalla)
    with acting(by_demo()):
        Grant.unscoped.create(
            user_id=900_901, role="case_worker", place_path=mahalla.path, max_level=2, valid_from="2020-01-01",
            label_place=mahalla.path,
        )  # fmt: skip
    with as_web(), acting(editor):
        row = visible(editor, Place, "assign_district").get(code="17150085")
        assign_district(row, parent=visible(editor, Place).get(code="1706401"), by=editor, now=timezone.now())
    return district


def test_rows_of_every_room_follow(moved):
    path = f"{moved.path}17150085."
    assert Place.unscoped.get(code="17150085").path == path
    for model in (Organisation, Office, Recruiter, Person, Grant):
        assert list(model.unscoped.filter(label_place=path).values_list("version", flat=True)) == [2], model
    assert Grant.unscoped.get(user_id=900_901).place_path == path


def test_who_worked_there_still_sees_and_who_looks_after_the_district_sees_now(moved):
    there = Actor("staff", user_id=900_901)
    with acting(by_demo()):
        Grant.unscoped.create(
            user_id=900_902, role="case_worker", place_path=moved.path, max_level=2, valid_from="2020-01-01"
        )
    for actor in (there, Actor("staff", user_id=900_902)):
        with as_web(), acting(actor):
            assert [person.family for person in visible(actor, Person)] == ["Namunova"]


def test_places_within_a_place_follow_it(editor):
    country = make_place("UZ", level="COUNTRY", iso="UZ")
    old, new = (make_place(code, level="REGION", parent=country) for code in ("1706", "1708"))
    district = make_place("1706401", level="DISTRICT", parent=old)
    village = make_place("1706401555", level="SETTLEMENT", parent=district)
    office = make_organisation("Namuna", "NGO", place=village)
    with acting(by_demo()):
        row = Place.unscoped.get(pk=district.pk)
        row.parent, row.path = new, f"{new.path}1706401."
        store(row, by=by_demo(), action="change")
    assert Place.unscoped.get(pk=village.pk).path == f"{new.path}1706401.1706401555."
    assert Organisation.unscoped.get(pk=office.pk).label_place == f"{new.path}1706401.1706401555."


def test_every_labelled_table_follows():
    tables = {model._meta.db_table for model in protected_models()}
    sql = "".join(statements(tables))
    assert {table for table in tables if f"public.{table} " not in sql} == set()
