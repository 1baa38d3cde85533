"""What the API answers: rows with what the actor may see, problems in words, and headers that keep both out of caches."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from safar.doors.api.rates import TooMany, tell
from safar.doors.api.schemas import row_fields, row_schema
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.visibility import get, hidden_fields
from safar.foundation.actions.once import REPLAYED, KeyReused, Told
from safar.foundation.actions.refusals import Refused, Stale
from safar.foundation.registers.declaration import Register

MEND = "Mend the inputs named and send again"
OVERTAKEN = "The record was changed by somebody else; read it again"


def row_dict(register: Register, actor: Actor, row: Any) -> dict[str, Any]:
    """The row's fields this actor may see; the hidden are empty."""
    hidden = hidden_fields(actor, row)
    pk = row._meta.pk.name
    found: dict[str, Any] = {pk: row.pk, "version": row.version}
    for name in row_fields(register):
        field = row._meta.get_field(name)
        found[field.attname] = None if name in hidden else field.value_from_object(row)
    return found


def row_json(register: Register, actor: Actor, row: Any) -> dict[str, Any]:
    """The row as JSON may hold it."""
    return row_schema(register).model_validate(row_dict(register, actor, row)).model_dump(mode="json")


def row_answer(register: Register, actor: Actor, row: Any) -> HttpResponse:
    """The answer of an act: the record as it stands now."""
    answer = JsonResponse(row_json(register, actor, row))
    answer.told = Told(str(row.pk), row.label_level)  # type: ignore[attr-defined]  # `once` keeps it
    return answer


def as_shown_now(register: Register, actor: Actor, answer: HttpResponse) -> HttpResponse:
    """An answer given before, as far as the actor may see it today; emptied since, it is read from the record."""
    told: Told = answer.told  # type: ignore[attr-defined]  # `once` leaves it
    row = get(actor, register.model, told.subject)
    now = row_json(register, actor, row)
    before = json.loads(answer.content) if answer.content else now
    hidden = hidden_fields(actor, row)
    closed = {n for name in hidden for n in (name, f"{name}_id")}
    shown = JsonResponse({name: None if name in closed else value for name, value in before.items()})
    shown[REPLAYED] = "true"
    return shown


def record_reads(actor: Actor, rows: list[Any]) -> None:
    """Write down the look at each row of level 2 or above."""
    for row in rows:
        if row.label_level >= SENSITIVE:
            history.record_read(row, by=actor, now=timezone.now())


def problem(message: object, status: int, errors: dict[str, list[str]] | None = None) -> JsonResponse:
    """Why a request was refused, in words."""
    return JsonResponse({"message": str(message), "errors": errors or {}}, status=status)


def kept_nowhere(answer: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what a token was shown, or refused, out of every cache on the way; say what is left of its minute."""

    @wraps(answer)
    def answered(request: HttpRequest, **parameters: Any) -> HttpResponse:
        response = answer(request, **parameters)
        response["Cache-Control"] = "no-store, private"
        tell(request, response)
        return response

    return answered


def add_errors(api: NinjaAPI) -> None:
    """Answer for each exception there is with a `Problem`."""

    def answer(status: int) -> Callable[[HttpRequest, object], HttpResponse]:
        return lambda request, error: problem(error, status)

    def hidden(request: HttpRequest, error: object) -> HttpResponse:
        request.hidden = error  # type: ignore[attr-defined]  # AnswersMiddleware records it
        return problem("Not found", 404)

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(MEND, 422, {str(e["loc"][-1]): [e["msg"]] for e in error.errors})

    def said(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error, error.status_code)

    def stranger(request: HttpRequest, error: object) -> HttpResponse:
        response = problem("Send a token that is open", 401)
        response["WWW-Authenticate"] = "Bearer"
        return response

    api.add_exception_handler(Http404, hidden)
    api.add_exception_handler(Stale, lambda request, error: problem(OVERTAKEN, 409))
    api.add_exception_handler(Refused, answer(422))
    api.add_exception_handler(KeyReused, answer(409))
    api.add_exception_handler(TooMany, answer(429))
    api.add_exception_handler(BadRequest, answer(400))
    api.add_exception_handler(HttpError, said)  # type: ignore[arg-type]  # it is given an error, never a class
    api.add_exception_handler(AuthenticationError, stranger)
    api.add_exception_handler(ValidationError, invalid)  # type: ignore[arg-type]  # it is given an error, never a class
