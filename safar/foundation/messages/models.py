"""The outbox, and the codes sent to telephones. Neither holds an address, a name or a text."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import SENSITIVE, Label
from safar.foundation.access.models import Labelled
from safar.foundation.encryption.fields import DataKeyField, EncryptedTextField
from safar.foundation.messages.choices import OPEN, UNSENT, Channel, State


class Message(Labelled):
    """One message to one recipient: which text, which values, and how far it has come.

    `book` and `recipient` say whom it is for without saying how to reach her. `due_at` is when the sender next looks at it
    (while it is being sent: when it is taken for lost). `key` is a digest: the same act never queues it twice. `closed` are the
    channels that refused it for good; `again_of` is the message it repeats because somebody asked for that, once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)
    wording = models.CharField(_("text"), max_length=60, editable=False)
    params = models.JSONField(default=dict, editable=False)
    book = models.CharField(max_length=40, editable=False)
    recipient = models.CharField(max_length=64, editable=False)
    preferred = models.CharField(max_length=10, choices=Channel, default="", blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    queued_at = models.DateTimeField(_("queued at"), db_index=True, editable=False)
    due_at = models.DateTimeField(editable=False)
    expires_at = models.DateTimeField(editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel, default="", blank=True, editable=False
    )
    language = models.CharField(_("language"), max_length=10, default="", blank=True, editable=False)
    closed = ArrayField(models.CharField(max_length=10), default=list, blank=True, editable=False)
    again_of = models.UUIDField(null=True, unique=True, editable=False)
    gateway_id = models.CharField(max_length=120, default="", blank=True, editable=False)
    is_possible_duplicate = models.BooleanField(_("may have arrived twice"), default=False, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(max_length=60, default="", blank=True, editable=False)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("message"), _("messages")
        indexes = [
            models.Index(fields=["due_at", "queued_at"], condition=Q(state__in=OPEN), name="message_due"),
            models.Index(fields=["book", "recipient"], name="message_recipient"),
            models.Index(fields=["-ended_at", "id"], condition=Q(state__in=UNSENT), name="message_unsent"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("queued_at")),
                name="message_expires_later",
                violation_error_message=_("A message must have time to be sent. Give a later end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wording} {self.pk}"

    def label(self) -> Label:
        """That somebody is written to is sensitive by itself; no organisation owns it."""
        return Label(level=SENSITIVE)

    @property
    def reference(self) -> str:
        """The number a gateway knows the message by, the same each time it is tried."""
        return str(self.pk)


class PhoneCode(Labelled):
    """A code asked for by somebody who says a telephone is hers: what it is for, until when, and whether it was used.

    The code itself stands nowhere: it is computed from this row's number and a key kept outside the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40, editable=False)
    phone = EncryptedTextField(max_length=20)
    phone_digest = models.BinaryField(max_length=32, editable=False)
    language = models.CharField(max_length=10, editable=False)
    is_silent = models.BooleanField(default=False, editable=False)
    issued_at = models.DateTimeField(db_index=True, editable=False)
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    data_key = DataKeyField()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("code by telephone"), _("codes by telephone")
        indexes = [models.Index(fields=["phone_digest", "purpose", "-issued_at"], name="phone_code_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    def label(self) -> Label:
        """It belongs to nobody but the job that checks it."""
        return Label(level=SENSITIVE)
