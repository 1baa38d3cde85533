"""How a person may be reached without harm to her."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from safar.directory.people.models.belonging import SealedOfPerson
from safar.directory.people.models.person import Person
from safar.directory.people.models.phone import Phone
from safar.directory.people.rules import USUAL, SafeRules
from safar.foundation.encryption.fields import EncryptedTextField
from safar.foundation.history import tracked


class Channel(models.TextChoices):
    """A way to reach somebody, the quieter ones first."""

    TELEGRAM = "TELEGRAM", _("Telegram")
    SMS = "SMS", _("SMS")
    CALL = "CALL", _("Call")
    VISIT = "VISIT", _("Visit")


class Weekday(models.IntegerChoices):
    """A day of the week, as ISO 8601 counts them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


@tracked()
class SafeContact(SealedOfPerson):
    """When, how and on which telephone a person may be reached; the sender of messages keeps to it by itself (`reach`).

    Hours are of Tashkent: from `hour_from` until before `hour_to`, 24 being midnight.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="+", verbose_name=_("person"))
    language = models.CharField(_("speaks to us in"), max_length=10, choices=settings.LANGUAGES, default="uz")
    phone = models.ForeignKey(
        Phone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("safe telephone")
    )
    telegram_chat = EncryptedTextField(
        _("number of the Telegram chat"), max_length=20, blank=True, default=""
    )
    channels = ArrayField(
        models.CharField(max_length=8, choices=Channel), verbose_name=_("may be reached by"), default=list, blank=True,
    )  # fmt: skip
    days = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), verbose_name=_("on these days"), default=list
    )
    hour_from = models.PositiveSmallIntegerField(_("from the hour"), default=USUAL.hour_from)
    hour_to = models.PositiveSmallIntegerField(_("until the hour"), default=USUAL.hour_to)
    do_not_contact = models.BooleanField(_("do not contact at all"), default=False)
    may_leave_message = models.BooleanField(_("a message may be left"), default=False)
    code_word = EncryptedTextField(_("code word"), max_length=40, blank=True, default="")
    keep_from = EncryptedTextField(_("who is not to know"), max_length=200, blank=True, default="")
    note = EncryptedTextField(_("what else to mind"), max_length=300, blank=True, default="")

    class Meta(SealedOfPerson.Meta):
        abstract = False
        verbose_name = _("safe contact")
        verbose_name_plural = _("safe contact")
        indexes = [
            *SealedOfPerson.Meta.indexes,
            models.Index(fields=["language", "id"], name="safe_contact_language"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(hour_from__lt=F("hour_to"), hour_to__lte=24),
                name="safe_contact_hours",
                violation_error_message=_("The hours begin before they end, at 24 at the latest."),
            ),
            models.CheckConstraint(
                condition=Q(days__len__gte=1, days__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="safe_contact_days",
                violation_error_message=_("Choose at least one day, or say that she is not to be contacted."),
            ),
            models.CheckConstraint(
                condition=Q(do_not_contact=True) | Q(channels__len__gte=1),
                name="safe_contact_has_a_way",
                violation_error_message=_(
                    "Choose a way to reach her, or say that she is not to be contacted."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Safe contact"))

    @property
    def rules(self) -> SafeRules:
        """What the sender keeps to."""
        return SafeRules(
            tuple(self.channels), self.hour_from, self.hour_to, tuple(self.days), self.do_not_contact
        )
