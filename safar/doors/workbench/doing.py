"""Doing something: adding and editing a record, an action on one, an action on the picked. One form, one press, one answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safar.doors.workbench.conflicts import conflict
from safar.doors.workbench.gate import StaffRequest, action_named, answer, list_url, record_url, register_page
from safar.doors.workbench.naming import neutral_title, state_tag
from safar.doors.workbench.references import fit_for_hands
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, covers, get, hidden_fields, may, resource_of
from safar.foundation.actions import Action, Refused, Stale
from safar.foundation.actions.forms import form_for, run
from safar.foundation.actions.once import answer_once, answered_before
from safar.foundation.registers import Register, register_of

#: The one input an address may fill in on an act: which of the record's own belongings is meant.
WHICH = "which"

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@dataclass
class ActScreen:
    """Everything the page of one act shows."""

    register: Register
    action: Action
    subject: Any
    form: Any
    heading: str
    tab_title: str
    button: str
    cancel_url: str
    sections: list[tuple[Any, list[Any]]]
    why_not: Any = ""
    tag: Any = None
    left_out: list[Any] = field(default_factory=list)


@get_or_post
@register_page
def add(request: StaffRequest, register: Register) -> HttpResponse:
    """Add a record."""
    if register.add_action is None:
        raise Http404
    return _creating(request, register, register.add_action)


@get_or_post
@register_page
def create(request: StaffRequest, register: Register, name: str) -> HttpResponse:
    """Add a record by an action of its own."""
    return _creating(request, register, action_named(register, name, creates=True))


@get_or_post
@register_page
def edit(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Edit a record."""
    if register.change_action is None:
        raise Http404
    return _changing(request, register, register.change_action, pk)


@get_or_post
@register_page
def act(request: StaffRequest, register: Register, pk: str, name: str) -> HttpResponse:
    """Do an action on a record."""
    return _changing(request, register, action_named(register, name), pk)


def _creating(request: StaffRequest, register: Register, action: Action) -> HttpResponse:
    if not may(request.actor, register.model, action.name):
        raise Hidden(resource_of(register.model), "", action.name)
    return _page(request, register, action, None)


def _changing(request: StaffRequest, register: Register, action: Action, pk: str) -> HttpResponse:
    try:
        subject = get(request.actor, register.model, pk, action.name)
    except Hidden:
        if before := _sent_before(request):
            return before
        raise
    return _page(request, register, action, subject)


def _sent_before(request: StaffRequest) -> HttpResponse | None:
    """The answer of the first sending, where a second one cannot be done because the first one was."""
    return answered_before(request) if request.method == "POST" else None


def _page(request: StaffRequest, register: Register, action: Action, subject: Any) -> HttpResponse:
    """Show the form, or take it: once, against the version that was seen, with everything typed kept if it is refused."""
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {k: v for k, v in request.GET.items() if v and (subject is None or k == WHICH)}
    form = form_for(action, request.actor, subject, data=data, files=files, initial=initial)
    fit_for_hands(form, request.actor)
    if data is not None and form.is_valid():
        try:
            return answer_once(request, lambda: _done(request, register, action, subject, form))
        except Refused as refused:
            refuse(form, refused)
        except Stale as stale:
            return conflict(request, register, action, stale.current, form)
    if form.errors and (before := _sent_before(request)):
        return before
    screen = act_screen(request, register, action, subject, form)
    return answer(
        request, "workbench/act.html", {"screen": screen, "form": form}, status=422 if form.errors else 200
    )


def _done(request: StaffRequest, register: Register, action: Action, subject: Any, form: Any) -> HttpResponse:
    done = run(action, request.actor, subject, form, now=timezone.now())
    own = action in (register.add_action, register.change_action)
    messages.success(request, _("Saved.") if own else _("Done: %(action)s.") % {"action": action.label})
    if secret := getattr(done, "secret", ""):
        messages.warning(request, secret, extra_tags="secret")
    shown = action.leads_to(done) if action.leads_to else done
    place = register_of(type(shown)) or register
    return redirect(record_url(place, shown.pk) if covers(request.actor, shown) else list_url(register))


def refuse(form: Any, refused: Refused) -> None:
    """Put a refusal over the form, or over the field it speaks of."""
    if hasattr(form, "when_refused"):
        form.when_refused(refused)
    name = refused.field if refused.field in form.fields else NON_FIELD_ERRORS
    form.add_error(None if name == NON_FIELD_ERRORS else name, refused.message)


def act_screen(
    request: StaffRequest, register: Register, action: Action, subject: Any, form: Any
) -> ActScreen:
    """The page of an act: its form by sections, and what it is done to."""
    adds, edits = action is register.add_action, action is register.change_action
    visible = subject is not None and covers(request.actor, subject)
    today = timezone.localdate()
    heading = str(action.label)
    if adds and register.add is None:
        heading = _("%(record)s: new record") % {"record": register.singular}
    return ActScreen(
        register=register,
        action=action,
        subject=subject,
        form=form,
        heading=f"{heading}: {subject}" if edits else heading,
        tab_title=f"{heading} – {neutral_title(register, subject)}" if subject else heading,
        button=_("Save") if edits or (adds and register.add is None) else str(action.label),
        cancel_url=record_url(register, subject.pk) if visible else list_url(register),
        sections=sections_of(register, form) if adds or edits else [("", form.visible_fields())],
        why_not=why_not(action, subject, request.actor, today) if subject and not edits else "",
        tag=state_tag(register, subject, hidden_fields(request.actor, subject)) if visible else None,
        left_out=[register.label_of(n) for n in register.action_only if edits and n not in form.fields],
    )


def why_not(action: Action, subject: Any, actor: Actor, today: Any) -> Any:
    """Why the action makes no sense for the record today, or is not this person's to do; nothing if it is."""
    if not action.why_not and not action.offered(subject, today):
        return _("This cannot be done to the record as it stands today.")
    return action.refusal(subject, actor, today)


def sections_of(register: Register, form: Any) -> list[tuple[Any, list[Any]]]:
    """The form's fields under the register's section titles; what stands in none comes last."""
    left = {f.name: f for f in form.visible_fields()}
    sections = [(s.title, [left.pop(n) for n in s.fields if n in left]) for s in register.sections]
    return [(title, found) for title, found in [*sections, ("", list(left.values()))] if found]


def act_url(register: Register, action: Action, pk: Any = None) -> str:
    """Where an act is done."""
    if pk is None:
        return reverse("workbench:create", args=[register.slug, action.name])
    return reverse("workbench:act", args=[register.slug, pk, action.name])
