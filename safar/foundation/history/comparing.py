"""What changed between versions of a row, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import covers, hidden_fields, visible
from safar.foundation.history.reading import PAGE, shown

#: Fields the house writes for itself: they change with others and say nothing to a reader.
BOOKKEEPING = frozenset({"version", "label_org", "label_place", "label_level", "label_case", "is_public"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, as stored and as people read it."""

    name: str
    label: Any
    before: Any
    after: Any
    before_text: str
    after_text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One step in the life of a row: ``insert``, ``update`` or ``delete``, by whom and through which kind of act."""

    id: int
    at: datetime
    operation: str
    actor: str
    kind: str
    context: UUID | None
    fields: tuple[FieldChange, ...]


def versions_of(model: type[models.Model]) -> type[Any] | None:
    """The model that keeps the versions of `model`, or None if it is not tracked."""
    found = [e for e in model._meta.apps.get_models() if getattr(e, "pgh_tracked_model", None) is model]
    return found[0] if found else None


def versions(
    actor: Actor, subject: Labelled, *, before: int | None = None, limit: int = PAGE
) -> list[Change]:
    """The changes of a record the actor may see, newest first, without the fields hidden from her.

    `before` is the id of the last change shown. One who may not see the record gets nothing.
    """
    kept = versions_of(type(subject))
    if kept is None or not covers(actor, subject):
        return []
    rows = kept.objects.filter(pgh_obj_id=subject.pk)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    # One more than asked for: the oldest on the page is compared with the one before it.
    found = list(rows.order_by("-pk")[: limit + 1])
    return changes(found, hidden=hidden_fields(actor, subject), actor=actor)[:limit]


def changes(
    event_rows: Iterable[Any], *, hidden: frozenset[str] = frozenset(), actor: Actor | None = None
) -> list[Change]:
    """Field-by-field differences between consecutive versions of one row, newest first, without `hidden` fields.

    The oldest version given is compared with nothing, so all its filled fields are shown as new. Linked records are named
    if `actor` may see them, else by number.
    """
    rows = sorted(event_rows, key=lambda row: row.pk)
    if not rows:
        return []
    fields = [f for f in recorded_fields(type(rows[0])) if f.name not in hidden | BOOKKEEPING]
    names = _names_of_linked(rows, fields, actor)
    found = [_change(row, rows[at - 1] if at else None, fields, names) for at, row in enumerate(rows)]
    return found[::-1]


def recorded_fields(version: type[Any]) -> list[models.Field]:
    """The tracked model's fields that its versions hold, in its order."""
    held = {f.name for f in version._meta.concrete_fields}
    return [
        f for f in version.pgh_tracked_model._meta.concrete_fields if f.name in held and not f.primary_key
    ]


Names = dict[tuple[type[models.Model], Any], str]


def _change(row: Any, earlier: Any, fields: list[models.Field], names: Names) -> Change:
    context = row.pgh_context or {}
    steps = (_step(f, getattr(earlier, f.attname, None), getattr(row, f.attname), names) for f in fields)
    return Change(
        id=row.pk,
        at=row.pgh_created_at,
        operation=row.pgh_label,
        actor=context.get("actor", ""),
        kind=context.get("kind", ""),
        context=row.pgh_context_id,
        fields=()
        if row.pgh_label == "delete"
        else tuple(s for s in steps if not _same(s.before, s.after, earlier)),
    )


def _same(before: Any, after: Any, earlier: Any) -> bool:
    return before == after or (earlier is None and after in ("", [], {}))


def _step(field: models.Field, before: Any, after: Any, names: Names) -> FieldChange:
    texts = (_text(field, before, names), _text(field, after, names))
    return FieldChange(field.name, field.verbose_name, before, after, *texts)


def _text(field: models.Field, value: Any, names: Names) -> str:
    if value in (None, ""):
        return ""
    if field.related_model is not None:
        return names.get((field.related_model, value), f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return shown(value)


def _names_of_linked(rows: list[Any], fields: list[models.Field], actor: Actor | None) -> Names:
    """Names of the records that foreign keys of any version point to: one query for each linked model."""
    wanted: dict[type[Any], set[Any]] = {}
    for field in fields:
        if field.related_model is not None:
            found = {getattr(row, field.attname) for row in rows} - {None}
            wanted.setdefault(field.related_model, set()).update(found)
    names: Names = {}
    for model, keys in wanted.items():
        if not keys or (issubclass(model, Labelled) and actor is None):
            continue
        queryset = visible(actor, model) if issubclass(model, Labelled) and actor else model.objects.all()
        names.update({(model, linked.pk): str(linked) for linked in queryset.filter(pk__in=keys)})
    return names
