"""The typed client: equal to the description, strictly typed, and used here against the running API."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.test import Client as Browser

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.organisations.demo import make_organisation
from safar.directory.people.demo import make_person
from safar.directory.places.demo import by_demo
from safar.doors.api import client
from safar.doors.api.tests.asking import token_for
from safar.doors.api.webhooks.signing import fresh_secret, signed_headers
from safar.foundation.access.actors import acting
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from tests.people import person

FOLDER = Path(client.PATH).parents[1]
sys.path.insert(0, str(FOLDER))

from safar_client import BrokenOff, Conflict, Line, NotFound, NotGenuine, Refused, Safar, told  # noqa: E402


class Inside(httpx.BaseTransport):
    """The client's line into this very process, so that what it does ends with the test."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = Browser().generic(
            request.method,
            request.url.raw_path.decode(),
            request.read(),
            content_type=request.headers.get("content-type", "application/json"),
            headers={k: v for k, v in request.headers.items() if k not in ("content-length", "content-type")},
        )
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=body)


@pytest.fixture
def safar(officer):
    with as_web():
        yield Safar("http://testserver", token_for(officer).secret, transport=Inside())


def test_the_client_in_git_is_made_from_the_description():
    assert client.PATH.read_text(encoding="utf-8") == client.current()


def test_it_is_strictly_typed():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "safar_client"],
        cwd=FOLDER, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_list_turns_its_pages_by_itself_and_a_stream_says_that_it_is_whole(officer, monkeypatch):
    monkeypatch.setattr("safar.doors.api.streams.CHUNK", 2)
    for number in range(5):
        make_recruiter(f"Sahifa {number}")
    with as_web():
        connected = Safar("http://testserver", token_for(officer).secret, transport=Inside())
        listed, streamed = list(connected.recruiters.list()), list(connected.recruiters.stream(q="Sahifa"))
    assert sorted(row.name for row in listed) == sorted(row.name for row in streamed)
    assert len(streamed) == 5
    event = Event.unscoped.get(kind="export")
    assert event.detail["count"] == 5


def test_a_stream_waits_as_long_as_it_was_told(monkeypatch):
    waited, answers = [], [
        httpx.Response(429, headers={"Retry-After": "7"}, json={"message": "wait"}),
        httpx.Response(200, content=b'{"end": {"rows": 0}}\n'),
    ]  # fmt: skip
    monkeypatch.setattr("safar_client.base.time.sleep", waited.append)
    line = httpx.MockTransport(lambda request: answers.pop(0))
    assert list(Safar("http://testserver", "secret", transport=line).recruiters.stream()) == []
    assert waited == [7.0]


def test_a_stream_that_was_cut_is_not_taken_for_whole(safar, monkeypatch):
    monkeypatch.setattr("safar.doors.api.streams.chunk", lambda *args: None)
    with pytest.raises(BrokenOff):
        list(safar.recruiters.stream())


def test_an_act_is_done_once_under_its_key_and_refusals_are_named(officer):
    firm = make_recruiter("Bir Marta")
    with as_web():
        safar = Safar("http://testserver", token_for(officer).secret, transport=Inside())
        given = {
            "version": firm.version,
            "address": "Namuna koʻchasi 1",
            "kinds_of_work": [],
            "languages": [],
        }
        form = {n: v for n, v in given.items() if n in _inputs()}
        first = safar.recruiters.change_recruiter(firm.pk, key="once-and-only", **form)
        again = safar.recruiters.change_recruiter(firm.pk, key="once-and-only", **form)
        assert first == again
        with pytest.raises(Conflict):
            safar.recruiters.change_recruiter(firm.pk, **form)
        with pytest.raises(NotFound):
            safar.recruiters.read(987_654_321)
        with pytest.raises(Refused) as refused:
            next(safar.recruiters.list(state="nonsense"))
        assert refused.value.status == 422
    assert Recruiter.unscoped.get(pk=firm.pk).version == firm.version + 1


def _inputs():
    schemas = __import__("json").loads(client.DESCRIPTION.read_text())["components"]["schemas"]
    return schemas["ChangeRecruiterInput"]["properties"]


def test_many_are_done_each_by_itself(officer):
    firms = [make_recruiter(f"Koʻp {number}") for number in range(3)]
    with as_web():
        safar = Safar("http://testserver", token_for(officer).secret, transport=Inside())
        lines = [Line({"version": one.version, "address": "Yangi"}, id=one.pk) for one in firms]
        lines.insert(1, Line({"version": 1, "address": "Yangi"}, id=987_654_321))
        lines.insert(2, Line({"version": 99, "address": "Yangi"}, id=firms[0].pk))
        lines.append(Line({"address": "Yangi"}, id=firms[0].pk))
        answered = list(safar.recruiters.change_recruiter_many(lines))
        again = list(safar.recruiters.change_recruiter_many(lines))
    assert [one.status for one in answered] == [200, 404, 409, 200, 200, 422]
    assert [one.status for one in again] == [one.status for one in answered]
    assert [one.row for one in again] == [one.row for one in answered]
    for firm in firms:
        assert Recruiter.unscoped.get(pk=firm.pk).version == firm.version + 1


def test_a_webhook_is_checked_before_it_is_believed():
    secret, body = (
        fresh_secret(),
        b'{"type":"a.b","timestamp":"2026-01-01","data":{"resource":"a.c","id":"7"}}',
    )
    now = datetime(2026, 1, 1, tzinfo=UTC)
    headers = signed_headers(secret, "msg_1", body, now=now)
    found = told(secret, headers, body, now=now.timestamp())
    assert (found.number, found.kind, found.id) == ("msg_1", "a.b", "7")
    for wrong in (
        (fresh_secret(), headers, body, now.timestamp()),
        (secret, headers, body + b" ", now.timestamp()),
        (secret, {**headers, "webhook-id": "msg_2"}, body, now.timestamp()),
        (secret, headers, body, now.timestamp() + 301),
        (secret, {}, body, now.timestamp()),
    ):
        with pytest.raises(NotGenuine):
            told(wrong[0], wrong[1], wrong[2], now=wrong[3])


def test_a_search_travels_in_the_body_and_finds_by_a_number(db):
    with acting(by_demo()):
        found = make_person("Izlanuvchi", "Nodira", organisation=make_organisation("Namoyish desk", "NGO"))
    account = person("seeker", role="case_worker", org_ids=[found.organisation_id])
    token = token_for(account, resources=["people.person"])
    with as_web():
        connected = Safar("http://testserver", token.secret, transport=Inside())
        assert [str(row.id) for row in connected.people.search(f"№ {found.number}")] == [str(found.pk)]
        with pytest.raises(Refused, match="No address carries this"):
            list(connected.people.list(q="998901234567"))
