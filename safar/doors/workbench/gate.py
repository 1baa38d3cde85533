"""What every page of the workbench does first: lets nobody in without signing in, and lets nothing be kept by a browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from safar.directory.staff.models import Account
from safar.foundation.access.requests import ActingRequest
from safar.foundation.access.visibility import Hidden, may, resource_of
from safar.foundation.actions import Action
from safar.foundation.registers import Register, register_by_slug
from safar.foundation.registers.listing import SEARCH

Page = Callable[..., HttpResponseBase]


class StaffRequest(ActingRequest):
    """A request of somebody who signed in, as the pages of the workbench get it."""

    user: Account
    htmx: HtmxDetails


def staff_page(page: Page) -> Page:
    """A page for those who signed in; a stranger is led to the log-in page, whether or not there is such a page."""

    @wraps(page)
    def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.kind != "staff":
            response: HttpResponseBase = redirect_to_login(
                request.get_full_path() if request.method == "GET" else reverse("workbench:day")
            )
        else:
            response = page(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Cache-Control"] = "no-store, private"
        return response

    return guarded


def register_page(page: Page) -> Page:
    """A staff page of one register: the page gets the register, or the reader the 404 of what is absent or hidden.

    An address that carries what none may (`Register.keeps_from_address`) is not answered: it leads to the list without it.
    """

    @staff_page
    @wraps(page)
    def found(request: ActingRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        register = register_by_slug(slug)
        if register is None:
            raise Http404
        if not may(request.actor, register.model, "view"):
            raise Hidden(resource_of(register.model), "", "view")
        if register.keeps_from_address(request.GET.get(SEARCH, "")):
            return HttpResponseRedirect(list_url(register, query_without(request.GET, SEARCH)))
        return page(request, register, *args, **kwargs)

    return found


def answer(
    request: HttpRequest, template: str | list[str], context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The page, rendered now: inside the transaction, while the actor is known to the database."""
    return render(request, template, context, status=status)


def action_named(register: Register, name: str, *, creates: bool = False) -> Action:
    """An action of the register by its name, or 404."""
    for found in register.actions:
        if found.name == name and found.creates == creates:
            return found
    raise Http404


def query_without(params: QueryDict, *names: str, **values: Any) -> str:
    """The query string of `params` without some names, with some values set anew."""
    kept = [(k, v) for k, found in params.lists() for v in found if k not in names and k not in values]
    return urlencode(kept + [(k, v) for k, v in values.items() if v not in ("", None)])


def with_query(address: str, query: str) -> str:
    """An address with its query string, if it has one."""
    return f"{address}?{query}" if query else address


def record_url(register: Register, pk: Any, query: str = "") -> str:
    """Where a record stands, with the list it was opened from."""
    return with_query(reverse("workbench:record", args=[register.slug, pk]), query)


def list_url(register: Register, query: str = "") -> str:
    """Where a register's list stands."""
    return with_query(reverse("workbench:list", args=[register.slug]), query)


def back(request: HttpRequest, otherwise: str = "") -> HttpResponseRedirect:
    """To the page named by the form's ``next``, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return HttpResponseRedirect(wanted)
    return HttpResponseRedirect(otherwise or reverse("workbench:day"))
