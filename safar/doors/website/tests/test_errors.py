"""A fault gives a number to read out and tells nobody what was typed."""

import logging
import re

import psycopg
import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import TooManyFieldsSent
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import translation

from safar.doors.website.errors import broken, csrf_failure, new_number, not_found, not_understood


def failed(path="/en/check/", secret="AA1234567"):
    """The page a fault ends in, made as Django makes it: while the fault is being handled."""
    try:
        raise ValueError(secret)
    except ValueError:
        with translation.override("en"):
            return broken(RequestFactory().get(path))


def test_the_number_can_be_read_out():
    for _time in range(200):
        assert re.fullmatch(r"E-[A-HJ-NP-Z2-9]{4}-[2-9]{2}", new_number())


def test_the_page_and_the_log_hold_the_same_number(caplog):
    with caplog.at_level(logging.ERROR, logger="safar.errors"):
        page = failed().content.decode()
    number = re.search(r"E-\w{4}-\d{2}", page).group()
    assert number in caplog.text
    assert "ValueError at test_errors.py:" in caplog.text


def test_neither_holds_what_was_typed(caplog):
    with caplog.at_level(logging.ERROR, logger="safar.errors"):
        page = failed().content.decode()
    assert "AA1234567" not in page
    assert "AA1234567" not in caplog.text


def test_it_is_made_without_the_database():
    assert failed().status_code == 500, "this test has no database at all"
    assert not_found(RequestFactory().get("/uz/nothing/")).status_code == 404


def test_it_says_what_is_kept_and_what_is_not():
    assert "was not kept" in failed().content.decode()


def test_a_form_that_was_open_too_long_says_what_to_do():
    with translation.override("en"):
        response = csrf_failure(RequestFactory().post("/en/check/"))
    assert response.status_code == 403
    assert "Nothing was sent" in response.content.decode()


@pytest.mark.parametrize("path", ["/ru/check/", "/ru/desk/recruiters/"])
def test_what_cannot_be_read_is_said_in_the_readers_language(path):
    with translation.override("ru"):
        unread = not_understood(RequestFactory().post(path), TooManyFieldsSent("of AA1234567"))
        ended = not_understood(RequestFactory().post(path), SessionInterrupted("deleted"))
    assert unread.status_code == ended.status_code == 400
    assert "не удалось прочитать" in unread.content.decode()
    assert "вышли" in ended.content.decode()
    assert "AA1234567" not in unread.content.decode()


@pytest.mark.django_db
def test_a_request_that_is_none_gets_our_page_and_not_the_frameworks(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    answer = client.post("/ru/account/login/", {"a": 1, "b": 2, "c": 3})
    assert answer.status_code == 400
    assert "не удалось прочитать" in answer.content.decode()


@pytest.mark.parametrize("handler", [broken, not_found, not_understood, csrf_failure])
def test_nothing_of_it_is_kept(handler):
    assert handler(RequestFactory().get("/en/")).headers["Cache-Control"] == "no-store"


def away(path="/en/desk/recruiters/add/", cause=None, **fields):
    """The page shown while the database is away, for a form that was sent."""
    try:
        raise OperationalError("server closed the connection") from cause
    except OperationalError:
        with translation.override("en"):
            return broken(RequestFactory().post(path, fields))


def test_a_database_that_is_away_is_a_503_that_says_when_to_try_again():
    response = away(idempotency_key="of-this-form", name="<Oltin> & Yoʻl")
    page = response.content.decode()
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert "Send it again" in page
    assert "&lt;Oltin&gt; &amp; Yoʻl" in page, "what was typed, as text"
    assert "of-this-form" in page, "under the form's own key"


def test_no_fresh_token_is_put_into_what_another_site_may_have_sent():
    assert "csrfmiddlewaretoken" not in away(idempotency_key="k" * 20, name="x").content.decode()
    sent = away(idempotency_key="k" * 20, csrfmiddlewaretoken="of-the-form").content.decode()
    assert "of-the-form" in sent


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/en/account/login/", {"login": "demo", "code": "123456"}),
        ("/en/desk/staff-posts/add/", {"password1": "123456"}),
        ("/en/desk/recruiters/add/", {}),
    ],
)
def test_secrets_and_forms_without_a_key_are_not_written_into_the_page(path, fields):
    key = {"idempotency_key": "k" * 20} if fields else {"name": "123456"}
    page = away(path, **fields, **key).content.decode()
    assert "123456" not in page
    assert "<textarea" not in page


def test_a_full_disk_of_the_database_is_told_as_such():
    response = away(cause=psycopg.errors.DiskFull("could not extend file"))
    assert response.status_code == 503
    assert "There is no room to keep this" in response.content.decode()


def test_a_machine_is_told_when_to_try_again_and_nothing_it_sent():
    response = away("/api/recruiters/", name="AA1234567")
    assert (response.status_code, response["Content-Type"]) == (503, "application/json")
    assert int(response["Retry-After"]) > 0
    assert "AA1234567" not in response.content.decode()


def test_a_code_that_is_no_secret_is_kept():
    page = away("/en/desk/places/add/", idempotency_key="k" * 20, code="1706401").content.decode()
    assert "1706401" in page
