"""The other names a person is known by: in another script, as the passport spells them, from before a marriage."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.person import NAME, Person
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField


class NameKind(models.TextChoices):
    """Why a person has this name too."""

    SPELLING = "SPELLING", _("Another script or spelling")
    PASSPORT = "PASSPORT", _("As in the passport")
    FORMER = "FORMER", _("Earlier name")


@tracked()
class Name(Labelled):
    """A further name of a person, in its parts. She is found by it as by the first one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="names", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=8, choices=NameKind, default=NameKind.SPELLING)
    family = NormalisedCharField(_("family name"), max_length=100, blank=True, default="", validators=[NAME])
    given = NormalisedCharField(_("given name"), max_length=100, blank=True, default="", validators=[NAME])
    patronymic = NormalisedCharField(
        _("patronymic"), max_length=100, blank=True, default="", validators=[NAME]
    )
    until = models.DateField(_("until"), null=True, blank=True)

    WALL_CHECK = "exists (select 1 from people_person p where p.id = person_id)"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("name")
        verbose_name_plural = _("names")
        constraints = [
            models.CheckConstraint(
                condition=~Q(family="") | ~Q(given="") | ~Q(patronymic=""),
                name="name_is_not_empty",
                violation_error_message=_("Write at least one name."),
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "family", "given", "patronymic"],
                name="name_once",
                violation_error_message=_("She is known by this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def label(self) -> Label:
        """The person's."""
        return Label(
            self.person.label_org, self.person.label_place, self.person.label_level, self.person.label_case
        )

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic."""
        return " ".join(part for part in (self.family, self.given, self.patronymic) if part)
