"""What belongs to a person follows her when she moves, and its history goes when she is erased: the database sees to it.

Else a name or a paper would stay in sight of the region she left. The organisation that registered her does not change: the
blind indexes of her papers are made for it.
"""

from __future__ import annotations

from safar.directory.people.models import Identifier, Name, OfPerson, Person, Phone
from safar.foundation.access import wall
from safar.foundation.access.models import Labelled, protected_models
from safar.foundation.access.visibility import resource_of

FUNCTION = """
create or replace function gate.belongings_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
{followers}
  return null;
end $$
"""
TRIGGER = f"""
create or replace trigger belongings_follow after update on {Person._meta.db_table} for each row
when (old.label_place is distinct from new.label_place) execute function gate.belongings_follow()
"""
#: Row history may be changed by nobody but the owner; of who was erased it is deleted, of nobody else.
FORGET = """
create or replace function gate.forget_versions() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
{forgetting}
  return null;
end $$
"""
FORGET_TRIGGER = f"""
create or replace trigger versions_forgotten after update on {Person._meta.db_table} for each row
when (new.erased_on is not null) execute function gate.forget_versions()
"""
#: Whoever is deleted takes along the pairs she may be part of, seen by anybody or not: a pair that kept her would tell of the other.
PAIRS_GO = """
create or replace function gate.pairs_go() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from public.people_possibleduplicate d where d.person_id = old.id or d.other_id = old.id;
  return old;
end $$
"""
PAIRS_TRIGGER = f"""
create or replace trigger pairs_go before delete on {Person._meta.db_table} for each row execute function gate.pairs_go()
"""
FORGET_ONE = "delete from public.{table} where {column} = new.id;"
#: Whom she was compared with is nobody's business any more.
PAIRS = ("people_possibleduplicate", "people_possibleduplicateversion")
FOLLOW = """update public.{table} b set label_place = new.label_place, version = version + 1
  where b.person_id = new.id and b.label_place <> new.label_place;"""
FILES_FOLLOW = """update public.files_storedfile f set label_place = new.label_place, version = version + 1
  where f.subject_type = '{resource}' and f.subject_pk in (select b.id::text from public.{table} b where b.person_id = new.id);"""


def take_guard() -> None:
    """Have the wall make belongings follow."""
    wall.also_guard(Person._meta.db_table, statements)


def belongings() -> list[type[Name | Phone | OfPerson]]:
    """Every model whose rows carry the label of their person."""
    return [model for model in protected_models() if model in (Name, Phone) or issubclass(model, OfPerson)]


def statements(existing: set[str]) -> list[str]:
    """SQL of the trigger: an update for each table of belongings there is, and one for the files kept with them."""
    followers = []
    for model in belongings():
        table = model._meta.db_table
        if table in existing:
            followers.append(FOLLOW.format(table=table))
            if "files_storedfile" in existing and model is Identifier:
                followers.append(FILES_FOLLOW.format(table=table, resource=resource_of(model)))
    forgetting = [FORGET_ONE.format(table=table, column=column) for table, column in _versions(existing)]
    forgetting += [
        FORGET_ONE.format(table=table, column=column)
        for table in PAIRS
        for column in ("person_id", "other_id")
        if table in existing
    ]
    return [
        FUNCTION.format(followers="\n".join(followers)), TRIGGER,
        FORGET.format(forgetting="\n".join(forgetting)), FORGET_TRIGGER, PAIRS_GO, PAIRS_TRIGGER,
    ]  # fmt: skip


def _versions(existing: set[str]) -> list[tuple[str, str]]:
    """The tables of row history of people and of what belongs to them, and the column that names the person."""
    models: list[tuple[type[Labelled], str]] = [
        (Person, "pgh_obj_id"),
        *((model, "person_id") for model in belongings()),
    ]
    found = [
        (events._meta.db_table, column) for model, column in models for events in wall.event_models(model)
    ]
    return [(table, column) for table, column in found if table in existing]
