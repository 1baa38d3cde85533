"""A person, and the other names she is known by."""

from __future__ import annotations

import re
import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.search.folding import bones_of_name, sounds_of_name
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled
from safar.foundation.database.numbers import Next
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField, SortKeyField

LETTERS_ONLY = r"^[^\d<>{}\[\]\\/|@#$%^&*=+~]+$"
LETTERS = re.compile(LETTERS_ONLY)
NAME = RegexValidator(LETTERS_ONLY, _("A name has letters only."))

#: What stands in place of the name of somebody who was erased.
ERASED_NAME = "—"


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


@tracked(exclude=("number", "sounds", "bones", "sort_key", "merged_into"), by_the_million=True)
class Person(Labelled):
    """Somebody who asked for something, as the organisation that registered her wrote her down. Personal: level 1.

    The name is in one script, as in the papers; its other forms are `Name`s, gathered in `spellings`. `sounds` and `bones` are
    what she is found by (see `people.search`). With precision YEAR or MONTH the missing part of `birth_date` is its first day.
    `external_id` is the number of the person in the registering organisation's own records. A record that was `merged_into`
    another is out of everybody's sight and leads to it (`Merge`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(
        _("number"), unique=True, editable=False, db_default=Next("people_person_number")
    )
    family = NormalisedCharField(_("family name"), max_length=100, blank=True, default="", validators=[NAME])
    given = NormalisedCharField(_("given name"), max_length=100, blank=True, default="", validators=[NAME])
    patronymic = NormalisedCharField(
        _("patronymic"), max_length=100, blank=True, default="", validators=[NAME]
    )
    spellings = NormalisedTextField(blank=True, default="", editable=False)
    sounds = KeyField("family", "given", "patronymic", "spellings", make=sounds_of_name)
    bones = KeyField("family", "given", "patronymic", "spellings", make=bones_of_name)
    sort_key = SortKeyField("family", "given", "patronymic")
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_precision = models.CharField(
        _("known of the date"), max_length=5, choices=Precision, default=Precision.DAY
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("registered by"), db_index=False
    )
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lives in"),
        db_index=False,
    )
    erased_on = models.DateField(_("erased on"), null=True, editable=False)
    external_id = NormalisedCharField(_("number in their records"), max_length=100, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["sort_key", "id"], name="person_sorted"),
            models.Index(
                fields=["merged_into"], name="person_pointers", condition=Q(merged_into__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(family="") | ~Q(given="") | ~Q(patronymic=""),
                name="person_has_a_name",
                violation_error_message=_("Write at least one name."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="person_once_in_their_records",
                violation_error_message=_("Another person has this number in the organisation’s records."),
            ),
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
                condition=Q(erased_on=None)
                | Q(family=ERASED_NAME, given="", patronymic="", spellings="", birth_date=None),
                name="person_erased_is_empty",
                violation_error_message=_("A person who was erased is written down anew, as another person."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")),
                name="person_not_merged_into_herself",
                violation_error_message=_("Choose two different records."),
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(birth_date__gte="1900-01-01"),
                name="person_born_since_1900",
                violation_error_message=_("Write a date of birth in 1900 or later."),
            ),
        ]

    def __str__(self) -> str:
        return self.neutral_name if self.erased_on else self.full_name

    def label(self) -> Label:
        """The registering organisation's, where she lives; personal."""
        place = self.place or self.organisation.place
        return Label(self.organisation_id, place.path if place else "", PERSONAL)

    @classmethod
    def sight(cls, actor: Actor) -> Q:
        """A record that was merged into another is nobody's to see."""
        return Q(merged_into=None)

    @property
    def neutral_name(self) -> str:
        """What a browser's tab may show over a shoulder."""
        return f"№ {self.number}"

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
