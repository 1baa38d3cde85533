"""What belongs to a firm: what it was called before, its branches, its partners abroad."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import rules, spelling
from safar.citizens.recruiters.models.choices import COUNTRY
from safar.citizens.recruiters.models.recruiter import Recruiter
from safar.directory.organisations.models import PHONE
from safar.directory.places.models import Place
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField


class OfRecruiter(Labelled):
    """A row that belongs to a recruiter: labelled as it is, and published when it is."""

    WALL_CHECK = "exists (select 1 from recruiters_recruiter r where r.id = recruiter_id)"

    recruiter: Any

    class Meta(Labelled.Meta):
        abstract = True

    def label(self) -> Label:
        """Its recruiter's."""
        return self.recruiter.label()

    def take_label(self) -> None:
        super().take_label()
        self.is_public = self.recruiter.state not in rules.UNPUBLISHED


@tracked(exclude=("exact_key", "script_key"))
class Alias(OfRecruiter):
    """What a recruiter was called or numbered before. Never green: the check answers with what it is called now."""

    class Kind(models.TextChoices):
        """What the text was."""

        FORMER_NAME = "FORMER_NAME", _("Former name")
        OLD_NUMBER = "OLD_NUMBER", _("Old licence number")

    recruiter = models.ForeignKey(
        Recruiter, models.PROTECT, related_name="aliases", verbose_name=_("recruiter")
    )
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    text = NormalisedCharField(_("name or number"), max_length=200)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    exact_key = models.TextField(default="", editable=False, db_index=True)
    script_key = KeyField("text", make=spelling.other_script_key, db_index=True)

    class Meta(OfRecruiter.Meta):
        abstract = False
        verbose_name = _("former name or number")
        verbose_name_plural = _("former names and numbers")
        constraints = [
            models.UniqueConstraint(fields=["recruiter", "kind", "exact_key"], name="alias_once"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="alias_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def take_label(self) -> None:
        super().take_label()
        make = spelling.number_key if self.kind == self.Kind.OLD_NUMBER else spelling.name_key
        self.exact_key = make(self.text)


@tracked(exclude=("exact_key", "script_key", "name_key"))
class Branch(OfRecruiter):
    """An office of a recruiter under a name of its own; its licence is the firm's."""

    recruiter = models.ForeignKey(
        Recruiter, models.PROTECT, related_name="branches", verbose_name=_("recruiter")
    )
    name = NormalisedCharField(_("name"), max_length=200)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    address = NormalisedTextField(_("address"), max_length=300, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=32, blank=True, default="", validators=[PHONE])
    open_since = models.DateField(_("open since"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True)
    name_key = KeyField("name")
    exact_key = KeyField("name", make=spelling.name_key, db_index=True)
    script_key = KeyField("name", make=spelling.other_script_key, db_index=True)

    class Meta(OfRecruiter.Meta):
        abstract = False
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        indexes = [
            *OfRecruiter.Meta.indexes,
            models.Index(fields=["name_key", "id"], name="branch_sorted"),
            models.Index(fields=["open_until", "id"], name="branch_until_sorted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recruiter", "exact_key"], name="branch_once"),
            models.CheckConstraint(
                condition=Q(open_since=None) | Q(open_until=None) | Q(open_until__gte=F("open_since")),
                name="branch_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked(exclude=("name_key",))
class ForeignPartner(OfRecruiter):
    """A firm or employer abroad that a recruiter sends people to, as its contract of partnership names it."""

    recruiter = models.ForeignKey(
        Recruiter, models.PROTECT, related_name="partners", verbose_name=_("recruiter")
    )
    name = NormalisedCharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2, validators=[COUNTRY])
    licence = NormalisedCharField(_("licence or registration there"), max_length=80, blank=True, default="")
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    name_key = KeyField("name")

    class Meta(OfRecruiter.Meta):
        abstract = False
        verbose_name = _("partner abroad")
        verbose_name_plural = _("partners abroad")
        indexes = [
            *OfRecruiter.Meta.indexes,
            models.Index(fields=["name_key", "id"], name="partner_sorted"),
            models.Index(fields=["country", "name_key", "id"], name="partner_country_sorted"),
            models.Index(fields=["until", "id"], name="partner_until_sorted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recruiter", "country", "name_key"], name="partner_once"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="partner_country_form",
                violation_error_message=_("Write the country as two capital letters (ISO 3166-1)."),
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="partner_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"
