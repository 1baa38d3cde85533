"""When two people change one record: who was first and when, both versions beside each other, and nothing typed is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from safar.doors.workbench.gate import StaffRequest, answer, record_url
from safar.doors.workbench.histories import told
from safar.doors.workbench.references import fit_for_hands
from safar.foundation import history
from safar.foundation.access.visibility import covers
from safar.foundation.actions import Action
from safar.foundation.actions.forms import VERSION, form_for
from safar.foundation.registers import Register
from safar.foundation.registers.declaration import display


@dataclass(frozen=True, slots=True)
class Both:
    """One field: as it was typed now, and as it stands."""

    label: Any
    typed: Any
    stands: Any
    differs: bool


def conflict(
    request: StaffRequest, register: Register, action: Action, current: Any, typed: Any
) -> HttpResponse:
    """Show both versions with the form still filled; sending it again is against what stands now."""
    if current is None or not covers(request.actor, current, action.name):
        raise Http404
    data = typed.data.copy()
    data[VERSION] = str(current.version)
    form = form_for(action, request.actor, current, data=data)
    fit_for_hands(form, request.actor)
    last = told(request.actor, history.events_of(request.actor, current, limit=1))
    context = {
        "register": register,
        "action": action,
        "subject": current,
        "last": last[0] if last else None,
        "both": both_versions(register, typed, current),
        "form": form,
        "post_url": request.path,
        "record_url": record_url(register, current.pk),
        "history_url": reverse("workbench:history", args=[register.slug, current.pk]),
        "button": _("Save mine over it") if action is register.change_action else str(action.label),
    }
    return answer(request, "workbench/conflict.html", context, status=409)


def both_versions(register: Register, typed: Any, current: Model) -> list[Both]:
    """Each field of the form as typed and, where the record has it, as it stands; a secret is never spelt out."""
    found = []
    for bound in typed.visible_fields():
        mine = typed.cleaned_data.get(bound.name)
        if bound.name in register.secret or not _has(current, bound.name):
            found.append(Both(bound.label, _words(bound.field, mine), None, False))
            continue
        stands = getattr(current, bound.name)
        found.append(
            Both(
                bound.label,
                _words(bound.field, mine),
                display(current, bound.name),
                _plain(mine) != _plain(stands),
            )
        )
    return found


def _has(row: Model, name: str) -> bool:
    return any(field.name == name for field in row._meta.concrete_fields)


def _plain(value: Any) -> Any:
    return value if value not in ("", None) else None


def _words(field: Any, value: Any) -> Any:
    if hasattr(field, "queryset") or not hasattr(field, "choices"):
        return value
    labels = {str(code): label for code, label in field.choices}
    if isinstance(value, list | tuple):
        return ", ".join(str(labels.get(str(v), v)) for v in value)
    return labels.get(str(value), value)
