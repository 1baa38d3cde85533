"""Looks whether the second wall really stands before anything is served.

The first wall is Python's; the second is row-level security. A table somebody forgot to close, a view that reads past
the policies or a process that connects as the owner would open the second without any error, so it is checked at start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, LiteralString

import psycopg

from safar.foundation.database.connecting import connect
from safar.foundation.database.roles import CLOSED_FUNCTIONS, OWNER, WEB

Finder = Callable[[psycopg.Connection[Any], Sequence[str]], list[str]]

OPEN_TABLES = """
select t.name, c.oid is null, coalesce(c.relrowsecurity, false), coalesce(c.relforcerowsecurity, false),
  exists (select 1 from pg_policy p where p.polrelid = c.oid)
from unnest(%s::text[]) t(name) left join pg_class c on c.oid = to_regclass(t.name)
"""

READERS = """
select c.oid::regclass::text, c.relkind = 'm' from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
  and has_table_privilege(%s, c.oid, 'select')
  and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  and ((c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions)
        or 'security_invoker=on' = any(c.reloptions), false)) or c.relkind = 'm')
"""

FUNCTIONS = """
select count(*) from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ %s
  and has_function_privilege(%s, p.oid, 'execute')
"""

CONNECTION = """
select current_user, r.rolsuper, r.rolbypassrls,
  (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')),
  to_regrole(%s) is not null and pg_has_role(current_user, %s, 'member')
from pg_roles r where r.rolname = current_user
"""


def verify_guard(tables: Sequence[str]) -> list[str]:
    """Sentences naming each hole; empty when all stands. `tables` are those that must be protected."""
    with connect("web") as connection:
        return [hole for find in FINDERS for hole in find(connection, tables)]


def _open_tables(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    holes = []
    for name, missing, enabled, forced, has_policy in _rows(connection, OPEN_TABLES, [list(tables)]):
        if missing:
            holes.append(f"The protected table {name} does not exist: run safar migrate.")
        elif not (enabled and forced and has_policy):
            lacking = "is not enabled" if not enabled else "is not forced" if not forced else "has no policy"
            holes.append(f"The protected table {name} is open: row-level security {lacking}.")
    return holes


def _views_that_read_past(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    return [
        f"The materialised view {name} is readable by {WEB}: row-level security cannot guard it."
        if stored
        else f"The view {name} reads with its owner's rights: create it with (security_invoker = true)."
        for name, stored in _rows(connection, READERS, [WEB])
    ]


def _mighty_connection(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    found = _rows(connection, CONNECTION, [OWNER, OWNER])
    name, superuser, bypasses, owned, is_owner = found[0]
    checks = (
        (superuser, f"The web role {name} is a superuser."),
        (bypasses, f"The web role {name} bypasses row-level security."),
        (owned, f"The web role {name} owns {owned} tables; it must own none."),
        (is_owner, f"The web role {name} is a member of {OWNER}."),
    )
    return [sentence for wrong, sentence in checks if wrong]


def _open_functions(connection: psycopg.Connection[Any], tables: Sequence[str]) -> list[str]:
    ((count,),) = _rows(connection, FUNCTIONS, [CLOSED_FUNCTIONS, WEB])
    return (
        [
            f"The web role {WEB} may use {count} functions that write past every policy: pipe what safar prepare "
            "prints to psql as a superuser (docs/how-to/operate.md)."
        ]
        if count
        else []
    )


def _rows(
    connection: psycopg.Connection[Any], query: LiteralString, values: list[Any]
) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()


FINDERS: tuple[Finder, ...] = (_open_tables, _views_that_read_past, _mighty_connection, _open_functions)
