"""What the tests of organisations share."""

import pytest
from django.utils import timezone

from safar.directory.places.demo import by_demo, make_place
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant

_people = iter(range(901_000, 910_000))


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
def loader():
    return system_actor("loader")


@pytest.fixture
def home(db):
    """A country with one region and one city in it, and another country."""
    country = make_place("UZ", level="COUNTRY", iso="UZ", name_uz="Oʻzbekiston")
    region = make_place("1706", level="REGION", parent=country, name_uz="Buxoro viloyati")
    city = make_place("1706401", level="DISTRICT", parent=region, name_uz="Buxoro shahri")
    britain = make_place("GB", level="COUNTRY", iso="GB", name_uz="Buyuk Britaniya")
    return {"country": country, "region": region, "city": city, "britain": britain}


@pytest.fixture
def editor(db):
    return somebody("directory_editor")
