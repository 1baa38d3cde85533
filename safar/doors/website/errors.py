"""The pages shown when something is not there or broke: they say what is kept, and give a number to read out.

What passes by itself (the database is being started again, the disk is full) is a 503 that says when to try again. It
carries what was typed, with the form's own key, so that it is sent once more with one press and never done twice.
"""

import errno
import logging
import secrets
import sys
from typing import Any

import psycopg
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import select_template
from django.utils.translation import gettext as _

from safar.foundation.database.server import ServerFailed
from safar.foundation.encryption.durable import NotWritten
from safar.foundation.faults import where

from .context import furniture

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What an error's number is written in: no 0 and O, no 1 and I, which sound or look alike."""

_DESK = "desk"
_AWAY = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, ServerFailed)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ACCOUNT = "account"
"""The pages of signing in: what is typed there is never written into a page."""
_FOR_MACHINES = ("number",)
SOON, LATER = 10, 300
"""Seconds after which it is worth trying again: a database that comes back, a disk somebody has to make room on."""

logger = logging.getLogger("safar.errors")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page; the words are the same where there is one the reader may not see."""
    return _answer(request, 404, {"title": _("There is no such page")}, asked=request)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that what came was no request this server takes, or that its session was ended while it was being done."""
    if isinstance(exception, SessionInterrupted):
        title = _("You were signed out while this was being done")
        text = _("Sign in again and look whether it was done before you do it once more.")
    else:
        title = _("What your browser sent could not be read")
        text = _("Go back, load the page again and send it once more.")
    return _answer(request, 400, {"title": title, "text": text})


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, with a number that finds the fault in the log."""
    fault, number = sys.exc_info()[1], new_number()
    logger.error("page failed: %s %s", number, where(fault))
    if _is_full(fault):
        return _later(request, LATER, _("There is no room to keep this just now"), number)
    if isinstance(fault, _AWAY):
        return _later(request, SOON, _("Safar is being started again and will be back in a moment"), number)
    return _answer(request, 500, {"title": _("Something broke on our side"), "number": number})


def _is_full(fault: BaseException | None) -> bool:
    seen = fault.__cause__ if isinstance(fault, NotWritten | OperationalError) else fault
    return isinstance(seen, psycopg.errors.DiskFull) or isinstance(seen, OSError) and seen.errno in _FULL


def _later(request: HttpRequest, seconds: int, title: str, number: str) -> HttpResponse:
    """Ask to try again after so many seconds, with what was typed ready to be sent again."""
    typed = _typed(request)
    context = {
        "title": title,
        "number": number,
        "seconds": seconds,
        "typed": typed,
        "address": request.get_full_path(),
        "sent": request.method == "POST",
    }
    response = _answer(request, 503, context)
    response["Retry-After"] = str(seconds)
    return response


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Fields to send again; nothing where a file or a secret was among them, or the form's own key is missing.

    The token against forgery is the one that came with the form, never a fresh one: a page that another site made the
    browser send cannot be sent again from here.
    """
    try:
        if request.method != "POST" or request.FILES or not request.POST.get("idempotency_key"):
            return []
        if _ACCOUNT in request.path_info.split("/")[:3] or any("password" in name for name in request.POST):
            return []
        return [(name, value) for name, values in request.POST.lists() for value in values]
    except (OSError, MultiPartParserError, SuspiciousOperation):
        return []  # what was sent cannot be read: the line was lost, or it is no form


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not accepted because it was open too long or came from elsewhere."""
    return _answer(request, 403, {"title": _("We could not be sure this form came from you")}, name="csrf")


def new_number() -> str:
    """A number easy to read out over the telephone, such as E-7K3M-92."""
    signs = [secrets.choice(_LETTERS) for _place in range(4)]
    digits = [secrets.choice("23456789") for _place in range(2)]
    return f"E-{''.join(signs)}-{''.join(digits)}"


def _answer(
    request: HttpRequest,
    status: int,
    context: dict[str, Any],
    *,
    name: str = "",
    asked: HttpRequest | None = None,
) -> HttpResponse:
    """Make the page without a request's help, so that what broke the first page cannot break this one.

    Where nothing broke, the request is handed on as `asked`: staff keep their menu on a page that is not there.
    """
    parts = request.path_info.strip("/").split("/")
    if parts[0] == "api":
        said = {"detail": context["title"]} | {k: v for k, v in context.items() if k in _FOR_MACHINES}
        return JsonResponse(said, status=status)
    names = [f"website/errors/{name or status}.html"]
    if _DESK in parts[:2]:
        names.insert(0, f"workbench/errors/{name or status}.html")
    else:
        asked = None
    page = select_template(names).render({**furniture(path=request.path_info), **context}, asked)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
