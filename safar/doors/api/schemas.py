"""Schemas made from registers and actions, by ninja's and pydantic's own factories."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from ninja import Schema
from ninja.orm import create_schema
from pydantic import Field, create_model

from safar.foundation.actions.declaration import Action
from safar.foundation.registers.declaration import Register

_TYPES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.ModelChoiceField, str),
    (forms.BooleanField, bool),
    (forms.IntegerField, int),
    (forms.DateField, date),
    (forms.MultipleChoiceField, list[str]),
)


def row_fields(register: Register) -> list[str]:
    """Fields of a register the API speaks of: its columns and sections that are stored, without the secret."""
    wanted = dict.fromkeys([*register.columns, *(f for s in register.sections for f in s.fields)])
    stored = {f.name for f in register.model._meta.concrete_fields}
    return [f for f in wanted if f in stored and f not in register.secret]


def row_schema(register: Register) -> type[Schema]:
    """A row of the register: id, version and its fields, each possibly empty since some may be hidden."""
    pk = register.model._meta.pk.name
    names = [n for n in row_fields(register) if n != pk]
    return create_schema(
        register.model,
        name=f"{register.model.__name__}Row",
        fields=[pk, "version", *names],
        optional_fields=names,
    )


def filter_parameters(register: Register) -> list[dict[str, Any]]:
    """The register's filters as parameters of an address."""
    return [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in register.filters
    ]


def page_schema(register: Register) -> type[Schema]:
    """A page of rows and the cursor of the next."""
    row = row_schema(register)
    return create_model(
        f"{register.model.__name__}Page",
        __base__=Schema,
        items=(list[row], ...),  # type: ignore[valid-type]  # a class made as we run
        next=(str | None, None),
    )


def input_schema(action: Action) -> type[Schema]:
    """What an action takes, from its form; `version` is the version the caller saw."""
    fields: dict[str, Any] = {}
    for name, field in (action.form.base_fields if action.form else {}).items():
        kind = next((t for cls, t in _TYPES if isinstance(field, cls)), str)
        fields[name] = (kind, ...) if field.required else (kind | None, None)
    if not action.creates:
        fields["version"] = (int, ...)
    return create_model(
        "".join(p.title() for p in action.name.split("_")) + "Input", __base__=Schema, **fields
    )


class Sought(Schema):
    """What is looked for, in the body: an address would keep it."""

    q: str = Field(min_length=1, max_length=200)
    sort: str = ""
    after: str = ""
    limit: int = Field(50, ge=1, le=200)


class Problem(Schema):
    """Why a request was refused, in words; `errors` by input field."""

    message: str
    errors: dict[str, list[str]] = {}
