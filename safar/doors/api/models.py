"""Tokens with which other systems sign in."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.directory.organisations.models import Organisation
from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled
from safar.foundation.encryption.fields import DataKeyField, EncryptedTextField


class Token(Labelled):
    """The right of one system to act with a person's grants, narrowed to resources, for a purpose, until a day.

    It may be narrowed further: to one organisation and those below it, to named fields (``people.person.family``), and to
    the networks it may be sent from. Only a digest of the secret is kept; it is shown once, when issued. What a token
    says never changes: the database lets it be revoked and no more.
    """

    user_id = models.BigIntegerField(_("person"), db_index=True, editable=False)
    owner = models.CharField(_("whose"), max_length=200, default="", editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    purpose = models.CharField(_("purpose"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    resources = ArrayField(models.CharField(max_length=60), verbose_name=_("resources"))
    fields = ArrayField(models.CharField(max_length=130), verbose_name=_("fields"), default=list, blank=True)
    networks = ArrayField(
        models.CharField(max_length=50), verbose_name=_("networks"), default=list, blank=True
    )
    may_write = models.BooleanField(_("may call actions"), default=False)
    expires_on = models.DateField(_("expires on"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    issued_at = models.DateTimeField(_("issued"), editable=False)

    secret: str
    """Known of a token just issued only: it is stored nowhere."""

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["-issued_at", "-id"], name="token_newest"),
            models.Index(fields=["expires_on", "id"], name="token_expires_sorted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(digest=""),
                name="token_has_digest",
                violation_error_message=_("A token without a secret opens nothing. Issue it again."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.pk})"

    def label(self) -> Label:
        """A token belongs to its owner, and to the organisation it speaks for, if it does."""
        return Label(org=self.organisation_id, level=PERSONAL)


class State(models.TextChoices):
    """How far a delivery has come."""

    WAITING = "WAITING", _("Waiting")
    SENT = "SENT", _("Sent")
    DEAD = "DEAD", _("Given up")
    WITHHELD = "WITHHELD", _("Not to be told any more")


class Subscription(Labelled):
    """An address that is told by which act which record was changed, and nothing else: the rest is read by the token.

    It is told only of what the token may see at that moment, and of nothing once the token is revoked or over. `signing_key`
    signs what is sent; it is shown once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField(_("person"), db_index=True, editable=False)
    token = models.ForeignKey(Token, models.PROTECT, related_name="+", verbose_name=_("access token"))
    address = models.CharField(_("address"), max_length=300)
    kinds = ArrayField(models.CharField(max_length=120), verbose_name=_("acts"))
    signing_key = EncryptedTextField()
    data_key = DataKeyField()
    secret: str
    """The signing key in plain, of a webhook just subscribed only."""
    started_at = models.DateTimeField(_("since"), editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("webhook"), _("webhooks")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["-started_at", "-id"], name="subscription_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__startswith="https://") | Q(address__startswith="http://"),
                name="subscription_has_address",
                violation_error_message=_("Write the whole address, with https:// before it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.address}"

    def label(self) -> Label:
        """Where its token belongs."""
        return Label(org=self.token.label_org, level=PERSONAL)


class Delivery(Labelled):
    """One thing told to one address: which act on which record. The same number each time it is tried."""

    State = State

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField(_("person"), db_index=True, editable=False)
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="+", verbose_name=_("webhook"), editable=False
    )
    event = models.BigIntegerField(editable=False)
    kind = models.CharField(_("act"), max_length=120, editable=False)
    resource = models.CharField(_("register"), max_length=100, editable=False)
    subject = models.CharField(_("record"), max_length=64, editable=False)
    happened_at = models.DateTimeField(_("happened"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    due_at = models.DateTimeField(_("next attempt"), editable=False)
    outcome = models.CharField(_("last answer"), max_length=40, default="", editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("delivery"), _("deliveries")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(
                fields=["subscription", "due_at", "id"],
                condition=Q(state="WAITING"),
                name="delivery_due_of_each",
            ),
            models.Index(fields=["-happened_at", "-id"], name="delivery_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def label(self) -> Label:
        """Where its webhook belongs, as high as the event it tells of."""
        return Label(org=self.subscription.label_org, level=max(PERSONAL, self.label_level))


class NewsRead(models.Model):
    """How far the history has been read for webhooks: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    cluster = models.BigIntegerField()
    xid = models.BigIntegerField()
    event = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="news_read_once")]

    def __str__(self) -> str:
        return f"{self.xid} {self.event}"


def digest_of(secret: str) -> str:
    """What is kept of a token's secret: its SHA-256 (the secret has 256 bits of its own)."""
    return hashlib.sha256(secret.encode()).hexdigest()
