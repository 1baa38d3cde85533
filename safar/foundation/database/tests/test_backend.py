"""The backend tells each transaction who acts, and nothing outlives it."""

import pytest
from django.db import connection, transaction

from safar.foundation.database import actors
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


def told() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select nullif(current_setting('safar.actor', true), '')")
        return cursor.fetchone()[0]


def who() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return cursor.fetchone()[0]


@pytest.fixture
def actor(monkeypatch):
    acting = {"token": "staff.1.mac"}
    monkeypatch.setattr(actors, "_source", lambda: acting["token"])
    return acting


def test_tests_connect_as_the_owner_and_step_into_the_web_role():
    assert who() == "safar_owner"
    with as_web():
        assert who() == "safar_web"
    assert who() == "safar_owner"


def test_an_error_inside_the_web_role_leaves_it_too():
    with pytest.raises(ZeroDivisionError), as_web():
        raise ZeroDivisionError
    assert who() == "safar_owner"
