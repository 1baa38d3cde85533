"""The pages shown when something is not there or broke: they say what is kept, and give a number to read out."""

import logging
import secrets
import sys
from pathlib import PurePath

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import select_template
from django.utils.translation import gettext as _

from .context import furniture

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What an error's number is written in: no 0 and O, no 1 and I, which sound or look alike."""

_DESK = "desk"

logger = logging.getLogger("safar.errors")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page; the words are the same where there is one the reader may not see."""
    return _answer(request, 404, {"title": _("There is no such page")}, asked=request)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, with a number that finds the fault in the log."""
    number = new_number()
    logger.error("page failed: %s %s", number, _where())
    return _answer(request, 500, {"title": _("Something broke on our side"), "number": number})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not accepted because it was open too long or came from elsewhere."""
    return _answer(request, 403, {"title": _("We could not be sure this form came from you")}, name="csrf")


def new_number() -> str:
    """A number easy to read out over the telephone, such as E-7K3M-92."""
    signs = [secrets.choice(_LETTERS) for _place in range(4)]
    digits = [secrets.choice("23456789") for _place in range(2)]
    return f"E-{''.join(signs)}-{''.join(digits)}"


def _where() -> str:
    """The kind of the fault and the line it happened on; never its message, which may hold what was typed."""
    kind, _fault, trace = sys.exc_info()
    while trace and trace.tb_next:
        trace = trace.tb_next
    if kind is None or trace is None:
        return "unknown"
    return f"{kind.__name__} at {PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _answer(
    request: HttpRequest,
    status: int,
    context: dict[str, str],
    *,
    name: str = "",
    asked: HttpRequest | None = None,
) -> HttpResponse:
    """Make the page without a request's help, so that what broke the first page cannot break this one.

    Where nothing broke, the request is handed on as `asked`: staff keep their menu on a page that is not there.
    """
    parts = request.path_info.strip("/").split("/")
    if parts[0] == "api":
        return JsonResponse(
            {"detail": context["title"], **{k: v for k, v in context.items() if k != "title"}}, status=status
        )
    names = [f"website/errors/{name or status}.html"]
    if _DESK in parts[:2]:
        names.insert(0, f"workbench/errors/{name or status}.html")
    else:
        asked = None
    page = select_template(names).render({**furniture(path=request.path_info), **context}, asked)
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})
