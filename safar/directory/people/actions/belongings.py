"""Adding, changing and removing what belongs to a person: acts on the person herself, one event on her page each.

She and all that belongs to her have one version: who opened her page before somebody else changed a number is told so. What is
said stands in the row history; the event says only what sort of thing was done.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.db.models import ProtectedError, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from safar.directory.people.belonging_forms import WHICH
from safar.directory.people.models import Name, OfPerson, Person, Phone
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, resource_of, visible
from safar.foundation.actions import Action, Refused, store
from safar.foundation.actions.declaration import register

Belonging = type[Name | Phone | OfPerson]
After = Callable[[Person, Actor], None]


class Acts(NamedTuple):
    """The three acts on one sort of belonging."""

    add: Action
    change: Action
    remove: Action


def nothing_said(person: Person, inputs: dict[str, Any]) -> dict[str, Any]:
    """The event keeps no value: names and numbers stand in rows that can be erased."""
    return {}


def hers(person: Person, row: Any, *, by: Actor, action: str) -> Any:
    """One of the person's rows as it stands now, for `action`; another person's is as absent as one that never was."""
    found = visible(by, type(row), action).filter(pk=row.pk, person_id=person.pk).first()
    if found is None:
        raise Hidden(resource_of(type(row)), row.pk, action)
    return found


def keep(row: Any, values: dict[str, Any], *, by: Actor) -> Any:
    """Store a belonging with these values; what must be there once only is refused in its own words."""
    for name, value in values.items():
        setattr(row, name, value)
    for one in row._meta.constraints:
        if isinstance(one, UniqueConstraint) and "person" in one.fields:
            same = {name: getattr(row, name) for name in one.fields}
            if (
                None not in same.values()
                and visible(by, type(row)).filter(**same).exclude(pk=row.pk).exists()
            ):
                raise Refused(one.violation_error_message)
    return store(row, by=by)


def belongings(
    model: Belonging,
    word: str,
    *,
    form: type[forms.Form | forms.ModelForm],
    change_form: type[forms.Form | forms.ModelForm],
    choose_form: type[forms.Form],
    labels: tuple[Any, Any, Any],
    sentences: tuple[Any, Any, Any],
    after: After = lambda person, by: None,
) -> Acts:
    """Declare ``add_<word>``, ``change_<word>`` and ``remove_<word>`` on people; `after` follows each with the person."""

    def add(person: Person, *, by: Actor, now: datetime, **values: Any) -> None:
        keep(model(person=person), values, by=by)
        after(person, by)

    def change(person: Person, *, by: Actor, now: datetime, **values: Any) -> None:
        keep(hers(person, values.pop(WHICH), by=by, action="change"), values, by=by)
        after(person, by)

    def remove(person: Person, *, by: Actor, now: datetime, **values: Any) -> None:
        row = hers(person, values[WHICH], by=by, action="remove")
        try:
            row.delete()
        except ProtectedError as error:
            raise Refused(_("It is named in her safe contact. Choose another there first.")) from error
        after(person, by)

    made = (
        (f"add_{word}", add, form, "plus"),
        (f"change_{word}", change, change_form, "pencil"),
        (f"remove_{word}", remove, choose_form, "x"),
    )
    return Acts(
        *(
            register(
                Action(
                    name,
                    Person,
                    function,
                    label,
                    sentence,
                    form=wanted,
                    icon=icon,
                    detail=nothing_said,
                    destructive=function is remove,
                )  # fmt: skip
            )
            for (name, function, wanted, icon), label, sentence in zip(made, labels, sentences, strict=True)
        )
    )
