"""How long a sign-in lasts: a working day at most, less when nobody is there, and not a moment after it is ended.

A session counts only if `begin` stamped it, which happens after the last step of signing in and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.core.internal.sessionkit import get_session_user
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from safar.directory.staff.models import Account
from safar.directory.staff.session_store import SessionStore, name_of

BEGUN, SEEN = "begun", "seen"
STAMP_EVERY = timedelta(minutes=5)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """Stamp a session whose last step of signing in was just passed."""
    request.session[BEGUN] = request.session[SEEN] = now.timestamp()


def is_over(session: dict[str, float], account: Account, *, now: datetime) -> bool:
    """Whether a session has lasted its day, was left alone too long, or was ended from elsewhere."""
    begun, seen = session.get(BEGUN), session.get(SEEN)
    if begun is None or seen is None:
        return True
    limit = account.sessions_end_before
    return (
        now.timestamp() - begun >= settings.SESSION_COOKIE_AGE
        or now.timestamp() - seen >= settings.SAFAR_IDLE_MINUTES * 60
        or (limit is not None and begun <= limit.timestamp())
    )


def note(request: HttpRequest) -> None:
    """Write down that this request's session is one of the person's, from which address and with which browser."""
    browser = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    UserSession.objects.update_or_create(
        session_key=name_of(request.session),
        defaults={
            "user": request.user,
            "ip": get_adapter().get_client_ip(request),
            "user_agent": browser,
            "last_seen_at": timezone.now(),
        },
    )


def sessions_of(account: Account) -> list[UserSession]:
    """Where a person is signed in, the last seen first; what is over without having been ended is forgotten."""
    found = list(UserSession.objects.filter(user=account).order_by("-last_seen_at"))
    alive = [row for row in found if _is_alive(row)]
    UserSession.objects.filter(pk__in={row.pk for row in found} - {row.pk for row in alive}).delete()
    return alive


def _is_alive(row: UserSession) -> bool:
    kept = SessionStore.kept_under(row.session_key)
    return kept is not None and get_session_user(kept) is not None


def end_one_session(row: UserSession) -> None:
    """End one session: its browser is signed out at its next request."""
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()


Ender = Callable[[int, datetime], None]
_enders: list[Ender] = []


def end_with_sessions(ender: Ender) -> Ender:
    """Have `ender` called with an account's id when all its sessions are ended: doors end what else opens them there."""
    if ender not in _enders:
        _enders.append(ender)
    return ender


def end_sessions(account: Account, *, now: datetime) -> None:
    """End every session of an account, and its tokens: each is dead at its next request."""
    account.sessions_end_before = now
    account.save(update_fields=["sessions_end_before"])
    for session in UserSession.objects.filter(user=account):
        end_one_session(session)
    for ender in _enders:
        ender(account.pk, now)


def rename_session(request: HttpRequest) -> None:
    """Give the session a new key, as after signing in: whoever knew the old one has nothing. What it holds goes along."""
    before = name_of(request.session)
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=name_of(request.session))


def end_other_sessions(request: HttpRequest) -> int:
    """End every session of the person but the one this request belongs to; how many there were."""
    others = list(UserSession.objects.filter(user=request.user).exclude(session_key=name_of(request.session)))
    for session in others:
        end_one_session(session)
    return len(others)


class SessionClockMiddleware:
    """Signs out whoever's session is over, and keeps what staff were shown out of every cache and other site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        if not request.user.is_authenticated:
            return self.get_response(request)
        if is_over(request.session, request.user, now=now):
            logout(request)
            return self.get_response(request)
        self._stamp(request, now)
        response = self.get_response(request)
        response["Cache-Control"] = "no-store, private"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    def _stamp(self, request: HttpRequest, now: datetime) -> None:
        if now.timestamp() - request.session[SEEN] < STAMP_EVERY.total_seconds():
            return
        request.session[SEEN] = now.timestamp()
        UserSession.objects.filter(session_key=name_of(request.session)).update(last_seen_at=now)
