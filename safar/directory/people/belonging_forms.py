"""Forms of what belongs to a person: filled in from her page, each knows whom it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.forms import organisation_field
from safar.directory.people.models import (
    DOMAINS,
    Channel,
    Consent,
    Functioning,
    Identifier,
    Name,
    Person,
    Phone,
    Relation,
    SafeContact,
    Seen,
    SpokenLanguage,
    Weekday,
)
from safar.directory.people.phones import PhoneField
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.files.forms import AcceptedFileField
from safar.foundation.languages.territories import country_choices

WHICH = "which"
HOURS = tuple((hour, f"{hour:02}:00") for hour in range(25))
LINES = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"})


class BelongingForm(forms.ModelForm):
    """A row that belongs to a person. The act is on the person, so the form has no row of its own."""

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)

    def about(self, person: Person, actor: Actor) -> None:
        """A new row has nothing to be filled in from."""


class Chosen(forms.Form):
    """One of the person's rows: the one the address names, or one out of the list of hers. Its values are filled in."""

    def about(self, person: Person, actor: Actor) -> None:
        """Offer her rows alone, and show what the one meant says now."""
        field: Any = self.fields[WHICH]
        field.queryset = visible(actor, field.queryset.model).filter(person_id=person.pk).order_by("pk")
        wanted = str(self.initial.get(WHICH) or "")
        for row in field.queryset:
            if str(row.pk) == wanted:
                said = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
                self.initial = {**said, **self.initial}


class OnlyOne(BelongingForm):
    """The one row of its sort a person has, or is given now."""

    def about(self, person: Person, actor: Actor) -> None:
        """Show what stands there now."""
        row = visible(actor, self._meta.model).filter(person_id=person.pk).first()
        if row is not None:
            said = {name: getattr(row, name) for name in self.fields if hasattr(row, name)}
            self.initial = {**said, **self.initial}


def which(model: type[Any], label: Any) -> forms.ModelChoiceField:
    """The field that says which of her rows is meant."""
    return forms.ModelChoiceField(QuerySet(model).none(), label=label, widget=forms.Select)


