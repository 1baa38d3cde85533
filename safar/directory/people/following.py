"""What belongs to a person follows her when she moves: the database sees to it.

Else a name or a paper would stay in sight of the region she left. The organisation that registered her does not change: the
blind indexes of her papers are made for it.
"""

from __future__ import annotations

from safar.directory.people.models import Identifier, Name, OfPerson, Person, Phone
from safar.foundation.access import wall
from safar.foundation.access.models import protected_models
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
    return [FUNCTION.format(followers="\n".join(followers)), TRIGGER, PAIRS_GO, PAIRS_TRIGGER]
