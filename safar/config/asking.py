"""What kind of request is answered at all: three methods, and machines over an encrypted line only."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

ANSWERED = ("GET", "HEAD", "POST")
HTTPS_ONLY = "Ask over HTTPS. What was sent came over an open line: revoke the token if there was one."


class AskingMiddleware:
    """Refuses other methods, and machines that ask over plain HTTP.

    A browser is led to HTTPS; a machine led there would go on sending its token over the open line, and nobody would notice.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ANSWERED:
            return HttpResponseNotAllowed(ANSWERED)
        if settings.SECURE_SSL_REDIRECT and is_for_machines(request.path_info) and not request.is_secure():
            return JsonResponse({"message": HTTPS_ONLY, "errors": {}}, status=403)
        return self.get_response(request)


def is_for_machines(path: str) -> bool:
    """Whether machines ask there; Django's own redirection leaves the same addresses alone."""
    return any(re.search(pattern, path.lstrip("/")) for pattern in settings.SECURE_REDIRECT_EXEMPT)
