"""The API itself: two reads and a stream for each register, one post for each of its actions; none for those that need a fresh code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.utils import translation
from ninja import NinjaAPI, Query

from safar.doors.api.answers import add_errors, as_shown_now, kept_nowhere, record_reads, row_dict
from safar.doors.api.authentication import TokenSignIn
from safar.doors.api.bulk import add_bulk
from safar.doors.api.doing import acted
from safar.doors.api.reports import add_reports
from safar.doors.api.schemas import Problem, Sought, filter_parameters, input_schema, page_schema, row_schema
from safar.doors.api.streams import add_stream
from safar.foundation.access.requests import ActingRequest
from safar.foundation.access.visibility import Hidden, get, may, resource_of
from safar.foundation.actions.declaration import Action
from safar.foundation.actions.once import REPLAYED, answer_once
from safar.foundation.actions.refusals import Refused
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.listing import AFTER, cursor, cut, order_for, rows_for
from safar.foundation.registers.registry import all_registers

LARGEST_PAGE = 200
PROBLEMS = frozenset([400, 401, 404, 422, 429])
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"},
}


ELSEWHERE = {
    "description": "The record stands for another now; Location says which",
    "headers": {"Location": {"schema": {"type": "string"}}},
}


class DescribedOnce(NinjaAPI):
    """An API whose description is made once a process: it is long, and anybody may ask for it."""

    _described: dict[str, Any]

    def get_openapi_schema(self, **options: Any) -> Any:
        """The description, as it was made the first time."""
        known = self.__dict__.setdefault("_described", {})
        prefix = str(options.get("path_prefix"))
        if prefix not in known:
            known[prefix] = super().get_openapi_schema(**options)
        return known[prefix]


def make_api(*, namespace: str = "api") -> NinjaAPI:
    """The API over every register there is."""
    api = DescribedOnce(
        title="Safar",
        version="1",
        description=(__doc__ or "").strip(),
        docs_url=None,
        openapi_url="/openapi.json",
        auth=TokenSignIn(),
        urls_namespace=namespace,
    )
    with translation.override("en"):
        for register in all_registers():
            acts = _actions(register)
            # The first address that fits answers, and a record's fits any word: what makes records stands before it.
            for action in acts:
                add_bulk(api, register, action, PROBLEMS)
            for action in (a for a in acts if a.creates):
                _add_action(api, register, action)
            _add_reads(api, register)
            add_stream(api, register, PROBLEMS)
            for action in (a for a in acts if not a.creates):
                _add_action(api, register, action)
    add_reports(api)
    add_errors(api)
    api.add_decorator(kept_nowhere, mode="view")
    return api


def _actions(register: Register) -> list[Action]:
    own = [a for a in (register.add_action, register.change_action) if a is not None]
    return [*own, *register.actions]


def _add_reads(api: NinjaAPI, register: Register) -> None:
    tags = [register.slug]

    def list_rows(
        request: ActingRequest,
        q: str = "",
        sort: str = "",
        after: str = "",
        limit: int = Query(50, ge=1, le=LARGEST_PAGE),
    ) -> Any:
        if register.keeps_from_address(q):
            raise Refused(f"No address carries this: send it to {register.slug}/search by POST")
        return answered(request, request.GET)

    def search_rows(request: ActingRequest, data: Sought) -> Any:
        return answered(request, QueryDict(urlencode(data.model_dump())))

    def answered(request: ActingRequest, params: QueryDict) -> Any:
        limit = int(params.get("limit") or 50)
        rows, filterset = rows_for(register, request.actor, params)
        if not filterset.form.is_valid():
            raise Refused("; ".join(f"{k}: {' '.join(v)}" for k, v in filterset.form.errors.items()))
        order = order_for(register, request.actor, params)
        found, more, _before = cut(rows, order, {AFTER: params.get(AFTER, "")}, limit)
        record_reads(request.actor, found)
        return {
            "items": [row_dict(register, request.actor, r) for r in found],
            "next": cursor(found[-1], order) if more else None,
        }

    def one_row(request: ActingRequest, pk: str) -> Any:
        try:
            row = get(request.actor, register.model, pk)
        except Hidden:
            there = register.leads_to(request.actor, pk) if register.leads_to else None
            if there is None:
                raise
            return HttpResponse(
                status=308, headers={"Location": f"{request.path.rpartition('/')[0]}/{there}"}
            )
        record_reads(request.actor, [row])
        return row_dict(register, request.actor, row)

    word = register.slug.replace("-", "_")
    if register.keeps_from_address is not Register.keeps_from_address:
        # Before a record's address, which fits any word.
        api.post(
            f"/{register.slug}/search",
            response={200: page_schema(register), PROBLEMS: Problem},
            tags=tags,
            operation_id=f"search_{word}",
            summary=f"What answers a text best in {register.slug}: a name, or a number no address may carry",
        )(search_rows)
    api.get(
        f"/{register.slug}",
        response={200: page_schema(register), PROBLEMS: Problem},
        tags=tags,
        operation_id=f"list_{word}",
        summary=f"A page of {register.slug}",
        exclude_unset=False,
        openapi_extra={"parameters": filter_parameters(register)},
    )(list_rows)
    api.get(
        f"/{register.slug}/{{pk}}",
        response={200: row_schema(register), PROBLEMS: Problem},
        tags=tags,
        operation_id=f"read_{word}",
        summary=f"One of {register.slug}",
        openapi_extra={"responses": {308: ELSEWHERE} if register.leads_to else {}},
    )(one_row)


def _add_action(api: NinjaAPI, register: Register, action: Action) -> None:
    path = f"/{register.slug}/{action.name}" if action.creates else f"/{register.slug}/{{pk}}/{action.name}"
    if action.needs_code:
        api.post(path, include_in_schema=False)(_none_to_make if action.creates else _none_to_do)
        return
    body = input_schema(action)

    def answered(request: ActingRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
        response = answer_once(request, act)
        return as_shown_now(register, request.actor, response) if response.has_header(REPLAYED) else response

    def create(request: ActingRequest, data: Any) -> HttpResponse:
        if not may(request.actor, register.model, action.name):
            raise Hidden(resource_of(register.model), "", action.name)
        return answered(request, lambda: acted(request.actor, register, action, "", data))

    def change(request: ActingRequest, pk: str, data: Any) -> HttpResponse:
        return answered(request, lambda: acted(request.actor, register, action, pk, data))

    view: Callable[..., Any] = create if action.creates else change
    view.__annotations__["data"] = body
    api.post(
        path,
        response={200: row_schema(register), PROBLEMS | {409}: Problem},
        tags=[register.slug],
        operation_id=action.code.replace(".", "_"),
        summary=action.name,
        openapi_extra={"parameters": [KEY]},
    )(view)


def _none_to_make(request: ActingRequest) -> HttpResponse:
    raise Http404


def _none_to_do(request: ActingRequest, pk: str) -> HttpResponse:
    raise Http404
