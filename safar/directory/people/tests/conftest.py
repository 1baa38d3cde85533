"""What the tests of people share: a desk, another desk, and who sits there."""

import pytest
from django.utils import timezone

from safar.directory.organisations.demo import make_organisation
from safar.directory.people.demo import make_person
from safar.directory.places.demo import by_demo, make_place
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant

_people = iter(range(911_000, 920_000))


def somebody(role, *, level=1, place="", orgs=None):
    """Somebody with one grant."""
    user_id = next(_people)
    with acting(by_demo()):
        Grant.unscoped.create(
            user_id=user_id,
            role=role,
            org_ids=orgs,
            place_path=place,
            max_level=level,
            valid_from="2020-01-01",
        )
    return Actor("staff", user_id=user_id)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def region(db):
    country = make_place("UZ", level="COUNTRY", iso="UZ")
    return make_place("1714", level="REGION", parent=country, name_uz="Namangan viloyati")


@pytest.fixture
def desk(region):
    return make_organisation("Namoyish desk", "NGO", place=region)


@pytest.fixture
def other_desk(region):
    return make_organisation("Namoyish boshqa desk", "NGO", place=region)


@pytest.fixture
def worker(desk):
    return somebody("case_worker", level=2, orgs=[desk.pk])


@pytest.fixture
def person(desk, region):
    return make_person("Namunova", "Dilnoza", patronymic="Akmal qizi", organisation=desk, place=region)
