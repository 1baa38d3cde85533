"""What is asked for when somebody is appointed, goes on leave, hands over or loses her phone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Level, Place
from safar.directory.staff.models import LEVELS, PLAIN_USERNAME, USERNAME, Post, role_choices


class _NarrowField(forms.ModelChoiceField):
    """A choice among some rows of a model only, whichever rows it is handed."""

    only: dict[str, Any] = {}

    @property
    def queryset(self) -> Any:
        """The rows to choose from."""
        return self._get_queryset()  # type: ignore[attr-defined]

    @queryset.setter
    def queryset(self, rows: Any) -> None:
        self._set_queryset(rows.filter(**self.only))  # type: ignore[attr-defined]


class AreaField(_NarrowField):
    """A country, region or district; smaller places are nobody's area of work."""

    only = {"level__in": (Level.COUNTRY, Level.REGION, Level.DISTRICT)}

    def label_from_instance(self, obj: Place) -> str:
        """The name with the region it lies in."""
        return obj.full_name


class ColleagueField(_NarrowField):
    """Somebody who has a post now, named by her post."""

    only = {"ended_at": None}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AppointForm(forms.Form):
    """A new post, and the account of whoever has none yet."""

    username = forms.CharField(
        label=_("Username"),
        max_length=60,
        help_text=_(
            "If this person has an account already, type its username: name and password stay as they are."
        ),
        validators=[RegexValidator(USERNAME, PLAIN_USERNAME)],
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=150)
    email = forms.EmailField(label=_("E-mail"), required=False)
    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=QuerySet(Organisation))  # type: ignore[var-annotated]
    title = forms.CharField(label=_("Title"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=lambda: [("", _("Choose a role")), *role_choices()])
    place = AreaField(
        label=_("Place"), queryset=QuerySet(Place), required=False, help_text=_("Empty: the whole country.")
    )
    level = forms.TypedChoiceField(
        label=_("Highest level"),
        choices=LEVELS,
        coerce=int,
        initial=1,
        help_text=_("The most secret rows it opens."),
    )
    valid_from = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """The end may not come before the beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        begin, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", _("The last day comes before the first."))
        return cleaned


class LeaveForm(forms.Form):
    """Days away, and who stands in."""

    starts_on = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    stand_in = ColleagueField(
        label=_("Stand-in"),
        queryset=QuerySet(Post),
        required=False,
        help_text=_("Gets the post's rights for these days only."),
    )

    def clean(self) -> dict[str, Any]:
        """The end may not come before the beginning."""
        cleaned: dict[str, Any] = super().clean() or {}
        begin, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if begin and end and end < begin:
            self.add_error("ends_on", _("The last day comes before the first."))
        return cleaned


class HandOverForm(ReasonForm):
    """Who takes the post over."""

    to = ColleagueField(label=_("To whom"), queryset=QuerySet(Post))
    field_order = ("to", "reason")
