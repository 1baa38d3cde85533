"""What a request costs its token's minute, and that a stream is read piece by piece as it is taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from safar.citizens.recruiters.demo import make_recruiter
from safar.doors.api.rates import BULK, STREAM
from safar.doors.api.tests.asking import ask, ask_many, token_for
from safar.foundation.database.testing import as_web
from tests.people import person

pytestmark = pytest.mark.django_db
FIRMS = "/api/v1/recruiters"


@pytest.fixture
def token(settings):
    cache.clear()
    settings.SAFAR_API_REQUESTS_A_MINUTE = 50
    return token_for(person("asker", role="licensing_officer", max_level=2))


@pytest.fixture
def at_twenty_past():
    """A minute that does not end: the twentieth second of one."""
    with time_machine.travel(datetime(2026, 11, 23, 9, 0, 20, tzinfo=UTC), tick=False) as moment:
        yield moment


def left(answer):
    return (
        answer.headers["RateLimit-Limit"],
        answer.headers["RateLimit-Remaining"],
        answer.headers["RateLimit-Reset"],
    )


def test_each_answer_tells_what_is_left_of_the_minute(at_twenty_past, token):
    with as_web():
        assert left(ask(token, FIRMS)) == ("50", "49", "40")
        stream = ask(token, f"{FIRMS}.ndjson")
        assert left(stream) == ("50", str(49 - 1 - STREAM), "40")
        many = ask_many(token, f"{FIRMS}/change_recruiter.ndjson", [{"key": "k" * 12, "id": "1", "data": {}}])
        assert left(many)[1] == str(48 - STREAM - 1 - BULK)


def test_who_asks_too_often_is_told_when_to_come_again_and_is_heard_then(at_twenty_past, token):
    with as_web():
        answers = [ask(token, FIRMS) for _time in range(52)]
        assert [answer.status_code for answer in answers] == [200] * 50 + [429] * 2
        assert answers[-1].headers["Retry-After"] == "40"
        assert left(answers[-1])[1] == "0"
        at_twenty_past.shift(int(answers[-1].headers["Retry-After"]))
        assert left(ask(token, FIRMS)) == ("50", "49", "60")


def test_the_minute_of_one_token_is_not_anothers(at_twenty_past, token):
    other = token_for(person("another", role="licensing_officer", max_level=2))
    with as_web():
        ask(token, FIRMS)
        assert left(ask(other, FIRMS))[1] == "49"


def test_a_stream_is_read_a_piece_at_a_time_when_the_piece_is_taken(token, monkeypatch):
    """So it needs the memory of one piece, however many there are; and each is as true as the moment it is read."""
    firms = [make_recruiter(f"Oqim {number}").pk for number in range(4)]
    monkeypatch.setattr("safar.doors.api.streams.CHUNK", 2)
    with as_web():
        pieces = iter(ask(token, f"{FIRMS}.ndjson").streaming_content)
        taken = [next(pieces)]
    firms.append(make_recruiter("Keyin kelgan").pk)
    with as_web():
        taken += pieces
    assert [piece.count(b"\n") for piece in taken] == [2, 2, 1, 1]
    *rows, end = [json.loads(line) for line in b"".join(taken).splitlines()]
    assert [row["id"] for row in rows] == sorted(firms)
    assert end == {"end": {"rows": 5}}
