"""What the tests of staff share: an agency with an office below it, another ministry, a region, and people in them."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.utils import timezone

from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Level, Place
from safar.directory.staff.demo import make_account
from safar.foundation.access.actors import Actor, acting, system_actor
from tests.people import person


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    """Most tests only need a password to be right or wrong; what it costs is looked at where it matters."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture(autouse=True)
def _no_counters_from_before(request):
    """Rate counters and used codes stand on a connection of their own and outlive a test's rollback."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("db" if "db" in request.fixturenames else "transactional_db")
        cache.clear()


def stored(row):
    """A row as its maker would store it."""
    with acting(system_actor("demo")):
        row.take_label()
        row.save()
    return row


@pytest.fixture
def house(db):
    """agency > office (in the region); ministry apart; the region; an administrator of the agency."""
    country = stored(Place(level=Level.COUNTRY, code="UZ", path="UZ.", name_uz="Oʻzbekiston"))
    region = stored(
        Place(level=Level.REGION, code="1714", path="UZ.1714.", name_uz="Namangan", parent=country)
    )
    agency = stored(Organisation(type="AGENCY", name="Namuna agentligi"))
    office = stored(Organisation(type="AGENCY", name="Namuna boʻlimi", parent=agency, place=region))
    ministry = stored(Organisation(type="MINISTRY", name="Namuna vazirligi"))
    boss = make_account("staff_administrator", agency, full_name="Namuna Boshliq")
    return SimpleNamespace(
        country=country, region=region, agency=agency, office=office, ministry=ministry, boss=boss
    )


@pytest.fixture
def national(house):
    """An administrator of every organisation, whatever its level."""
    return person("demo-milliy", role="staff_administrator", org_ids=None, max_level=3, label_level=2)


@pytest.fixture
def actor():
    """The actor an account is, read anew from the database."""
    return lambda account: Actor("staff", user_id=account.pk, name=str(account))
