"""Keeping an accepted file with a record, giving its bytes back, following the record's label, erasing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone

from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.models import Labelled, protected_models
from safar.foundation.access.visibility import get, resource_of, visible
from safar.foundation.encryption import keys
from safar.foundation.encryption.envelope import seal, unseal
from safar.foundation.encryption.fields import give_key, place_of
from safar.foundation.encryption.rotation import destroy_on_commit
from safar.foundation.files import storage
from safar.foundation.files.accept import Accepted
from safar.foundation.files.kinds import MB
from safar.foundation.files.models import StoredFile
from safar.foundation.files.refusals import QuotaReached

#: The most one record may carry, and one person may send in a day.
PER_RECORD, PER_RECORD_BYTES = 100, 300 * MB
PER_DAY, PER_DAY_BYTES = 300, 1_000 * MB


class Altered(Exception):
    """The stored bytes of a file are not those that were stored."""

    def __init__(self, file: StoredFile) -> None:
        super().__init__(
            f"the stored content of file {file.pk} was altered: put it back from the backup of SAFAR_FILES"
        )


def attach(
    subject: Labelled, accepted: Accepted, *, by: Actor, now: datetime, level: int = 0, public: bool = False
) -> StoredFile:
    """Keep the content and return its record, not yet stored: the action that attaches it calls `store(file, by=by)`.

    The file inherits the subject's label; `level` raises it (an identity document on a harmless record), never lowers it.
    `public` shows it to everybody if the subject is public too. Raises `QuotaReached`.
    """
    check_quota(subject, len(accepted.content), by=by, now=now)
    file = StoredFile(
        subject_type=resource_of(type(subject)),
        subject_pk=str(subject.pk),
        name=accepted.name,
        kind=accepted.kind.code,
        size=len(accepted.content),
        uploaded_by=by.user_id,
        uploaded_at=now,
    )
    _inherit(file, subject, level=level)
    file.is_public = public and subject.is_public and file.label_level == 0
    _put(file, accepted.content, now=now)
    return file


def content(file: StoredFile) -> bytes:
    """The file as it was accepted. Raises `Altered`, `storage.ContentMissing`, and `keys.KeyDestroyed` once erased."""
    stored = storage.read(file.stored_as)
    if hashlib.sha256(stored).hexdigest() != file.digest:
        raise Altered(file)
    return unseal(stored, place=place_of(file, "content"), keys=keys.store()) if file.is_sealed else stored


def files_of(subject: models.Model, *, by: Actor) -> models.QuerySet[StoredFile]:
    """Files attached to a record, as far as the actor may see them, newest first."""
    kept = visible(by, StoredFile).filter(subject_type=resource_of(type(subject)), subject_pk=str(subject.pk))
    return kept.filter(erased_at=None).order_by("-uploaded_at", "id")


def subject_of(file: StoredFile, *, by: Actor) -> Labelled:
    """The record a file belongs to, or 404: also when the record is no longer the actor's to see."""
    model = next((m for m in protected_models() if resource_of(m) == file.subject_type), StoredFile)
    return get(by, model, file.subject_pk)


def relabel(file: StoredFile, subject: Labelled, *, now: datetime) -> StoredFile:
    """Take over the subject's label as it is now; a content that became sensitive is encrypted. Not yet stored."""
    _inherit(file, subject, level=file.label_level)
    file.is_public = file.is_public and subject.is_public and file.label_level == 0
    if file.label_level >= SENSITIVE and not file.is_sealed:
        before, plain = file.stored_as, content(file)
        _put(file, plain, now=now)
        transaction.on_commit(lambda: storage.discard(before))
    return file


def erase(file: StoredFile, *, now: datetime) -> StoredFile:
    """Mark a file erased; with the commit its key is destroyed and its content deleted. Not yet stored."""
    file.erased_at, file.is_public = now, False
    token = file.stored_as
    if file.data_key:
        destroy_on_commit(file.data_key, now=now)
    transaction.on_commit(lambda: storage.discard(token))
    return file


def check_quota(subject: Labelled, size: int, *, by: Actor, now: datetime) -> None:
    """Refuse a file beyond what one record may carry or one person may send in a day."""
    kept = files_of(subject, by=by)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    sent = visible(by, StoredFile).filter(
        uploaded_by=by.user_id, uploaded_at__range=(today, today + timedelta(days=1))
    )
    for rows, count_most, size_most in ((kept, PER_RECORD, PER_RECORD_BYTES), (sent, PER_DAY, PER_DAY_BYTES)):
        found = rows.order_by().aggregate(count=models.Count("pk"), size=Sum("size", default=0))
        if found["count"] >= count_most or found["size"] + size > size_most:
            raise QuotaReached(count=count_most, size=size_most // MB)


def _inherit(file: StoredFile, subject: Labelled, *, level: int) -> None:
    label = subject.label()
    file.label_org, file.label_place, file.label_case = label.org, label.place, label.case
    file.label_level = max(label.level, level)


def _put(file: StoredFile, plain: bytes, *, now: datetime) -> None:
    file.is_sealed = file.label_level >= SENSITIVE
    if file.is_sealed:
        key_id = give_key(file, now=now)
        plain = seal(plain, key_id=key_id, place=place_of(file, "content"), keys=keys.store())
    file.stored_as, file.digest = storage.put(plain), hashlib.sha256(plain).hexdigest()
