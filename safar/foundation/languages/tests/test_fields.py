"""Text is normalised on its way in, by whichever door it comes."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.test.utils import isolate_apps

from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField


def test_what_goes_to_the_database_is_normalised():
    field = NormalisedCharField(max_length=50)
    assert field.get_prep_value("  O'zbek\u200biston ") == "Oʻzbekiston"
    assert field.to_python("o`g`il\nbola") == "oʻgʻil bola"
    assert field.get_prep_value(None) is None


def test_a_field_of_several_lines_keeps_them():
    assert NormalisedTextField().get_prep_value("bir \r\n ikki") == "bir\nikki"


def test_a_value_too_long_is_an_error_and_never_cut():
    with pytest.raises(ValidationError):
        NormalisedCharField(max_length=3).clean("abcd", None)


@isolate_apps("safar.foundation.languages")
def thing():
    class Thing(models.Model):
        name = NormalisedCharField(max_length=50)

        class Meta:
            app_label = "languages"

        def __str__(self):
            return self.name

    return Thing


def test_what_is_looked_for_is_normalised_like_what_is_stored():
    for query in ({"name": "O'zbek "}, {"name__in": ["O'zbek "]}):
        assert thing().objects.filter(**query).query.sql_with_params()[1] == ("Oʻzbek",)


def test_a_model_form_puts_the_normalised_value_on_the_row():
    form = forms.modelform_factory(thing(), fields=["name"])({"name": "G'alaba\u202e  1"})
    assert form.is_valid()
    assert form.instance.name == "Gʻalaba 1"
