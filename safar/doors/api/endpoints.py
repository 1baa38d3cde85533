"""The API itself: two reads for each register, one post for each of its actions; none for those that need a fresh code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone, translation
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from safar.doors.api.authentication import TokenSignIn
from safar.doors.api.reports import add_reports
from safar.doors.api.schemas import Problem, Sought, input_schema, page_schema, row_fields, row_schema
from safar.foundation import history
from safar.foundation.access.labels import SENSITIVE
from safar.foundation.access.requests import ActingRequest
from safar.foundation.access.visibility import Hidden, get, hidden_fields, may, resource_of
from safar.foundation.actions.declaration import Action
from safar.foundation.actions.forms import form_for, run
from safar.foundation.actions.once import KeyReused, answer_once
from safar.foundation.actions.refusals import Refused, Stale
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.listing import AFTER, cursor, cut, order_for, rows_for
from safar.foundation.registers.registry import all_registers

LARGEST_PAGE = 200


def make_api(*, namespace: str = "api") -> NinjaAPI:
    """The API over every register there is."""
    api = NinjaAPI(
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
            for action in (a for a in acts if a.creates):
                _add_action(api, register, action)
            _add_reads(api, register)
            for action in (a for a in acts if not a.creates):
                _add_action(api, register, action)
    add_reports(api)
    _add_errors(api)
    api.add_decorator(_kept_nowhere, mode="view")
    return api


def _kept_nowhere(answer: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what a token was shown, or refused, out of every cache on the way."""

    @wraps(answer)
    def answered(request: HttpRequest, **parameters: Any) -> HttpResponse:
        response = answer(request, **parameters)
        response["Cache-Control"] = "no-store, private"
        return response

    return answered


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
        params = _params(request)
        if register.keeps_from_address(q):
            raise Refused(f"No address carries this: send it to {register.slug}/search by POST")
        return answered(request, params)

    def search_rows(request: ActingRequest, data: Sought) -> Any:
        return answered(request, QueryDict(urlencode(data.model_dump())))

    def answered(request: ActingRequest, params: QueryDict) -> Any:
        limit = int(params.get("limit") or 50)
        rows, filterset = rows_for(register, request.actor, params)
        if not filterset.form.is_valid():
            raise Refused("; ".join(f"{k}: {' '.join(v)}" for k, v in filterset.form.errors.items()))
        order = order_for(register, request.actor, params)
        found, more, _before = cut(rows, order, {AFTER: params.get(AFTER, "")}, limit)
        _record_reads(request, found)
        return {
            "items": [row_dict(register, request.actor, r) for r in found],
            "next": cursor(found[-1], order) if more else None,
        }

    def one_row(request: ActingRequest, pk: str) -> Any:
        row = get(request.actor, register.model, pk)
        _record_reads(request, [row])
        return row_dict(register, request.actor, row)

    word = register.slug.replace("-", "_")
    if register.keeps_from_address is not Register.keeps_from_address:
        # Before a record's address, which fits any word.
        api.post(
            f"/{register.slug}/search",
            response={200: page_schema(register), 422: Problem},
            tags=tags,
            operation_id=f"search_{word}",
            summary=f"What answers a text best in {register.slug}: a name, or a number no address may carry",
        )(search_rows)
    api.get(
        f"/{register.slug}",
        response={200: page_schema(register), 422: Problem},
        tags=tags,
        operation_id=f"list_{word}",
        summary=f"A page of {register.slug}",
        exclude_unset=False,
    )(list_rows)
    api.get(
        f"/{register.slug}/{{pk}}",
        response={200: row_schema(register), 404: Problem},
        tags=tags,
        operation_id=f"read_{word}",
        summary=f"One of {register.slug}",
    )(one_row)


