"""Undoing a whole load: who it brought goes again, who it changed is as before, who was worked on since stays as she is.

What a load did stands in the row history under one context. A person counts as worked on if she has changed since, or if
anything at all names her, seen by the actor or not: the database itself refuses to delete her then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from safar.directory.people.kinds import UNDONE
from safar.directory.people.loads.judging import LOAD
from safar.directory.people.loads.storing import CHANGED
from safar.directory.people.models import Person
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, may, resource_of
from safar.foundation.database.copying import Staging, run
from safar.foundation.registers.importing.whole import TakenBack

CHUNK = 5_000
#: In the row history the columns that searching and sorting need are left out: they are made again.
WRITTEN = (
    "family",
    "given",
    "patronymic",
    "spellings",
    "sex",
    "birth_date",
    "birth_precision",
    "place_id",
    "label_place",
)
BROUGHT = (
    "select v.pgh_obj_id from people_personversion v join people_person p on p.id = v.pgh_obj_id and p.version = 1"
    " where v.pgh_context_id = %s and v.pgh_label = 'insert'"
)
ALL_BROUGHT = "select count(*) from people_personversion where pgh_context_id = %s and pgh_label = 'insert'"
ALL_CHANGED = "select count(*) from people_personversion where pgh_context_id = %s and pgh_label = 'update'"
PHONES_BROUGHT = (
    "select v.pgh_obj_id from people_phoneversion v join people_phone t on t.id = v.pgh_obj_id and t.version = 1"
    " where v.pgh_context_id = %s and v.pgh_label = 'insert'"
)
#: From the people to their telephones to the versions: the planner knows nothing of a table that has just been filled, and any
#: other way round it reads every telephone for every telephone.
PHONES_OF = (
    "delete from people_phone t using people_phoneversion v where v.pgh_obj_id = t.id and t.version = 1"
    " and v.pgh_context_id = %s and v.pgh_label = 'insert' and t.person_id = any(%s)"
)
PHONES = "delete from people_phone where id = any(%s)"
PEOPLE = "delete from people_person where id = any(%s) and version = 1"
ADDED_TO_OTHERS = (
    f"{PHONES_BROUGHT} and not exists (select 1 from people_personversion b where b.pgh_obj_id = t.person_id"  # noqa: S608
    " and b.pgh_context_id = v.pgh_context_id and b.pgh_label = 'insert')"
)
BEFORE = (
    f"select p.id, {', '.join(f'b.{name}' for name in WRITTEN)}"  # noqa: S608
    " from people_personversion v join people_person p on p.id = v.pgh_obj_id and p.version = v.version"
    " cross join lateral (select * from people_personversion o where o.pgh_obj_id = v.pgh_obj_id and o.pgh_id < v.pgh_id"
    " order by o.pgh_id desc limit 1) b"
    " where v.pgh_context_id = %s and v.pgh_label = 'update'"
)


def take_back(context: UUID, by: Actor, now: datetime) -> TakenBack:
    """Undo the load whose rows were written under `context`; the caller's transaction holds it all. `Hidden` if the actor may not."""
    if not may(by, Person, LOAD):
        raise Hidden(resource_of(Person), "", LOAD)
    [(brought,)], [(changed,)] = run(ALL_BROUGHT, context), run(ALL_CHANGED, context)
    people = [pk for (pk,) in run(BROUGHT, context)]
    phones = [pk for (pk,) in run(ADDED_TO_OTHERS, context)]
    history.set_context(by, UNDONE)
    removed = sum(_delete(part, PEOPLE, (PHONES_OF, context)) for part in _parts(people))
    for part in _parts(phones):
        _delete(part, PHONES)
    restored = _restore(context)
    taken = TakenBack(removed, restored, brought - removed + changed - restored)
    told = {"removed": taken.removed, "restored": taken.restored, "kept": taken.kept}
    history.record(UNDONE, Person, by=by, now=now, detail=told)
    return taken


def _delete(keys: Sequence[Any], statement: str, *before: tuple[str, UUID]) -> int:
    """Delete rows, and first what came with them; where something names one of them, all but that one. How many went."""
    found = list(keys)
    if _unless_named([*((first, (context, found)) for first, context in before), (statement, (found,))]):
        return len(found)
    half = len(found) // 2
    return sum(_delete(part, statement, *before) for part in (found[:half], found[half:])) if half else 0


def _unless_named(statements: Sequence[tuple[str, tuple[object, ...]]]) -> bool:
    """Run the statements; false, with nothing done, if another row names what they delete."""
    try:
        with transaction.atomic():
            for statement, values in statements:
                run(statement, *values)
            run("set constraints all immediate")
            run("set constraints all deferred")
    except IntegrityError:
        return False
    return True


def _restore(context: UUID) -> int:
    """Give people whom the load changed, and nobody since, the values they had before."""
    columns = ("id", *(name.removesuffix("_id") for name in CHANGED))
    rows = run(BEFORE, context)
    for part in _parts(rows):
        staging = Staging(Person, columns=columns, key=("id",))
        staging.copy((number, *_written(row)) for number, row in enumerate(part))
        staging.update()
    return len(rows)


def _written(row: Sequence[Any]) -> list[Any]:
    """The columns of `CHANGED` from a row of `BEFORE`, made as they are made whenever a person is stored."""
    person = Person(**dict(zip(("id", *WRITTEN), row, strict=True)))
    fields: list[Any] = [Person._meta.get_field(name) for name in ("id", *CHANGED)]
    return [field.pre_save(person, False) for field in fields]


def _parts(rows: Sequence) -> list[Sequence]:
    return [rows[begin : begin + CHUNK] for begin in range(0, len(rows), CHUNK)]
