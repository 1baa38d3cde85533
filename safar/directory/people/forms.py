"""Forms of the people's register."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.forms import WRITE, organisation_field
from safar.directory.people.models import Person, Precision
from safar.directory.places.forms import place_field
from safar.foundation.access.actors import Actor


class PersonForm(forms.ModelForm):
    """A person: names, sex, birth date as far as it is known."""

    organisation = organisation_field(required=True, label=_("Registered by"))
    place = place_field(label=_("Lives in"), help_text=WRITE)

    class Meta:
        model = Person
        fields = (
            "family",
            "given",
            "patronymic",
            "sex",
            "birth_date",
            "birth_precision",
            "organisation",
            "place",
        )
        widgets = {"birth_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            # The blind indexes of her papers are made for the office that registered her.
            del self.fields["organisation"]

    def begun_by(self, actor: Actor) -> None:
        """Whoever works for one office writes people down for it."""
        offices = {office for scope in actor.scopes for office in scope.orgs or ()}
        if len(offices) == 1:
            self.initial.setdefault("organisation", str(*offices))

    def clean(self) -> dict[str, Any]:
        """What is not known of a birth date is set to the first day, so that nobody takes it for known."""
        cleaned = super().clean() or self.cleaned_data
        born, precision = cleaned.get("birth_date"), cleaned.get("birth_precision")
        if isinstance(born, date) and precision in (Precision.MONTH, Precision.YEAR):
            month = born.month if precision == Precision.MONTH else 1
            cleaned["birth_date"] = born.replace(day=1, month=month)
        return cleaned


class RegisteredForm(PersonForm):
    """A person as she is written down or mended. When somebody on record is like her, the form comes back and asks."""

    somebody_else = forms.BooleanField(
        label=_("I have looked: this is somebody else"), required=False, widget=forms.HiddenInput
    )
    alike: list[Any] = []

    def when_refused(self, refused: Any) -> None:
        """Show who is like her, and offer to go on."""
        self.alike = getattr(refused, "alike", [])
        if self.alike:
            self.fields["somebody_else"].widget = forms.CheckboxInput()
