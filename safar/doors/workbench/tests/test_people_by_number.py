"""People found by number in the pages: no address carries one, no log and no other page repeats it, hidden is absent."""

from __future__ import annotations

import logging

import pytest
from django.http import QueryDict
from django.utils import timezone

from safar.directory.people.actions import PHONES
from safar.directory.people.demo import make_person
from safar.directory.people.register import PEOPLE
from safar.directory.people.tests.conftest import desk, other_desk, person, region, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_numbers import PINFL, zulfiya  # noqa: F401 - fixtures
from safar.directory.staff.demo import client_of
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import Hidden
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers.exchange import export
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db
SEARCH, LIST = "/en/desk/search/", "/en/desk/people/"


@pytest.fixture
def helper(desk):  # noqa: F811 - a fixture
    account = account_of("helper")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    return client_of(account)


@pytest.fixture
def stranger(other_desk):  # noqa: F811 - a fixture
    account = account_of("stranger")
    give(account, role="case_worker", org_ids=[other_desk.pk], max_level=2)
    return client_of(account)


def sent(client, address, **data):
    with as_web():
        answer = client.post(address, data)
    return answer, answer.content.decode()


@pytest.mark.parametrize("text", [PINFL, "90 123 45 67", "1234567", "AA1234567", "Zulfiya 901234567"])
def test_the_search_and_the_list_find_her_and_lead_nowhere_with_the_number(zulfiya, helper, text):  # noqa: F811
    for address in (SEARCH, LIST):
        answer, page = sent(helper, address, q=text)
        assert (answer.status_code, f"/en/desk/people/{zulfiya.pk}/" in page) == (200, True), address
        links = [part.split('"')[0] for part in page.split('href="')[1:] + page.split('action="')[1:]]
        for digits in {text, text.replace(" ", ""), text.replace(" ", "+"), text.replace(" ", "%20")}:
            assert not [link for link in links if digits in link], address
        assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("text", [PINFL, "901234567", "AA1234567"])
def test_an_address_with_a_number_is_not_answered(zulfiya, helper, text):  # noqa: F811
    with as_web():
        listed = helper.get(LIST, {"q": text, "sex": "F"})
        taken = helper.get(f"{LIST}export.csv", {"q": text})
    assert (listed.status_code, listed["Location"]) == (302, f"{LIST}?sex=F")
    assert (taken.status_code, taken["Location"]) == (302, LIST)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_file_is_made_of_one_whoever_asks(zulfiya, worker, kind):  # noqa: F811
    with as_web(), acting(worker), pytest.raises(Hidden):
        export(PEOPLE, worker, QueryDict(f"q={PINFL}"), kind, now=timezone.now())
    assert not Event.unscoped.filter(kind="export").exists()


def test_no_kept_filter_carries_one_and_filters_beside_it_lead_on_without_it(zulfiya, helper):  # noqa: F811
    _answer, page = sent(helper, LIST, q="901234567", sex="F")
    assert "Zulfiya" in page
    assert not [part for part in page.split('href="')[1:] if "901234567" in part.split('"')[0]]
    kept, _page = sent(helper, f"{LIST}filters/", title="a", register="people", query="q=901234567")
    assert kept.status_code == 404


def test_hidden_and_absent_are_answered_alike(zulfiya, stranger):  # noqa: F811
    for address in (SEARCH, LIST):
        pages = [sent(stranger, address, q=text)[1].replace(text, "X") for text in (PINFL, "51001900000017")]
        cut = [page.partition("<main")[2] for page in pages]
        assert without_keys(cut[0]) == without_keys(cut[1])
        assert "Zulfiya" not in cut[0]


def without_keys(page):
    return "".join(part.partition('"')[2] for part in page.split('csrfmiddlewaretoken" value="'))


def test_names_go_on_to_an_address_as_ever(zulfiya, helper):  # noqa: F811
    answer, _page = sent(helper, LIST, q="Yuldasheva 1991", sex="")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?q=Yuldasheva+1991")
    with as_web():
        assert "Zulfiya" in helper.get(answer["Location"]).content.decode()


def test_no_log_holds_what_was_typed(zulfiya, helper, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    for text in (PINFL, "901234567", "Zulfiya"):
        for address in (SEARCH, LIST):
            sent(helper, address, q=text)
    told = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert not [line for line in told if PINFL in line or "901234567" in line or "Zulfiya" in line]


def test_a_number_typed_as_an_address_is_not_kept_by_the_refusal(helper):
    with as_web():
        assert helper.get(f"/en/desk/people/{PINFL}/").status_code == 404
    refused = Event.unscoped.filter(kind="refused").latest("id")
    assert (refused.resource, refused.subject_id) == ("people.person", "")


def test_many_who_share_a_telephone_are_on_one_page_that_is_not_turned(zulfiya, helper, desk, region, worker):  # noqa: F811
    for number in range(60):
        mate = make_person("Namunov", f"Jasur{'a' * (number % 5)}", organisation=desk, place=region)
        do(PHONES.add, worker, mate, number="+998 90 123 45 67", whose="SHARED")
    _answer, page = sent(helper, LIST, q="901234567")
    assert page.count("data-row") == 50
    assert 'rel="next"' not in page
    assert "export.csv" not in page
