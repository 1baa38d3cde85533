"""Forms of actions: choices resolve through the actor's eyes, the version seen and the submission key travel along."""

from __future__ import annotations

from typing import Any

from django import forms

from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import covers, hidden_fields, visible
from safar.foundation.actions.declaration import Action
from safar.foundation.actions.once import FIELD, fresh_key
from safar.foundation.actions.refusals import Stale

VERSION = "version"


def form_for(
    action: Action,
    actor: Actor,
    subject: Labelled | None = None,
    *,
    data: Any = None,
    files: Any = None,
    initial: Any = None,
) -> forms.BaseForm:
    """The action's form for this actor and subject; bound if `data` is given.

    It carries two hidden fields: the version the actor saw and the key that makes a second sending harmless. A form that
    fills itself in from what it is about says how in ``about(subject, actor)``; one about nothing yet, from who begins it, in
    ``begun_by(actor)``.
    """
    base = action.form or forms.Form
    extra: dict[str, Any] = {"initial": initial or {}}
    if issubclass(base, forms.ModelForm):
        extra["instance"] = subject
    form = base(data, files, **extra)
    limit_choices(form, actor)
    if subject is None and hasattr(form, "begun_by"):
        form.begun_by(actor)
    if subject is not None and hasattr(form, "about"):
        form.about(subject, actor)
    if subject is not None:
        for name in hidden_fields(actor, subject) & set(form.fields):
            del form.fields[name]
        form.fields[VERSION] = forms.IntegerField(
            widget=forms.HiddenInput, initial=subject.version, required=False
        )
    form.fields[FIELD] = forms.CharField(
        widget=forms.HiddenInput, initial=fresh_key(), required=False, max_length=64
    )
    return form


def limit_choices(form: forms.BaseForm, actor: Actor) -> None:
    """A protected row may be chosen only by who may see it."""
    for field in form.fields.values():
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        rows = field.queryset
        if issubclass(rows.model, Labelled):
            wanted = rows.query.order_by or ("pk",)
            field.queryset = visible(actor, rows.model, "view").order_by(*wanted)


def inputs_of(form: forms.BaseForm) -> dict[str, Any]:
    """Cleaned input of a valid action form, without what only the kernel needs."""
    return {k: v for k, v in form.cleaned_data.items() if k not in (VERSION, FIELD)}


def run(action: Action, actor: Actor, subject: Any, form: forms.BaseForm, *, now: Any) -> Any:
    """Run the action with a valid form, against the version the actor saw; a form that names none is stale."""
    if subject is not None:
        if form.cleaned_data.get(VERSION) is None:
            raise Stale(subject)
        subject.version = form.cleaned_data[VERSION]
    return action(subject, by=actor, now=now, **inputs_of(form))


def offered(action: Action, actor: Actor, subject: Any, today: Any) -> bool:
    """Whether the actor may do the action on this row and it makes sense today."""
    return covers(actor, subject, action.name) and not action.refusal(subject, actor, today)
