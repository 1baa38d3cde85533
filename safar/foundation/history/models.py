"""The sealed book: events and the seals over them."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Cast, Now, Substr
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.models import Scoped
from safar.foundation.history.fields import CurrentTransaction, ThisCluster, TransactionIdField


class Event(Scoped):
    """One act, look, export or refusal: who, when, on what.

    Sealed: `id`, `xid`, `written_at`, `cluster`, `at`, `kind`, `resource`, `subject_id`, `actor`, `via`, `context` and `body`, which
    holds ids, codes and salted digests only. Not sealed: `detail` and `salts` (erasable) and the label, which the database
    keeps equal to the subject's, so that whoever may read the subject today may read its whole history.
    """

    xid = TransactionIdField(db_default=CurrentTransaction(), editable=False)
    written_at = models.DateTimeField(db_default=Now(), editable=False)
    cluster = models.BigIntegerField(db_default=ThisCluster(), editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=120)
    resource = models.CharField(max_length=100)
    subject_id = models.CharField(max_length=64, default="", blank=True)
    actor = models.CharField(max_length=120)
    via = models.CharField(max_length=20)
    context = models.UUIDField(null=True)
    body = models.JSONField(default=dict)
    detail = models.JSONField(null=True)
    salts = models.JSONField(null=True)
    label_org = models.BigIntegerField(null=True)
    label_place = models.CharField(max_length=80, default="", blank=True)
    label_level = models.PositiveSmallIntegerField(default=0)
    label_case = models.UUIDField(null=True)
    user_id = models.GeneratedField(
        expression=Case(
            When(
                actor__startswith="staff.", then=Cast(Substr(F("actor"), Value(7)), models.BigIntegerField())
            ),
            default=None,
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        base_manager_name = "objects"
        default_manager_name = "objects"
        indexes = [
            models.Index(fields=["resource", "subject_id", "-id"], name="history_event_subject"),
            models.Index(fields=["xid", "id"], name="history_event_xid"),
            models.Index(
                fields=["user_id", "-id"],
                name="history_event_user",
                condition=models.Q(user_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.actor} {self.kind} {self.resource} {self.subject_id}"


class Seal(models.Model):
    """A link of the chain: an HMAC over a batch of events and the link before it, written by the sealer alone.

    It covers the events written in its cluster with `upto` of that cluster's seal before <= xid < `upto`. `entries` holds
    the id and a short keyed digest of every event, so that the one that was changed or removed can be named. `late` lists
    events said to be written long before the seal before them. An epoch ends where another cluster goes on: transaction
    numbers start anew in a cluster restored from a dump.
    """

    n = models.BigIntegerField(primary_key=True)
    epoch = models.PositiveIntegerField()
    upto = TransactionIdField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    late = models.JSONField(default=list)
    system_identifier = models.BigIntegerField()
    at = models.DateTimeField()
    mac = models.BinaryField()
    entries = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(rows__gte=1), name="history_seal_not_empty")]

    def __str__(self) -> str:
        return f"{self.n}: {self.rows} events up to {self.last_id}"
