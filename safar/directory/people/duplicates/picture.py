"""Pictures of two records and all that hangs on them: what a merge changed is the difference between two pictures.

A picture holds every stored column of every row, as the database holds it; encrypted columns as they lie there, sealed. So whatever
moved a column (the merge, a trigger behind it) is in the difference, and taking apart puts it back to the byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Field, ForeignKey, Model, Q, QuerySet

from safar.directory.people.models import Merge, Person, PossibleDuplicate
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled, protected_models
from safar.foundation.access.visibility import FOLLOW, resource_of, visible
from safar.foundation.encryption.fields import Sealed
from safar.foundation.files.models import StoredFile

Key = tuple[str, str]
Row = dict[str, Any]
Picture = dict[Key, Row]


def links() -> Iterator[tuple[type[Labelled], str]]:
    """Every protected table that points to people, and the column by which it does; people and merges themselves apart."""
    for model in protected_models():
        if model not in (Person, PossibleDuplicate):
            for field in model._meta.concrete_fields:
                if (
                    isinstance(field, ForeignKey)
                    and field.related_model is Person
                    and (model, field.name) != (Merge, "merged")
                ):
                    yield model, field.name


def rows_of(by: Actor, model: type[Labelled], people: Iterable[UUID]) -> QuerySet[Any]:
    """The rows of a table that point to any of these people."""
    wanted = Q()
    for linked, name in links():
        if linked is model:
            wanted |= Q(**{f"{name}__in": list(people)})
    return visible(by, model).filter(wanted).order_by("pk")


def take_picture(by: Actor, people: Iterable[UUID], *, apart_from: Iterable[Labelled]) -> Picture:
    """All rows of these people as they stand, but for the merge and the pair named."""
    people, left_out = list(people), {(resource_of(type(row)), str(row.pk)) for row in apart_from}
    picture = dict(_pictured(visible(by, Person, FOLLOW).filter(pk__in=people)))
    for model in dict.fromkeys(model for model, _name in links()):
        picture |= dict(_pictured(rows_of(by, model, people)))
    named: dict[str, list[str]] = {}
    for resource, key in picture:
        named.setdefault(resource, []).append(key)
    for resource, keys in named.items():
        picture |= dict(_pictured(visible(by, StoredFile).filter(subject_type=resource, subject_pk__in=keys)))
    pairs = visible(by, PossibleDuplicate).filter(Q(person__in=people) | Q(other__in=people))
    picture |= dict(_pictured(pairs))
    return {key: row for key, row in picture.items() if key not in left_out}


def _pictured(rows: QuerySet[Any]) -> Iterator[tuple[Key, Row]]:
    model = rows.model
    columns = [field.attname for field in model._meta.concrete_fields if not field.generated]
    for values in rows.values(*columns):
        yield (resource_of(model), str(values[model._meta.pk.attname])), values


def difference(before: Picture, after: Picture) -> dict[str, Any]:
    """What has changed: columns before and after by row, and the rows that were made. Fit for `packed`."""
    changed = []
    for key, row in before.items():
        now = after.get(key, row)
        names = [name for name in row if row[name] != now[name]]
        if names:
            changed.append([*key, {name: row[name] for name in names}, {name: now[name] for name in names}])
    made = [[*key, after[key]["version"]] for key in after if key not in before]
    return {"changed": changed, "made": made}


def mark_of(row: Labelled | None) -> list[Any] | None:
    """Key and version of a row: whether it is another one later, or was stored anew, can be told by them."""
    return [str(row.pk), row.version] if row is not None else None


def packed(kept: Mapping[str, Any]) -> str:
    """A difference as text, to be sealed."""
    return json.dumps(kept, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no picture holds a {type(value).__name__}")


def unpacked(text: str) -> Iterator[tuple[type[Labelled], str, Row, Row]]:
    """The changed rows of a packed difference: model, key, columns before and after as the database gives them."""
    models = {resource_of(model): model for model in protected_models()}
    for resource, key, before, after in json.loads(text)["changed"]:
        model: Any = models[resource]
        yield model, key, _columns(model, before), _columns(model, after)


def made_in(text: str) -> Iterator[tuple[type[Labelled], str, int]]:
    """The rows a packed difference says were made: model, key, version."""
    models = {resource_of(model): model for model in protected_models()}
    for resource, key, version in json.loads(text)["made"]:
        model: Any = models[resource]
        yield model, key, version


def contact_in(text: str) -> list[Any] | None:
    """The mark of what a packed difference says of how the survivor may be reached; nothing in one packed before there was any."""
    mark: list[Any] | None = json.loads(text).get("contact")
    return mark


def _columns(model: type[Model], values: Row) -> Row:
    fields: dict[str, Field] = {field.attname: field for field in model._meta.concrete_fields}
    return {name: _value(fields[name], value) for name, value in values.items()}


def _value(field: Field, value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"hex"}:
        return Sealed(bytes.fromhex(value["hex"]))
    target = field.target_field if isinstance(field, ForeignKey) else field
    return target.to_python(value)
