"""Giving out what is held: all about a person to herself, and a file of a record to who may see both."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from safar.directory.people.actions import export_what_is_held
from safar.directory.people.held import as_json, what_is_held
from safar.directory.people.models import (
    Person,
)
from safar.doors.workbench.doing import act_screen
from safar.doors.workbench.gate import StaffRequest, answer, staff_page
from safar.foundation.access.visibility import get
from safar.foundation.actions import Stale
from safar.foundation.actions.forms import form_for, run
from safar.foundation.files.download import download
from safar.foundation.registers import register_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def held(request: StaffRequest, pk: str) -> HttpResponse:
    """Ask why, then give what is held about a person: a page to print, or a file; that it was taken stands in the history."""
    register = register_of(Person)
    assert register is not None
    person = get(request.actor, Person, pk, export_what_is_held.name)
    form: Any = form_for(
        export_what_is_held, request.actor, person, data=request.POST if request.method == "POST" else None
    )
    now = timezone.now()
    if form.is_bound and form.is_valid():
        try:
            run(export_what_is_held, request.actor, person, form, now=now)
        except Stale:
            form.add_error(
                None, _("Somebody changed the record since you opened it. Look at it again first.")
            )
        else:
            return _given(request, person, form.cleaned_data["shape"], now)
    screen = act_screen(request, register, export_what_is_held, person, form)
    return answer(
        request, "workbench/act.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )


def _given(request: StaffRequest, person: Person, shape: str, now: datetime) -> HttpResponse:
    parts = what_is_held(request.actor, person)
    if shape == "JSON":
        text = json.dumps(as_json(person, parts, now=now), ensure_ascii=False, indent=1)
        response = HttpResponse(text, content_type="application/json")
        response["Content-Disposition"] = (
            content_disposition_header(True, f"safar-{person.number}.json") or "attachment"
        )
        return response
    return answer(request, "workbench/held.html", {"person": person, "parts": parts, "now": now})


@require_safe
@staff_page
def file(request: StaffRequest, pk: str) -> HttpResponse:
    """Give a file of a record to who may see both; the look is recorded, and nothing of it is kept by the browser."""
    return download(request.actor, pk, now=timezone.now())
