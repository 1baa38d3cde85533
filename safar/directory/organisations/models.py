"""Organisations, their offices and their focal points."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.rules import tells_too_much
from safar.directory.places.models import Place
from safar.foundation.access.labels import PERSONAL, PUBLIC, SENSITIVE, Label
from safar.foundation.access.models import Labelled
from safar.foundation.actions.refusals import Refused
from safar.foundation.database.numbers import next_number
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField, SortKeyField

NAMES = ("name", "trading_name", "name_uz", "name_uz_cyrl", "name_ru", "name_en")
KEYS = ("name_key", "trading_key", "uz_key", "ru_key", "en_key", "sort_key")
NAME_IN = {"uz": "name_uz", "uz-cyrl": "name_uz_cyrl", "ru": "name_ru", "en": "name_en"}
PHONE = RegexValidator(
    r"^[+0-9][0-9 ()\-]{4,30}$", _("Write the phone number with its country code: +998 71 234 56 78.")
)

SHELTER_ADDRESS = _("The address of a shelter is not written in the directory.")
SHELTER_PLACE = _("Where a shelter is, is told no closer than its region.")


class Type(models.TextChoices):
    """What an organisation is."""

    AGENCY = "AGENCY", _("Government agency")
    MINISTRY = "MINISTRY", _("Ministry")
    LOCAL_ADMINISTRATION = "LOCAL_ADMINISTRATION", _("Local administration")
    MAHALLA = "MAHALLA", _("Mahalla body")
    PROSECUTOR = "PROSECUTOR", _("Prosecutor’s office")
    POLICE = "POLICE", _("Police")
    COURT = "COURT", _("Court")
    CONSULATE = "CONSULATE", _("Embassy or consulate")
    LABOUR_AUTHORITY = "LABOUR_AUTHORITY", _("Labour authority abroad")
    BANK = "BANK", _("Bank")
    INTERNATIONAL = "INTERNATIONAL", _("International organisation")
    DONOR = "DONOR", _("Donor")
    NGO = "NGO", _("Non-governmental organisation")
    DIASPORA = "DIASPORA", _("Diaspora association")
    SHELTER = "SHELTER", _("Shelter")
    REHABILITATION = "REHABILITATION", _("Rehabilitation centre")
    TRAINING_CENTRE = "TRAINING_CENTRE", _("Training centre")
    ACADEMY = "ACADEMY", _("University or academy")
    EMPLOYER = "EMPLOYER", _("Employer")
    RECRUITER = "RECRUITER", _("Recruiter")
    MEDICAL = "MEDICAL", _("Medical institution")
    LEGAL_AID = "LEGAL_AID", _("Legal aid centre")
    MEDIA = "MEDIA", _("Media")
    OTHER = "OTHER", _("Other")


class Status(models.TextChoices):
    """Whether an organisation still works."""

    ACTIVE = "ACTIVE", _("Active")
    CLOSED = "CLOSED", _("Closed")


class OrganisationQuerySet(models.QuerySet):
    """Organisations by type, status and superior body."""

    def of_type(self, *types: str) -> OrganisationQuerySet:
        """Organisations of any of these types."""
        return self.filter(type__in=types)

    def active(self) -> OrganisationQuerySet:
        """Organisations that still work."""
        return self.filter(status=Status.ACTIVE)

    def directly_under(self, organisation: Organisation) -> OrganisationQuerySet:
        """Bodies that answer to an organisation."""
        return self.filter(parent=organisation)


@tracked(exclude=KEYS)
class Organisation(Labelled):
    """A body, firm or association. It belongs to itself: grants over an organisation cover its own row.

    `name` is the name as registered or published; the others are its forms in each language, where known. A row that came
    from a published list keeps the list's code (`source`) and its key in it, so that loading the list again finds it.
    """

    Type, Status = Type, Status

    type = models.CharField(_("type"), max_length=20, choices=Type)
    status = models.CharField(
        _("status"), max_length=6, choices=Status, default=Status.ACTIVE, editable=False
    )
    name = NormalisedCharField(_("name"), max_length=300)
    trading_name = NormalisedCharField(_("trades as"), max_length=300, blank=True, default="")
    name_uz = NormalisedCharField(_("name in Uzbek"), max_length=300, blank=True, default="")
    name_uz_cyrl = NormalisedCharField(_("name in Uzbek, Cyrillic"), max_length=300, blank=True, default="")
    name_ru = NormalisedCharField(_("name in Russian"), max_length=300, blank=True, default="")
    name_en = NormalisedCharField(_("name in English"), max_length=300, blank=True, default="")
    name_key = KeyField("name")
    trading_key = KeyField("trading_name")
    uz_key = KeyField("name_uz")
    ru_key = KeyField("name_ru")
    en_key = KeyField("name_en")
    sort_key = SortKeyField("name")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("answers to")
    )
    country = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations_of_country",
        verbose_name=_("country"),
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("place")
    )
    stir = models.CharField(
        _("tax number (STIR)"),
        max_length=9,
        blank=True,
        default="",
        validators=[RegexValidator(r"^[0-9]{9}$", _("A STIR has nine digits."))],
    )
    registration_number = NormalisedCharField(_("registration number"), max_length=60, blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    source = models.CharField(_("list it came from"), max_length=100, blank=True, default="", editable=False)
    source_key = models.TextField(blank=True, default="", editable=False)
    is_renamed = models.BooleanField(default=False, editable=False)
    is_public = models.GeneratedField(
        expression=Case(When(type="SHELTER", then=Value(False)), default=Value(True)),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    unscoped: ClassVar = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="organisation_sorted"),
            models.Index(fields=["type", "sort_key", "id"], name="organisation_type_sorted"),
            models.Index(fields=["status", "sort_key", "id"], name="organisation_status_sorted"),
            models.Index(fields=["stir", "id"], name="organisation_stir_sorted"),
            *(models.Index(fields=[key], name=f"organisation_{key}") for key in KEYS[:-1]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stir="") | Q(stir__regex=r"^[0-9]{9}$"),
                name="organisation_stir_form",
                violation_error_message=_("A STIR has nine digits."),
            ),
            models.UniqueConstraint(
                fields=["stir"],
                condition=~Q(stir="") & ~Q(type="SHELTER"),
                name="organisation_stir_once",
                violation_error_message=_("Another organisation has this STIR."),
            ),
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="organisation_once_in_source",
                violation_error_message=_("This organisation of the source is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(status="ACTIVE", closed_on=None) | Q(status="CLOSED", closed_on__isnull=False),
                name="organisation_closed_on_a_day",
                violation_error_message=_(
                    "A closed organisation has the day it closed; an active one has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="organisation_not_its_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def label(self) -> Label:
        """Its own, where it sits; a shelter is known to those cleared for sensitive rows only."""
        place = self.place or self.country
        return Label(
            org=self.pk, place=place.path if place else "", level=SENSITIVE if self.is_shelter else PUBLIC
        )

    def take_label(self) -> None:
        """A new organisation takes its number first: its label names itself. A shelter's place is its region at most."""
        if self.pk is None:
            self.pk = next_number(Organisation)
        super().take_label()
        if tells_too_much(is_shelter=self.is_shelter, place_path=self.place.path if self.place else ""):
            raise Refused(SHELTER_PLACE, field="place")

    @property
    def display_name(self) -> str:
        """The name in the language of the moment, where it has one."""
        return getattr(self, NAME_IN.get((get_language() or "uz").lower(), "name")) or self.name

    def name_here(self) -> str:
        """The name in the language of the moment where it is another one; shown beneath the name in lists."""
        return "" if self.display_name == self.name else self.display_name

    name_here.label = _("name in your language")  # type: ignore[attr-defined]

    @property
    def is_shelter(self) -> bool:
        """Whether people are sheltered there."""
        return self.type == Type.SHELTER


