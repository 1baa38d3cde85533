"""Places and the differences between sources about them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from safar.directory.places.found import HOME
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField
from safar.foundation.languages.keys import KeyField, SortKeyField

NAMES = ("name_uz", "name_uz_cyrl", "name_ru", "name_en")
NAME_IN = {"uz": "name_uz", "uz-cyrl": "name_uz_cyrl", "ru": "name_ru", "en": "name_en"}


class Level(models.TextChoices):
    """How large a place is."""

    COUNTRY = "COUNTRY", _("Country")
    REGION = "REGION", _("Region")
    DISTRICT = "DISTRICT", _("District or city")
    SETTLEMENT = "SETTLEMENT", _("Town, settlement or village assembly")
    MAHALLA = "MAHALLA", _("Mahalla")


class PlaceQuerySet(models.QuerySet):
    """Places by level, by what they lie in, and by day."""

    def countries(self) -> PlaceQuerySet:
        """Countries."""
        return self.filter(level=Level.COUNTRY)

    def regions(self) -> PlaceQuerySet:
        """The regions of the home country."""
        return self.filter(level=Level.REGION)

    def districts(self) -> PlaceQuerySet:
        """Districts and cities of regional standing."""
        return self.filter(level=Level.DISTRICT)

    def within(self, path: str) -> PlaceQuerySet:
        """The place at `path` and everything in it."""
        return self.filter(path__gte=path, path__lt=f"{path[:-1]}/") if path else self

    def without_parent(self) -> PlaceQuerySet:
        """Mahallas nobody has yet assigned to a district."""
        return self.filter(level=Level.MAHALLA, parent=None)

    def in_force(self, today: date) -> PlaceQuerySet:
        """Places that exist on a day."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=today), Q(valid_to=None) | Q(valid_to__gte=today)
        )


