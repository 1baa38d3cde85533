"""Whatever is labelled with a place follows it when it moves, in the same transaction: rows, grants, places within it.

A label is a copy of the place's path. A copy left behind would keep a row in sight of those the place has left, and out of
sight of those it has come to; so the database itself carries the new path into every labelled table (the statements run
after each migration, with the rest of the wall).
"""

from __future__ import annotations

from safar.directory.places.models import Place
from safar.foundation.access import wall
from safar.foundation.access.models import Grant, protected_models

PLACES, GRANTS = Place._meta.db_table, Grant._meta.db_table

FUNCTION = """
create or replace function gate.labels_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
{followers}
  update public.{places} set path = new.path || substr(path, length(old.path) + 1),
    label_place = new.path || substr(path, length(old.path) + 1), version = version + 1
  where starts_with(path, old.path) and id <> new.id;
  return null;
end $$
"""
TRIGGER = f"""
create or replace trigger labels_follow after update of path on {PLACES} for each row
when (old.path <> '' and old.path is distinct from new.path) execute function gate.labels_follow()
"""


def take_guard() -> None:
    """Have the wall make labels follow."""
    wall.also_guard(PLACES, statements)


def statements(existing: set[str]) -> list[str]:
    """SQL of the trigger: one update for each labelled table there is."""
    tables = [model._meta.db_table for model in protected_models() if model is not Place]
    followers = "\n".join(
        f"update public.{table} set label_place = new.path, version = version + 1"  # noqa: S608 - names of our own tables
        f"{', place_path = new.path' if table == GRANTS else ''} where label_place = old.path;"
        for table in sorted(tables)
        if table in existing
    )
    return [FUNCTION.format(places=PLACES, followers=followers), TRIGGER]
