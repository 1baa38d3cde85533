"""The papers and numbers a person is known by to the state."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from safar.directory.people import rules
from safar.directory.people.models.belonging import SealedOfPerson
from safar.foundation.encryption.blind import BlindIndexField
from safar.foundation.encryption.fields import EncryptedTextField
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField

COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Write the country as two capital letters (ISO 3166)."))
SHOWN = 3


class PaperType(models.TextChoices):
    """What sort of paper or number it is."""

    PINFL = "PINFL", _("PINFL (JShShIR)")
    PASSPORT = "PASSPORT", _("Passport")
    FOREIGN_PASSPORT = "FOREIGN_PASSPORT", _("Passport for travel abroad")
    ID_CARD = "ID_CARD", _("Identity card")
    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE", _("Birth certificate")
    OTHER = "OTHER", _("Another paper")


class Seen(models.TextChoices):
    """How the one who wrote it down knows it."""

    SEEN = "SEEN", _("I saw the paper itself")
    COPY = "COPY", _("I saw a copy or picture")
    MRZ = "MRZ", _("Read from the lines for machines")
    TOLD = "TOLD", _("The person told me")


@tracked()
class Identifier(SealedOfPerson):
    """A paper of a person, or the number the state gave her. The number is encrypted, and shown only when asked for.

    `index` finds an equal number of the same type and country in the same compartment (organisation and level), and in no
    other: whether another office knows the number is not to be learnt from it. The scan is a file of level 2.
    """

    type = models.CharField(_("paper"), max_length=17, choices=PaperType)
    number = EncryptedTextField(_("number"), max_length=30)
    index = BlindIndexField("indexed", compartment=("label_org", "label_level"), folding=str, unique=True)
    country = models.CharField(_("issued by the country"), max_length=2, default="UZ", validators=[COUNTRY])
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    issued_by = NormalisedCharField(_("issued by"), max_length=150, blank=True, default="")
    seen = models.CharField(_("how it is known"), max_length=4, choices=Seen, default=Seen.SEEN)
    is_checked = models.BooleanField(_("check digits are right"), default=False, editable=False)
    evidence = EncryptedTextField(_("what shows that it is hers"), max_length=300, blank=True, default="")
    linked_on = models.DateField(_("linked later, on"), null=True, blank=True, editable=False)

    class Meta(SealedOfPerson.Meta):
        abstract = False
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        indexes = [
            *SealedOfPerson.Meta.indexes,
            models.Index(fields=["expires_on", "id"], name="paper_expiring"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(type="PINFL") | Q(country="UZ"),
                name="paper_pinfl_of_uzbekistan",
                violation_error_message=_("Only Uzbekistan gives a PINFL."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(issued_on=None) | Q(expires_on__gt=F("issued_on")),
                name="paper_ends_after_it_begins",
                violation_error_message=_("A paper is valid until a day after the day it was issued."),
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"),
                name="paper_country_form",
                violation_error_message=_("Write the country as two capital letters (ISO 3166)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.masked}".strip()

    @property
    def indexed(self) -> str:
        """What numbers are compared by: the type and the country with the number."""
        number = rules.tidy_number(self.number or "")
        return f"{self.type}:{self.country}:{number}" if number else ""

    @property
    def masked(self) -> str:
        """The number with all but its end hidden."""
        number = self.number or ""
        return "•" * max(len(number) - SHOWN, 0) + number[-SHOWN:] if len(number) > 2 * SHOWN else ""
