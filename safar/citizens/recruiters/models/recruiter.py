"""The firm itself."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.lookups import Regex
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import rules, spelling
from safar.citizens.recruiters.models.choices import COUNTRY, STIR, KindOfWork, LegalForm, State
from safar.directory.organisations.models import PHONE, Organisation
from safar.directory.places.models import Place
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField, SortKeyField
from safar.foundation.languages.territories import country_name


class DueField(models.DateField):
    """The day the next step of a recruiter is due, worked out from the record whenever it is stored."""

    def pre_save(self, model_instance: Any, add: bool) -> date | None:
        due = rules.next_step(model_instance.progress, date.min).due_on
        setattr(model_instance, self.attname, due)
        return due


class RecruiterQuerySet(models.QuerySet):
    """Recruiters as the officer's day and the check ask for them."""

    def published(self) -> RecruiterQuerySet:
        """Firms the public is told of."""
        return self.exclude(state__in=rules.UNPUBLISHED)

    def licensed_on(self, day: date) -> RecruiterQuerySet:
        """Firms whose licence holds on a day."""
        return self.filter(
            Q(licensed_from=None) | Q(licensed_from__lte=day),
            Q(licensed_until=None) | Q(licensed_until__gte=day),
            state=State.LICENSED,
        )


KEYS = ("name_key", "ru_name_key", "exact_key", "script_key", "cyrl_key", "ru_key")


