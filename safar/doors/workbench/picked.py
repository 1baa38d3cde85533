"""One action on all the picked rows: shown first, then done to each by itself, with what was not done named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from safar.doors.workbench.doing import refuse, why_not
from safar.doors.workbench.gate import (
    StaffRequest,
    action_named,
    answer,
    list_url,
    query_without,
    register_page,
)
from safar.doors.workbench.lists import LAYOUT, MOST_PICKED
from safar.doors.workbench.naming import neutral_title
from safar.doors.workbench.references import fit_for_hands, understood
from safar.foundation.access.visibility import Hidden, get, may, resource_of, visible
from safar.foundation.actions import Action, Refused, Stale
from safar.foundation.actions.forms import form_for, inputs_of
from safar.foundation.actions.once import answer_once
from safar.foundation.registers import Register
from safar.foundation.registers.listing import rows_for

LARGEST_KEY = 2**63
PICK, ALL, ROW = "pick", "all", "row"


@dataclass(frozen=True, slots=True)
class Picked:
    """The picked rows: those the action can be done to, and the others with the reason."""

    possible: list[Any]
    impossible: list[tuple[Any, Any]]
    is_cut: bool

    @property
    def tokens(self) -> list[str]:
        """Each row with the version that was seen, as the form carries them."""
        return [f"{row.pk}:{row.version}" for row in self.possible]


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def act_on_picked(request: StaffRequest, register: Register, name: str) -> HttpResponse:
    """Show the picked rows with the action's form; on sending, do it to each."""
    action = action_named(register, name)
    if not action.bulk or action.destructive:
        raise Http404
    if not may(request.actor, register.model, action.name):
        raise Hidden(resource_of(register.model), "", action.name)
    if request.method == "POST":
        return _take(request, register, action)
    form = form_for(action, request.actor)
    fit_for_hands(form, request.actor)
    return _show(request, register, action, form, picked_by(request, register, action))


def picked_by(request: StaffRequest, register: Register, action: Action) -> Picked:
    """What was picked in the list: some rows, or all that fit the filter."""
    if request.method == "POST":
        rows = visible(request.actor, register.model, action.name).filter(
            pk__in=_keys(register, request.POST)
        )
    elif request.GET.get(ALL):
        asked = QueryDict(query_without(request.GET, PICK, ALL, *LAYOUT))
        params, _faults = understood(register, request.actor, asked)
        rows, _filterset = rows_for(register, request.actor, params, action.name)
    else:
        keys = _valid(register, request.GET.getlist(PICK))
        rows = visible(request.actor, register.model, action.name).filter(pk__in=keys)
    found = list(rows.order_by("pk")[: MOST_PICKED + 1])
    today = timezone.localdate()
    judged = [(row, why_not(action, row, request.actor, today)) for row in found[:MOST_PICKED]]
    return Picked(
        [r for r, why in judged if not why], [(r, why) for r, why in judged if why], len(found) > MOST_PICKED
    )


def _take(request: StaffRequest, register: Register, action: Action) -> HttpResponse:
    form = form_for(action, request.actor, data=request.POST, files=request.FILES)
    fit_for_hands(form, request.actor)
    if form.is_valid():
        try:
            return answer_once(request, lambda: _do_all(request, register, action, form))
        except Refused as refused:
            refuse(form, refused)
    return _show(request, register, action, form, picked_by(request, register, action))


def _show(
    request: StaffRequest, register: Register, action: Action, form: Any, picked: Picked
) -> HttpResponse:
    query = query_without(request.GET, PICK, ALL, *LAYOUT)
    context = {
        "register": register,
        "action": action,
        "form": form,
        "picked": picked,
        "most": MOST_PICKED,
        "row_name": ROW,
        "list_url": list_url(register, query),
        "query": query,
    }
    return answer(request, "workbench/picked.html", context, status=422 if form.errors else 200)


def _do_all(request: StaffRequest, register: Register, action: Action, form: Any) -> HttpResponse:
    now, done, failed = timezone.now(), 0, []
    for pk, version in _tokens(register, request.POST):
        why = _do_one(request, register, action, form, pk, version, now)
        if why:
            failed.append(why)
        else:
            done += 1
    if not done:
        raise Refused(failed[0] if failed else _("No row was picked."))
    messages.success(request, ngettext("Done to %(n)s record.", "Done to %(n)s records.", done) % {"n": done})
    for why in failed[:5]:
        messages.warning(request, why)
    return redirect(list_url(register, request.GET.urlencode()))


def _do_one(
    request: StaffRequest, register: Register, action: Action, form: Any, pk: Any, version: int, now: Any
) -> str:
    """Do it to one row; why it was not done, or an empty text."""
    try:
        subject = get(request.actor, register.model, pk, action.name)
    except Http404:
        return str(_("A record is no longer there."))
    subject.version = version
    try:
        with transaction.atomic():
            action(subject, by=request.actor, now=now, **inputs_of(form))
    except Refused as refused:
        return f"{neutral_title(register, subject)}: {refused.message}"
    except Stale:
        return _("%(record)s: somebody changed it meanwhile. Look at it again.") % {
            "record": neutral_title(register, subject)
        }
    return ""


def _tokens(register: Register, said: QueryDict) -> list[tuple[Any, int]]:
    pairs = [token.rpartition(":") for token in said.getlist(ROW)[:MOST_PICKED]]
    return [
        (pk, int(version)) for pk, _colon, version in pairs if version.isdigit() and _valid(register, [pk])
    ]


def _keys(register: Register, said: QueryDict) -> list[Any]:
    return [pk for pk, _version in _tokens(register, said)]


def _valid(register: Register, keys: list[str]) -> list[Any]:
    """The keys that could be keys of this register at all."""
    found = []
    for text in keys[:MOST_PICKED]:
        try:
            key = register.model._meta.pk.to_python(text)
        except ValidationError:
            continue
        if not isinstance(key, int) or abs(key) < LARGEST_KEY:
            found.append(key)
    return found
