"""What an import needs to remember between its preview and its application."""

from __future__ import annotations

from django.db import models

from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled


class Upload(Labelled):
    """A table file one person is about to bring into a register: seen by nobody else, thrown away after a day."""

    class State(models.TextChoices):
        """How far the import has come."""

        UPLOADED = "UPLOADED", "uploaded"
        APPLIED = "APPLIED", "applied"

    user_id = models.BigIntegerField(db_index=True, editable=False)
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    token = models.CharField(max_length=64, unique=True, editable=False)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    report = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_index=True)

    class Meta(Labelled.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"

    def label(self) -> Label:
        """An upload belongs to the person alone."""
        return Label(level=PERSONAL)
