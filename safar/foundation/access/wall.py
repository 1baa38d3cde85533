"""The second wall: row-level security on every protected table, made from the same policy as `visible()`.

It is raised again after each migration, so a new protected model is guarded without a line of its own. The SQL judges
rows by itself: it shares the policy's data with `visible()`, not its code, and the drift test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from safar.foundation.access.models import Labelled, Membership, protected_models
from safar.foundation.access.policy import policy
from safar.foundation.access.tokens import pads
from safar.foundation.access.visibility import resource_of

GATE = """
create schema if not exists gate;
grant usage on schema gate to safar_web;
create table if not exists gate.key (only_row boolean primary key default true check (only_row), ipad bytea, opad bytea);
create table if not exists gate.rule (
  role text, resource text, mode text, place_of text, max_level smallint,
  primary key (role, resource, mode, place_of, max_level));
revoke all on all tables in schema gate from safar_web, public;

create or replace function gate.actor() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare token text := current_setting('safar.actor', true); said text; narrowed text; mac text; k gate.key;
begin
  if coalesce(token, '') = '' then return null; end if;
  said := split_part(token, '.', 1) || '.' || split_part(token, '.', 2);
  narrowed := split_part(token, '.', 3);
  mac := split_part(token, '.', 5);
  select * into k from gate.key;
  if encode(sha256(k.opad || sha256(k.ipad || convert_to(
    said || '.' || narrowed || '.' || pg_backend_pid(), 'UTF8'))), 'hex') = mac then return said; end if;
  return null;
end $$;

create or replace function gate.narrowing() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare narrowed text := split_part(current_setting('safar.actor', true), '.', 3);
begin
  if coalesce(narrowed, '') = '' or gate.actor() is null then return null; end if;
  return convert_from(decode(translate(narrowed, '-_', '+/'), 'base64'), 'UTF8')::jsonb;
end $$;

create or replace function gate.user_id() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select case when a like 'staff.%' then split_part(a, '.', 2)::bigint else -1 end from gate.actor() a
$$;

create or replace function gate.cases() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(case_id), '{}') from public.access_membership
  where user_id = gate.user_id() and (until is null or until > now())
$$;

create or replace function gate.scopes(wanted text, how text)
returns table (place_of text, orgs bigint[], place text, top smallint)
language sql stable security definer set search_path = pg_catalog, pg_temp rows 4 as $$
  with who as (select gate.actor() as a),
  narrow as (select n, case when n ? 'orgs' then array(select jsonb_array_elements_text(n -> 'orgs')::bigint) end as orgs
    from gate.narrowing() n),
  held as (
    select 'public' as role, null::bigint[] as orgs, ''::text as place, 0::smallint as top from who where a is not null
    union all select 'staff', null, '', 2 from who where a like 'staff.%'
    union all select 'system:' || split_part(a, '.', 2), null, '', 4 from who where a like 'system.%'
    union all
    select g.role, g.org_ids, g.place_path, g.max_level from public.access_grant g, who
    where a like 'staff.%' and g.user_id = split_part(a, '.', 2)::bigint and g.revoked_at is null
      and (g.org_ids is null or (select orgs is null or g.org_ids && orgs from narrow))
      and g.valid_from <= (now() at time zone 'Asia/Tashkent')::date
      and (g.valid_to is null or g.valid_to >= (now() at time zone 'Asia/Tashkent')::date))
  select r.place_of,
    case when r.place_of <> 'scope' or held.orgs is null then narrow.orgs when narrow.orgs is null then held.orgs
      else array(select unnest(held.orgs) intersect select unnest(narrow.orgs)) end,
    case when r.place_of in ('scope', 'place') then held.place else '' end,
    case when r.place_of = 'published' then r.max_level else least(r.max_level, held.top) end
  from gate.rule r join held on held.role = r.role cross join narrow
  where r.resource = wanted and r.mode = how and (narrow.n is null
    or (not narrow.n ? 'only' or narrow.n -> 'only' ? wanted) and (how = 'r' or (narrow.n -> 'writes')::boolean)
      and (r.place_of <> 'own' or narrow.orgs is null)
    or wanted = 'access.grant' and how = 'r' and r.place_of = 'own')
$$;
"""

NOTHING_OF_ONES_OWN = """
do $$
declare made regprocedure;
begin
  for made in select p.oid from pg_proc p where p.prorettype = 'trigger'::regtype
    and p.pronamespace in ('public'::regnamespace, 'gate'::regnamespace) and pg_has_role(p.proowner, 'usage')
  loop
    execute format('revoke execute on function %s from public, safar_web', made);
  end loop;
