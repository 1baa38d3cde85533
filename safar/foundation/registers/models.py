"""What an import needs to remember: the file, how far it is done, and what was refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled


class Stop(models.TextChoices):
    """Why an import stands still."""

    ASKED = "ASKED", _("You stopped it.")
    RIGHTS = "RIGHTS", _("You may no longer bring files into this register. Ask your head of office.")
    FILE = (
        "FILE",
        _("The file is no longer kept. Bring it in again: what is saved already stays as it is."),
    )
    FAULT = "FAULT", _("Something broke on our side. Go on, and if it happens again, tell support.")


class Upload(Labelled):
    """A table file one person brings into a register, how far it is done and what became of it: seen by nobody else.

    The file is deleted a day after it was last used; this row and its report, a month after it was made. A file taken as a
    whole is loaded in the name of the organisation `owner`, and `context` names what it stored
    at `saved_at`, so that it can be taken back.
    """

    class State(models.TextChoices):
        """How far the import has come."""

        UPLOADED = "UPLOADED", _("not saved yet")
        CHECKING = "CHECKING", _("being checked")
        CHECKED = "CHECKED", _("checked, not saved yet")
        APPLYING = "APPLYING", _("being saved")
        APPLIED = "APPLIED", _("done")
        STOPPED = "STOPPED", _("stopped")
        UNDOING = "UNDOING", _("being taken back")
        UNDONE = "UNDONE", _("taken back")

    user_id = models.BigIntegerField(db_index=True, editable=False)
    register = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    token = models.CharField(max_length=64, unique=True, editable=False)
    mapping = models.JSONField(default=dict)
    owner = models.BigIntegerField(null=True, editable=False)
    context = models.UUIDField(null=True, editable=False)
    saved_at = models.DateTimeField(null=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    stopped_by = models.CharField(max_length=10, choices=Stop, default="", blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="", blank=True)
    made_at = models.DateTimeField(db_index=True)
    moved_at = models.DateTimeField(null=True)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("file brought in"), _("files brought in")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")),
                name="no_more_rows_done_than_there_are",
                violation_error_message=_(
                    "More rows are counted as done than the file has. Begin the import anew."
                ),
            ),
            models.CheckConstraint(
                condition=(models.Q(state="STOPPED") & models.Q(stopped_by__in=Stop.values))
                | (~models.Q(state="STOPPED") & models.Q(stopped_by="")),
                name="what_is_stopped_says_why",
                violation_error_message=_("An import that stands still must say why. Begin it anew."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"

    def label(self) -> Label:
        """An upload belongs to the person alone."""
        return Label(level=PERSONAL)

    @property
    def why_stopped(self) -> str:
        """Why it stands still, in words; '' where it does not."""
        return str(Stop(self.stopped_by).label) if self.stopped_by else ""


class Batch(Labelled):
    """Rows of an upload saved in one go, from row `start` on, with those that were refused: (number, reasons by column)."""

    user_id = models.BigIntegerField(editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="batches")
    start = models.PositiveIntegerField()
    refused = models.JSONField(default=list)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("part of a file"), _("parts of files")
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="rows_are_saved_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.start}"

    def label(self) -> Label:
        """It belongs to whom the upload belongs to."""
        return Label(level=PERSONAL)


class Matching(Labelled):
    """Which column fills which field, as one person last chose for files with these columns: kept for the next such file.

    `columns` is the digest of the columns' names in their order.
    """

    user_id = models.BigIntegerField(editable=False)
    register = models.CharField(max_length=60)
    columns = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    owner = models.BigIntegerField(null=True)
    used_at = models.DateTimeField()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("choice of columns"), _("choices of columns")
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "register", "columns"],
                name="columns_are_matched_once",
                violation_error_message=_("These columns were matched before. Begin the import anew."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"

    def label(self) -> Label:
        """A choice belongs to the person who made it."""
        return Label(level=PERSONAL)
