"""Telephone numbers as people write them, made into the one form in which they are kept."""

from __future__ import annotations

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HERE = "UZ"


class BadNumber(ValueError):
    """What was written is no telephone number."""


class BadLength(BadNumber):
    """A number of its country has more digits, or fewer."""


def e164(text: str) -> str:
    """A number in the international form (+998901234567); one without a country code is taken as Uzbek.

    Judged by its length for the country: codes of operators are not, they change. Raises `BadNumber`, and of
    those `BadLength`.
    """
    try:
        found = phonenumbers.parse(text, HERE)
    except phonenumbers.NumberParseException as error:
        raise BadNumber(text) from error
    if found.extension:
        raise BadNumber(text)
    if not phonenumbers.is_possible_number(found):
        raise BadLength(text)
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def spaced(number: str) -> str:
    """A kept number as people read it: +998 90 123 45 67."""
    try:
        found = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class PhoneField(forms.CharField):
    """A telephone number in any writing; its clean value is in the international form."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"})

    def __init__(self, **options: object) -> None:
        super().__init__(**{"max_length": 40, **options})  # type: ignore[arg-type]

    def clean(self, value: str) -> str:
        """The number, or a sentence that shows how to write it."""
        text = super().clean(value)
        try:
            return e164(text) if text else ""
        except BadNumber:
            raise ValidationError(_("Write the number with its country code: +998 90 123 45 67.")) from None

    def prepare_value(self, value: str) -> str:
        """A kept number with its spaces."""
        return spaced(value) if isinstance(value, str) and value.startswith("+") else value
