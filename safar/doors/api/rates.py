"""How much a token may ask in a minute: requests have a cost, counted in the cache all workers share.

Every answer says how much is left (``RateLimit-Limit``, ``RateLimit-Remaining``, ``RateLimit-Reset`` in seconds); a refused
one says when to come again (``Retry-After``).
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

log = logging.getLogger(__name__)

REQUEST, STREAM, BULK = 1, 20, 20
"""What a request costs, and what one that streams costs beside it."""


class TooMany(Exception):
    """The token has asked for more than its minute holds."""

    def __init__(self) -> None:
        super().__init__("Too many requests this minute; wait and try again")


def charge(request: HttpRequest, token_id: int, cost: int = REQUEST) -> None:
    """Count a request against its token's minute; `TooMany` if that is used up."""
    now = timezone.now()
    key = f"api-rate-{token_id}-{now:%Y%m%d%H%M}"
    more = cost - cache.add(key, 1, timeout=120)
    used = cache.incr(key, more) if more else cost
    request.rate = (max(settings.SAFAR_API_REQUESTS_A_MINUTE - used, 0), 60 - now.second)  # type: ignore[attr-defined]
    if used > settings.SAFAR_API_REQUESTS_A_MINUTE:
        log.warning("token %s asks too often", token_id)
        raise TooMany


def tell(request: HttpRequest, response: HttpResponse) -> None:
    """Write on an answer how much its token has left."""
    if (rate := getattr(request, "rate", None)) is None:
        return
    left, seconds = rate
    response["RateLimit-Limit"] = str(settings.SAFAR_API_REQUESTS_A_MINUTE)
    response["RateLimit-Remaining"], response["RateLimit-Reset"] = str(left), str(seconds)
    if response.status_code == 429:
        response["Retry-After"] = str(seconds)
