"""What was decided about licences, and the money held for people who may be harmed."""

from __future__ import annotations

import uuid

from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters.models.belongings import OfRecruiter
from safar.citizens.recruiters.models.choices import State
from safar.citizens.recruiters.models.recruiter import Recruiter
from safar.foundation.access.labels import SENSITIVE, Label
from safar.foundation.encryption.fields import DataKeyField, EncryptedTextField
from safar.foundation.history import tracked
from safar.foundation.languages.fields import NormalisedCharField, NormalisedTextField
from safar.foundation.languages.keys import KeyField
from safar.foundation.languages.text import fold


@tracked(exclude=("order_key",))
class LicenceDecision(OfRecruiter):
    """One decision about a licence: what it changed, by which rule and order, for which reason, by whom.

    A withdrawal is proposed by one person and signed by another; until then it is only proposed. For staff, not published:
    the public reads reason, date and order on the recruiter itself.
    """

    class Standing(models.TextChoices):
        """Whether the decision holds."""

        PROPOSED = "PROPOSED", _("Waits for the second signature")
        IN_FORCE = "IN_FORCE", _("In force")
        REJECTED = "REJECTED", _("Not signed")

    class Act(models.TextChoices):
        """What was decided (the actions of this service)."""

        GRANT = "grant_licence", _("Licence granted")
        REFUSE = "refuse_application", _("Application refused")
        SUSPEND = "suspend_licence", _("Licence suspended")
        REINSTATE = "reinstate_licence", _("Licence reinstated")
        RENEW = "renew_licence", _("Licence renewed")
        WITHDRAW = "withdraw_licence", _("Licence withdrawn")
        EXPIRE = "record_expiry", _("Expiry recorded")
        DESTINATIONS = "change_destinations", _("Destinations and kinds of work changed")

    recruiter = models.ForeignKey(
        Recruiter, models.PROTECT, related_name="decisions", verbose_name=_("recruiter")
    )
    act = models.CharField(_("decision"), max_length=20, choices=Act)
    standing = models.CharField(_("standing"), max_length=8, choices=Standing, default=Standing.IN_FORCE)
    from_state = models.CharField(_("state before"), max_length=9, choices=State)
    to_state = models.CharField(_("state after"), max_length=9, choices=State)
    rule = models.CharField(_("rule"), max_length=20, blank=True, default="")
    order_number = NormalisedCharField(_("order number"), max_length=60, blank=True, default="")
    reason = NormalisedTextField(_("reason"), max_length=500, blank=True, default="")
    decided_on = models.DateField(_("decided on"))
    effective_on = models.DateField(_("in force from"))
    licensed_until = models.DateField(_("licensed until"), null=True, blank=True)
    decided_by_id = models.BigIntegerField(editable=False, default=0)
    decided_by = models.CharField(_("decided by"), max_length=150)
    signed_by_id = models.BigIntegerField(editable=False, null=True)
    signed_by = models.CharField(_("second signature"), max_length=150, blank=True, default="")
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    order_key = KeyField("order_number", db_index=True)

    class Meta(OfRecruiter.Meta):
        abstract = False
        verbose_name = _("decision about a licence")
        verbose_name_plural = _("decisions about licences")
        indexes = [
            *OfRecruiter.Meta.indexes,
            models.Index(fields=["-decided_on", "-id"], name="decision_newest"),
            models.Index(fields=["act", "decided_on", "id"], name="decision_act_sorted"),
            models.Index(fields=["standing", "decided_on", "id"], name="decision_standing_sorted"),
            models.Index(fields=["order_number", "id"], name="decision_order_sorted"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recruiter"],
                condition=Q(standing="PROPOSED"),
                name="decision_one_proposal_at_a_time",
                violation_error_message=_("A withdrawal is proposed for this firm already."),
            ),
            models.CheckConstraint(
                condition=~Q(act="withdraw_licence", standing="IN_FORCE")
                | Q(signed_by_id__isnull=False, signed_on__isnull=False)
                & ~Q(signed_by_id=F("decided_by_id")),
                name="decision_withdrawal_by_two_people",
                violation_error_message=_(
                    "A withdrawal is in force only after a second person has signed it."
                ),
            ),
            models.CheckConstraint(
                condition=Q(standing="IN_FORCE") | Q(act="withdraw_licence"),
                name="decision_only_withdrawals_wait",
                violation_error_message=_("Only a withdrawal waits for a second signature."),
            ),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("decided_on")),
                name="decision_not_backdated",
                violation_error_message=_("A decision takes effect on its own day or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.decided_on} ({self.pk})"

    def take_label(self) -> None:
        super().take_label()
        self.is_public = False


@tracked(exclude=("data_key", "bank_account", "recruiter_key"))
class Deposit(OfRecruiter):
    """The money a recruiter holds on a special account for people it may harm, as the officer last found it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recruiter = models.OneToOneField(
        Recruiter, models.PROTECT, related_name="deposit", verbose_name=_("recruiter")
    )
    amount = models.DecimalField(
        _("amount held"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="UZS", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    bank = NormalisedCharField(_("bank’s name"), max_length=150, blank=True, default="")
    bank_account = EncryptedTextField(
        _("bank account"), blank=True, default="", validators=[MaxLengthValidator(34)]
    )
    checked_on = models.DateField(_("checked on"))
    rule = models.CharField(_("rule"), max_length=20, blank=True, default="")
    recruiter_key = models.TextField(default="", editable=False, db_index=True)
    data_key = DataKeyField()

    class Meta(OfRecruiter.Meta):
        abstract = False
        verbose_name = _("deposit")
        verbose_name_plural = _("deposits")
        indexes = [
            *OfRecruiter.Meta.indexes,
            models.Index(fields=["-checked_on", "-id"], name="deposit_newest"),
            models.Index(fields=["amount", "id"], name="deposit_amount_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="deposit_not_negative",
                violation_error_message=_("An amount cannot be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"),
                name="deposit_currency_form",
                violation_error_message=_("Write the currency as three capital letters (ISO 4217)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} ({self.pk})"

    def label(self) -> Label:
        """Its recruiter's, for those cleared for sensitive rows."""
        found = self.recruiter.label()
        return Label(org=found.org, place=found.place, level=SENSITIVE)

    def take_label(self) -> None:
        super().take_label()
        self.is_public = False
        self.recruiter_key = fold(self.recruiter.name)
