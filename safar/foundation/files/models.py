"""A file kept with a record."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import SENSITIVE, Label
from safar.foundation.access.models import Labelled
from safar.foundation.encryption.fields import DataKeyField, EncryptedTextField
from safar.foundation.files import kinds
from safar.foundation.history.tracking import tracked


@tracked()
class StoredFile(Labelled):
    """A file somebody attached to a record: its label is the record's, its name is encrypted, its content lies apart."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject_type = models.CharField(_("kind of record"), max_length=100, editable=False)
    subject_pk = models.CharField(_("record"), max_length=64, editable=False)
    name = EncryptedTextField(_("file name"), max_length=150)
    kind = models.CharField(
        _("kind of file"), max_length=4, choices=[(kind.code, kind.label) for kind in kinds.KINDS]
    )
    size = models.PositiveIntegerField(_("size, bytes"), editable=False)
    digest = models.CharField(_("digest of the stored bytes"), max_length=64, editable=False)
    stored_as = models.CharField(max_length=32, unique=True, editable=False)
    is_sealed = models.BooleanField(_("encrypted"), default=False, editable=False)
    uploaded_by = models.BigIntegerField(_("uploaded by"), editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, editable=False)
    data_key = DataKeyField()

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = [
            *Labelled.Meta.indexes,
            models.Index(fields=["subject_type", "subject_pk"], name="file_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_sealed=True) | Q(label_level__lt=SENSITIVE),
                name="file_sensitive_is_sealed",
                violation_error_message=_("A sensitive file must be encrypted. Attach it again."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def label(self) -> Label:
        """The label taken over from the record (`keeping.attach`, `keeping.relabel`)."""
        return Label(org=self.label_org, place=self.label_place, level=self.label_level, case=self.label_case)

    @property
    def content_type(self) -> str:
        """What the file is sent as."""
        return kinds.BY_CODE[self.kind].content_type
