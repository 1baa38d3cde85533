"""Forms of the places' actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.places.models import Level, Place
from safar.foundation.registers.choices import WrittenChoiceField

KEYS = ("uz_key", "ru_key", "en_key")


def place_field(
    *, levels: tuple[str, ...] = (), required: bool = False, **options: Any
) -> WrittenChoiceField:
    """A place written by code or name, of these levels only (none named: any)."""
    within = Q(level__in=levels) if levels else Q()
    return WrittenChoiceField(Place, code="code", keys=KEYS, within=within, required=required, **options)


class PlaceForm(forms.ModelForm):
    """Names and dates of a place; its code and what it lies in are settled by actions."""

    class Meta:
        model = Place
        fields = ("name_uz", "name_uz_cyrl", "name_ru", "name_en", "valid_from", "valid_to")


class RegisterPlaceForm(forms.ModelForm):
    """A new place."""

    parent = place_field(label=_("Lies in"), help_text=_("Write the code, or the whole name."))

    class Meta:
        model = Place
        fields = ("level", "code", "parent", "name_uz", "name_uz_cyrl", "name_ru", "name_en", "valid_from")


class AssignParentForm(forms.Form):
    """The district a mahalla lies in."""

    parent = place_field(
        levels=(Level.DISTRICT, Level.SETTLEMENT),
        required=True,
        label=_("District or city"),
        help_text=_("Write the code, or the whole name."),
    )
