"""What a person agreed to: for which purpose, with whom, what about her, until when."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.models.belonging import OfPerson
from safar.directory.people.rules import Standing, standing_of_consent
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField


class Purpose(models.TextChoices):
    """What for, in a sentence she can be read."""

    ADVICE = "ADVICE", _("To advise me and remember what I asked")
    TRAINING = "TRAINING", _("To enrol me in a course and give me its certificate")
    JOB = "JOB", _("To find me work and tell an employer about me")
    HELP_ABROAD = "HELP_ABROAD", _("To help me abroad, with the embassy and the authorities there")
    REFERRAL = "REFERRAL", _("To hand my request on to those who can help")
    RETURN = "RETURN", _("To help me on my return and ask me later how it goes")
    STATISTICS = "STATISTICS", _("To count me in studies that do not show who I am")
    STORY = "STORY", _("To tell my story in public")


class About(models.TextChoices):
    """Which part of what is known about her, in a sentence she can be read."""

    NAME_AND_PHONE = "NAME_AND_PHONE", _("My name and telephone number only")
    PAPERS = "PAPERS", _("My name and my papers")
    WORK = "WORK", _("My work, my skills and my courses")
    CASE = "CASE", _("What happened to me")
    HEALTH = "HEALTH", _("My health and how I manage daily life")
    EVERYTHING = "EVERYTHING", _("Everything that is written down about me")


class Given(models.TextChoices):
    """How she gave it."""

    WRITTEN = "WRITTEN", _("Signed on paper")
    SPOKEN = "SPOKEN", _("Said aloud")
    ONLINE = "ONLINE", _("Pressed on a page")
    GUARDIAN = "GUARDIAN", _("Given by her guardian")


STANDINGS = {
    Standing.HOLDS: _("holds"),
    Standing.NOT_YET: _("not yet"),
    Standing.EXPIRED: _("ran out"),
    Standing.WITHDRAWN: _("withdrawn"),
}


@tracked()
class Consent(OfPerson):
    """A consent of one person, for one purpose, with one recipient, about one part of what is known. It is never edited.

    It is given and it is withdrawn. Without a recipient it speaks of the office that keeps her record.
    """

    purpose = models.CharField(_("what for"), max_length=11, choices=Purpose)
    about = models.CharField(_("what may be told"), max_length=14, choices=About)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to whom")
    )
    recipient = NormalisedCharField(_("to somebody else"), max_length=150, blank=True, default="")
    given_on = models.DateField(_("given on"))
    how = models.CharField(_("how it was given"), max_length=8, choices=Given)
    language = models.CharField(_("explained in"), max_length=10, choices=settings.LANGUAGES)
    expires_on = models.DateField(_("holds until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta(OfPerson.Meta):
        abstract = False
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [
            *OfPerson.Meta.indexes,
            models.Index(fields=["-given_on", "-id"], name="consent_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("given_on")),
                name="consent_ends_after_it_begins",
                violation_error_message=_("A consent holds until the day it was given or later."),
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(recipient=""),
                name="consent_names_one_recipient",
                violation_error_message=_("Name one recipient: an organisation, or somebody else."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.given_on}"

    def standing_on(self, day: date) -> Standing:
        """How it stands on a day."""
        withdrawn = timezone.localdate(self.withdrawn_at) if self.withdrawn_at else None
        return standing_of_consent(
            given_on=self.given_on, expires_on=self.expires_on, withdrawn_on=withdrawn, on=day
        )
