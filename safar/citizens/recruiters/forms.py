"""Forms of the recruiters' actions and registers."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.numbers import is_currency
from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import rules
from safar.citizens.recruiters.deciding import FIELDS
from safar.citizens.recruiters.models import Branch, Deposit, ForeignPartner, KindOfWork, Recruiter
from safar.citizens.recruiters.words import DESTINATIONS, LACKING, destination_choices
from safar.directory.organisations.forms import website_field
from safar.directory.places.forms import place_field
from safar.foundation.languages.territories import country_name
from safar.foundation.registers.choices import WrittenChoiceField

WRITE_PLACE = _("Write the code, or the whole name.")
PUBLISHED = _("Anybody who checks the firm reads this. Name nobody who complained.")
CONTACTS = ("address", "phone", "email", "website", "director")
NAMES = ("name", "name_cyrl", "name_ru")
LICENCE_NUMBER = RegexValidator(
    r"^(?=.*[0-9])(?:№ ?)?[^\W_](?:[№/. -]{0,3}[^\W_])*$",
    _("A licence number is letters and digits, with a dash, a slash, a dot or a space between them."),
)


class DestinationsField(forms.MultipleChoiceField):
    """Countries a licence is good for; one the list does not offer is kept if the firm has it."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"choices": destination_choices, "label": _("Destinations"), **options})

    def prepare_value(self, value: Any) -> Any:
        further = [code for code in value or () if code not in DESTINATIONS]
        if further:
            self.choices = [*destination_choices(), *((code, country_name(code)) for code in further)]
        return value


def works_field(**options: Any) -> forms.MultipleChoiceField:
    """Kinds of work a licence is good for."""
    kinds = {
        "choices": KindOfWork.choices,
        "label": _("Kinds of work"),
        "widget": forms.CheckboxSelectMultiple,
    }
    return forms.MultipleChoiceField(**{**kinds, **options})


def order_field(**options: Any) -> forms.CharField:
    """The number of the order a decision stands in."""
    return forms.CharField(**{"label": _("Order number"), "max_length": 60, "required": False, **options})


def reason_field(**options: Any) -> forms.CharField:
    """The reason of a decision, as it is published."""
    shape = {"label": _("Reason, as published"), "max_length": 500, "required": False, "help_text": PUBLISHED}
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **{**shape, **options})


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day."""
    return forms.DateField(**{"label": label, "required": False, **options})


class WithStir(forms.ModelForm):
    """A firm's form with its tax number."""

    def clean_stir(self) -> str:
        """Not a number newly taken from another firm that whoever acts may see; of any other nothing is told."""
        stir: str = self.cleaned_data["stir"]
        if (
            stir
            and stir != self.initial.get("stir")
            and Recruiter.objects.filter(stir=stir).exclude(pk=self.instance.pk).exists()
        ):
            raise forms.ValidationError(_("Another firm has this STIR."))
        return stir


class RecruiterForm(WithStir):
    """What may be corrected of a recruiter without a decision."""

    place = place_field(label=_("Place"), help_text=WRITE_PLACE)
    website = website_field()

    class Meta:
        model = Recruiter
        fields = ("stir", "legal_form", "place", *CONTACTS)


class ApplicationForm(WithStir):
    """A firm that asks for a licence."""

    place = place_field(label=_("Place"), help_text=WRITE_PLACE)
    website = website_field()
    destinations = DestinationsField(required=False)
    works = works_field(required=False)

    class Meta:
        model = Recruiter
        fields = (*NAMES, "legal_form", "stir", "place", *CONTACTS, "destinations", "works", "applied_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["applied_on"].help_text = _("Empty: today.")


class AgainForm(forms.Form):
    """A refused firm that asks again."""

    applied_on = day_field(_("Applied on"), help_text=_("Empty: today."))


class ActForm(forms.Form):
    """The form of an act: what the rules demand of the act today has to be written."""

    act = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for demand in rules.demanded(self.act, timezone.localdate()) & FIELDS.keys():
            field = self.fields[FIELDS[demand]]
            field.required = field.widget.is_required = True
            field.error_messages = {**field.error_messages, "required": LACKING[demand]}


class GrantForm(ActForm):
    """A licence granted."""

    act = "grant_licence"

    number = forms.CharField(label=_("Licence number"), max_length=40, validators=[LICENCE_NUMBER])
    licensed_from = day_field(_("Licensed from"), help_text=_("Empty: today."))
    licensed_until = day_field(_("Licensed until"), help_text=_("Empty: the whole term of the law."))
    order_number = order_field()


class RenewForm(ActForm):
    """A licence prolonged."""

    act = "renew_licence"

    licensed_until = day_field(_("Licensed until"), help_text=_("Empty: one more term of the law."))
    order_number = order_field()


class DecisionForm(ActForm):
    """A decision for a reason, in an order."""

    reason = reason_field()
    order_number = order_field()


class RefusalForm(DecisionForm):
    """An application refused."""

    act = "refuse_application"


class SuspensionForm(DecisionForm):
    """A licence suspended."""

    act = "suspend_licence"


class ReinstatementForm(DecisionForm):
    """A licence reinstated."""

    act = "reinstate_licence"


class ProposalForm(DecisionForm):
    """A withdrawal proposed."""

    act = "withdraw_licence"


class SignatureForm(forms.Form):
    """A second signature needs nothing written."""


class UnsignedForm(forms.Form):
    """Why a proposal is not signed."""

    reason = reason_field(label=_("Why it is not signed"), required=True, help_text="")


class DestinationsForm(forms.Form):
    """Where a licence is good for, and for which work."""

    destinations = DestinationsField(required=False)
    works = works_field(required=False)
    order_number = order_field(
        help_text=_("A granted licence is changed by an order only: write its number.")
    )


class RenameForm(forms.ModelForm):
    """The names of a firm; what it was called before keeps being found."""

    class Meta:
        model = Recruiter
        fields = NAMES


class DepositForm(forms.ModelForm):
    """The deposit as the officer found it."""

    class Meta:
        model = Deposit
        fields = ("amount", "currency", "bank", "bank_account", "checked_on")
        widgets = {"bank_account": forms.TextInput}

    def __init__(self, *args: Any, **options: Any) -> None:
        if not isinstance(options.get("instance"), Deposit):
            options["instance"] = None
        super().__init__(*args, **options)

    def clean_currency(self) -> str:
        """A currency there is."""
        code: str = self.cleaned_data["currency"].upper()
        if not is_currency(code):
            raise forms.ValidationError(
                _("There is no currency with this code. Write UZS or USD, for instance.")
            )
        return code

    def clean_checked_on(self) -> date:
        """A day that has come."""
        day: date = self.cleaned_data["checked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


def recruiter_field() -> WrittenChoiceField:
    """A recruiter written by its licence number or whole name."""
    keys = ("name_key", "ru_name_key")
    hint = _("Write the licence number, or the whole name.")
    return WrittenChoiceField(Recruiter, code="number", keys=keys, label=_("Recruiter"), help_text=hint)


class BranchForm(forms.ModelForm):
    """A branch."""

    recruiter = recruiter_field()
    place = place_field(label=_("Place"), help_text=WRITE_PLACE)

    class Meta:
        model = Branch
        fields = ("recruiter", "name", "place", "address", "phone", "open_since", "open_until")


class PartnerForm(forms.ModelForm):
    """A partner abroad."""

    recruiter = recruiter_field()

    class Meta:
        model = ForeignPartner
        fields = ("recruiter", "name", "country", "licence", "since", "until")
