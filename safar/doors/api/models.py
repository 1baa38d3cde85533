"""Tokens with which other systems sign in."""

from __future__ import annotations

import hashlib

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled


class Token(Labelled):
    """The right of one system to act with a person's grants, narrowed to resources, for a purpose, until a day.

    Only a digest of the secret is kept; it is shown once, when issued.
    """

    user_id = models.BigIntegerField(_("person"), db_index=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=200)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    resources = ArrayField(models.CharField(max_length=60), verbose_name=_("resources"))
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
        """A token belongs to its owner alone."""
        return Label(level=PERSONAL)


def digest_of(secret: str) -> str:
    """What is kept of a token's secret: its SHA-256 (the secret has 256 bits of its own)."""
    return hashlib.sha256(secret.encode()).hexdigest()
