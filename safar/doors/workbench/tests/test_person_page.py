"""A person's page and what is given out from it: what stands there, who sees it, and what it tells nobody."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone

from safar.directory.people import facts
from safar.directory.people.actions import (
    NAMES,
    PHONES,
    RELATIVES,
    add_paper,
    give_consent,
    record_functioning,
    set_safe_contact,
)
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.models import Identifier, Person
from safar.directory.people.tests.conftest import desk, other_desk, person, region, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_papers import PASSPORT, scan
from safar.directory.people.tests.test_reach import EVENINGS, SHARE
from safar.directory.staff.demo import client_of
from safar.foundation.access.actors import Actor
from safar.foundation.actions.once import FIELD
from safar.foundation.database.testing import as_web
from safar.foundation.files.models import StoredFile
from safar.foundation.history.models import Event
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def helper(desk):  # noqa: F811 - a fixture
    """Somebody who leads cases at the desk, with a browser."""
    account = account_of("helper")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    return client_of(account)


def page_of(client, person, language="en"):  # noqa: F811
    with as_web():
        answer = client.get(f"/{language}/desk/people/{person.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_title_tells_no_name_and_safe_contact_comes_before_everything_else(person, worker, helper):  # noqa: F811
    do(set_safe_contact, worker, person, **EVENINGS)
    page = page_of(helper, person)
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert f"№ {person.number}" in title
    assert "Namunova" not in title
    main = page.partition("<main")[2]
    assert main.index("sf-safe") < main.index("sf-journey") < main.index("sf-panel__head")
    assert "her husband" in main
    assert "anor" not in main, "the code word is shown on asking"
    uzbek = page_of(helper, person, "uz").partition("<title>")[2].partition("</title>")[0]
    assert f"№ {person.number}" in uzbek


def test_it_is_said_when_nobody_has_asked_how_to_reach_her(person, helper):  # noqa: F811
    page = page_of(helper, person)
    assert "Nobody has asked yet" in page
    assert f"/en/desk/people/{person.pk}/do/set_safe_contact/" in page


def test_what_is_known_stands_there_with_what_may_be_done(person, worker, helper, other_desk):  # noqa: F811
    do(NAMES.add, worker, person, kind="SPELLING", family="Намунова", given="Дилноза")
    do(PHONES.add, worker, person, number="90 123 45 67", whose="OWN")
    do(RELATIVES.add, worker, person, kind="MOTHER", name="Namunova Oysha", is_trusted="on")
    do(give_consent, worker, person, **SHARE, organisation=other_desk.pk)
    page = page_of(helper, person)
    for words in (
        "Намунова Дилноза",
        "+998 90 123 45 67",
        "Mother: Namunova Oysha",
        "To hand my request on",
        "Agreed: 1 purpose",
    ):
        assert words in page, words
    links = re.findall(r'href="(/en/desk/people/[^"]+\?which=[^"]+)"', page)
    assert len(links) == 7
    with as_web():
        for link in links:
            answer = helper.get(link)
            assert answer.status_code == 200
            assert "selected" in answer.content.decode(), link


def test_a_form_opened_for_one_row_shows_what_it_says_now(person, worker, helper):  # noqa: F811
    do(NAMES.add, worker, person, kind="FORMER", family="Qodirova", given="Dilnoza")
    page = page_of(helper, person)
    link = re.search(r'href="([^"]+change_name/[^"]+)"', page)[1]
    with as_web():
        assert 'value="Qodirova"' in helper.get(link).content.decode()


def test_the_call_centre_sees_neither_scans_nor_daily_life(person, worker, helper, settings, tmp_path):  # noqa: F811
    settings.SAFAR_FILES = tmp_path
    answers = {
        name: "CANNOT"
        for name in ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")
    }
    do(record_functioning, worker, person, **answers, asked_on=str(timezone.localdate()))
    do(add_paper, worker, person, **PASSPORT)
    scan(worker, person, Identifier.unscoped.get())
    file = f"/en/desk/file/{StoredFile.unscoped.get().pk}/"
    operator = account_of("operator")
    give(operator, role="call_operator", place_path="UZ.1714.", max_level=2)
    there = client_of(operator)
    assert file in page_of(helper, person)
    page = page_of(there, person)
    assert "Passport" in page
    assert file not in page
    assert "Counts as a disability" not in page
    with as_web():
        opened = helper.get(file)
        assert (opened.status_code, opened["Cache-Control"]) == (200, "no-store, private")
        assert there.get(file).status_code == 404
    assert Event.unscoped.filter(kind="read", resource="files.storedfile").count() == 1


def test_the_journey_tells_the_newest_fact_of_each_stage(person, helper, now, monkeypatch):  # noqa: F811
    for code, stage in (("toy.course", "preparing"), ("toy.flight", "abroad")):
        monkeypatch.setitem(facts._kinds, code, facts.FactKind(code, "toy", f"fact of {stage}", stage=stage))
    make_fact(person, code="toy.course", on=timezone.localdate().replace(day=1), now=now)
    make_fact(person, code="toy.flight", on=timezone.localdate(), now=now)
    page = page_of(helper, person)
    stops = re.findall(r'<li(?: class="([^"]*)")?><span class="sf-journey__n">', page)
    assert stops == ["", "is-past", "is-now", "", ""]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def known(person, worker):  # noqa: F811
    """A person of whom something is known."""
    do(add_paper, worker, person, **PASSPORT)
    do(set_safe_contact, worker, person, **EVENINGS)
    return person


def anonymous(page, her):
    """A page without what differs between any two people and any two readers."""
    for own in (str(her.pk), f"№ {her.number}", *Identifier.unscoped.values_list("pk", flat=True)):
        page = page.replace(str(own), "PK")
    return re.sub(r'csrf\S+ value="[^"]+"|there-(True|False)|<time.*?</time>', "", page)


def test_another_office_learns_nothing_from_a_number_it_types(person, worker, desk, other_desk):  # noqa: F811
    """The same reply and the same page, whether or not somebody else knows the number."""
    bodies = []
    for known in (True, False):
        if known:
            do(add_paper, worker, person, **PASSPORT)
        there = account_of(f"there-{known}")
        give(there, role="case_worker", org_ids=[other_desk.pk], max_level=2)
        her = make_person("Sinovova", "Malika", organisation=other_desk)
        client = client_of(there)
        address = f"/en/desk/people/{her.pk}/do/add_paper/"
        with as_web():
            answer = client.post(
                address, {**PASSPORT, "version": her.version, FIELD: f"attack-{known}-123456"}
            )
            assert answer.status_code == 302, answer.content.decode()
            page = client.get(f"/en/desk/people/{her.pk}/").content.decode()
        bodies.append(anonymous(page, her))
        assert page.count("••••••567") == 1
        assert "Namunova" not in page
        Identifier.unscoped.all().delete()
    assert bodies[0] == bodies[1]


def test_a_look_at_the_number_is_recorded(person, desk):  # noqa: F811
    account = account_of("looker")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    do(add_paper, Actor("staff", user_id=account.pk), person, **PASSPORT)
    paper = Identifier.unscoped.get()
    client = client_of(account)
    with as_web():
        page = client.get(f"/en/desk/people/{person.pk}/").content.decode()
        assert "AA1234567" not in page
        shown = client.post(f"/en/desk/papers/{paper.pk}/show/number/").content.decode()
    assert "AA1234567" in shown
    event = Event.unscoped.filter(kind="revealed").get()
    assert (event.subject_id, event.body["fields"]) == (str(paper.pk), ["number"])


def test_taking_it_out_is_written_down_with_why(known, desk):  # noqa: F811
    account = account_of("giver")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    client, address = client_of(account), f"/en/desk/people/{known.pk}/held/"
    sent = {
        "purpose": "she asked for it",
        "version": Person.unscoped.get(pk=known.pk).version,
        FIELD: "held-12345678",
    }
    with as_web():
        assert client.get(address).status_code == 200
        page = client.post(address, {**sent, "shape": "PAPER"})
        assert page.status_code == 200
        assert "AA1234567" in page.content.decode()
        assert page["Cache-Control"] == "no-store, private"
        assert client.post(address, {**sent, "shape": "JSON"}).status_code == 422, "it was changed meanwhile"
        file = client.post(address, {**sent, "version": sent["version"] + 1, "shape": "JSON"})
    assert json.loads(file.content)["person"] == known.number
    details = [e.detail for e in Event.unscoped.filter(kind="people.export_what_is_held")]
    assert details == [{"purpose": "she asked for it"}] * 2
    assert "Namunova" not in page.content.decode().partition("<title>")[2].partition("</title>")[0]
