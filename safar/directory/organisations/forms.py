"""Forms of the organisations' actions and registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import KEYS, FocalPoint, Office, Organisation
from safar.directory.places.forms import place_field
from safar.directory.places.models import Level
from safar.foundation.registers.choices import WrittenChoiceField

WRITE = _("Write the code, or the whole name.")
WRITE_NUMBER = _("Write the number, or the whole name.")


def organisation_field(
    *, required: bool = False, within: Q | None = None, **options: Any
) -> WrittenChoiceField:
    """An organisation written by its number or whole name."""
    options.setdefault("help_text", WRITE_NUMBER)
    return WrittenChoiceField(Organisation, keys=KEYS[:-1], within=within, required=required, **options)


def country_field(**options: Any) -> WrittenChoiceField:
    """A country written by its ISO code or name."""
    return place_field(levels=(Level.COUNTRY,), label=_("Country"), help_text=WRITE, **options)


class WebAddressField(forms.URLField):
    """An address a browser opens as a page: ``http`` or ``https`` and nothing else."""

    default_validators = [URLValidator(schemes=["http", "https"])]


def website_field() -> forms.URLField:
    """A web address; https where nothing else is written."""
    return WebAddressField(label=_("Website"), required=False, max_length=200, assume_scheme="https")


class OrganisationForm(forms.ModelForm):
    """What may be corrected of an organisation without an action of its own."""

    country = country_field()
    place = place_field(label=_("Place"), help_text=WRITE)
    website = website_field()

    class Meta:
        model = Organisation
        fields = ("country", "place", "stir", "registration_number", "website")


class RegisterOrganisationForm(forms.ModelForm):
    """A new organisation."""

    parent = organisation_field(label=_("Answers to"))
    country = country_field(initial="UZ")
    place = place_field(label=_("Place"), help_text=WRITE)
    website = website_field()

    class Meta:
        model = Organisation
        fields = (
            "type", "name", "trading_name", "name_uz", "name_uz_cyrl", "name_ru", "name_en", "parent", "country", "place",
            "stir", "registration_number", "website",
        )  # fmt: skip


class RenameForm(forms.ModelForm):
    """The names of an organisation."""

    class Meta:
        model = Organisation
        fields = ("name", "trading_name", "name_uz", "name_uz_cyrl", "name_ru", "name_en")


class MoveForm(forms.Form):
    """The body an organisation answers to."""

    parent = organisation_field(label=_("Answers to"), help_text=_("Leave it empty if it answers to nobody."))


class CloseForm(forms.Form):
    """When and why an organisation stopped working."""

    closed_on = forms.DateField(label=_("Closed on"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class OfficeForm(forms.ModelForm):
    """An office."""

    organisation = organisation_field(required=True, label=_("Organisation"))
    place = place_field(label=_("Place"), help_text=WRITE)

    class Meta:
        model = Office
        fields = (
            "organisation",
            "name",
            "place",
            "address",
            "phone",
            "email",
            "hours",
            "open_since",
            "open_until",
        )


class FocalPointForm(forms.ModelForm):
    """A focal point."""

    organisation = organisation_field(required=True, label=_("Organisation"))

    class Meta:
        model = FocalPoint
        fields = ("organisation", "topic", "name", "post", "phone", "email", "until")
