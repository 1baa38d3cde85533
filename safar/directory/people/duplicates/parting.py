"""Taking two records apart again: what the merge changed goes back to the byte; what was done since stays where it was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from safar.directory.people.duplicates.merging import contact_of, tighten
from safar.directory.people.duplicates.picture import (
    Picture,
    Row,
    contact_in,
    made_in,
    mark_of,
    take_picture,
    unpacked,
)
from safar.directory.people.following import belongings
from safar.directory.people.models import (
    Identifier,
    Merge,
    Name,
    PairState,
    Person,
    PossibleDuplicate,
    SafeContact,
)
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import FOLLOW, resource_of, visible
from safar.foundation.actions import Refused, store
from safar.foundation.encryption.rotation import destroy_on_commit
from safar.foundation.files.models import StoredFile

#: What is made of the other columns whenever a person is stored.
DERIVED = (
    "version",
    "sounds",
    "bones",
    "sort_key",
    "spellings",
    "label_org",
    "label_place",
    "label_level",
    "label_case",
)


def part(survivor: Person, merge: Merge, *, by: Actor, now: datetime) -> Person:
    """Give the merged record back, and both what they had. Both are locked; returns the record given back.

    A column that was changed since the merge stays as it was changed, and a row removed since stays removed. The version of the
    two people goes on, so that nobody who looked at the merged record overwrites the one it was.
    """
    merged = visible(by, Person, FOLLOW).select_for_update(of=("self",)).get(pk=merge.merged_id)
    pair = visible(by, PossibleDuplicate).filter(
        person__in=(survivor, merged), other__in=(survivor, merged), state=PairState.MERGED
    )
    apart = [merge, *pair]
    said_since = _contact_said_since(survivor, merge, by=by)
    now_there = take_picture(by, (survivor.pk, merged.pk), apart_from=apart)
    for model, key, version in made_in(merge.kept):
        visible(by, model, "remove").filter(pk=key, version=version).delete()
    changed = list(unpacked(merge.kept))
    own = {key: (before, after) for model, key, before, after in changed if model is Person}
    _give_back(merged, own[str(merged.pk)][0], by=by)
    _restore(survivor, *own.get(str(survivor.pk), ({}, {})), by=by)
    try:
        with transaction.atomic():
            for model, key, before, after in changed:
                if model is not Person:
                    _put_back(model, key, before, after, now_there, merged, by=by)
    except IntegrityError as error:
        raise Refused(
            _(
                "Something of the merged record was given to another record since: a paper stands there now. Remove it there first."
            )
        ) from error
    _relabel_files(merged, by=by)
    if said_since is not None:
        for person in (survivor, merged):
            _heed(person, said_since, by=by)
    _gather(survivor, own.get(str(survivor.pk), ({}, {})), by=by)
    close(merge, by=by, now=now)
    pair.update(state=PairState.LATER, version=F("version") + 1)
    return merged


def _give_back(merged: Person, before: Row, *, by: Actor) -> None:
    values = {name: value for name, value in before.items() if name != "version"}
    visible(by, Person, FOLLOW).filter(pk=merged.pk).update(**values, version=F("version") + 1)
    merged.refresh_from_db(from_queryset=visible(by, Person))


def _restore(survivor: Person, before: Row, after: Row, *, by: Actor) -> None:
    """The survivor's own columns as they were, but for those changed since; storing her moves the labels of what is hers."""
    for name, value in before.items():
        if name not in DERIVED and getattr(survivor, name) == after[name]:
            setattr(survivor, name, value)
    store(survivor, by=by)


def _gather(survivor: Person, own: tuple[Row, Row], *, by: Actor) -> None:
    """Her other names: as they were gathered then if they are those of then, else anew."""
    names = visible(by, Name).filter(person_id=survivor.pk).order_by("pk")
    gathered = "\n".join(name.full_name for name in names)
    before = own[0].get("spellings", survivor.spellings)
    same = sorted(before.split("\n")) == sorted(gathered.split("\n"))
    survivor.spellings = before if same else gathered


def _put_back(
    model: type[Labelled], key: str, before: Row, after: Row, now_there: Picture, merged: Person, *, by: Actor
) -> None:  # fmt: skip
    """One row: every column nobody changed since as it was; its version too, if nobody changed anything."""
    row = now_there.get((resource_of(model), key))
    if row is None:
        return
    values: dict[str, Any] = {name: before[name] for name in before if row[name] == after[name]}
    if row["version"] != after.get("version", row["version"]):
        values["version"] = row["version"] + 1
    if values.get("person_id") == merged.pk and model in belongings():
        # The survivor may have moved since, and her labels with her; these rows carry the label of the record they return to.
        values |= {"label_org": merged.label_org, "label_place": merged.label_place}
    visible(by, model).filter(pk=key).update(**values)


def _contact_said_since(survivor: Person, merge: Merge, *, by: Actor) -> SafeContact | None:
    """How she may be reached, if somebody has said it since the merge: it may have been said of either."""
    contact = contact_of(survivor, by=by)
    return None if mark_of(contact) == contact_in(merge.kept) else contact


def _heed(person: Person, said: SafeContact, *, by: Actor) -> None:
    """What was said of the one record the two were binds both of them: nobody is written to who was not to be."""
    row = contact_of(person, by=by)
    if row is None:
        same = ("language", "channels", "days", "hour_from", "hour_to", "may_leave_message", "telegram_chat")
        row = SafeContact(person=person, **{name: getattr(said, name) for name in same})
        row.take_label()
    tighten(row, said)
    store(row, by=by)


def _relabel_files(merged: Person, *, by: Actor) -> None:
    """Files of the papers that went back carry their label, wherever the survivor moved since."""
    papers = visible(by, Identifier).filter(person_id=merged.pk)
    keys = [str(key) for key in papers.values_list("pk", flat=True)]
    theirs = visible(by, StoredFile).filter(subject_type=resource_of(Identifier), subject_pk__in=keys)
    astray = theirs.exclude(label_org=merged.label_org, label_place=merged.label_place)
    astray.update(label_org=merged.label_org, label_place=merged.label_place)


def close(merge: Merge, *, by: Actor, now: datetime) -> None:
    """The merge stands no more, and what it kept is destroyed. Read anew: its label moved with the survivor's home."""
    merge = visible(by, Merge).get(pk=merge.pk)
    if merge.data_key:
        destroy_on_commit(merge.data_key, now=now)
    merge.undone_at, merge.kept, merge.external_id = now, "", ""
    store(merge, by=by)


def newest(merge: Merge, *, by: Actor) -> Merge:
    """The last record that was merged into the same survivor: it goes first."""
    standing = visible(by, Merge).filter(person_id=merge.person_id, undone_at=None)
    return standing.order_by("-merged_at", "-pk")[:1].get()