class _OfOrganisation(Labelled):
    """A row that belongs to an organisation and may be stored only by who sees that organisation."""

    WALL_CHECK = "exists (select 1 from organisations_organisation o where o.id = organisation_id)"

    class Meta(Labelled.Meta):
        abstract = True

    def take_label(self) -> None:
        super().take_label()
        self.is_public = self.label_level == PUBLIC


@tracked(exclude=("name_key", "sort_key"))
class Office(_OfOrganisation):
    """Where one goes to an organisation: address, telephone, hours. A shelter's has no address here (level 3 is kept
    by the protection service alone), and its telephone is for those cleared for sensitive rows."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="offices", verbose_name=_("organisation")
    )
    name = NormalisedCharField(_("name"), max_length=200)
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="offices", verbose_name=_("place")
    )
    address = NormalisedTextField(_("address"), max_length=500, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=32, blank=True, default="", validators=[PHONE])
    email = models.EmailField(_("email"), blank=True, default="")
    hours = NormalisedTextField(_("opening hours"), max_length=300, blank=True, default="")
    open_since = models.DateField(_("open since"), null=True, blank=True)
    open_until = models.DateField(_("open until"), null=True, blank=True)
    name_key = KeyField("name", db_index=True)
    sort_key = SortKeyField("name")

    class Meta(_OfOrganisation.Meta):
        abstract = False
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        indexes = [*Labelled.Meta.indexes, models.Index(fields=["sort_key", "id"], name="office_sorted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(open_until=None) | Q(open_since=None) | Q(open_until__gte=F("open_since")),
                name="office_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def label(self) -> Label:
        """Its organisation's, where the office is."""
        place = self.place or self.organisation.place or self.organisation.country
        level = SENSITIVE if self.organisation.is_shelter else PUBLIC
        return Label(self.organisation_id, place.path if place else "", level)

    def take_label(self) -> None:
        """A shelter's address is not written here, whoever tries: where it is, is the protection service's secret."""
        super().take_label()
        if self.organisation.is_shelter and self.address:
            raise Refused(SHELTER_ADDRESS, field="address")
        if tells_too_much(
            is_shelter=self.organisation.is_shelter, place_path=self.place.path if self.place else ""
        ):
            raise Refused(SHELTER_PLACE, field="place")


