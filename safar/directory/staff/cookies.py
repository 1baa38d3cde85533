"""The cookies Safar sets beside those of the session and of forms: over HTTPS this host alone sets and gets them.

Browsers take a cookie whose name begins with ``__Host-`` only if it is Secure, for every path and for no other host.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

BOUND = "__Host-"


def cookie_name(name: str) -> str:
    """What a cookie is called in the browser: bound to this host where cookies are Secure."""
    return f"{BOUND}{name}" if settings.SESSION_COOKIE_SECURE else name


def read_cookie(request: HttpRequest, name: str) -> str:
    """What the browser sent under a name; empty if nothing."""
    return request.COOKIES.get(cookie_name(name), "")


def set_cookie(response: HttpResponse, name: str, value: str, *, max_age: int) -> None:
    """Have the browser keep a value for `max_age` seconds: away from scripts, and not sent along by other sites' forms."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
