"""A digest for every table, computed in the database and independent of the order of rows: is a restored copy the same?

The digest of a table is the sum of a 64-bit hash over each row as text, beside the number of rows. It is not a secret's
guard: whoever can write the table can find another row with the same hash. What is signed is the list of them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from safar.foundation.database.connecting import connect

# However a session is set, a row reads the same.
FIXED_SESSION = """
set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres';
set local bytea_output = 'hex'; set local extra_float_digits = 1; set local lc_monetary = 'C';
set local idle_in_transaction_session_timeout = 0
"""

TABLES = """
select n.nspname, c.relname, (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attname)
  from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 1, 2
"""

ROWS = SQL(
    "select count(*), coalesce(sum(hashtextextended(row_itself::text, 0)::numeric), 0)::text from {} as row_itself"
)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a table held: how many rows, a digest of them, and its columns with their types."""

    rows: int
    sum: str
    columns: str


@contextmanager
def one_moment(role: str = "backup") -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A reading transaction, and the name by which others (pg_dump) see exactly the same moment."""
    with connect(role) as database:
        database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        database.read_only = True
        with database.transaction():
            database.execute(FIXED_SESSION)
            found = database.execute("select pg_export_snapshot()").fetchone()
            assert found is not None  # noqa: S101  (a select without a table gives one row)
            yield database, found[0]


def digests_of(database: psycopg.Connection[Any]) -> dict[str, Digest]:
    """The digest of every table of ours, by its full name; to be called in a transaction of `one_moment`."""
    found = {}
    for schema, name, columns in database.execute(TABLES).fetchall():
        row = database.execute(ROWS.format(Identifier(schema, name))).fetchone()
        assert row is not None  # noqa: S101  (an aggregate gives one row)
        found[f"{schema}.{name}"] = Digest(row[0], row[1], columns)
    return found


def differences(before: dict[str, Digest], now: dict[str, Digest]) -> list[str]:
    """A sentence for each table that is not as it was."""
    return [
        sentence
        for name in sorted({*before, *now})
        if (sentence := _differs(name, before.get(name), now.get(name)))
    ]


def _differs(name: str, before: Digest | None, now: Digest | None) -> str:
    if now is None:
        return f"The table {name} is missing."
    if before is None:
        return f"The table {name} was not there when the backup was made."
    if before.columns != now.columns:
        return f"The table {name} has other columns."
    if before.rows != now.rows:
        how = "fewer" if now.rows < before.rows else "more"
        return f"The table {name} has {abs(before.rows - now.rows):,} rows {how}: {now.rows:,}, not {before.rows:,}."
    return "" if before.sum == now.sum else f"Rows of the table {name} were changed."
