"""Every form comes out in the design system's markup, and says its errors where they are made."""

import re

from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from safar.doors.website.forms import CheckForm
from safar.doors.website.tests.reading import Read


class Questions(forms.Form):
    name = forms.CharField(help_text="As in the passport", max_length=10)
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        choices=[("a", "First"), ("b", "Second")],
        widget=forms.CheckboxSelectMultiple,
        help_text="One or more",
    )
    agreed = forms.BooleanField(help_text="You may say no")
    note = forms.CharField(widget=forms.Textarea, required=False)
    country = forms.ChoiceField(choices=[("UZ", "Uzbekistan")])
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class Filters(forms.Form):
    text = forms.CharField(required=False)


def shown(form):
    with translation.override("en"):
        return str(form)


def test_every_control_has_a_label_and_its_class():
    page = Read(shown(Questions()))
    assert page.nameless_controls() == []
    for control in page.controls:
        assert re.search(r"govuk-(input|radios__input|checkboxes__input|textarea|select)", control["class"])


def test_hints_and_errors_are_named_by_the_control_they_belong_to():
    page = Read(shown(Questions({"name": "eleven signs"})))
    assert page.missing_descriptions() == set()
    described = {control["name"]: control.get("aria-describedby", "") for control in page.controls}
    assert described["name"] == "id_name_helptext id_name_error"
    assert described["agreed"] == "id_agreed_helptext id_agreed_error"
    assert described["country"] == "id_country_error"


def test_a_group_is_described_once_on_its_fieldset():
    page = shown(Questions({}))
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_several_helptext id_several_error">' in page


def test_the_error_stands_above_the_control():
    page = shown(Questions({"name": "eleven signs"}))
    assert page.index('id="id_name_error"') < page.index('id="id_name"')


def test_a_control_with_an_error_is_marked():
    page = shown(Questions({"name": "eleven signs"}))
    assert "govuk-input--error" in page
    assert "govuk-form-group--error" in page


def test_the_summary_leads_to_each_control():
    form = Questions({})
    with translation.override("en"):
        summary = Read(render_to_string("parts/error_summary.html", {"form": form}))
    page = Read(shown(form))
    assert {link.removeprefix("#") for link in summary.links} <= set(page.ids)
    assert len(summary.links) == len(form.errors)


def test_no_summary_is_shown_for_a_form_nobody_has_sent():
    assert render_to_string("parts/error_summary.html", {"form": Questions()}).strip() == ""


def test_what_may_be_left_empty_is_said_where_something_may_not():
    assert "Note (optional)" in shown(Questions())
    assert "(optional)" not in shown(Filters())


def test_radios_and_checkboxes_are_not_mixed_up():
    page = shown(Questions())
    assert page.count('data-module="govuk-radios"') == 1
    assert page.count('data-module="govuk-checkboxes"') == 1


def test_a_short_text_gets_a_short_box():
    assert "govuk-input--width-10" in shown(Questions())


def test_what_was_typed_is_escaped():
    assert "<b>" not in shown(Questions({"name": "<b>"}))


class TestCheck:
    def test_a_stir_that_lacks_a_digit_is_told_so(self):
        form = CheckForm({"q": "30123456"})
        with translation.override("en"):
            assert form.errors["q"] == ["STIR has 9 digits, you have 8"]

    def test_a_whole_stir_and_a_name_pass(self):
        assert CheckForm({"q": "301 234 567"}).is_valid()
        assert CheckForm({"q": "Zarafshon Ish"}).is_valid()

    def test_spaces_around_and_inside_do_not_count(self):
        form = CheckForm({"q": "  Zarafshon   Ish "})
        assert form.is_valid()
        assert form.cleaned_data["q"] == "Zarafshon Ish"

    def test_nothing_written_is_not_a_question(self):
        assert not CheckForm({"q": "   "}).is_valid()

    def test_an_unknown_country_is_refused(self):
        assert "to" in CheckForm({"q": "Zarafshon", "to": "ZZ"}).errors
