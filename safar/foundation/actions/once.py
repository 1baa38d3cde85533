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

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.requests import ActingRequest
from safar.foundation.actions.models import Submission

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
FIELD = "idempotency_key"


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
        actor=request.actor.signature, route=request.path[:200], key=_key(request), digest=_digest(request)
    ).first()
    return _replay(row, row.digest) if row else None


def once(actor: Actor, route: str, key: str, digest: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """As `answer_once`, for callers without a browser form."""
    with transaction.atomic():
        row, is_new = Submission.objects.get_or_create(
            actor=actor.signature, route=route, key=key, defaults={"digest": digest}
        )
        if not is_new:
            return _replay(Submission.objects.get(pk=row.pk), digest)
        response = act()
        if response.status_code >= 400:
            row.delete()
            return response
        row.status, row.location = response.status_code, response.get("Location", "")
        row.body = "" if row.location else response.content.decode()
        row.save(update_fields=["status", "location", "body"])
    return response


def _replay(row: Submission, digest: str) -> HttpResponse:
    if row.digest != digest:
        raise KeyReused
    if row.location:
        return HttpResponseRedirect(row.location, status=row.status)
    return HttpResponse(row.body, status=row.status, content_type="application/json")


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