@tracked(exclude=("uz_key", "ru_key", "en_key", "sort_key"))
class Place(Labelled):
    """A country, a region, a district or city, a settlement, or a mahalla.

    `code` is the official one: ISO 3166-1 for countries, SOATO for what lies in Uzbekistan, and the mahalla list's own
    number for mahallas (their list names no district: they stand without a parent until someone assigns one). Public.
    """

    level = models.CharField(_("level"), max_length=10, choices=Level)
    code = models.CharField(_("code"), max_length=12, unique=True)
    iso = models.CharField(_("ISO 3166 code"), max_length=6, blank=True, default="")
    iso_alpha3 = models.CharField(_("ISO 3166 three-letter code"), max_length=3, blank=True, default="")
    iso_numeric = models.CharField(_("ISO 3166 number"), max_length=3, blank=True, default="")
    path = models.CharField(_("path"), max_length=80, unique=True, editable=False)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("lies in")
    )
    name_uz = NormalisedCharField(_("name in Uzbek"), max_length=150)
    name_uz_cyrl = NormalisedCharField(_("name in Uzbek, Cyrillic"), max_length=150, blank=True, default="")
    name_ru = NormalisedCharField(_("name in Russian"), max_length=150, blank=True, default="")
    name_en = NormalisedCharField(_("name in English"), max_length=150, blank=True, default="")
    uz_key = KeyField("name_uz")
    ru_key = KeyField("name_ru")
    en_key = KeyField("name_en")
    sort_key = SortKeyField("name_uz")
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, default="", editable=False)
    is_public = models.BooleanField(default=True, editable=False)

    unscoped: ClassVar = models.Manager.from_queryset(PlaceQuerySet)()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["level", "sort_key", "id"], name="place_level_sorted"),
            models.Index(fields=["sort_key", "id"], name="place_sorted"),
            models.Index(fields=["uz_key"], name="place_uz_key"),
            models.Index(fields=["ru_key"], name="place_ru_key"),
            models.Index(fields=["en_key"], name="place_en_key"),
            models.Index(fields=["name_ru", "id"], name="place_ru_sorted"),
            models.Index(fields=["name_en", "id"], name="place_en_sorted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["iso"],
                condition=~Q(iso=""),
                name="place_iso_once",
                violation_error_message=_("Another place has this ISO code."),
            ),
            models.CheckConstraint(
                condition=Q(path__endswith="."),
                name="place_path_ends_in_stop",
                violation_error_message=_("The path of a place ends in a full stop."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None, level__in=["COUNTRY", "MAHALLA"])
                | Q(parent__isnull=False) & ~Q(level="COUNTRY"),
                name="place_has_parent",
                violation_error_message=_(
                    "Choose the place this one lies in. Only a country lies in none, and a mahalla may wait for its district."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=models.F("valid_from")),
                name="place_dates_in_order",
                violation_error_message=_("The last day comes before the first."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def label(self) -> Label:
        """Public, and within itself."""
        return Label(place=self.path)

    @property
    def name(self) -> str:
        """The name in the language of the moment; Uzbek where that one is missing."""
        return getattr(self, NAME_IN.get((get_language() or "uz").lower(), "name_uz")) or self.name_uz

    @property
    def soato(self) -> str:
        """The SOATO code; empty for countries and mahallas."""
        return "" if self.level in (Level.COUNTRY, Level.MAHALLA) else self.code

    @property
    def full_name(self) -> str:
        """The name with the region it lies in: ``Chust tumani, Namangan viloyati``."""
        region = self.parent if self.level in (Level.DISTRICT, Level.MAHALLA) else None
        return f"{self.name}, {region.name}" if region else self.name


def path_of(level: str, code: str, parent: Place | None) -> str:
    """The path of a place: its code below its parent's path; a mahalla nobody has assigned lies below the country."""
    above = parent.path if parent else f"{HOME}." if level == Level.MAHALLA else ""
    return f"{above}{code}."


class Decision(models.TextChoices):
    """What was decided about a difference."""

    OPEN = "OPEN", _("To decide")
    TAKEN = "TAKEN", _("The source's word taken")
    KEPT = "KEPT", _("Ours kept")


@tracked()
class Difference(Labelled):
    """A source says something else about a place than the directory does; found by a load, settled by an officer."""

    class Aspect(models.TextChoices):
        """What the sources differ in."""

        NAME_UZ = "name_uz", _("Name in Uzbek")
        NAME_UZ_CYRL = "name_uz_cyrl", _("Name in Uzbek, Cyrillic")
        NAME_RU = "name_ru", _("Name in Russian")
        NAME_EN = "name_en", _("Name in English")
        PARENT = "parent", _("What it lies in")
        ABSENT = "absent", _("Not in the source")
        UNKNOWN = "unknown", _("In the source only")

    place = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="differences", verbose_name=_("place")
    )
    code = models.CharField(_("code in the source"), max_length=40)
    aspect = models.CharField(_("differs in"), max_length=12, choices=Aspect)
    ours = models.CharField(_("here"), max_length=200, blank=True, default="")
    theirs = models.CharField(_("in the source"), max_length=200, blank=True, default="")
    source = models.CharField(_("source"), max_length=200)
    found_at = models.DateTimeField(_("found"))
    decision = models.CharField(_("decision"), max_length=5, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("difference between sources")
        verbose_name_plural = _("differences between sources")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["-found_at", "-id"], name="difference_newest"),
            models.Index(fields=["decision", "found_at", "id"], name="difference_decision_sorted"),
            models.Index(fields=["aspect", "found_at", "id"], name="difference_aspect_sorted"),
            models.Index(fields=["source", "found_at", "id"], name="difference_source_sorted"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "code", "aspect", "theirs"], name="difference_once"),
            models.CheckConstraint(
                condition=Q(decision="OPEN", decided_at=None)
                | ~Q(decision="OPEN") & Q(decided_at__isnull=False),
                name="difference_decided_at",
                violation_error_message=_(
                    "A settled difference has the moment it was settled; an open one has none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.code} {self.get_aspect_display()}"

    def label(self) -> Label:
        """Within the place it speaks of; for staff, not for the public."""
        return Label(place=self.place.path if self.place else "")
