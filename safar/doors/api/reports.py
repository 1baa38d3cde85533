"""Where the SMS gateway reports how far a message has come: an address of its own for each message, signed, without a token."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI

from safar.foundation.messages import reports

LONGEST = 20_000
"""Bytes of a report; more is none."""


def add_reports(api: NinjaAPI) -> None:
    """The address the gateway is given with each message (`reports.callback_address`); it stands in no description."""
    api.post("/messages/sms/{reference}/{signature}", auth=None, include_in_schema=False)(take)


def take(request: HttpRequest, reference: UUID, signature: str) -> JsonResponse:
    """Note the status of one message. Told twice, late or in an unknown word, it is thanked for and changes nothing."""
    if not reports.is_genuine(str(reference), signature):
        raise Http404("Not found")
    reports.take_report(str(reference), status_in(request), now=timezone.now())
    return JsonResponse({"message": "noted"})


def status_in(request: HttpRequest) -> str:
    """The status a report names, as a form or as JSON; empty if it names none."""
    if request.content_type != "application/json":
        return request.POST.get("status", "")[:40]
    try:
        found = json.loads(request.body[:LONGEST])
    except ValueError:
        return ""
    return str(found.get("status") or "")[:40] if isinstance(found, dict) else ""
