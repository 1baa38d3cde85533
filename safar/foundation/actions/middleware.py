"""Turns the refusals every page shares into answers, after the request's transaction was rolled back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safar.foundation import history
from safar.foundation.access.requests import ActingRequest
from safar.foundation.access.visibility import Hidden
from safar.foundation.actions.once import KeyReused
from safar.foundation.actions.refusals import Refused, Stale


class AnswersMiddleware:
    """Stale forms get the conflict page, reused keys and stray refusals a clear page; a refused look is recorded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: ActingRequest, error: Exception) -> HttpResponse | None:
        """Answer for the exceptions this room knows; None leaves the rest to Django."""
        if isinstance(error, Hidden) and request.actor.kind == "staff":
            history.record_refusal(request.actor, error.resource, error.pk, error.action, now=timezone.now())
        if isinstance(error, Http404):
            return None
        if isinstance(error, Stale):
            return render(request, "answers/conflict.html", {"current": error.current}, status=409)
        if isinstance(error, Refused | KeyReused):
            return render(request, "answers/refused.html", {"message": str(error)}, status=409)
        return None
