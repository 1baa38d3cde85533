"""Making two records one: everything moves to the survivor, the stricter rules hold, and what was before is kept, sealed.

It runs as a job of the system, for what the officer may not see moves too; who may ask for it, the actions judge. A row that
would stand twice with the survivor (the same telephone, the same paper) stays with the record that was merged, out of sight.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from safar.directory.people.duplicates.picture import difference, links, mark_of, packed, take_picture
from safar.directory.people.duplicates.strictness import (
    Agreed,
    both_said,
    less_ours,
    stricter,
    withdrawn_with,
)
from safar.directory.people.following import belongings
from safar.directory.people.models import (
    Consent,
    Identifier,
    Merge,
    Name,
    PairState,
    Person,
    Phone,
    PossibleDuplicate,
    SafeContact,
    Sex,
)
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import FOLLOW, resource_of, visible
from safar.foundation.actions import store
from safar.foundation.encryption.blind import BlindIndexField
from safar.foundation.files.models import StoredFile

#: What may lead from either record: the word for the choice, and the columns it stands for.
LEADS = {
    "name": ("family", "given", "patronymic"),
    "sex": ("sex",),
    "birth": ("birth_date", "birth_precision"),
    "place": ("place_id",),
}


def unite(
    survivor: Person, merged: Person, pair: PossibleDuplicate, leads: Mapping[str, bool], *, by: Actor, now: datetime
) -> Merge:  # fmt: skip
    """Merge one record into another; both are locked. `leads` says of what the merged one's value is taken.

    `by` is the job that merges. The pair itself is the caller's to store.
    """
    both = (survivor.pk, merged.pk)
    before = take_picture(by, both, apart_from=[pair])
    _take_over(survivor, merged, leads, by=by)
    _stricter_contact(survivor, merged, by=by)
    _shared_phones(survivor, merged, by=by)
    for model, name in links():
        move(visible(by, model).filter(**{f"{name}_id": merged.pk}), name, survivor, by=by)
    _end_withdrawn(survivor, by=by)
    _close_pairs(merged, pair, by=by)
    gather_names(survivor, by=by)
    store(survivor, by=by)
    _set_aside(merged, survivor, by=by)
    merge = store(
        Merge(
            person=survivor,
            merged=merged,
            number=merged.number,
            external_id=merged.external_id,
            merged_at=now,
        ),
        by=by,
    )
    kept = difference(before, take_picture(by, both, apart_from=[pair, merge]))
    merge.kept = packed({**kept, "contact": mark_of(contact_of(survivor, by=by))})
    return store(merge, by=by)


def _take_over(survivor: Person, merged: Person, leads: Mapping[str, bool], *, by: Actor) -> None:
    """The values that lead; the name that does not lead is kept as another name, so that she is found by it."""
    other = merged if not leads.get("name") else survivor
    kept = {part: getattr(other, part) for part in LEADS["name"]}
    for word, columns in LEADS.items():
        is_blank = word != "name" and getattr(survivor, columns[0]) in (None, "", Sex.UNKNOWN)
        if leads.get(word) or is_blank:
            for column in columns:
                setattr(survivor, column, getattr(merged, column))
    if any(getattr(survivor, part) != value for part, value in kept.items()):
        known = visible(by, Name).filter(person_id__in=(survivor.pk, merged.pk), **kept)
        if not known.exists():
            store(Name(person=survivor, **kept), by=by)


def _stricter_contact(survivor: Person, merged: Person, *, by: Actor) -> None:
    """Where both said how to reach them, what neither forbids; where one did, her rules move as they are."""
    rows = {row.person_id: row for row in visible(by, SafeContact).filter(person__in=(survivor, merged))}
    if len(rows) < 2:
        return
    one, other = rows[survivor.pk], rows[merged.pk]
    tighten(one, other)
    if one.phone_id is None and other.phone_id is not None:
        one.phone = visible(by, Phone).get(pk=other.phone_id)
    store(one, by=by)


def tighten(one: SafeContact, other: SafeContact) -> None:
    """Let the rules forbid what the other ones forbid as well. Not yet stored."""
    rules = stricter(one.rules, other.rules)
    one.channels, one.days = list(rules.channels), list(rules.days)
    one.hour_from, one.hour_to, one.do_not_contact = rules.hour_from, rules.hour_to, rules.do_not_contact
    one.may_leave_message = one.may_leave_message and other.may_leave_message
    one.keep_from, one.note = both_said(one.keep_from, other.keep_from), both_said(one.note, other.note)
    one.code_word = one.code_word or other.code_word


def contact_of(person: Person, *, by: Actor) -> SafeContact | None:
    """How she may be reached, if anybody has said it."""
    return visible(by, SafeContact).filter(person_id=person.pk).first()


def _shared_phones(survivor: Person, merged: Person, *, by: Actor) -> None:
    """A number both gave is no more her own than either says; rules of contact that name the one that stays behind name the other."""
    theirs = {row.number: row for row in visible(by, Phone).filter(person_id=merged.pk)}
    for row in visible(by, Phone).filter(person_id=survivor.pk, number__in=[*theirs]):
        twin = theirs[row.number]
        if (whose := less_ours(row.whose, twin.whose)) != row.whose:
            row.whose = whose
            store(row, by=by)
        named = visible(by, SafeContact).filter(phone_id=twin.pk)
        named.update(phone_id=row.pk, version=F("version") + 1)


def move(rows: QuerySet[Any], name: str, person: Person, *, by: Actor) -> None:
    """Rows of a table that point to one record by a column point to another; one that would stand twice stays."""
    model = rows.model
    for row in rows.order_by("pk"):
        values = {f"{name}_id": person.pk, "version": F("version") + 1}
        if name == "person" and model in belongings():
            row.person = person
            row.take_label()
            labels = ("label_org", "label_place", "label_level", "label_case")
            values |= {label: getattr(row, label) for label in labels}
            for field in model._meta.concrete_fields:
                if isinstance(field, BlindIndexField):
                    values[field.attname] = field.pre_save(row, False)
        try:
            with transaction.atomic():
                visible(by, model).filter(pk=row.pk).update(**values)
                _take_files_along(row, by=by)
        except IntegrityError:
            continue


def _take_files_along(row: Labelled, *, by: Actor) -> None:
    """Files kept with a row carry its label, at their own level."""
    if isinstance(row, Identifier):
        kept = visible(by, StoredFile).filter(subject_type=resource_of(Identifier), subject_pk=str(row.pk))
        kept.update(label_org=row.label_org, label_place=row.label_place, version=F("version") + 1)


def _end_withdrawn(survivor: Person, *, by: Actor) -> None:
    """A consent withdrawn on one record ends the same consent given on the other before."""
    given = {row.pk: row for row in visible(by, Consent).filter(person_id=survivor.pk)}
    agreed = [
        Agreed(
            row.pk,
            row.purpose,
            row.about,
            (row.organisation_id, row.recipient),
            row.given_on,
            row.withdrawn_at,
        )
        for row in given.values()
    ]
    for key, moment in withdrawn_with(agreed).items():
        row: Consent = given[key]  # type: ignore[index]  # the keys are those of the rows
        row.withdrawn_at = moment
        store(row, by=by)


def _close_pairs(merged: Person, pair: PossibleDuplicate, *, by: Actor) -> None:
    """What else the merged record was compared with is not asked any more while it is out of sight.

    A pair somebody is deciding upon in this moment is passed over: she holds it and waits for the record, and will be told.
    """
    others = visible(by, PossibleDuplicate).filter(Q(person=merged) | Q(other=merged)).exclude(pk=pair.pk)
    undecided = others.filter(state__in=(PairState.OPEN, PairState.LATER))
    keys = undecided.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
    others.filter(pk__in=list(keys)).update(state=PairState.CLOSED, version=F("version") + 1)


def gather_names(survivor: Person, *, by: Actor) -> None:
    """Have a person found by all the names that stand with her."""
    names = visible(by, Name).filter(person_id=survivor.pk).order_by("pk")
    survivor.spellings = "\n".join(name.full_name for name in names)


def _set_aside(merged: Person, survivor: Person, *, by: Actor) -> None:
    """The record is nobody's to see and nobody's to find from now on; all else in it stays as it was."""
    visible(by, Person, FOLLOW).filter(pk=merged.pk).update(
        merged_into=survivor, sounds="", bones="", version=F("version") + 1
    )
