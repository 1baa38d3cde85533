"""One action on many records: a line of JSON for each, and a line of answer for each, as it is done.

Every line is done by itself, in its own transaction and once under its own key: what was answered is kept, whatever becomes
of the rest, and the whole may be sent again.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from pydantic import ValidationError

from safar.doors.api.answers import MEND, OVERTAKEN, as_shown_now, problem
from safar.doors.api.doing import acted
from safar.doors.api.narrowing import actor_of, token_now
from safar.doors.api.rates import BULK, charge
from safar.doors.api.schemas import Problem, input_schema
from safar.doors.api.streams import NDJSON, Streaming
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, may, resource_of
from safar.foundation.actions.declaration import Action
from safar.foundation.actions.once import KEY, REPLAYED, KeyReused, once
from safar.foundation.actions.refusals import Refused, Stale
from safar.foundation.registers.declaration import Register

log = logging.getLogger(__name__)
MOST = 1000
"""Lines of one request."""


def add_bulk(api: NinjaAPI, register: Register, action: Action, problems: frozenset[int]) -> None:
    """The address at which the action is done on many; none for what destroys or needs a fresh code."""
    if action.needs_code or action.destructive:
        return

    def many(request: Streaming) -> HttpResponseBase:
        if not may(request.actor, register.model, action.name):
            raise Hidden(resource_of(register.model), "", action.name)
        charge(request, request.token.pk, BULK)
        asked = request.body.splitlines()
        if not asked or len(asked) > MOST:
            raise BadRequest(f"Send between one and {MOST} lines")
        return StreamingHttpResponse(
            answers(register, action, request.token.pk, request.path, asked), content_type=NDJSON
        )

    word = action.code.replace(".", "_")
    api.post(
        f"/{register.slug}/{action.name}.ndjson",
        response={problems: Problem},
        tags=[register.slug],
        operation_id=f"{word}_many",
        summary=f"{action.name} for many",
        openapi_extra={
            "requestBody": {"required": True, "content": {NDJSON: {"schema": line_schema(action)}}},
            "responses": {200: {"description": "An answer a line", "content": {NDJSON: {"schema": ANSWER}}}},
        },
    )(many)


ANSWER = {
    "type": "object",
    "properties": {
        "line": {"type": "integer"},
        "key": {"type": "string"},
        "status": {"type": "integer"},
        "answer": {"type": "object"},
    },
    "required": ["line", "key", "status", "answer"],
}


def line_schema(action: Action) -> dict[str, Any]:
    """What one line says: the key it is done once under, which record, and the input of the action."""
    told = {"key": {"type": "string", "minLength": 8, "maxLength": 64}, "data": {"type": "object"}}
    if not action.creates:
        told["id"] = {"type": "string"}
    return {"type": "object", "properties": told, "required": sorted(told)}


def answers(
    register: Register, action: Action, token_pk: int, route: str, asked: list[bytes]
) -> Iterator[bytes]:
    """A line of answer for each line; a token that was revoked meanwhile ends it."""
    for number, line in enumerate(asked, 1):
        with transaction.atomic():
            token = token_now(pk=token_pk)
            actor = actor_of(token) if token else None
        if actor is None:
            return
        key, response = answer_of(register, action, actor, route, line)
        said = {
            "line": number,
            "key": key,
            "status": response.status_code,
            "answer": json.loads(response.content),
        }
        yield json.dumps(said, ensure_ascii=False).encode() + b"\n"


def answer_of(
    register: Register, action: Action, actor: Actor, route: str, line: bytes
) -> tuple[str, HttpResponse]:
    """The key of a line and its answer, with everything it did committed."""
    key = ""
    try:
        said = json.loads(line)
        key, pk, data = str(said["key"]), "" if action.creates else str(said["id"]), said["data"]
        if not KEY.fullmatch(key):
            return key[:64], problem("Give each line a key of 8 to 64 letters and digits", 400)
        given = input_schema(action).model_validate(data)
    except ValidationError as error:
        return key, problem(
            MEND, 422, {str(e["loc"][-1]) if e["loc"] else "data": [e["msg"]] for e in error.errors()}
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return key[:64], problem("Send a line of JSON with key, data and, for an act on a record, id", 400)
    return key, _once(register, action, actor, route, (key, pk, hashlib.sha256(line).hexdigest()), given)


def _once(
    register: Register, action: Action, actor: Actor, route: str, line: tuple[str, str, str], given: Any
) -> HttpResponse:
    key, pk, digest = line
    try:
        with acting(actor), transaction.atomic():
            response = once(
                actor, route[:200], key, digest, lambda: acted(actor, register, action, pk, given)
            )
            again = response.has_header(REPLAYED)
            return as_shown_now(register, actor, response) if again else response
    except Hidden as error:
        history.record_refusal(actor, error.resource, error.pk, error.action, now=timezone.now())
        return problem("Not found", 404)
    except Http404:
        return problem("Not found", 404)
    except Stale:
        return problem(OVERTAKEN, 409)
    except KeyReused as error:
        return problem(error, 409)
    except Refused as error:
        return problem(error, 422)
    except Exception:
        log.exception("a line of %s was not done", action.code)
        return problem("It was not done; send the line again", 500)
