"""The second wall around the history: the web role appends in its own name, reads what it may read, and changes nothing.

The statements run after every migration with the rest of the wall (`safar.foundation.access.wall`). They also replace
pgtrigger's `_pgtrigger_should_ignore`: as shipped, a session may name triggers to be skipped, so injected SQL could change
rows unseen, and where the setting is missing every row raises and rolls back a subtransaction.
"""

from __future__ import annotations

from typing import Any

import pghistory.trigger
import pgtrigger.registry

from safar.foundation.access import wall
from safar.foundation.access.models import protected_models
from safar.foundation.access.visibility import resource_of
from safar.foundation.history.kinds import WATCHING
from safar.foundation.history.models import Event, Seal

EVENTS, SEALS = Event._meta.db_table, Seal._meta.db_table
SEALED = (
    "id",
    "xid",
    "written_at",
    "cluster",
    "at",
    "kind",
    "resource",
    "subject_id",
    "actor",
    "via",
    "context",
    "body",
)
"""Columns under the seal, in the order they are read; the sealer may read these and no others."""
BY_THE_DATABASE = ("id", "xid", "written_at", "cluster", "user_id")
"""Columns nobody may fill but the database itself."""

FUNCTIONS = f"""
create or replace function gate.readable()
returns table (resource text, place_of text, orgs bigint[], place text, top smallint)
language sql stable security definer set search_path = pg_catalog, pg_temp rows 20 as $$
  select r.resource, s.place_of, s.orgs, s.place, s.top
  from (select distinct resource from gate.rule where mode = 'r') r, lateral gate.scopes(r.resource, 'r') s
$$;

create or replace function public._pgtrigger_should_ignore(trigger_name name) returns boolean
language sql immutable as $$ select false $$;

create or replace function gate.follow_label() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.{EVENTS} set label_org = new.label_org, label_place = new.label_place,
    label_level = new.label_level, label_case = new.label_case
  where resource = tg_argv[0] and subject_id = to_jsonb(new) ->> tg_argv[1];
  return null;
end $$;

create or replace function gate.forget_detail(event bigint, kept jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(gate.actor(), '') <> 'system.retention' then
    raise insufficient_privilege using message = 'only the job of retention may forget';
  end if;
  update public.{EVENTS} e set
    detail = (select coalesce(jsonb_object_agg(d.key, d.value), '{{}}') from jsonb_each(e.detail) d where kept ? d.key),
    salts = (select coalesce(jsonb_object_agg(s.key, s.value), '{{}}') from jsonb_each(e.salts) s where kept ? s.key)
  where e.id = event and e.detail is not null;
  return found;
end $$;

create or replace function public.history_suspects()
returns table (event bigint, body jsonb, detail jsonb, salts jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.id, e.body, e.detail, e.salts from public.{EVENTS} e
  where exists (
    select 1 from jsonb_each(e.detail) d
    where e.body -> 'digests' ->> d.key is distinct from left(encode(sha256(convert_to(
      coalesce(e.salts ->> d.key, '') || E'\\n' || d.key || E'\\n' || d.value::text, 'UTF8')), 'hex'), 32))
  union all
  select e.id, e.body, null, null from public.{EVENTS} e
  where exists (
      select 1 from jsonb_object_keys(e.body -> 'digests') k where not coalesce(e.detail, '{{}}') ? k)
    and not exists (
      select 1 from public.{EVENTS} f
      where f.kind = 'forgotten' and f.resource = 'history.event' and f.subject_id = e.id::text)
  order by 1
$$;

create or replace function gate.history_state(
  out seals bigint, out sealed_at timestamptz, out unsealed bigint, out oldest timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare top public.{SEALS}; here bigint := (pg_control_system()).system_identifier;
begin
  select * into top from public.{SEALS} order by n desc limit 1;
  seals := coalesce(top.n, 0); sealed_at := top.at;
  select count(*), min(e.written_at) into unsealed, oldest from public.{EVENTS} e
  where e.cluster = here and e.xid >= coalesce((
    select upto from public.{SEALS} where system_identifier = here order by n desc limit 1), '0'::xid8);
end $$;
"""  # noqa: S608

WITHIN = """{t}.label_level <= s.top
  and ({t}.label_level < 3 or {t}.label_case = any((select gate.cases())::uuid[]))
  and case s.place_of when 'published' then false when 'own' then {own}
  else (s.orgs is null or {t}.label_org = any(s.orgs)) and starts_with({t}.label_place, s.place) end"""


