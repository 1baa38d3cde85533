"""The languages a person speaks, and what is difficult for her in daily life."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.belonging import OfPerson
from safar.directory.people.models.person import Person
from safar.foundation.access.labels import SENSITIVE, Label
from safar.foundation.history import tracked


class Tongue(models.TextChoices):
    """A language, by its ISO 639 code: those spoken here and those asked for abroad."""

    UZ = "uz", _("Uzbek")
    KAA = "kaa", _("Karakalpak")
    RU = "ru", _("Russian")
    TG = "tg", _("Tajik")
    KK = "kk", _("Kazakh")
    KY = "ky", _("Kyrgyz")
    TK = "tk", _("Turkmen")
    EN = "en", _("English")
    DE = "de", _("German")
    KO = "ko", _("Korean")
    JA = "ja", _("Japanese")
    TR = "tr", _("Turkish")
    AR = "ar", _("Arabic")
    PL = "pl", _("Polish")


class Cefr(models.TextChoices):
    """How well, by the Common European Framework of Reference (Council of Europe, 2001, companion volume 2020)."""

    A1 = "A1", _("A1: a few words")
    A2 = "A2", _("A2: simple everyday talk")
    B1 = "B1", _("B1: manages at work and on the way")
    B2 = "B2", _("B2: speaks freely")
    C1 = "C1", _("C1: speaks and writes very well")
    C2 = "C2", _("C2: like a native speaker")
    NATIVE = "NATIVE", _("Mother tongue")


@tracked()
class SpokenLanguage(OfPerson):
    """A language a person speaks, and how well she says or shows she does."""

    language = models.CharField(_("language"), max_length=3, choices=Tongue)
    level = models.CharField(_("how well"), max_length=6, choices=Cefr)

    class Meta(OfPerson.Meta):
        abstract = False
        verbose_name = _("spoken language")
        verbose_name_plural = _("spoken languages")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "language"],
                name="language_once",
                violation_error_message=_("This language stands there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}, {self.get_level_display()}"


class Difficulty(models.TextChoices):
    """An answer of the Washington Group short set on functioning (2006, wording of 2022)."""

    NONE = "NONE", _("No difficulty")
    SOME = "SOME", _("Some difficulty")
    A_LOT = "A_LOT", _("A lot of difficulty")
    CANNOT = "CANNOT", _("Cannot do it at all")
    NOT_ASKED = "NOT_ASKED", _("Not asked or not answered")


#: The six questions of the short set.
DOMAINS = ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")


def _domain(label: Any) -> models.CharField:
    return models.CharField(label, max_length=9, choices=Difficulty, default=Difficulty.NOT_ASKED)


@tracked()
class Functioning(OfPerson):
    """What is difficult for a person in daily life, as she answered the Washington Group short set. Sensitive: level 2."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    seeing = _domain(_("seeing, even with glasses"))
    hearing = _domain(_("hearing, even with a hearing aid"))
    walking = _domain(_("walking or climbing steps"))
    remembering = _domain(_("remembering or concentrating"))
    self_care = _domain(_("washing or dressing"))
    communicating = _domain(_("understanding or being understood"))
    asked_on = models.DateField(_("asked on"))

    class Meta(OfPerson.Meta):
        abstract = False
        verbose_name = _("daily life")
        verbose_name_plural = _("daily life")

    def __str__(self) -> str:
        return str(_("Daily life"))

    def label(self) -> Label:
        """The person's, for those cleared for sensitive rows."""
        found = super().label()
        return Label(found.org, found.place, max(found.level, SENSITIVE), found.case)

    @property
    def is_disability(self) -> bool:
        """Whether the group counts the answers as a disability: a lot of difficulty, or more, in one domain at least."""
        return any(getattr(self, name) in (Difficulty.A_LOT, Difficulty.CANNOT) for name in DOMAINS)

    @property
    def domains_with_difficulty(self) -> list[str]:
        """The domains in which she has some difficulty or more."""
        eased = (Difficulty.NONE, Difficulty.NOT_ASKED)
        return [name for name in DOMAINS if getattr(self, name) not in eased]
