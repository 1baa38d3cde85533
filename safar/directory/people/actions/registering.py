"""Writing a person down, and mending what she is known by: with a look at who is on record already."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from safar.directory.people.duplicates.noticing import Alike, key_of, like, like_draft, tell_change
from safar.directory.people.forms import RegisteredForm
from safar.directory.people.models import Person, PossibleDuplicate
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, action
from safar.foundation.registers.editing import assign, changed_fields

ANYWAY = history.register_kind(
    "people.registered_anyway",
    sentence=_("said that it is somebody else than: %(numbers)s"),
    icon="users",
    forget=history.keeping("numbers"),
).code
KNOWN_BY = ("family", "given", "patronymic", "birth_date", "birth_precision")


class LooksAlike(Refused):
    """Records the writer may see are like the one she is about to make; she may say that it is somebody else."""

    def __init__(self, alike: list[Alike]) -> None:
        super().__init__(
            _(
                "Perhaps this person is on record already: %(numbers)s. Look first, or say that it is somebody else."
            )
            % {"numbers": numbers_of(alike)}
        )
        self.alike = alike


def numbers_of(alike: Iterable[Alike]) -> str:
    """The records by their numbers."""
    return ", ".join(one.person.neutral_name for one in alike)


@action(
    on=Person, creates=True, label=_("Add a person"), sentence=_("added the record"), form=RegisteredForm, icon="plus",
    detail=lambda person, inputs: {},
)  # fmt: skip
def add_person(*, by: Actor, now: datetime, somebody_else: bool = False, **values: Any) -> Person:
    """Write a person down. Raises `LooksAlike` if she may be on record already, unless it is said that she is somebody else."""
    person = assign(Person(), values)
    person.take_label()
    _heed(person, like_draft(by, person), somebody_else, by=by, now=now)
    tell_change(person)
    return person


@action(
    on=Person, label=_("Edit"), sentence=_("changed: %(fields)s"), form=RegisteredForm, icon="pencil", detail=changed_fields,
)  # fmt: skip
def change_person(
    person: Person, *, by: Actor, now: datetime, somebody_else: bool = False, **values: Any
) -> None:
    """Mend what is known of a person. Raises `LooksAlike` if she comes to be like a record nobody compared hers with."""
    person.values_before = {name: getattr(person, name) for name in values}  # type: ignore[attr-defined]  # for the event
    assign(person, values)
    if all(person.values_before.get(name) == getattr(person, name) for name in KNOWN_BY):  # type: ignore[attr-defined]
        return
    alike = like(by, person)
    keys = [key_of(person.pk, one.person.pk) for one in alike]
    compared = set(visible(by, PossibleDuplicate).filter(key__in=keys).values_list("key", flat=True))
    fresh = [one for one, key in zip(alike, keys, strict=True) if key not in compared]
    _heed(person, fresh, somebody_else, by=by, now=now)
    tell_change(person)


def _heed(person: Person, alike: list[Alike], somebody_else: bool, *, by: Actor, now: datetime) -> None:
    """Stop who has not been told of the records alike; write down who was told and went on."""
    if alike and not somebody_else:
        raise LooksAlike(alike)
    if alike:
        history.record(ANYWAY, person, by=by, now=now, detail={"numbers": numbers_of(alike)})
