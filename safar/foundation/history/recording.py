"""Appending to the sealed book, in the transaction of the act itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from safar.foundation.access.actors import Actor, acting, current_actor
from safar.foundation.access.labels import SENSITIVE, Label
from safar.foundation.access.models import Labelled, protected_models
from safar.foundation.access.visibility import resource_of
from safar.foundation.history.detail import DIGESTS, digests, plain, salted, sealable
from safar.foundation.history.kinds import kind_of
from safar.foundation.history.models import Event

Subject = models.Model | type[models.Model]

# Not through the ORM: it asks for the new id back, which a role that may add but not see the row is refused.
_APPEND = f"""
insert into {Event._meta.db_table} (at, kind, resource, subject_id, actor, via, body, detail, salts,
  label_org, label_place, label_level, label_case, context)
values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb, %s, %s, %s, %s,
  nullif(current_setting('pghistory.context_id', true), '')::uuid)
"""  # noqa: S608


def set_context(actor: Actor, kind: str) -> UUID:
    """Say once a transaction who changes rows and by which act; the row history and the event then name each other by the answer."""
    context = uuid4()
    metadata = json.dumps({"actor": actor.signature, "kind": kind, "via": actor.via})
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(context), metadata],
        )
    return context


def record(
    kind: str,
    subject: Subject,
    *,
    by: Actor,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    label: Label | None = None,
) -> None:
    """Append one event: `by` did `kind` to `subject` (a row, or a model when it concerns no single row).

    `detail` holds the values of the kind's sentence; they may be forgotten later. `body` holds ids and codes, is sealed and
    stays for ever. Raises `UnknownKind` for a kind nobody registered and `NotSealable` for a body with free text.
    """
    model, pk = (type(subject), str(subject.pk)) if isinstance(subject, models.Model) else (subject, "")
    where = label or label_of(subject)
    row = _row(kind, resource_of(model), pk, by=by, now=now, label=where, detail=detail, body=body)
    with _as(by):
        _append(row, connection)


def record_read(subject: models.Model, *, by: Actor, now: datetime, fields: Iterable[str] = ()) -> None:
    """Append that `by` looked at a row of level 2 or above, or had secret `fields` of a row revealed."""
    names = tuple(fields)
    record(
        "revealed" if names else "read",
        subject,
        by=by,
        now=now,
        body={"fields": names} if names else None,
        detail={"purpose": by.purpose} if by.purpose else None,
    )


def record_export(
    model: type[models.Model],
    *,
    by: Actor,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Append that `by` took rows of `model` out of the house; the detail says by which filters and in which format."""
    told = {**(detail or {}), **({"purpose": by.purpose} if by.purpose else {})}
    record("export", model, by=by, now=now, detail=told, body=body)


def _key_in(resource: str, pk: object) -> str:
    """A key as its table writes one; nothing for what cannot be one there: somebody may have typed a number of a person."""
    model = next((one for one in protected_models() if resource_of(one) == resource), None)
    if model is None:
        return str(pk)
    try:
        return str(model._meta.pk.to_python(pk))
    except (ValidationError, ValueError, TypeError):
        return ""


def record_refusal(actor: Actor, resource: str, pk: object, action: str, now: datetime) -> None:
    """Append that `actor` was refused, outside the transaction that the refusal rolls back.

    Called after that transaction ended, or inside it: then a connection of its own carries the event. The event has no
    label of the row refused, which may not exist: it is for those who read the event log of the whole house.
    """
    row = _row(
        "refused",
        resource,
        _key_in(resource, pk),
        by=actor,
        now=now,
        label=Label(level=SENSITIVE),
        body={"action": _as_code(action)},
    )
    with _as(actor):
        if not _inside_a_transaction():
            with transaction.atomic():
                _append(row, connection)
            return
        apart = connection.copy()
        try:
            apart.set_autocommit(False)
            _append(row, apart)
            apart.commit()
        finally:
            apart.close()


def label_of(subject: Subject) -> Label:
    """The label an event takes from its subject; a model or a row without a label counts as sensitive, of no organisation."""
    if isinstance(subject, Labelled):
        return Label(subject.label_org, subject.label_place, subject.label_level, subject.label_case)
    return Label(level=SENSITIVE)


def _row(
    kind: str,
    resource: str,
    pk: str,
    *,
    by: Actor,
    now: datetime,
    label: Label,
    detail: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
) -> list[Any]:
    code = kind_of(kind).code
    values = plain(detail or {})
    salts = salted(values)
    sealed = sealable(body or {})
    if values:
        sealed[DIGESTS] = digests(values, salts)
    return [
        *(now, code, resource, pk.replace("\0", "")[:64], by.signature, by.via),
        *(json.dumps(sealed), json.dumps(values), json.dumps(salts)),
        *(label.org, label.place, label.level, label.case),
    ]


def _append(row: list[Any], link: BaseDatabaseWrapper) -> None:
    with link.cursor() as cursor:
        cursor.execute(_APPEND, row)


def _as(actor: Actor) -> AbstractContextManager[Any]:
    """Act as `actor`, as the database demands of who appends in his name; nothing to do when he acts already."""
    return nullcontext() if current_actor() == actor else acting(actor)


def _as_code(words: str) -> str:
    """Words as a code: a refused action may be called anything by who asked for it."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in words)[:64]


def _inside_a_transaction() -> bool:
    """Whether a transaction is open that a rollback would take along (the one a test case wraps itself in is none)."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
