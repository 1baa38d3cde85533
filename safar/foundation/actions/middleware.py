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
    """Stale forms get the conflict page, reused keys and stray refusals a clear page; a refused look is recorded.

    A door that answers for its own exceptions leaves a refused look on the request as ``hidden``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(error := getattr(request, "hidden", None), Hidden):
            self._record(request, error)  # type: ignore[arg-type]  # it became an ActingRequest on its way in
        return response

    def process_exception(self, request: ActingRequest, error: Exception) -> HttpResponse | None:
        """Answer for the exceptions this room knows; None leaves the rest to Django."""
        if isinstance(error, Hidden):
            self._record(request, error)
        if isinstance(error, Http404):
            return None
        if isinstance(error, Stale):
            return render(request, "answers/conflict.html", {"current": error.current}, status=409)
        if isinstance(error, Refused | KeyReused):
            return render(request, "answers/refused.html", {"message": str(error)}, status=409)
        return None

    def _record(self, request: ActingRequest, error: Hidden) -> None:
        if request.actor.kind == "staff":
            history.record_refusal(request.actor, error.resource, error.pk, error.action, now=timezone.now())
