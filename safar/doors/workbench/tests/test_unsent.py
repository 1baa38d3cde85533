"""The page of messages that did not arrive: who sees which, what it tells nobody, and sending again once."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache

from safar.directory.people.actions import PHONES, send_message
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.people.tests.conftest import desk, other_desk, person, region, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_writing import failed, outbox, reachable  # noqa: F401 - fixtures
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.conftest import fields_of
from safar.foundation.database.testing import as_web
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db
PAGE = "/en/desk/messages/"


@pytest.fixture(autouse=True)
def no_counts(db):
    cache.clear()


def browser_of(name, role, **grant):
    account = account_of(name)
    give(account, role=role, max_level=2, **grant)
    return client_of(account)


@pytest.fixture
def helper(desk):  # noqa: F811 - a fixture
    return browser_of("helper", "case_worker", org_ids=[desk.pk])


@pytest.fixture
def came_back(reachable, worker):  # noqa: F811 - fixtures
    """A message to her that its gateway refused."""
    do(send_message, worker, reachable, text="news")
    return failed(outbox()[0])


def main_of(client, address=PAGE):
    with as_web():
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def test_who_may_write_to_her_sees_how_far_it_came_and_neither_text_nor_address(came_back, reachable, helper):  # noqa: F811
    page = main_of(helper)
    assert str(reachable) in page
    assert "Refused by the gateway" in page
    assert "SMS" in page
    for secret in ("900000002", "90 000", "news", "refused_400", str(came_back.pk)[:8] + '"'):
        assert secret not in page


@pytest.mark.parametrize(
    ("role", "grant", "status"),
    [
        ("case_worker", "other", 200), ("call_operator", "elsewhere", 200), ("auditor", "everywhere", 404),
        ("protection_officer", "everywhere", 404), ("licensing_officer", "everywhere", 404),
    ],
)  # fmt: skip
def test_for_everybody_else_there_is_no_such_message(came_back, reachable, other_desk, role, grant, status):  # noqa: F811
    grants = {
        "other": {"org_ids": [other_desk.pk]},
        "elsewhere": {"place_path": "UZ.1703."},
        "everywhere": {},
    }
    client = browser_of("somebody", role, **grants[grant])
    with as_web():
        answer = client.get(PAGE)
    assert answer.status_code == status
    if status == 200:
        assert str(reachable) not in answer.content.decode()
        assert "Every message has arrived or is on its way." in answer.content.decode().partition("<main")[2]


def test_the_menu_names_the_page_to_who_may_open_it(helper, other_desk):  # noqa: F811
    auditor = browser_of("auditor", "auditor")
    with as_web():
        assert PAGE in helper.get("/en/desk/").content.decode()
        assert PAGE not in auditor.get("/en/desk/").content.decode()


def test_it_is_sent_again_once_from_the_page(came_back, reachable, helper):  # noqa: F811
    (address,) = re.findall(
        rf'href="(/en/desk/people/{reachable.pk}/do/send_again/\?which=[^"]+)"', main_of(helper)
    )
    with as_web():
        form = helper.get(address)
        data = fields_of(form)
        assert data["which"] == str(came_back.pk)
        assert helper.post(address, data).status_code == 302
    assert [one.again_of for one in outbox()] == [None, came_back.pk]
    page = main_of(helper)
    assert "sent again already" in page
    assert "do/send_again" not in page
    with as_web():
        refused = helper.post(address, fields_of(helper.get(address)) | {"which": str(came_back.pk)})
    assert (refused.status_code, len(outbox())) == (422, 2)


def test_who_was_erased_is_on_it_no_more(came_back, reachable, helper):  # noqa: F811
    Person.unscoped.filter(pk=reachable.pk).update(
        family="—", given="", patronymic="", spellings="", birth_date=None, erased_on="2026-01-01"
    )
    assert "Every message has arrived or is on its way." in main_of(helper)


def test_the_page_costs_the_same_for_one_and_for_many(
    came_back,
    reachable,  # noqa: F811
    helper,
    counted,
    worker,  # noqa: F811
    desk,  # noqa: F811
    region,  # noqa: F811
):
    one = counted(helper, PAGE)
    for number in range(5):
        other = make_person("Namunova", "Oysha", organisation=desk, place=region)
        do(PHONES.add, worker, other, number=f"90 000 01 0{number}", whose="OWN")
        do(send_message, worker, other, text="news")
    for message in outbox():
        failed(message)
    assert counted(helper, PAGE) == one <= 4
    assert main_of(helper).count("Refused by the gateway") == 6


def test_her_page_offers_to_write_to_her(reachable, helper):  # noqa: F811
    assert f"/en/desk/people/{reachable.pk}/do/send_message/" in main_of(
        helper, f"/en/desk/people/{reachable.pk}/"
    )
