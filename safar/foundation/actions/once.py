"""Answering a submission once, however often it is sent.

The row is inserted in the request's own transaction: a second request with the same key waits on the unique index until
the first commits, then gives the first one's answer. Only answers that changed something (2xx, 3xx) are kept; a refused
form may be mended and sent again with the same key.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.requests import ActingRequest
from safar.foundation.actions.models import Submission

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
FIELD = "idempotency_key"
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""
SENSITIVE_KEPT_FOR, KEPT_FOR = timedelta(hours=24), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """Of which record an answer tells, and how sensitive that is; a door leaves it on its response as ``told``."""

    subject: str
    level: int


class KeyReused(Exception):
    """The key was used before for other content."""

    def __init__(self) -> None:
        super().__init__(_("This form was sent before with other content. Open it again and send it once."))


def fresh_key() -> str:
    """A key for a form about to be shown."""
    return secrets.token_urlsafe(18)


def answer_once(request: ActingRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer of `act()`, or the stored answer if this submission was answered before."""
    key = _key(request)
    if not KEY.fullmatch(key):
        raise BadRequest("Idempotency-Key is missing")
    return once(request.actor, request.path[:200], key, _digest(request), act)


def answered_before(request: ActingRequest) -> HttpResponse | None:
    """The stored answer if this very submission was done already, else None.

    To be asked before a form is refused: what the first sending stored is often the reason why the second is not valid.
    """
    row = Submission.objects.filter(
        actor=_who(request.actor), route=request.path[:200], key=_key(request), digest=_digest(request)
    ).first()
    return _replay(row, row.digest) if row else None


def once(actor: Actor, route: str, key: str, digest: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """As `answer_once`, for callers without a browser form."""
    with transaction.atomic():
        row, is_new = Submission.objects.get_or_create(
            actor=_who(actor), route=route, key=key, defaults={"digest": digest}
        )
        if not is_new:
            return _replay(Submission.objects.get(pk=row.pk), digest)
        response = act()
        if response.status_code >= 400:
            row.delete()
            return response
        row.status, row.location = response.status_code, response.get("Location", "")
        row.body = "" if row.location else response.content.decode()
        told: Told | None = getattr(response, "told", None)
        if told is not None:
            row.subject, row.level = told.subject[:64], told.level
        row.save(update_fields=["status", "location", "body", "subject", "level"])
    return response


def forget_old_answers(*, now: datetime) -> None:
    """Empty the stored answers that told of level 2 and above a day ago, and delete what is older than a month."""
    Submission.objects.filter(level__gte=SENSITIVE, made_at__lt=now - SENSITIVE_KEPT_FOR).exclude(
        body=""
    ).update(body="")
    Submission.objects.filter(made_at__lt=now - KEPT_FOR).delete()


def _who(actor: Actor) -> str:
    """Whose keys they are: another token of the same person is somebody else, for it may see less."""
    return f"{actor.signature}/{actor.via}"[:60] if actor.via.startswith("token:") else actor.signature


def _replay(row: Submission, digest: str) -> HttpResponse:
    if row.digest != digest:
        raise KeyReused
    if row.location:
        return HttpResponseRedirect(row.location, status=row.status)
    response = HttpResponse(row.body, status=row.status, content_type="application/json")
    response[REPLAYED] = "true"
    response.told = Told(row.subject, row.level)  # type: ignore[attr-defined]  # ours to read, not the client's
    return response


def _key(request: HttpRequest) -> str:
    return request.headers.get("Idempotency-Key") or request.POST.get(FIELD, "")


def _digest(request: HttpRequest) -> str:
    found = hashlib.sha256()
    if request.content_type == "application/json":
        found.update(request.body)
        return found.hexdigest()
    for name, values in sorted(request.POST.lists()):
        if name not in (FIELD, "csrfmiddlewaretoken"):
            found.update(repr((name, values)).encode())
    for name, uploads in sorted(request.FILES.lists()):
        found.update(repr((name, [(u.name, u.size) for u in uploads])).encode())
    return found.hexdigest()
