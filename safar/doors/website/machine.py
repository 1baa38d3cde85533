"""The check for machines: the same answer as the page's, as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from safar.citizens.recruiters.lookup import answer
from safar.citizens.recruiters.words import DESTINATIONS

from . import quick


@require_safe
def check_json(request: HttpRequest) -> HttpResponse:
    """Answer ``?q=…&to=…&work=…``; 400 if nothing is asked or a country is none of the list."""
    text, country, work = (request.GET.get(name, "") for name in ("q", "to", "work"))
    if not text.strip() or country and country not in DESTINATIONS or work and work not in quick.WORKS:
        error = {"error": "Ask for a name or number with ?q=; to= is an ISO 3166 code, work= a kind of work."}
        return _open(JsonResponse(error, status=400))
    now = timezone.now()
    body = quick.as_json(answer(text, destination=country or None, work=work or None, now=now), now)
    return _open(HttpResponse(body, content_type="application/json"))


def _open(response: HttpResponse) -> HttpResponse:
    """Any site may read the register's answer; nobody may keep it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-store"
    return response
