"""Inputs of the form by which a token is issued."""

from django import forms


class FieldsByRegister(forms.CheckboxSelectMultiple):
    """Boxes for the fields of every register, each register folded away until it is wanted."""

    template_name = "api/fields_by_register.html"
