"""Filters of a list kept under a name, and let go."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from safar.doors.workbench.actions import remove_filter, save_filter
from safar.doors.workbench.gate import StaffRequest, answer, list_url, register_page
from safar.doors.workbench.lists import list_screen
from safar.doors.workbench.models import SavedFilter
from safar.foundation.access.visibility import get
from safar.foundation.actions import Refused
from safar.foundation.actions.forms import form_for, run
from safar.foundation.actions.once import answer_once
from safar.foundation.registers import Register
from safar.foundation.registers.listing import SEARCH


@require_POST
@register_page
def keep_filter(request: StaffRequest, register: Register) -> HttpResponse:
    """Keep the filter of the list under a name."""
    params = QueryDict(request.POST.get("query", "")[:2000])
    if register.keeps_from_address(params.get(SEARCH, "")):
        raise Http404
    form = form_for(save_filter, request.actor, data=request.POST)
    if form.is_valid():
        try:
            return answer_once(request, lambda: _kept(request, register, form))
        except Refused as refused:
            form.add_error(None, refused.message)
    screen = list_screen(register, request.actor, params, save_form=form)
    return answer(request, "workbench/list.html", {"screen": screen, "form": form}, status=422)


@require_POST
@register_page
def drop_filter(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Let a kept filter go."""
    kept = get(request.actor, SavedFilter, pk, remove_filter.name)

    def drop() -> HttpResponse:
        remove_filter(kept, by=request.actor, now=timezone.now())
        return redirect(list_url(register))

    return answer_once(request, drop)


def _kept(request: StaffRequest, register: Register, form: Any) -> HttpResponse:
    form.cleaned_data["register"] = register.slug
    kept = run(save_filter, request.actor, None, form, now=timezone.now())
    return redirect(list_url(register, kept.query))
