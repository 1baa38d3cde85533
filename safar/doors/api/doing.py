"""One act by token: found through the token's eyes, its form filled from JSON, run like the workbench runs it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from safar.doors.api.answers import MEND, problem, row_answer
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import get, resource_of
from safar.foundation.actions.declaration import Action
from safar.foundation.actions.forms import form_for, run
from safar.foundation.actions.refusals import Refused
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.registry import all_registers


def acted(actor: Actor, register: Register, action: Action, pk: str, data: Any) -> HttpResponse:
    """Do the action with validated input; the record as it stands then, or a 422 that names the inputs to mend."""
    subject = None if action.creates else get(actor, register.model, pk, action.name)
    values = {k: v for k, v in data.model_dump(mode="json").items() if v is not None}
    form = form_for(action, actor, subject, data=_form_data(values))
    if not form.is_valid():
        return problem(MEND, 422, {name: [str(one) for one in said] for name, said in form.errors.items()})
    try:
        return row_answer(register, actor, run(action, actor, subject, form, now=timezone.now()))
    except ObjectDoesNotExist as error:
        raise _needs_another_register(actor, error) from error


def _needs_another_register(actor: Actor, error: ObjectDoesNotExist) -> Exception:
    """What an act reads beside its record must be open to the token too; the error itself if that was not why."""
    missed = [resource_of(r.model) for r in all_registers() if r.model.DoesNotExist is type(error)]
    if actor.only is None or not missed or missed[0] in actor.only:
        return error
    return Refused(f"This act needs a token that may also read {missed[0]}")


def _form_data(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, [str(v) for v in value])
        elif value is not False:
            data[name] = str(value)
    return data
