"""The guard names every way past the second wall."""

import pytest
from django.db import connection, transaction

from safar.foundation.database import guard

pytestmark = pytest.mark.django_db(transaction=True)

CLOSED = """
create table shut (id int); alter table shut enable row level security; alter table shut force row level security;
create policy sees on shut for select to safar_web using (false);
"""


@pytest.fixture
def sql():
    """Run statements as the owner; what they made is dropped afterwards."""

    def run(statements: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements)

    yield run
    run(
        "drop view if exists peephole, honest; drop materialized view if exists copied;"
        "drop table if exists shut, wide, half, bare"
    )


def test_a_closed_table_passes(sql):
    sql(CLOSED)
    assert guard.verify_guard(["shut"]) == []


@pytest.mark.parametrize(
    ("statements", "table", "sentence"),
    [
        ("create table wide (id int)", "wide", "is not enabled"),
        ("create table half (id int); alter table half enable row level security", "half", "is not forced"),
        (
            "create table bare (id int); alter table bare enable row level security, force row level security",
            "bare",
            "has no policy",
        ),
        ("select 1", "nowhere", "does not exist"),
    ],
)
def test_an_open_table_is_named(sql, statements, table, sentence):
    sql(statements)
    (hole,) = guard.verify_guard([table])
    assert table in hole
    assert sentence in hole


def test_a_view_with_its_owners_rights_is_named_and_an_honest_one_is_not(sql):
    sql(CLOSED + "create view peephole as select * from shut;")
    sql("create view honest with (security_invoker = true) as select * from shut")
    (hole,) = guard.verify_guard(["shut"])
    assert "peephole" in hole


def test_a_function_that_should_be_closed_and_is_open_is_named(monkeypatch):
    assert guard.verify_guard([]) == []
    monkeypatch.setattr(guard, "CLOSED_FUNCTIONS", "^pg_sleep$")
    (hole,) = guard.verify_guard([])
    assert "may use 1 functions" in hole


def test_a_materialised_view_is_named(sql):
    sql(CLOSED + "create materialized view copied as select * from shut")
    (hole,) = guard.verify_guard(["shut"])
    assert "copied" in hole


def test_a_process_that_connects_as_the_owner_is_named(sql, monkeypatch):
    sql(CLOSED)
    connect = guard.connect
    monkeypatch.setattr(guard, "connect", lambda role: connect("owner"))
    holes = guard.verify_guard([])
    assert any("owns" in hole for hole in holes)
    assert any("member of safar_owner" in hole for hole in holes)


def test_a_process_that_connects_past_row_level_security_is_named(monkeypatch):
    connect = guard.connect
    monkeypatch.setattr(guard, "connect", lambda role: connect("backup"))
    assert any("bypasses row-level security" in hole for hole in guard.verify_guard([]))
