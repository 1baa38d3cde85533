"""People and the facts of their timelines."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.facts import sentence_of
from safar.directory.places.models import Place
from safar.foundation.access.labels import PERSONAL, PROTECTED, SENSITIVE, Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField
from safar.foundation.languages.keys import KeyField, SortKeyField

NAME = RegexValidator(r"^[^\d<>{}\[\]\\/|@#$%^&*=+~]+$", _("A name has letters only."))


class Sex(models.TextChoices):
    """Sex as in the papers; unknown is an answer."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")
    UNKNOWN = "U", _("Not known")


class Precision(models.TextChoices):
    """How much of a birth date is known."""

    DAY = "DAY", _("Day")
    MONTH = "MONTH", _("Month")
    YEAR = "YEAR", _("Year")


class PersonQuerySet(models.QuerySet):
    """People by name."""

    def named(self, key: str) -> PersonQuerySet:
        """People whose folded name begins with `key` (made by `fold`)."""
        return self.filter(name_key__gte=key, name_key__lt=f"{key}\U0010ffff") if key else self.none()


@tracked(exclude=("name_key", "given_key", "sort_key"))
class Person(Labelled):
    """Somebody who asked for something, as the organisation that registered her wrote her down. Personal: level 1.

    Names are in one script, as in the papers. With precision YEAR or MONTH the missing part of `birth_date` is its first day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = NormalisedCharField(_("family name"), max_length=100, validators=[NAME])
    given = NormalisedCharField(_("given name"), max_length=100, blank=True, default="", validators=[NAME])
    patronymic = NormalisedCharField(
        _("patronymic"), max_length=100, blank=True, default="", validators=[NAME]
    )
    name_key = KeyField("family", "given", "patronymic")
    given_key = KeyField("given", "family")
    sort_key = SortKeyField("family", "given", "patronymic")
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_precision = models.CharField(
        _("known of the date"), max_length=5, choices=Precision, default=Precision.DAY
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("registered by")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lives in")
    )

    unscoped: ClassVar = models.Manager.from_queryset(PersonQuerySet)()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="person_sorted"),
            models.Index(fields=["name_key"], name="person_name_key"),
            models.Index(fields=["given_key"], name="person_given_key"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date=None)
                | Q(birth_precision="DAY")
                | Q(birth_precision="MONTH", birth_date__day=1)
                | Q(birth_precision="YEAR", birth_date__day=1, birth_date__month=1),
                name="person_birth_date_as_precise_as_said",
                violation_error_message=_(
                    "Write the date of birth as precisely as it is known: with the month alone the first of the month, with the year alone 1 January."
                ),
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(birth_date__gte="1900-01-01"),
                name="person_born_since_1900",
                violation_error_message=_("Write a date of birth in 1900 or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def label(self) -> Label:
        """The registering organisation's, where she lives; personal."""
        place = self.place or self.organisation.place
        return Label(self.organisation_id, place.path if place else "", PERSONAL)

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)

    @property
    def born(self) -> str:
        """The birth date as far as it is known, as the language writes it."""
        if self.birth_date is None:
            return ""
        if self.birth_precision == Precision.YEAR:
            return str(self.birth_date.year)
        shape = "YEAR_MONTH_FORMAT" if self.birth_precision == Precision.MONTH else "SHORT_DATE_FORMAT"
        return date_format(self.birth_date, shape)


class Fact(Labelled):
    """Something that happened to a person, left on her timeline by a service for the others to know.

    It names no more than its code and parameters say. Level 2 is for the desk that left it; level 3 leaves none.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="facts", verbose_name=_("person"))
    code = models.CharField(_("what"), max_length=60)
    params = models.JSONField(_("details"), default=dict, blank=True)
    service = models.CharField(_("service"), max_length=40)
    on = models.DateField(_("on"))
    level = models.PositiveSmallIntegerField(_("level"), default=PERSONAL)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    left_at = models.DateTimeField(_("written"))

    WALL_CHECK = "exists (select 1 from people_person p where p.id = person_id)"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["person", "-on", "-id"], name="fact_timeline"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=PERSONAL, level__lte=SENSITIVE),
                name="fact_level_1_or_2",
                violation_error_message=_("A fact on the timeline has level 1 or 2."),
            ),
            models.CheckConstraint(
                condition=Q(label_case=None),
                name="fact_of_no_case",
                violation_error_message=_("A fact on the timeline belongs to no case."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what()}, {self.on}"

    def what(self) -> str:
        """The fact in words."""
        return sentence_of(self.code, self.params)

    what.label = _("What")  # type: ignore[attr-defined]

    def label(self) -> Label:
        """The organisation that left it, where it happened, at its level."""
        place = self.place or self.person.place
        return Label(self.organisation_id, place.path if place else "", min(self.level, PROTECTED - 1))
