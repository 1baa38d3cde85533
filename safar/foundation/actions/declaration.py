"""Declaring an action and running it: gate, lock, version, rule, store, history, in one transaction."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import Hidden, get, may, resource_of
from safar.foundation.actions.refusals import Refused, Stale
from safar.foundation.actions.storing import store

_actions: dict[str, Action] = {}


def _always(subject: Any, today: date) -> bool:
    return True


@dataclass(frozen=True, eq=False)
class Action:
    """A named change. Call it as ``close(office, reason=…, by=actor, now=now)``.

    `when` says whether the action makes sense for a row today; `why_not` says in words why it does not, so that a
    missing button explains itself; `barred` says why this very person may not, though others may. `destructive` actions are
    never offered in bulk. One that `needs_code` asks for a fresh code of the second factor, and is offered to no token.
    `leads_to` names the record to look at when it is done, where that is not the row acted on.
    """

    do_not_call_in_templates: ClassVar[bool] = True

    name: str
    on: type[Labelled]
    function: Callable[..., Any]
    label: Any
    sentence: Any
    form: type[forms.Form | forms.ModelForm] | None = None
    creates: bool = False
    icon: str = "pencil"
    destructive: bool = False
    bulk: bool = False
    when: Callable[[Any, date], bool] = _always
    why_not: Callable[[Any, date], Any] | None = None
    barred: Callable[[Any, Actor], Any] | None = None
    detail: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    primary: bool = False
    needs_code: bool = False
    hint: Any = ""
    leads_to: Callable[[Any], Labelled] | None = None
    secret_inputs: frozenset[str] = field(default=frozenset())
    __hash__ = object.__hash__

    @property
    def code(self) -> str:
        """The action's code in history, API and policy: ``app.name``."""
        return f"{self.on._meta.app_label}.{self.name}"

    def offered(self, subject: Any, today: date) -> bool:
        """Whether the action makes sense for this row today (not whether somebody may do it)."""
        return self.when(subject, today)

    def refusal(self, subject: Any, actor: Actor, today: date) -> Any:
        """Why the action is not for this row today, or not for this person; nothing if it is."""
        if not self.offered(subject, today):
            return self.why_not(subject, today) if self.why_not else self.label
        return self.barred(subject, actor) if self.barred else ""

    def __call__(self, subject: Any = None, *, by: Actor, now: datetime, **inputs: Any) -> Any:
        with transaction.atomic(), acting(by):
            history.set_context(by, self.code)
            done = self._create(by, now, inputs) if self.creates else self._change(subject, by, now, inputs)
            history.record(self.code, done, by=by, now=now, detail=self._detail(done, inputs))
        return done

    def _create(self, by: Actor, now: datetime, inputs: dict[str, Any]) -> Labelled:
        if not may(by, self.on, self.name):
            raise Hidden(resource_of(self.on), "", self.name)
        created = self.function(by=by, now=now, **inputs)
        return store(created, by=by, action=self.name) if created._state.adding else created

    def _change(self, seen: Labelled, by: Actor, now: datetime, inputs: dict[str, Any]) -> Labelled:
        row = get(by, self.on, seen.pk, self.name, lock=True)
        if row.version != seen.version:
            raise Stale(row)
        today = timezone.localdate(now)
        if refusal := self.refusal(row, by, today):
            raise Refused(refusal)
        self.function(row, by=by, now=now, **inputs)
        return store(row, by=by, action=self.name)

    def _detail(self, subject: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        if self.detail:
            return self.detail(subject, inputs)
        return {k: plain(v) for k, v in inputs.items() if k not in self.secret_inputs and v not in (None, "")}


def plain(value: Any) -> Any:
    """A value as JSON may hold it: models by their name, dates in ISO form, files by their name."""
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def action(
    *, on: type[Labelled], label: Any, sentence: Any, **options: Any
) -> Callable[[Callable[..., Any]], Action]:
    """Declare the function below as an action; its keyword-only inputs must be the fields of its form."""

    def declare(function: Callable[..., Any]) -> Action:
        return register(Action(function.__name__, on, function, label, sentence, **options))

    return declare


def register(declared: Action) -> Action:
    """Check a declaration and make it known to history, API and workbench."""
    _check(declared)
    if declared.code in _actions:
        raise ImproperlyConfigured(f"two actions are called {declared.code}")
    _actions[declared.code] = declared
    history.register_kind(declared.code, sentence=declared.sentence, icon=declared.icon)
    return declared


def _check(declared: Action) -> None:
    parameters = inspect.signature(declared.function).parameters
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()) or declared.form is None:
        return
    wanted = {n for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY} - {"by", "now"}
    fields = set(declared.form.base_fields)
    if wanted != fields:
        raise ImproperlyConfigured(
            f"{declared.code}: form has {sorted(fields)}, function takes {sorted(wanted)}"
        )


def all_actions() -> dict[str, Action]:
    """Every declared action by code."""
    return dict(_actions)


def actions_on(model: type[Labelled]) -> list[Action]:
    """Actions whose subject is the model, in the order of declaration."""
    return [a for a in _actions.values() if a.on is model]