def day(label: Any, **options: Any) -> forms.DateField:
    """A day, picked from a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


# -- names and telephones ----------------------------------------------------------------------------------------------


class NameForm(BelongingForm):
    """A further name, in its parts."""

    until = day(_("until"), required=False, help_text=_("For a former name: the last day it was hers."))

    class Meta:
        model = Name
        fields = ("kind", "family", "given", "patronymic", "until")


class ChooseName(Chosen):
    """One of her names."""

    which = which(Name, _("Which name"))


class ChangeNameForm(ChooseName, NameForm):
    """A name mended."""

    field_order = (WHICH,)


class PhoneForm(BelongingForm):
    """A telephone number in any writing."""

    number = PhoneField(label=_("Number"), help_text=_("A number without a country code is taken as Uzbek."))

    class Meta:
        model = Phone
        fields = ("number", "whose")


class ChoosePhone(Chosen):
    """One of her numbers."""

    which = which(Phone, _("Which telephone"))


class ChangePhoneForm(ChoosePhone, PhoneForm):
    """A number mended."""

    field_order = (WHICH,)


# -- papers ------------------------------------------------------------------------------------------------------------


class PaperForm(BelongingForm):
    """A paper, typed or read from the lines for machines."""

    mrz = forms.CharField(
        label=_("The lines for machines"), required=False, max_length=200, widget=LINES, strip=True,
        help_text=_("Two lines of 44 signs in a passport, three of 30 on a card. What they say need not be typed."),
    )  # fmt: skip
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    country = forms.ChoiceField(label=_("Issued by the country"), choices=country_choices, initial="UZ")
    issued_on = day(_("Issued on"), required=False)
    expires_on = day(_("Valid until"), required=False)

    class Meta:
        model = Identifier
        fields = ("type", "number", "country", "issued_on", "expires_on", "issued_by", "seen")

    field_order = ("type", "mrz", "number", "country", "issued_on", "expires_on", "issued_by", "seen")


class LinkPapersForm(PaperForm):
    """A paper of somebody registered without any, with what shows that it is hers."""

    seen = forms.ChoiceField(
        label=_("How it is known"), choices=[choice for choice in Seen.choices if choice[0] != Seen.TOLD]
    )
    evidence = forms.CharField(
        label=_("What shows that it is hers"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The photograph, a relative who was there, an answer of the consulate. It is kept encrypted."),
    )  # fmt: skip


class ChoosePaper(Chosen):
    """One of her papers."""

    which = which(Identifier, _("Which paper"))


class ChangePaperForm(ChoosePaper, BelongingForm):
    """What may be mended of a paper. Its number may not: another number is another paper."""

    issued_on = day(_("Issued on"), required=False)
    expires_on = day(_("Valid until"), required=False)

    class Meta:
        model = Identifier
        fields = ("issued_on", "expires_on", "issued_by", "seen")

    field_order = (WHICH,)


class ScanForm(ChoosePaper):
    """A scan or picture of a paper."""

    scan = AcceptedFileField(kinds=("PDF", "JPEG", "PNG"), label=_("Scan or picture"))


# -- relatives, consents ---------------------------------------------------------------------------------------------------


class RelationForm(BelongingForm):
    """Somebody close to her."""

    relative: Any = forms.ModelChoiceField(QuerySet(Person).none(), label=_("Registered as"), required=False)
    phone = PhoneField(label=_("Telephone"), required=False)
    until = day(_("until"), required=False)

    class Meta:
        model = Relation
        fields = ("kind", "name", "relative", "phone", "is_guardian", "is_trusted", "until")


class ChooseRelation(Chosen):
    """One of her relatives."""

    which = which(Relation, _("Which relative"))


class ChangeRelationForm(ChooseRelation, RelationForm):
    """A relative mended."""

    field_order = (WHICH,)


class ConsentForm(BelongingForm):
    """What she agrees to, in sentences she can be read."""

    organisation = organisation_field(
        label=_("To whom"), help_text=_("Leave both empty for this office alone.")
    )
    given_on = day(_("Given on"))
    expires_on = day(_("Holds until"), required=False)

    class Meta:
        model = Consent
        fields = (
            "purpose",
            "about",
            "organisation",
            "recipient",
            "how",
            "language",
            "given_on",
            "expires_on",
        )

    def about(self, person: Person, actor: Actor) -> None:
        """A consent is given in the language she speaks to us in, unless it is said otherwise."""
        spoken = (
            visible(actor, SafeContact).filter(person_id=person.pk).values_list("language", flat=True).first()
        )
        if spoken:
            self.initial.setdefault("language", spoken)


class ChooseConsent(Chosen):
    """One of her consents."""

    which = which(Consent, _("Which consent"))


# -- safe contact, languages, daily life -------------------------------------------------------------------------------------


class SafeContactForm(OnlyOne):
    """How she may be reached without harm."""

    phone: Any = forms.ModelChoiceField(QuerySet(Phone).none(), label=_("Safe telephone"), required=False)
    channels = forms.MultipleChoiceField(
        label=_("May be reached by"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple, required=False,
        initial=["SMS", "CALL"],
    )  # fmt: skip
    days = forms.TypedMultipleChoiceField(
        label=_("On these days"), choices=Weekday.choices, coerce=int, widget=forms.CheckboxSelectMultiple,
        initial=list(Weekday),
    )  # fmt: skip
    hour_from = forms.TypedChoiceField(
        label=_("From the hour (Tashkent)"), choices=HOURS[:-1], coerce=int, initial=9
    )
    hour_to = forms.TypedChoiceField(
        label=_("Until the hour (Tashkent)"), choices=HOURS[1:], coerce=int, initial=20
    )
    telegram_chat = forms.RegexField(
        r"^[1-9][0-9]{4,18}$", label=_("Number of the Telegram chat"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("The chat the person opened with our bot. Without it nothing is written to them by Telegram."),
        error_messages={"invalid": _("The number of a chat has digits only.")},
    )  # fmt: skip
    code_word = forms.CharField(
        label=_("Code word"), required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("She says it when she calls. Left empty, the one that stands there stays."),
    )  # fmt: skip

    class Meta:
        model = SafeContact
        fields = (
            "language", "phone", "channels", "telegram_chat", "days", "hour_from", "hour_to", "do_not_contact", "may_leave_message",
            "keep_from", "code_word", "note",
        )  # fmt: skip

    def about(self, person: Person, actor: Actor) -> None:
        """Her telephones alone may be chosen; the code word that stands there is not shown."""
        super().about(person, actor)
        self.initial.pop("code_word", None)
        phones: Any = self.fields["phone"]
        phones.queryset = visible(actor, Phone).filter(person_id=person.pk).order_by("pk")


class LanguageForm(BelongingForm):
    """A language and how well."""

    class Meta:
        model = SpokenLanguage
        fields = ("language", "level")


class ChooseLanguage(Chosen):
    """One of her languages."""

    which = which(SpokenLanguage, _("Which language"))


class ChangeLanguageForm(ChooseLanguage, LanguageForm):
    """A language mended."""

    field_order = (WHICH,)


class FunctioningForm(OnlyOne):
    """The Washington Group short set, asked as it is written."""

    asked_on = day(_("Asked on"))

    class Meta:
        model = Functioning
        fields = (*DOMAINS, "asked_on")


class ExportHeldForm(forms.Form):
    """Why she is given what is held about her."""

    purpose = forms.CharField(
        label=_("Why it is taken out"), max_length=200,
        help_text=_("For example: she asked for it herself, on paper. It stands in the history."),
    )  # fmt: skip
    shape = forms.ChoiceField(
        label=_("As"),
        choices=(("PAPER", _("A page to print")), ("JSON", _("A file for another program (JSON)"))),
    )


class EraseForm(forms.Form):
    """Why a person is erased for good."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300,
        help_text=_("The number of her request, or the rule by which the time ran out. No name."),
    )  # fmt: skip
