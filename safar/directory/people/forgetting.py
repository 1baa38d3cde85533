"""What the database itself forgets of a person, wherever it was written: once her row says that she is erased, or is deleted.

One function, `gate.forget_people`, called by two triggers; nobody else may call it, and row history may be changed by nobody but
the owner. It takes, of the people named,

- every version of their rows and of what is or was theirs, also those a merge wrote under the key of another record;
- from the versions of a record they were merged into, what came from them: there it stands again as it was before the merge;
- whom they were compared with;
- the answers kept for submissions that told of them, which are then answered from the record as it stands.

The words nobody bears any more are forgotten by the search (`search.words`).
"""

from __future__ import annotations

from safar.directory.people.following import belongings
from safar.directory.people.models import Merge, Name, Person
from safar.foundation.access import wall
from safar.foundation.access.models import Labelled
from safar.foundation.actions.models import Submission

FUNCTION = """
create or replace function gate.forget_people(gone uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare told text[] := gone::text[]; theirs text[];
begin
{steps}
end $$;
revoke execute on function gate.forget_people(uuid[]) from public, safar_web;

create or replace function gate.forget_erased() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.forget_people(array[new.id]);
  return null;
end $$;

create or replace function gate.forget_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform gate.forget_people(array_agg(id)) from gone_people having count(*) > 0;
  return null;
end $$;

create or replace trigger versions_forgotten after update on {people} for each row
when (new.erased_on is not null) execute function gate.forget_erased();
create or replace trigger versions_of_deleted_forgotten after delete on {people}
referencing old table as gone_people for each statement execute function gate.forget_deleted();
drop function if exists gate.forget_versions();
"""
#: Versions of the people themselves.
THEMSELVES = "delete from public.{table} v using unnest(gone) as g(id) where v.pgh_obj_id = g.id;"
#: Whoever goes is looked up in a table made of the keys (`is true` keeps the planner from joining them, one by one, with a table that
#: has no index on the person). A row is theirs if it was written down for one of them, wherever it went since; and while it was with one of them.
BELONGINGS = """
  with near as materialized (
    select distinct v.pgh_obj_id as id from public.{table} v where (v.person_id in (select unnest(gone))) is true),
  their as materialized (
    select n.id from near n where (
      select f.person_id from public.{table} f where f.pgh_obj_id = n.id order by f.pgh_id limit 1) in (select unnest(gone))),
  forgotten as (
    delete from public.{table} v using near n where v.pgh_obj_id = n.id
      and (v.person_id in (select unnest(gone)) or n.id in (select t.id from their t)))
  select array_agg(t.id::text) into theirs from their t;
  told := told || theirs;"""
#: While one of them stood merged into a record, the versions of that record held what came from her. A merge says in its own
#: versions where it led and under which act; the last version written by the act that ended it is the record's own again.
SURVIVORS = """
  declare stay record; was public.{people}; became public.{people}; begun bigint; ended bigint;
  begin
    for stay in
      with said as (
        select v.pgh_id, v.pgh_obj_id as merge, v.person_id, v.undone_at, v.pgh_context_id as act,
          min(v.pgh_id) over (partition by v.pgh_obj_id, v.person_id) as since
        from public.{merges} v where v.merged_id in (select unnest(gone)))
      select s.person_id as survivor, s.act as began, (
        select e.act from said e where e.merge = s.merge and e.pgh_id > s.pgh_id
          and (e.undone_at is not null or e.since < s.since) order by e.pgh_id limit 1) as ended
      from said s where s.pgh_id = s.since and s.person_id <> all(gone) order by s.pgh_id
    loop
      told := told || stay.survivor::text;
      select min(v.pgh_id) into begun from public.{people} v where v.pgh_obj_id = stay.survivor and v.pgh_context_id = stay.began;
      select max(v.pgh_id) into ended from public.{people} v where v.pgh_obj_id = stay.survivor and v.pgh_context_id = stay.ended;
      select * into was from public.{people} v where v.pgh_obj_id = stay.survivor and v.pgh_id < begun order by v.pgh_id desc limit 1;
      select * into became from public.{people} v where v.pgh_obj_id = stay.survivor and v.pgh_context_id = stay.began
        order by v.pgh_id desc limit 1;
      continue when was.pgh_id is null or became.pgh_id is null;
      update public.{people} v set spellings = was.spellings, {columns}
        where v.pgh_obj_id = stay.survivor and v.pgh_id >= begun and (ended is null or v.pgh_id < ended);
      delete from public.{names} v using public.{names} made
        where made.person_id = stay.survivor and made.pgh_label = 'insert' and made.pgh_context_id = stay.began
          and v.pgh_obj_id = made.pgh_obj_id
          and (v.pgh_context_id = stay.began or not exists (select 1 from public.{name} n where n.id = v.pgh_obj_id));
    end loop;
  end;"""
COLUMN = "{name} = case when v.{name} is not distinct from became.{name} then was.{name} else v.{name} end"
#: What a survivor may have taken over from who was merged into it.
TAKEN_OVER = (
    "family", "given", "patronymic", "sex", "birth_date", "birth_precision", "place_id", "label_place",
)  # fmt: skip
PAIRS = """
  delete from public.{table} d
    where d.person_id in (select unnest(gone)) or d.other_id in (select unnest(gone));"""
ANSWERS = "update public.{table} s set body = '' where s.body <> '' and (s.subject in (select unnest(told))) is true;"


def take_guard() -> None:
    """Have the wall put the function and its triggers in place."""
    wall.also_guard(_versions(Person), statements)


def statements(existing: set[str]) -> list[str]:
    """The SQL of the function and its triggers; nothing before there is row history of people."""
    if not {_versions(Person), _versions(Merge), Submission._meta.db_table} <= existing:
        return []
    pairs = ("people_possibleduplicate", "people_possibleduplicateversion")
    steps = [
        SURVIVORS.format(
            people=_versions(Person), merges=_versions(Merge), names=_versions(Name), name=Name._meta.db_table,
            columns=", ".join(COLUMN.format(name=name) for name in TAKEN_OVER),
        ),
        THEMSELVES.format(table=_versions(Person)),
        *(BELONGINGS.format(table=table) for table in map(_versions, belongings()) if table in existing),
        *(PAIRS.format(table=table) for table in pairs if table in existing),
        ANSWERS.format(table=Submission._meta.db_table),
    ]  # fmt: skip
    return [FUNCTION.format(steps="\n".join(steps), people=Person._meta.db_table)]


def _versions(model: type[Labelled]) -> str:
    """The table of a model's row history."""
    return str(wall.event_models(model)[0]._meta.db_table)
