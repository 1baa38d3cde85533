"""Taking two records apart without what their merge kept: by the row history, which says whose each row was.

Needed after an old backup was put back. What the merge kept is sealed, and its key was destroyed when the two were taken apart in
the time the backup knows nothing of. Rows go back to where they were written down first; what the surviving record took over
goes out of it. Rules of contact both had stay as strict as they became.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from safar.directory.people.duplicates.merging import gather_names, move
from safar.directory.people.duplicates.parting import close
from safar.directory.people.duplicates.picture import links
from safar.directory.people.forgetting import TAKEN_OVER
from safar.directory.people.models import Fact, Merge, Name, Person
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import FOLLOW, visible
from safar.foundation.access.wall import event_models
from safar.foundation.actions import store


def unravel(merge: Merge, *, by: Actor, now: datetime) -> None:
    """Give back the record that was merged, with all that was written down for it. `by` is the job that merges."""
    merged = visible(by, Person, FOLLOW).select_for_update(of=("self",)).get(pk=merge.merged_id)
    for model, name in links():
        if model is Fact:
            move(_facts_of(merge, by=by), name, merged, by=by)
        elif model is not Merge:
            keys = _written_for(model, name, merged.pk, now_with=merge.person_id, by=by)
            move(visible(by, model).filter(pk__in=keys), name, merged, by=by)
    for pk, act in _survivors(merge):
        _clean(visible(by, Person, FOLLOW).get(pk=pk), act, merged, by=by)
    close(merge, by=by, now=now)
    merged.merged_into = None
    store(merged, by=by, action=FOLLOW)


def _written_for(model: type[Labelled], name: str, pk: UUID, *, now_with: UUID, by: Actor) -> list[Any]:
    """The keys of rows that point to one record now and pointed to the other when they were written down."""
    keys = visible(by, model).filter(**{f"{name}_id": now_with}).values_list("pk", flat=True)
    versions = _versions(model).filter(pgh_obj_id__in=list(keys)).order_by("pgh_obj_id", "pgh_id")
    first = versions.distinct("pgh_obj_id").values_list("pgh_obj_id", f"{name}_id")
    return [key for key, whose in first if whose == pk]


def _facts_of(merge: Merge, *, by: Actor) -> QuerySet[Fact]:
    """Facts are without row history, but nobody changes them: their version tells how often they were moved by merges.

    Where another record was merged just as often, nobody can tell whose a fact is: it stays, and names nobody.
    """
    moves = len([*_survivors(merge)])
    others = visible(by, Merge).filter(person_id=merge.person_id, undone_at=None).exclude(pk=merge.pk)
    facts = visible(by, Fact)
    if any(len([*_survivors(other)]) == moves for other in others):
        return facts.none()
    return facts.filter(person_id=merge.person_id, version=1 + moves)


def _survivors(merge: Merge) -> Iterator[tuple[UUID, UUID]]:
    """The records the merge led to, one after the other, each with the act by which it came to."""
    seen = set()
    said = _versions(Merge).filter(pgh_obj_id=merge.pk).order_by("pgh_id")
    for pk, act in said.values_list("person_id", "pgh_context_id"):
        if pk not in seen:
            seen.add(pk)
            yield pk, act


def _clean(survivor: Person, act: UUID, merged: Person, *, by: Actor) -> None:
    """Take out of a record what it took over from the merged one and has still, and the name the merge wrote down."""
    made = _versions(Name).filter(person_id=survivor.pk, pgh_label="insert", pgh_context_id=act)
    kept = visible(by, Name, "remove").filter(person_id=survivor.pk, version=1)
    kept.filter(pk__in=list(made.values_list("pgh_obj_id", flat=True))).delete()
    versions = _versions(Person).filter(pgh_obj_id=survivor.pk).order_by("pgh_id")
    became = versions.filter(pgh_context_id=act).last()
    was = versions.filter(pgh_id__lt=versions.filter(pgh_context_id=act).values("pgh_id")[:1]).last()
    for name in TAKEN_OVER if was and became else ():
        if getattr(survivor, name) == getattr(became, name) == getattr(merged, name):
            setattr(survivor, name, getattr(was, name))
    gather_names(survivor, by=by)
    store(survivor, by=by, action=FOLLOW)
    if survivor.merged_into_id:
        hidden = visible(by, Person, FOLLOW).filter(pk=survivor.pk)
        hidden.update(sounds="", bones="", version=F("version") + 1)


def _versions(model: type[Labelled]) -> Any:
    return event_models(model)[0].objects
