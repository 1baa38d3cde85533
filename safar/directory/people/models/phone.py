"""Telephone numbers people are reached by. One number may be many people's: a family shares a telephone."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.person import Person
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import tracked

E164 = RegexValidator(
    r"^\+[1-9][0-9]{6,14}$", _("Write the number with its country code: +998 90 123 45 67.")
)

#: So many digits at the end people know a number by; who types more narrows what these find.
TAIL = 7


class Whose(models.TextChoices):
    """Whose telephone it is."""

    OWN = "OWN", _("Her own")
    SHARED = "SHARED", _("Shared in the family")
    OTHERS = "OTHERS", _("Somebody else’s")


@tracked(by_the_million=True)
class Phone(Labelled):
    """A number a person gave, in the international form (E.164: a plus sign and digits)."""

    #: No index of its own: `phone_once` begins with the person.
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="phones", verbose_name=_("person"), db_index=False
    )
    number = models.CharField(_("number"), max_length=16, validators=[E164])
    whose = models.CharField(_("whose"), max_length=6, choices=Whose, default=Whose.OWN)

    WALL_CHECK = "exists (select 1 from people_person p where p.id = person_id)"

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        indexes = [
            models.Index(fields=["number"], name="phone_number"),
            models.Index(Right("number", TAIL), name="phone_tail"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number"],
                name="phone_once",
                violation_error_message=_("She gave this number already."),
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="phone_e164",
                violation_error_message=_("Write the number with its country code: +998 90 123 45 67."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def label(self) -> Label:
        """The person's."""
        return Label(
            self.person.label_org, self.person.label_place, self.person.label_level, self.person.label_case
        )
