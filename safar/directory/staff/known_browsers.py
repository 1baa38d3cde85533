"""How many passwords may be tried for a name, so that guessing leads nowhere and nobody can keep another person out.

Strangers share narrow counters: for a name at one address, and for a name from everywhere. A browser that once passed every
step of signing in under a name carries a sealed cookie saying so, and has a counter of its own for that name: however many
wrong passwords others type, it is heard (OWASP, "Slow down online guessing attacks with device cookies"). The cookie opens
nothing. Names nobody has are counted like any other.
"""

from __future__ import annotations

from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from safar.directory.staff.cookies import read_cookie, set_cookie
from safar.directory.staff.models import tidy_username

PURPOSE = "safar.directory.staff.known_browsers"
COOKIE = "known"
KNOWN_FOR = 180 * 24 * 3600
"""Seconds after the last sign-in."""
SHARED_BY = 8
"""Names one browser is known for at most; the oldest goes first."""

AT_AN_ADDRESS = "10/m/ip,5/5m/key,20/d/key"
FROM_EVERYWHERE = "100/h/key"
IN_A_KNOWN_BROWSER = "5/5m/key,100/d/key"


def count_attempt(request: HttpRequest, username: str) -> RateLimitUsage | None:
    """Count an attempt at the password of a name, before it is looked at; None if there were too many.

    What is returned can be rolled back: a right password costs nothing.
    """
    name = tidy_username(username)
    number = number_of(request, name)
    if number:
        return _count(request, IN_A_KNOWN_BROWSER, f"browser:{number}")
    address = ratelimit.get_ip(request)
    here = _count(request, AT_AN_ADDRESS, f"address:{address}:{name}")
    everywhere = _count(request, FROM_EVERYWHERE, f"name:{name}") if here else None
    return RateLimitUsage([*here.usage, *everywhere.usage]) if here and everywhere else None


def _count(request: HttpRequest, rates: str, key: str) -> RateLimitUsage | None:
    found: RateLimitUsage | None = ratelimit.consume(
        request, app=PURPOSE, action="password", config={"password": rates}, key=key
    )
    return found


def number_of(request: HttpRequest, username: str) -> str | None:
    """The number this browser is known by for a name, or None if it is a stranger there."""
    return _known(request).get(_sign_of(username))


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Make the browser known for a name that every step of signing in was just passed for."""
    known = _known(request)
    number = known.pop(_sign_of(username), None) or get_random_string(22)
    kept = dict([*known.items(), (_sign_of(username), number)][-SHARED_BY:])
    set_cookie(response, COOKIE, signing.dumps(kept, salt=PURPOSE), max_age=KNOWN_FOR)


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        known: dict[str, str] = signing.loads(read_cookie(request, COOKIE), salt=PURPOSE, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {}
    return known


def _sign_of(username: str) -> str:
    """What stands in the cookie for a name: who finds the browser does not learn who uses it."""
    return salted_hmac(PURPOSE, tidy_username(username), algorithm="sha256").hexdigest()[:32]
