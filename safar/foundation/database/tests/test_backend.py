"""The backend tells each transaction who acts, and nothing outlives it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, NotSupportedError, ProgrammingError, connection, transaction

from safar.foundation.database import actors, connect, connecting
from safar.foundation.database.configuration import connection_settings
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
    monkeypatch.setattr(actors, "_source", lambda pid: acting["token"])
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


def test_a_transaction_is_told_who_acts(actor):
    with transaction.atomic():
        connection.announce_actor()
        assert told() == "staff.1.mac"


def act_as_another_and_fail(actor) -> None:
    with transaction.atomic():
        actor["token"] = "staff.2.mac"
        connection.announce_actor()
        assert told() == "staff.2.mac"
        raise ZeroDivisionError


def test_a_savepoint_that_is_rolled_back_restores_the_actor_before(actor):
    connection.announce_actor()
    with pytest.raises(ZeroDivisionError):
        act_as_another_and_fail(actor)
    assert told() == "staff.1.mac"


def announce_after_an_error() -> None:
    with transaction.atomic():
        try:
            connection.cursor().execute("select 1/0")
        finally:
            connection.announce_actor()


def test_a_transaction_that_has_failed_is_left_alone(actor):
    with pytest.raises(DataError):
        announce_after_an_error()


@pytest.mark.django_db(transaction=True)
class TestRealTransactions:
    """With commits, as in life."""

    def test_the_actor_is_set_at_the_start_and_gone_after_commit_and_after_rollback(self, actor):
        with transaction.atomic():
            assert told() == "staff.1.mac"
        assert told() is None
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert told() is None

    def test_the_next_transaction_on_the_same_connection_starts_with_nobody(self, actor):
        with transaction.atomic():
            assert told() == "staff.1.mac"
        actor["token"] = ""
        with transaction.atomic():
            assert told() is None

    def test_nested_blocks_keep_the_actor(self, actor):
        with transaction.atomic(), transaction.atomic():
            with transaction.atomic():
                assert told() == "staff.1.mac"
            assert told() == "staff.1.mac"

    def test_other_threads_connect_as_the_web_role(self):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(who_then_close).result() == "safar_web"

    def test_a_plain_connection_reaches_the_same_database_in_any_role(self):
        for role in ("owner", "web", "sealer", "backup"):
            with connect(role) as plain:
                found = plain.execute("select current_user, current_database()").fetchone()
            assert found == (f"safar_{role}", connection.settings_dict["NAME"])

    def test_the_process_can_change_its_role(self, monkeypatch):
        monkeypatch.setattr(connecting, "_role_source", connecting._role_of_process)
        with connecting.connected_as("web"):
            assert who() == "safar_web"
        assert who() == "safar_owner"

    def test_an_unknown_role_is_refused_in_words(self, monkeypatch):
        monkeypatch.setattr(connecting, "_role_source", lambda: "root")
        with pytest.raises(ImproperlyConfigured, match="one of owner, web, sealer, backup"):
            connecting.current_role()


def who_then_close() -> str:
    try:
        return who()
    finally:
        connection.close()


def test_what_the_owner_creates_the_web_role_may_use():
    with connection.cursor() as cursor:
        cursor.execute("create table note (id bigint generated always as identity, word text)")
        with as_web():
            cursor.execute("insert into note (word) values ('written') returning word")
            assert cursor.fetchone() == ("written",)


def test_the_web_role_cannot_alter_truncate_or_forge_migrations():
    with connection.cursor() as cursor:
        cursor.execute("create table note (word text)")
        for forbidden in (
            "alter table note add column x int",
            "truncate note",
            "delete from django_migrations",
        ):
            with pytest.raises(ProgrammingError), as_web():
                cursor.execute(forbidden)


def test_the_setting_that_keeps_row_history_linear_is_there():
    with connection.cursor() as cursor:
        cursor.execute("show pgtrigger.ignore")
        assert cursor.fetchone() == ("{}",)


def test_a_server_of_ones_own_needs_an_address_for_each_role(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://safar_web:word@db.example:5433/gov?sslmode=require")
    settings = connection_settings(None)
    assert settings["CLUSTER"] == ""
    assert connecting.parameters_for("web", settings) == {
        "host": "db.example", "port": 5433, "user": "safar_web", "password": "word", "dbname": "gov", "sslmode": "require",
        "options": "-c pgtrigger.ignore={}",
    }  # fmt: skip
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_OWNER_URL"):
        connecting.parameters_for("owner", settings)


def test_an_old_server_is_refused(monkeypatch):
    monkeypatch.setattr(connection, "get_database_version", lambda: (15, 4))
    with pytest.raises(NotSupportedError, match="PostgreSQL 17 or later is required"):
        connection.check_database_version_supported()


def test_a_server_elsewhere_is_reached_by_tls_and_shows_its_certificate(monkeypatch):
    """libpq's own default, prefer, takes any certificate and falls back to an open line."""
    monkeypatch.delenv("PGSSLMODE", raising=False)
    for host, checked in (
        ("db.example", True), ("10.0.0.5", True), ("localhost", False), ("127.0.0.1", False), ("%2Frun%2Fpostgresql", False),
    ):  # fmt: skip
        monkeypatch.setenv("DATABASE_URL", f"postgresql://safar_web:word@{host}/gov")
        found = connecting.parameters_for("web", connection_settings(None))
        assert (found.get("sslmode") == "verify-full") is checked, host
        assert (found.get("sslrootcert") == "system") is checked, host
    monkeypatch.setenv("DATABASE_URL", "postgresql://safar_web:word@db.example/gov?sslrootcert=/etc/ours.pem")
    found = connecting.parameters_for("web", connection_settings(None))
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", "/etc/ours.pem")
