"""Erasing a person for good: also from the row history, from backups, and again after an old backup was put back.

What was encrypted goes with its key. What was not is deleted, and a tombstone in the key store, outside the database and its
backups, says whom to erase again. The number of the record stays, and that something happened on which day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.people import belonging_forms as forms
from safar.directory.people.actions.merging import PARTED
from safar.directory.people.actions.papers import forget_paper, forget_safe_contact
from safar.directory.people.duplicates.unravelling import unravel
from safar.directory.people.following import belongings
from safar.directory.people.models import ERASED_NAME, Identifier, Merge, Person, Precision, SafeContact, Sex
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import FOLLOW, visible
from safar.foundation.actions import action, store
from safar.foundation.encryption import keys
from safar.foundation.encryption.rotation import destroy_on_commit

AGAIN = history.register_kind(
    "people.erased_again", sentence=_("was erased again after an old backup was put back"), icon="eraser"
).code


@action(
    on=Person, label=_("Erase for good"), sentence=_("erased the person for good: %(reason)s"), form=forms.EraseForm,
    icon="eraser", destructive=True, needs_code=True, when=lambda person, today: person.erased_on is None,
    why_not=lambda person, today: _("What was held about this person was erased for good."),
    hint=_("Names, numbers, papers, scans and consents go, from backups too. It cannot be taken back."),
)  # fmt: skip
def erase_person(person: Person, *, reason: str, by: Actor, now: datetime) -> None:
    """Erase what is known of a person, because she asks for it or the time of keeping it has run out."""
    empty(person, by=by, now=now)


def empty(person: Person, *, by: Actor, now: datetime) -> None:
    """Take away everything but the number of the record; the caller stores the person.

    With the commit the keys are destroyed and the tombstone is laid. The row history of her and of what was hers is deleted by
    the database itself (`forgetting`), once the row says that she is erased.
    """
    for contact in visible(by, SafeContact, "remove").filter(person_id=person.pk):
        forget_safe_contact(contact, now=now)
    for paper in visible(by, Identifier, "remove").filter(person_id=person.pk):
        forget_paper(paper, by=by, now=now)
    for model in belongings():
        visible(by, model, "remove").filter(person_id=person.pk).delete()
    _empty_merged(person, now=now)
    person.family, person.given, person.patronymic, person.spellings = ERASED_NAME, "", "", ""
    person.sex, person.birth_date, person.birth_precision = Sex.UNKNOWN, None, Precision.DAY
    person.external_id, person.place = "", None
    person.erased_on = timezone.localdate(now)
    destroy_on_commit(keys.store().create_key(now=now), now=now, subjects=(tombstone(person.pk),))


def _empty_merged(person: Person, *, now: datetime) -> None:
    """Empty the records that were merged into hers, and destroy what the merges kept: they cannot be taken apart any more."""
    by = system_actor("merger")
    with acting(by):
        for merge in visible(by, Merge).filter(person_id=person.pk, undone_at=None):
            merged = visible(by, Person, FOLLOW).get(pk=merge.merged_id)
            empty(merged, by=by, now=now)
            store(merged, by=by, action=FOLLOW)
            if merge.data_key:
                destroy_on_commit(merge.data_key, now=now)
            merge.kept, merge.external_id = "", ""
            store(merge, by=by)


def tombstone(pk: UUID) -> str:
    """What the key store remembers an erased person by; it keeps an HMAC of it only."""
    return f"person:{pk}"


def erase_again(*, now: datetime) -> int:
    """Erase everybody whose tombstone stands and whom an old backup brought back; returns how many. Safe to repeat."""
    by = system_actor("eraser")
    with acting(by):
        # Without a transaction the database shows nobody.
        with transaction.atomic():
            found = [row["pk"] for row in _once_erased(by, erased_on=None)]
        for pk in found:
            with transaction.atomic(), acting(by):
                history.set_context(by, AGAIN)
                _take_others_out(pk, now=now)
                person = visible(by, Person, FOLLOW).get(pk=pk)
                empty(person, by=by, now=now)
                store(person, by=by, action=FOLLOW)
                history.record(AGAIN, person, by=by, now=now)
    return len(found)


def _take_others_out(pk: UUID, *, now: datetime) -> None:
    """Take the record apart from those that were not erased with it: they were apart when it was, and one of them may hold it.

    Else an old backup in which they stood merged would keep her under another's name, or have the other erased with her.
    """
    by, known = system_actor("merger"), keys.store()
    with acting(by):
        ends = Q(person_id=pk) | Q(merged_id=pk) | Q(merged__merged_into_id=pk)
        standing = visible(by, Merge).filter(ends, undone_at=None)
        for merge in list(standing.order_by("-merged_at", "-pk")):
            if all(known.was_erased(tombstone(end)) for end in (merge.person_id, merge.merged_id)):
                continue
            unravel(merge, by=by, now=now)
            survivor = visible(by, Person, FOLLOW).get(pk=merge.person_id)
            history.record(PARTED, survivor, by=by, now=now, detail={"number": merge.number})


def still_there() -> tuple[int, list[UUID]]:
    """How many people of the database were erased at some time, and those of whom anything is known all the same."""
    by = system_actor("eraser")
    with acting(by), transaction.atomic():
        found = list(_once_erased(by))
        return len(found), [row["pk"] for row in found if _is_known(row, by)]


def _once_erased(by: Actor, **wanted: Any) -> Iterator[dict[str, Any]]:
    known = keys.store()
    people = visible(by, Person, FOLLOW).filter(**wanted).order_by("number")
    for row in people.values(
        "pk", "erased_on", "family", "given", "merged_into__erased_on", "merged_into"
    ).iterator():
        if known.was_erased(tombstone(row["pk"])):
            yield dict(row)


def _is_known(row: dict[str, Any], by: Actor) -> bool:
    named = (row["family"], row["given"]) != (ERASED_NAME, "")
    models = (SafeContact, Identifier, *belongings())
    left = (visible(by, model, "remove").filter(person_id=row["pk"]).exists() for model in models)
    elsewhere = row["merged_into"] is not None and row["merged_into__erased_on"] is None
    return row["erased_on"] is None or named or elsewhere or any(left)