def _add_action(api: NinjaAPI, register: Register, action: Action) -> None:
    path = f"/{register.slug}/{action.name}" if action.creates else f"/{register.slug}/{{pk}}/{action.name}"
    if action.needs_code:
        api.post(path, include_in_schema=False)(_none_to_make if action.creates else _none_to_do)
        return
    body = input_schema(action)

    def create(request: ActingRequest, data: Any) -> HttpResponse:
        if not may(request.actor, register.model, action.name):
            raise Hidden(resource_of(register.model), "", action.name)
        return answer_once(request, lambda: _act(request, register, action, None, data))

    def change(request: ActingRequest, pk: str, data: Any) -> HttpResponse:
        def act() -> HttpResponse:
            return _act(request, register, action, get(request.actor, register.model, pk, action.name), data)

        return answer_once(request, act)

    view: Callable[..., Any] = create if action.creates else change
    view.__annotations__["data"] = body
    answers = {200: row_schema(register), 404: Problem, 409: Problem, 422: Problem}
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "minLength": 8, "maxLength": 64},
    }
    api.post(
        path,
        response=answers,
        tags=[register.slug],
        operation_id=action.code.replace(".", "_"),
        summary=action.name,
        openapi_extra={"parameters": [key]},
    )(view)


def _none_to_make(request: ActingRequest) -> HttpResponse:
    raise Http404


def _none_to_do(request: ActingRequest, pk: str) -> HttpResponse:
    raise Http404


def _act(request: ActingRequest, register: Register, action: Action, subject: Any, data: Any) -> HttpResponse:
    values = {k: v for k, v in data.model_dump(mode="json").items() if v is not None}
    form = form_for(action, request.actor, subject, data=_form_data(values))
    if not form.is_valid():
        return JsonResponse(
            {"message": "Mend the inputs named and send again", "errors": dict(form.errors)}, status=422
        )
    done = run(action, request.actor, subject, form, now=timezone.now())
    answer = (
        row_schema(register).model_validate(row_dict(register, request.actor, done)).model_dump(mode="json")
    )
    if hasattr(done, "secret"):
        answer["secret"] = done.secret
    return JsonResponse(answer)


def row_dict(register: Register, actor: Any, row: Any) -> dict[str, Any]:
    """The row's fields this actor may see; the hidden are empty."""
    hidden = hidden_fields(actor, row)
    pk = row._meta.pk.name
    found: dict[str, Any] = {pk: row.pk, "version": row.version}
    for name in row_fields(register):
        field = row._meta.get_field(name)
        key = field.attname
        found[key] = None if name in hidden else field.value_from_object(row)
    return found


def _record_reads(request: ActingRequest, rows: list[Any]) -> None:
    for row in rows:
        if row.label_level >= SENSITIVE:
            history.record_read(row, by=request.actor, now=timezone.now())


def _params(request: ActingRequest) -> QueryDict:
    return request.GET


def _form_data(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, [str(v) for v in value])
        elif value is not False:
            data[name] = str(value)
    return data


def _add_errors(api: NinjaAPI) -> None:
    def answer(status: int) -> Callable[[HttpRequest, object], HttpResponse]:
        return lambda request, error: JsonResponse({"message": str(error), "errors": {}}, status=status)

    def hidden(request: HttpRequest, error: object) -> HttpResponse:
        request.hidden = error  # type: ignore[attr-defined]  # AnswersMiddleware records it
        return JsonResponse({"message": "Not found", "errors": {}}, status=404)

    def stale(request: HttpRequest, error: object) -> HttpResponse:
        return JsonResponse(
            {"message": "The record was changed by somebody else; read it again", "errors": {}}, status=409
        )

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = {str(e["loc"][-1]): [e["msg"]] for e in error.errors}
        return JsonResponse({"message": "Mend the inputs named and send again", "errors": errors}, status=422)

    api.add_exception_handler(Http404, hidden)
    api.add_exception_handler(Stale, stale)
    api.add_exception_handler(Refused, answer(422))
    api.add_exception_handler(KeyReused, answer(409))
    api.add_exception_handler(ValidationError, invalid)  # type: ignore[arg-type]  # it is given an error, never a class