def take_guard() -> None:
    """Have the wall guard this room's tables too."""
    wall.also_guard(EVENTS, statements)
    wall.also_guard(SEALS, lambda existing: seal_statements())


def statements(existing: set[str]) -> list[str]:
    """SQL for the events, the labels they follow, and the versions of rows."""
    found = [FUNCTIONS, *event_statements()]
    for model in protected_models():
        if model._meta.db_table in existing:
            found += follow_statements(model)
    for model, trigger in version_triggers():
        if model._meta.db_table in existing:
            found += version_statements(model, trigger)
    return found


def event_statements() -> list[str]:
    """The web role sees the events of what it may see, and adds events in its own name; the sealer reads what it seals."""
    of_subject = WITHIN.format(t=EVENTS, own="false")
    of_log = WITHIN.format(t=EVENTS, own=f"{EVENTS}.user_id = gate.user_id()")
    watching = ", ".join(f"'{kind}'" for kind in WATCHING)
    fillable = ", ".join(
        str(f.column) for f in Event._meta.concrete_fields if f.column not in BY_THE_DATABASE
    )
    return [
        *wall.closed(EVENTS),
        f"create policy sees on {EVENTS} for select to safar_web using ("  # noqa: S608
        f"(kind not in ({watching}) and exists (select 1 from gate.readable() s where s.resource = {EVENTS}.resource and {of_subject}))"
        f" or exists (select 1 from gate.scopes('history.event', 'r') s where {of_log}))",  # noqa: S608
        f"create policy adds on {EVENTS} for insert to safar_web with check (actor = (select gate.actor()))",
        f"revoke all on {EVENTS} from safar_web, public",
        f"grant select, insert ({fillable}) on {EVENTS} to safar_web",
        f"revoke all on sequence {EVENTS}_id_seq from safar_web, public",
        f"drop policy if exists seals on {EVENTS}",
        f"create policy seals on {EVENTS} for select to safar_sealer using (true)",
        f"grant select ({', '.join(SEALED)}) on {EVENTS} to safar_sealer",
        "revoke all on function public.history_suspects() from public",
        "grant execute on function public.history_suspects() to safar_sealer",
    ]


def seal_statements() -> list[str]:
    """The sealer reads and adds seals; nobody changes them, and the web role does not see them."""
    return [
        *wall.closed(SEALS),
        f"revoke all on {SEALS} from safar_web, public",
        f"drop policy if exists seals on {SEALS}",
        f"drop policy if exists links on {SEALS}",
        f"create policy seals on {SEALS} for select to safar_sealer using (true)",
        f"create policy links on {SEALS} for insert to safar_sealer with check (true)",
        f"grant select, insert on {SEALS} to safar_sealer",
    ]


def follow_statements(model: type[Any]) -> list[str]:
    """Events carry their subject's label of today: whoever lost sight of the subject loses sight of its history."""
    table, pk = model._meta.db_table, model._meta.pk.column
    labels = ("label_org", "label_place", "label_level", "label_case")
    old, new = (f"({', '.join(f'{row}.{column}' for column in labels)})" for row in ("old", "new"))
    return [
        f"create or replace trigger history_follows after update of {', '.join(labels)} on {table} for each row"
        f" when ({old} is distinct from {new}) execute function gate.follow_label('{resource_of(model)}', '{pk}')"
    ]


def version_triggers() -> list[tuple[Any, Any]]:
    """Every tracked model with each of the triggers that write its versions."""
    found = pgtrigger.registry.registered()
    return [(model, trigger) for model, trigger in found if isinstance(trigger, pghistory.trigger.Event)]


def version_statements(model: Any, trigger: Any) -> list[str]:
    """Versions are written with the owner's rights, so the web role needs none and can neither forge nor suppress one."""
    table, function = trigger.event_model._meta.db_table, f"{trigger.get_pgid(model)}()"
    return [
        f"alter function {function} security definer",
        f"alter function {function} set search_path = pg_catalog, public, pg_temp",
        f"drop policy if exists adds on {table}",
        f"revoke insert, update, delete, truncate on {table} from safar_web, public",
        f"revoke all on sequence {table}_pgh_id_seq from safar_web, public",
    ]
