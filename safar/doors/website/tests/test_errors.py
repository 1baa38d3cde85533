"""A fault gives a number to read out and tells nobody what was typed."""

import logging
import re

import pytest
from django.test import RequestFactory
from django.utils import translation

from safar.doors.website.errors import broken, csrf_failure, new_number, not_found


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


@pytest.mark.parametrize("handler", [broken, not_found, csrf_failure])
def test_nothing_of_it_is_kept(handler):
    assert handler(RequestFactory().get("/en/")).headers["Cache-Control"] == "no-store"
