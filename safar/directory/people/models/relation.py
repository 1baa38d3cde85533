"""Relatives, guardians and people of trust, as a person names them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.belonging import OfPerson
from safar.directory.people.models.person import NAME, Person
from safar.directory.people.models.phone import E164
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField


class Kin(models.TextChoices):
    """Who somebody is to the person."""

    MOTHER = "MOTHER", _("Mother")
    FATHER = "FATHER", _("Father")
    SPOUSE = "SPOUSE", _("Husband or wife")
    CHILD = "CHILD", _("Daughter or son")
    SIBLING = "SIBLING", _("Sister or brother")
    GRANDPARENT = "GRANDPARENT", _("Grandmother or grandfather")
    OTHER_KIN = "OTHER_KIN", _("Another relative")
    FRIEND = "FRIEND", _("Friend or neighbour")
    OTHER = "OTHER", _("Somebody else")


@tracked()
class Relation(OfPerson):
    """Somebody close to a person, known by name only or registered herself. What is said here she said; nobody else did."""

    kind = models.CharField(_("who it is"), max_length=11, choices=Kin)
    name = NormalisedCharField(_("name"), max_length=200, blank=True, default="", validators=[NAME])
    relative = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered as")
    )
    phone = models.CharField(_("telephone"), max_length=16, blank=True, default="", validators=[E164])
    is_guardian = models.BooleanField(_("guardian by law"), default=False)
    is_trusted = models.BooleanField(_("may be told"), default=False)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta(OfPerson.Meta):
        abstract = False
        verbose_name = _("relative")
        verbose_name_plural = _("relatives")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") | Q(relative__isnull=False),
                name="relation_names_somebody",
                violation_error_message=_("Write the name, or choose the person."),
            ),
            models.CheckConstraint(
                condition=Q(relative=None) | ~Q(relative=F("person")),
                name="relation_to_another",
                violation_error_message=_("Nobody is a relative of herself."),
            ),
            models.UniqueConstraint(
                fields=["person", "relative", "kind"],
                condition=Q(relative__isnull=False),
                name="relation_once",
                violation_error_message=_("This relative stands there already."),
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="relation_phone_e164",
                violation_error_message=_("Write the number with its country code: +998 90 123 45 67."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}" if self.name else str(self.get_kind_display())
