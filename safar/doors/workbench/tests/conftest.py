"""What the tests of the workbench share: an agency, its region, officers, and a few recruiters."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safar.citizens.recruiters.demo import make_recruiter
from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Level, Place
from safar.directory.staff.demo import client_of, make_account
from safar.foundation.access.actors import acting, system_actor

NOISE = ("SAVEPOINT", "RELEASE", "select set_config")
GATE = 3
"""Queries before the page itself: session, account, grants."""


@pytest.fixture(autouse=True)
def _no_counters_from_before(request):
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
def desk(db):
    """An agency with a licensing officer and an auditor, another agency with its own officer, three recruiters here, one there."""
    country = stored(Place(level=Level.COUNTRY, code="UZ", path="UZ.", name_uz="Oʻzbekiston"))
    region = stored(
        Place(level=Level.REGION, code="1714", path="UZ.1714.", name_uz="Namangan", parent=country)
    )
    agency = stored(Organisation(type="AGENCY", name="Namuna agentligi"))
    other = stored(Organisation(type="AGENCY", name="Boshqa agentlik"))
    officer = make_account("licensing_officer", agency, full_name="Barno Karimova", level=2)
    stranger = make_account("licensing_officer", other, full_name="Dono Umarova")
    auditor = make_account("auditor", agency, full_name="Aziz Rahimov")
    here = [
        make_recruiter("Oltin Yoʻl", keeper=agency, place=region, number="XM-0288", stir="305771940"),
        make_recruiter(
            "Silk Job", keeper=agency, place=region, number="XM-0331", stir="304551870", state="SUSPENDED"
        ),
        make_recruiter("Zarafshon Ish", keeper=agency, place=region, number="XM-0417", stir="301234567"),
    ]
    hidden = make_recruiter("Maxfiy Ariza", keeper=other, place=region, state="APPLIED")
    return SimpleNamespace(
        region=region, agency=agency, other=other, officer=officer, stranger=stranger, auditor=auditor,
        gold=here[0], silk=here[1], zarafshon=here[2], hidden=hidden,
    )  # fmt: skip


@pytest.fixture
def browse(desk):
    """The officer's browser."""
    return client_of(desk.officer)


@pytest.fixture
def counted():
    """How many queries a request makes beyond the gate."""

    def count(client, path):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        assert response.status_code == 200, path
        return sum(not q["sql"].startswith(NOISE) for q in captured) - GATE

    return count


def html(response):
    """The page as text."""
    return response.content.decode()


def fields_of(response):
    """What the page's main form would send if nothing were typed."""
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in data.items()}
