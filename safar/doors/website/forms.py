"""How every form of Safar looks, and the questions the public website asks.

`settings.FORM_RENDERER` names `Renderer`. After that `{{ form }}`, `{{ form.name.as_field_group }}` and the
forms of the libraries come out with `govuk-…` classes, the hint and the error above the control, and both
named by its `aria-describedby`. Put `{% include "parts/error_summary.html" %}` at the top of `<main>`.
"""

from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.forms import boundfield, renderers, widgets
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from safar.citizens.recruiters.models import KindOfWork
from safar.citizens.recruiters.words import destination_choices

_WIDTHS = ((5, 5), (10, 10), (20, 20))
"""Longest text, and the width class that fits it."""

_PLAIN_INPUTS = frozenset(
    {"text", "search", "email", "tel", "url", "number", "password", "date", "datetime-local", "time", "month"}
)


def widget_class(widget: widgets.Widget) -> str:
    """The design system's class for a control, or an empty string where its template sets one."""
    if isinstance(widget, widgets.Textarea):
        return "govuk-textarea"
    if isinstance(widget, widgets.CheckboxInput | widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, widgets.Select | widgets.SelectDateWidget):
        return "govuk-select"
    if isinstance(widget, widgets.FileInput):
        return "govuk-file-upload"
    if isinstance(widget, widgets.MultiWidget) or getattr(widget, "input_type", "") in _PLAIN_INPUTS:
        return "govuk-input"
    return ""


def _width_class(widget: widgets.Widget) -> str:
    """A width that tells how much is expected, for short single-line texts only."""
    longest = widget.attrs.get("maxlength")
    if not isinstance(widget, widgets.TextInput) or longest is None:
        return ""
    return next((f"govuk-input--width-{width}" for limit, width in _WIDTHS if int(longest) <= limit), "")


class BoundField(boundfield.BoundField):
    """A field of a form that carries the design system's classes into its control."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        """Add the control's classes, and mark it when it holds an error."""
        built = super().build_widget_attrs(attrs, widget)
        control = widget or self.field.widget
        name = widget_class(control)
        if not name or control.is_hidden:
            return built
        classes = [name, _width_class(control), control.attrs.get("class", ""), built.get("class", "")]
        if self.errors:
            classes.append(f"{name}--error")
        return built | {"class": " ".join(dict.fromkeys(part for part in classes if part))}

    @property
    def is_checkbox(self) -> bool:
        """Whether this is a single box, whose label stands beside it rather than above."""
        return isinstance(self.field.widget, widgets.CheckboxInput)

    @property
    def is_marked_optional(self) -> bool:
        """Whether the label should say that the field may be left empty.

        Where nothing is required, as in a panel of filters, saying so on every line helps nobody.
        """
        if self.field.required or not getattr(self.form, "marks_optional", True):
            return False
        return any(field.required for field in self.form.fields.values())

    @property
    def first_id(self) -> str:
        """The identifier of the control an error should lead to: of a group, its first option."""
        return self.id_for_label or (f"{self.auto_id}_0" if self.use_fieldset else self.auto_id)


class Renderer(renderers.DjangoTemplates):
    """Renders every form of Safar; looks first in `form_templates/` beside this file."""

    form_template_name = "django/forms/form.html"
    formset_template_name = "django/forms/formset.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField

    @cached_property
    def engine(self) -> Any:
        """The template engine of the controls: ours, then Django's, then the applications'."""
        folders = [Path(__file__).parent / "form_templates", Path(django.forms.__file__).parent / "templates"]
        return self.backend({"APP_DIRS": True, "DIRS": folders, "NAME": "safarforms", "OPTIONS": {}})


class CheckForm(forms.Form):
    """What a person knows of a recruiter, and, if she likes, where she was promised work."""

    marks_optional = False
    use_required_attribute = False

    q = forms.CharField(
        label=_("Firm’s name, STIR or licence number"),
        help_text=_("For example: Zarafshon Ish or 301 234 567"),
        max_length=200,
        error_messages={
            "required": _("Write the firm’s name, its STIR or its licence number"),
            "max_length": _("Write less: the firm’s name alone is enough"),
        },
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    to = forms.ChoiceField(
        label=_("Where do they promise you work? You may leave this empty"),
        help_text=_("A licence names the countries it is good for"),
        choices=lambda: [("", _("Any country")), *destination_choices()],
        required=False,
        error_messages={"invalid_choice": _("Choose a country from the list, or leave it empty")},
    )

    work = forms.ChoiceField(
        label=_("What work do they promise? You may leave this empty"),
        choices=[("", _("Any work")), *KindOfWork.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose the work from the list, or leave it empty")},
    )

    def clean_q(self) -> str:
        """Refuse a number that is almost a STIR: a person who mistypes must not read "not in the register"."""
        text = " ".join(self.cleaned_data["q"].split())
        if is_nearly_a_stir(text):
            digits = text.replace(" ", "")
            raise forms.ValidationError(
                ngettext_lazy(
                    "STIR has 9 digits, you have %(count)d", "STIR has 9 digits, you have %(count)d", "count"
                ),
                params={"count": len(digits)},
            )
        return text


_ALMOST_STIR = frozenset({7, 8, 10, 11})


def is_nearly_a_stir(text: str) -> bool:
    """Whether a text is digits only, and one or two more or less than a STIR has."""
    digits = "".join(text.split())
    return digits.isdecimal() and len(digits) in _ALMOST_STIR


class CodeForm(forms.Form):
    """A number that stands on paper: under the code on a wall, or at the foot of an earlier answer."""

    use_required_attribute = False

    number = forms.CharField(
        label=_("Number under the code, or number of an answer"),
        help_text=_("For example: XM-0417"),
        max_length=60,
        error_messages={
            "required": _("Write the number that stands under the code"),
            "max_length": _("The number is too long: write it as it stands on the paper"),
        },
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
