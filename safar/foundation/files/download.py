"""Giving a file out: the label is asked again at that moment, and a look at level 2 or above is recorded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.visibility import Hidden, get, resource_of
from safar.foundation.encryption import keys
from safar.foundation.files.keeping import content, subject_of
from safar.foundation.files.models import StoredFile

#: A browser runs nothing of it, guesses nothing about it, keeps nothing of it, and shows it on no other site.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def download(actor: Actor, pk: UUID | str, *, now: datetime) -> HttpResponse:
    """Answer with the file as an attachment; Http404 if the file or its record is absent, erased, or not the actor's to see."""
    try:
        file = get(actor, StoredFile, UUID(str(pk)))
    except ValueError as error:
        raise Hidden(resource_of(StoredFile), pk, "view") from error
    if file.erased_at is not None:
        raise Hidden(resource_of(StoredFile), pk, "view")
    subject = subject_of(file, by=actor)
    if max(file.label_level, subject.label_level) >= SENSITIVE:
        history.record_read(file, by=actor, now=now)
    try:
        plain = content(file)
    except keys.KeyDestroyed as gone:
        raise Hidden(resource_of(StoredFile), pk, "view") from gone
    answer = HttpResponse(plain, content_type=file.content_type, headers=HEADERS)
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    return answer
