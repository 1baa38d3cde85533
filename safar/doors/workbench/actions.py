"""Keeping a filter and letting it go: each person for herself."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from safar.doors.workbench.models import SavedFilter
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, action

MOST = 12


class SaveFilterForm(forms.Form):
    """The name of a filter; which filter it is travels along."""

    title = forms.CharField(label=_("Name of the filter"), max_length=60)
    register = forms.CharField(widget=forms.HiddenInput, max_length=60)
    query = forms.CharField(
        widget=forms.HiddenInput,
        max_length=2000,
        error_messages={"required": _("Choose a filter first, then save it.")},
    )


@action(
    on=SavedFilter,
    creates=True,
    label=_("Save the filter"),
    sentence=_("saved a filter"),
    form=SaveFilterForm,
    icon="star",
    detail=lambda kept, inputs: {},
)
def save_filter(*, title: str, register: str, query: str, by: Actor, now: datetime) -> SavedFilter:
    """A filter beside the list's own; twelve for a register at most."""
    kept = visible(by, SavedFilter).filter(register=register, is_kept=True)
    if kept.count() >= MOST:
        raise Refused(_("You keep twelve filters here already. Let one go first."))
    return SavedFilter(user_id=by.user_id, register=register, title=title, query=query)


@action(
    on=SavedFilter,
    label=_("Forget the filter"),
    sentence=_("let a saved filter go"),
    icon="x",
    when=lambda kept, today: kept.is_kept,
    why_not=lambda kept, today: _("It is gone already."),
)
def remove_filter(kept: SavedFilter, *, by: Actor, now: datetime) -> None:
    """The filter is listed no more."""
    kept.is_kept = False