class Topic(models.TextChoices):
    """What a focal point is asked about."""

    LICENSING = "LICENSING", _("Licences of recruiters")
    COMPLAINTS = "COMPLAINTS", _("Complaints")
    REFERRAL = "REFERRAL", _("Referral of people who need help")
    TRAFFICKING = "TRAFFICKING", _("Human trafficking")
    LEGAL = "LEGAL", _("Legal questions")
    TRAINING = "TRAINING", _("Training")
    PLACEMENT = "PLACEMENT", _("Vacancies and placement")
    REINTEGRATION = "REINTEGRATION", _("Return and reintegration")
    DATA = "DATA", _("Data and statistics")
    PRESS = "PRESS", _("Press")
    GENERAL = "GENERAL", _("General questions")


@tracked(exclude=("name_key", "sort_key"))
class FocalPoint(_OfOrganisation):
    """Whom one asks for at an organisation, on a topic. A person in office: for staff, not for the public."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="focal_points", verbose_name=_("organisation")
    )
    topic = models.CharField(_("topic"), max_length=14, choices=Topic, default=Topic.GENERAL)
    name = NormalisedCharField(pgettext_lazy("a person's", "name"), max_length=200)
    post = NormalisedCharField(_("post"), max_length=200, blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=32, blank=True, default="", validators=[PHONE])
    email = models.EmailField(_("email"), blank=True, default="")
    until = models.DateField(_("until"), null=True, blank=True)
    name_key = KeyField("name", db_index=True)
    sort_key = SortKeyField("name")

    class Meta(_OfOrganisation.Meta):
        abstract = False
        verbose_name = _("focal point")
        verbose_name_plural = _("focal points")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="focal_point_sorted"),
            models.Index(fields=["topic", "sort_key", "id"], name="focal_point_topic_sorted"),
        ]

    def __str__(self) -> str:
        return self.name

    def label(self) -> Label:
        """Its organisation's; personal, and sensitive at a shelter."""
        place = self.organisation.place or self.organisation.country
        level = SENSITIVE if self.organisation.is_shelter else PERSONAL
        return Label(self.organisation_id, place.path if place else "", level)
