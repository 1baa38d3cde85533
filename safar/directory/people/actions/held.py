"""Giving a person what is held about her."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from safar.directory.people import belonging_forms as forms
from safar.directory.people.models import Person
from safar.foundation.access.actors import Actor
from safar.foundation.actions import action


@action(
    on=Person, label=_("Take out what is held"), sentence=_("took out all that is held about the person: %(purpose)s"),
    form=forms.ExportHeldForm, icon="download",
    detail=lambda person, inputs: {"purpose": inputs["purpose"]},
    hint=_("A paper to print, or a file for another program. What would endanger somebody if it were read is left out."),
)  # fmt: skip
def export_what_is_held(person: Person, *, purpose: str, shape: str, by: Actor, now: datetime) -> None:
    """Write down that all that is held about her is taken out, and why; the page then gives it (`people.held`)."""
