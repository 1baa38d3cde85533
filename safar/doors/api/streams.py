"""Everything that fits a filter, a line of JSON a record, however many there are: read by key, a thousand at a time.

The rights are asked for again with each thousand, so that a token revoked in the middle ends the stream. The last line
(``{"end": {"rows": 3}}``) says that it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from ninja import NinjaAPI

from safar.doors.api.answers import row_json
from safar.doors.api.models import Token
from safar.doors.api.narrowing import actor_of, token_now
from safar.doors.api.rates import STREAM, charge
from safar.doors.api.schemas import Problem, filter_parameters, row_schema
from safar.foundation import history
from safar.foundation.access.actors import acting
from safar.foundation.access.requests import ActingRequest
from safar.foundation.access.visibility import Hidden, may, resource_of
from safar.foundation.actions.refusals import Refused
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.listing import rows_for, told

CHUNK = 1000
NDJSON = "application/x-ndjson"


class Streaming(ActingRequest):
    """A request whose token is asked for again while it is answered."""

    token: Token


def add_stream(api: NinjaAPI, register: Register, problems: frozenset[int]) -> None:
    """The address of a register's stream."""

    def stream(request: Streaming, q: str = "") -> HttpResponseBase:
        actor, params = request.actor, request.GET
        if not may(actor, register.model, "export"):
            raise Hidden(resource_of(register.model), "", "export")
        if register.keeps_from_address(q):
            raise Refused(f"No address carries this: send it to {register.slug}/search by POST")
        charge(request, request.token.pk, STREAM)
        rows, filterset = rows_for(register, actor, params, "export")
        if not filterset.form.is_valid():
            raise Refused("; ".join(f"{k}: {' '.join(v)}" for k, v in filterset.form.errors.items()))
        said = {"filters": told(register, params), "format": "ndjson", "count": rows.count()}
        history.record_export(register.model, by=actor, now=timezone.now(), detail=said)
        return StreamingHttpResponse(lines(register, request.token.pk, params), content_type=NDJSON)

    line = {"oneOf": [{"$ref": f"#/components/schemas/{row_schema(register).__name__}"}, END]}
    answers = {
        200: {
            "description": "A record a line, and a last line that says how many",
            "content": {NDJSON: {"schema": line}},
        }
    }
    api.get(
        f"/{register.slug}.ndjson",
        response={problems: Problem},
        tags=[register.slug],
        operation_id=f"stream_{register.slug.replace('-', '_')}",
        summary=f"Everything of {register.slug} that fits",
        openapi_extra={"parameters": filter_parameters(register), "responses": answers},
    )(stream)


END = {
    "type": "object",
    "properties": {
        "end": {"type": "object", "properties": {"rows": {"type": "integer"}}, "required": ["rows"]}
    },
    "required": ["end"],
}


def lines(register: Register, token_pk: int, params: QueryDict) -> Iterator[bytes]:
    """The lines of a stream in pieces, each read in a transaction of its own with the rights of that moment."""
    last, sent, more = None, 0, True
    while more:
        rows = chunk(register, token_pk, params, last)
        if rows is None:
            return
        sent, more = sent + len(rows), len(rows) == CHUNK
        if rows:
            last = rows[-1][register.model._meta.pk.name]
            yield b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
    yield json.dumps({"end": {"rows": sent}}).encode() + b"\n"


def chunk(register: Register, token_pk: int, params: QueryDict, last: Any) -> list[dict[str, Any]] | None:
    """The next rows behind a key; None if the token opens nothing any more."""
    with transaction.atomic():
        token = token_now(pk=token_pk)
        if token is None:
            return None
        actor = actor_of(token)
        with acting(actor):
            if not may(actor, register.model, "export"):
                return None
            rows, _filterset = rows_for(register, actor, params, "export")
            behind = rows if last is None else rows.filter(pk__gt=last)
            return [row_json(register, actor, row) for row in behind.order_by("pk")[:CHUNK]]