@tracked(exclude=(*KEYS, "sort_key", "number_key", "next_due_on"))
class Recruiter(Labelled):
    """A private employment agency that is licensed to send people to work abroad, was, or asked to be.

    The register belongs to the authority that keeps it (`keeper`); whoever holds a grant over that authority and the
    firm's place works on it. What is published is public: names, licence, where to, what for, address, why it was stopped.
    """

    State, LegalForm, KindOfWork = State, LegalForm, KindOfWork

    name = NormalisedCharField(_("name"), max_length=200)
    name_cyrl = NormalisedCharField(_("name in Uzbek, Cyrillic"), max_length=200, blank=True, default="")
    name_ru = NormalisedCharField(_("name in Russian"), max_length=200, blank=True, default="")
    legal_form = models.CharField(
        _("form of ownership"), max_length=13, choices=LegalForm, blank=True, default=""
    )
    stir = models.CharField(_("tax number (STIR)"), max_length=9, blank=True, default="", validators=[STIR])
    number = NormalisedCharField(_("licence number"), max_length=40, blank=True, default="")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.APPLIED)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    licensed_from = models.DateField(_("licensed from"), null=True, blank=True)
    licensed_until = models.DateField(_("licensed until"), null=True, blank=True)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    state_reason = NormalisedTextField(_("reason, as published"), max_length=500, blank=True, default="")
    state_order = NormalisedCharField(_("order number"), max_length=60, blank=True, default="")
    state_rule = models.CharField(_("rule"), max_length=20, blank=True, default="")
    withdrawal_proposed_on = models.DateField(_("withdrawal proposed on"), null=True, blank=True)
    destinations = ArrayField(
        models.CharField(max_length=2, validators=[COUNTRY]),
        verbose_name=_("destinations"),
        default=list,
        blank=True,
    )
    works = ArrayField(
        models.CharField(max_length=13, choices=KindOfWork),
        verbose_name=_("kinds of work"),
        default=list,
        blank=True,
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="recruiters", verbose_name=_("place")
    )
    address = NormalisedTextField(_("address"), max_length=300, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=32, blank=True, default="", validators=[PHONE])
    email = models.EmailField(_("email"), blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    director = NormalisedCharField(_("director"), max_length=150, blank=True, default="")
    deposit_paid = models.BooleanField(_("deposit paid in full"), null=True, blank=True)
    deposit_checked_on = models.DateField(_("deposit checked on"), null=True, blank=True)
    keeper = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kept by")
    )
    organisation = models.OneToOneField(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("in the directory"),
    )
    source = NormalisedCharField(
        _("list it came from"), max_length=200, blank=True, default="", editable=False
    )

    name_key = KeyField("name")
    ru_name_key = KeyField("name_ru")
    sort_key = SortKeyField("name")
    exact_key = KeyField("name", make=spelling.name_key)
    script_key = KeyField("name", make=spelling.other_script_key)
    cyrl_key = KeyField("name_cyrl", make=spelling.name_key)
    ru_key = KeyField("name_ru", make=spelling.name_key)
    number_key = KeyField("number", make=spelling.number_key)
    next_due_on = DueField(_("due"), null=True, editable=False)
    is_public = models.GeneratedField(
        expression=Case(When(state__in=["APPLIED", "REFUSED"], then=Value(False)), default=Value(True)),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    unscoped: ClassVar = models.Manager.from_queryset(RecruiterQuerySet)()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("recruiter")
        verbose_name_plural = _("recruiters")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="recruiter_sorted"),
            models.Index(fields=["state", "sort_key", "id"], name="recruiter_state_sorted"),
            models.Index(fields=["state", "next_due_on", "id"], name="recruiter_due"),
            models.Index(fields=["stir", "id"], name="recruiter_stir_sorted"),
            models.Index(fields=["number", "id"], name="recruiter_number_sorted"),
            models.Index(fields=["licensed_until", "id"], name="recruiter_until_sorted"),
            models.Index(fields=["next_due_on", "id"], name="recruiter_due_sorted"),
            *(models.Index(fields=[key], name=f"recruiter_{key}") for key in KEYS),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["number_key"],
                condition=~Q(number_key=""),
                name="recruiter_number_once",
                violation_error_message=_("Another firm has this licence number."),
            ),
            models.UniqueConstraint(
                fields=["stir"],
                condition=~Q(stir="") & ~Q(state__in=["APPLIED", "REFUSED"]),
                name="recruiter_stir_published_once",
                violation_error_message=_("Another firm has this STIR."),
            ),
            # What is not published is unique at its own desk only: a refusal must not tell of another desk's application.
            models.UniqueConstraint(
                fields=["keeper", "place", "stir"],
                condition=~Q(stir=""),
                nulls_distinct=False,
                name="recruiter_stir_once_at_a_desk",
                violation_error_message=_("Another firm has this STIR."),
            ),
            models.CheckConstraint(
                condition=Q(stir="") | Q(stir__regex=r"^[0-9]{9}$"),
                name="recruiter_stir_form",
                violation_error_message=_("A STIR has nine digits."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="recruiter_has_name",
                violation_error_message=_("A firm has a name. Write it."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["APPLIED", "REFUSED"]) | ~Q(number_key=""),
                name="recruiter_licence_has_number",
                violation_error_message=_("A licence has a number. Write it."),
            ),
            models.CheckConstraint(
                condition=~Q(state="APPLIED") | Q(applied_on__isnull=False) | ~Q(source=""),
                name="recruiter_applied_on_a_day_or_listed",
                violation_error_message=_("Write the day on which the firm applied."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["SUSPENDED", "WITHDRAWN"], stopped_on__isnull=False)
                & ~Q(state_reason="")
                | ~Q(state__in=["SUSPENDED", "WITHDRAWN"]) & Q(stopped_on=None),
                name="recruiter_stopped_on_a_day_for_a_reason",
                violation_error_message=_(
                    "A licence that is stopped has a day and a reason; one that is not stopped has no such day."
                ),
            ),
            models.CheckConstraint(
                condition=Q(licensed_from=None)
                | Q(licensed_until=None)
                | Q(licensed_until__gte=F("licensed_from")),
                name="recruiter_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_proposed_on=None) | Q(state__in=["LICENSED", "SUSPENDED"]),
                name="recruiter_withdrawal_of_a_licence",
                violation_error_message=_(
                    "Only a licence that is in force or suspended can be proposed for withdrawal."
                ),
            ),
            models.CheckConstraint(
                condition=Q(works__contained_by=[str(code) for code in KindOfWork]),
                name="recruiter_known_works",
                violation_error_message=_("Choose the kinds of work from the list."),
            ),
            models.CheckConstraint(
                condition=Regex(
                    Func(
                        F("destinations"),
                        Value(""),
                        function="array_to_string",
                        output_field=models.TextField(),
                    ),
                    Value("^([A-Z]{2})*$"),
                ),
                name="recruiter_destinations_form",
                violation_error_message=_("Write the country as two capital letters (ISO 3166-1)."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def label(self) -> Label:
        """Public, of the authority that keeps the register, where the firm sits."""
        return Label(org=self.keeper_id, place=self.place.path if self.place else "")

    def destination_names(self) -> str:
        """Countries the licence is good for, in words."""
        return ", ".join(sorted(map(country_name, self.destinations)))

    def work_names(self) -> str:
        """Kinds of work the licence is good for, in words."""
        return ", ".join(str(KindOfWork(code).label) for code in self.works)

    destination_names.label = _("Destinations")  # type: ignore[attr-defined]
    work_names.label = _("Kinds of work")  # type: ignore[attr-defined]

    @property
    def progress(self) -> rules.Progress:
        """The days its next step is counted from."""
        return rules.Progress(
            state=self.state,
            applied_on=self.applied_on,
            licensed_until=self.licensed_until,
            suspended_on=self.stopped_on if self.state == State.SUSPENDED else None,
            withdrawal_proposed_on=self.withdrawal_proposed_on,
        )