end $$
"""
"""The web role may not hang our trigger functions on a temporary table of its own: they write with the owner's rights. A trigger
that stands fires without this right."""

ALLOWED = """exists (select 1 from gate.scopes('{resource}', '{mode}') s where {t}.label_level <= s.top
  and ({t}.label_level < 3 or {t}.label_case = any((select gate.cases())::uuid[]))
  and case s.place_of when 'published' then {t}.is_public when 'own' then {own}
  else (s.orgs is null or {t}.label_org = any(s.orgs)) and starts_with({t}.label_place, s.place) end)"""


def raise_wall(sender: Any = None, **kwargs: Any) -> None:
    """Guard every protected table again and copy the policy into the database (as owner, after each migration)."""
    if connection.vendor != "postgresql" or "access_grant" not in connection.introspection.table_names():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GATE)
        ipad, opad = pads()
        cursor.execute("delete from gate.key")
        cursor.execute("insert into gate.key (ipad, opad) values (%s, %s)", [ipad, opad])
        cursor.execute("delete from gate.rule")
        cursor.executemany("insert into gate.rule values (%s, %s, %s, %s, %s)", policy_rows())
        existing = set(connection.introspection.table_names(cursor))
        for statement in [*wall_statements(existing), NOTHING_OF_ONES_OWN]:
            cursor.execute(statement)


def policy_rows() -> list[tuple[str, str, str, str, int]]:
    """The policy as the rows of ``gate.rule``."""
    return sorted({(r.role, r.resource, mode, r.where, r.level) for r in policy() for mode in r.modes})


def wall_statements(existing: set[str]) -> list[str]:
    """SQL that guards each protected table, its row history, and memberships."""
    found: list[str] = []
    for model in protected_models():
        if model._meta.db_table in existing:
            found += guard_statements(model)
        for events in event_models(model):
            if events._meta.db_table in existing:
                found += event_statements(model, events)
    found += own_rows_statements(Membership._meta.db_table)
    for table, statements in _others.items():
        if table in existing:
            found += statements(existing)
    return found


_others: dict[str, Callable[[set[str]], list[str]]] = {}


def also_guard(table: str, statements: Callable[[set[str]], list[str]]) -> None:
    """Guard a table by its own room's SQL as well; `statements` is given the names of existing tables."""
    _others[table] = statements


def guarded_tables() -> list[str]:
    """Names of all tables that must be guarded before anything is served."""
    models = protected_models()
    tables: list[type[Model]] = [*models, *(e for m in models for e in event_models(m)), Membership]
    return [*dict.fromkeys([*(m._meta.db_table for m in tables), *_others])]


def event_models(model: type[Labelled]) -> list[type[Any]]:
    """Row-history models of a protected model."""
    from django.apps import apps

    return [m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is model]


def guard_statements(model: type[Labelled]) -> list[str]:
    """Policies of one protected table."""
    table, resource = model._meta.db_table, resource_of(model)
    columns = {f.column for f in model._meta.concrete_fields}
    own = f"{table}.user_id = gate.user_id()" if "user_id" in columns else "false"
    read = ALLOWED.format(resource=resource, mode="r", t=table, own=own)
    write = ALLOWED.format(resource=resource, mode="w", t=table, own=own)
    extra, sight = getattr(model, "WALL_CHECK", ""), getattr(model, "WALL_SIGHT", "")
    check = f"({write}) and ({extra})" if extra else write
    read = f"({read}) and ({sight})" if sight else read
    return [
        *closed(table),
        f"create policy sees on {table} for select to safar_web using ({read})",
        f"create policy adds on {table} for insert to safar_web with check ({check})",
        f"create policy changes on {table} for update to safar_web using ({check}) with check ({check})",
        f"create policy removes on {table} for delete to safar_web using ({check})",
    ]


def event_statements(model: type[Labelled], events: type[Any]) -> list[str]:
    """Row history is seen by who sees the row; nobody but the owner changes it."""
    table, base, pk = events._meta.db_table, model._meta.db_table, model._meta.pk.column
    return [
        *closed(table),
        f"create policy sees on {table} for select to safar_web"  # noqa: S608 - names of our own tables
        f" using (exists (select 1 from {base} b where b.{pk} = {table}.pgh_obj_id))",
        f"create policy adds on {table} for insert to safar_web with check (true)",
        f"revoke update, delete on {table} from safar_web",
    ]


def own_rows_statements(table: str) -> list[str]:
    """A table of which each person sees her own rows only."""
    return [
        *closed(table),
        f"create policy sees on {table} for select to safar_web using (user_id = gate.user_id())",
    ]


def closed(table: str) -> list[str]:
    """Row-level security on and forced, with no policy but the owner's."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        *(
            f"drop policy if exists {name} on {table}"
            for name in ("own", "sees", "adds", "changes", "removes")
        ),
        f"create policy own on {table} to safar_owner using (true) with check (true)",
    ]
