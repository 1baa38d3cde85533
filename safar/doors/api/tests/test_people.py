"""People over the API: found by number in a body and never in an address, written to, and hidden alike."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from safar.directory.people.actions import erase_person
from safar.directory.people.models import Person
from safar.directory.people.tests.conftest import desk, other_desk, person, region, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_numbers import PINFL, zulfiya  # noqa: F401 - fixtures
from safar.directory.people.tests.test_writing import outbox, reachable  # noqa: F401 - fixtures
from safar.doors.api.tests.asking import ask, lines_of, token_for
from safar.foundation.actions.models import Submission
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from tests.people import person as account_of

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/people"
RESOURCES = [
    "people.person",
    "people.phone",
    "people.identifier",
    "places.place",
    "organisations.organisation",
]


@pytest.fixture(autouse=True)
def no_counts(db):
    cache.clear()


def token_of(desk, *, may_write=False):  # noqa: F811 - a fixture
    account = account_of(f"reader{desk.pk}", role="case_worker", org_ids=[desk.pk], max_level=2)
    return token_for(account, resources=RESOURCES, may_write=may_write)


@pytest.mark.parametrize(
    "text", [PINFL, "90 123 45 67", "1234567", "AA1234567", "Юлдашева 901234567", "Yuldasheva 1991"]
)
def test_a_number_is_looked_up_in_the_body(zulfiya, desk, text):  # noqa: F811
    token = token_of(desk)
    with as_web():
        answer = ask(token, f"{PEOPLE}/search", data={"q": text})
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["items"]] == [str(zulfiya.pk)]
    assert PINFL not in answer.content.decode()


@pytest.mark.parametrize("text", [PINFL, "901234567", "AA1234567"])
def test_no_address_carries_one(zulfiya, desk, text):  # noqa: F811
    token = token_of(desk)
    with as_web():
        answer = ask(token, f"{PEOPLE}?q={text}")
    assert answer.status_code == 422
    assert text not in answer.content.decode()


def test_the_log_keeps_that_somebody_was_sought_and_never_who(zulfiya, desk):  # noqa: F811
    token = token_of(desk)
    with as_web():
        lines_of(ask(token, f"{PEOPLE}.ndjson?q=Yuldasheva&sex=F&family=Yuldasheva&after=Yuldasheva"))
    event = Event.unscoped.filter(kind="export").latest("pk")
    assert event.detail == {"filters": "sex=F&q=*", "format": "ndjson", "count": 1, "purpose": "a test"}


def test_hidden_and_absent_are_answered_alike(zulfiya, other_desk):  # noqa: F811
    token = token_of(other_desk)
    with as_web():
        answers = [ask(token, f"{PEOPLE}/search", data={"q": text}) for text in (PINFL, "51001900000017")]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (200, b'{"items": [], "next": null}')
    }


@pytest.mark.parametrize(
    "data", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "x", "limit": 0}, {"q": "x", "limit": 1000}]
)
def test_a_question_that_is_none_is_refused(desk, data):  # noqa: F811
    token = token_of(desk)
    with as_web():
        assert ask(token, f"{PEOPLE}/search", data=data).status_code == 422


def test_a_person_is_written_to_once_for_one_key(reachable, desk):  # noqa: F811
    token = token_of(desk, may_write=True)
    said = {"text": "call_us", "version": Person.unscoped.get(pk=reachable.pk).version}
    with as_web():
        answers = [ask(token, f"{PEOPLE}/{reachable.pk}/send_message", data=said) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [message.wording for message in outbox()] == ["call_us"]


def test_what_was_answered_of_her_goes_with_her(
    desk, region, worker, django_capture_on_commit_callbacks  # noqa: F811
):  # fmt: skip
    """Sent once more with the same key after she was erased, an act is answered from her record as it stands: empty."""
    token = token_of(desk, may_write=True)
    data = {
        "family": "Yashirinova", "given": "Zebo", "organisation": str(desk.pk), "sex": "F", "birth_precision": "DAY",
    }  # fmt: skip
    another = {**data, "family": "Namunova", "given": "Malika"}
    with as_web():
        first = ask(token, f"{PEOPLE}/add_person", data=data, key="one-key-of-hers")
        ask(token, f"{PEOPLE}/add_person", data=another, key="a-key-of-another")
    with django_capture_on_commit_callbacks(execute=True):
        do(erase_person, worker, Person.unscoped.get(family="Yashirinova"), reason="request 17")
    bodies = Submission.objects.values_list("body", flat=True)
    assert [body for body in bodies if "Yashirinova" in body or "Zebo" in body] == []
    assert len([body for body in bodies if "Namunova" in body]) == 1, "of nobody else it is forgotten"
    with as_web():
        again = ask(token, f"{PEOPLE}/add_person", data=data, key="one-key-of-hers")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.json()["id"] == first.json()["id"]
    assert (again.json()["family"], again.json()["given"]) == ("—", "")
