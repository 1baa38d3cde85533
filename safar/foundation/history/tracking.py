"""Row history: `@tracked()` above a model makes the database keep every version of its rows, whoever changes them.

The settings are the measured ones. A context as JSON, not as a foreign key: the library's foreign key costs a rolled-back
subtransaction a row. Inserts and deletes are recorded once a statement, updates once a row: a statement-level update joins
two transition tables under a plan cached from smaller updates, and its time grows with the square of the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, TypeVar

import pghistory
import pghistory.models
import pghistory.trigger
import pgtrigger
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.module_loading import import_string

M = TypeVar("M", bound=type[models.Model])

_ATTACH = "WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) "
_JOIN = ", _pgh_attached_context;"
#: What the library asks anew for each row, though it is the same for all of a statement's.
_CONTEXT = re.compile(r"COALESCE\(NULLIF\(CURRENT_SETTING\('pghistory\.\w+', TRUE\), ''\), NULL\)::\w+")


class RowVersion(pghistory.models.Event):
    """A row as it stood after an insert or update, or before its deletion."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True
        default_permissions = ()


class VersionTrigger(pghistory.trigger.Event):
    """The library's trigger without its context table, into which a statement-level one writes though nobody reads it.

    With `by_the_million` the context is read once a statement, not once a row.
    """

    by_the_million = False

    def __init__(self, *, by_the_million: bool = False, **options: Any) -> None:
        self.by_the_million = by_the_million
        super().__init__(**options)

    def get_func(self, model: Any) -> pgtrigger.Func:
        """The body of the trigger function."""
        body = str(super().get_func(model).func)
        if self.level != pgtrigger.Statement:
            return pgtrigger.Func(body)
        if not body.startswith(_ATTACH) or _JOIN not in body:
            raise ImproperlyConfigured(
                "pghistory writes its statement-level triggers differently now: read tracking.py"
            )
        body = body.removeprefix(_ATTACH).replace(_JOIN, ";")
        if self.by_the_million:
            body, found = _CONTEXT.subn(r"(SELECT \g<0>)", body)
            if found != len(("pgh_context", "pgh_context_id")):
                raise ImproperlyConfigured("pghistory asks for the context differently now: read tracking.py")
        return pgtrigger.Func(body)


class _Versions:
    """What the three trackers share: their triggers are ours."""

    def __init__(self: Any, *, by_the_million: bool = False) -> None:
        super().__init__()
        self.by_the_million = by_the_million

    def add_event_trigger(self: Any, event_model: Any) -> None:
        pgtrigger.register(
            VersionTrigger(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=self.level,
                by_the_million=self.by_the_million,
            )
        )(event_model.pgh_tracked_model)


class Inserted(_Versions, pghistory.InsertEvent):
    """The row as inserted."""

    level = pgtrigger.Statement


class Updated(_Versions, pghistory.UpdateEvent):
    """The row as updated, if any of its recorded fields changed."""

    level = pgtrigger.Row


class Deleted(_Versions, pghistory.DeleteEvent):
    """The row as it was when deleted."""

    level = pgtrigger.Statement


def tracked(*, exclude: Iterable[str] = (), by_the_million: bool = False) -> Callable[[M], M]:
    """Keep every version of the model's rows in ``<Model>Version``.

    Left out: fields named in `exclude`, encrypted fields (attribute ``encrypted`` on the field) and generated ones. A change
    of left-out fields alone makes no version; the action's own event says that it happened. `by_the_million` says that files of
    rows are stored by one statement: what is the same for all of them is then worked out once.
    """

    def track(model: M) -> M:
        left_out = sorted({*exclude, *unrecorded(model)})
        return pghistory.track(
            Inserted(by_the_million=by_the_million),
            Updated(),
            Deleted(by_the_million=by_the_million),
            exclude=left_out,
            obj_field=pghistory.ObjForeignKey(db_constraint=False, related_name="+", related_query_name="+"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=pghistory.ContextUUIDField(),
            base_model=RowVersion,
            model_name=f"{model.__name__}Version",
            attrs={
                f.name: _unindexed(f)
                for f in model._meta.local_fields
                if _is_key(f) and f.name not in left_out
            },
        )(model)

    return track


def unrecorded(model: type[models.Model]) -> set[str]:
    """Fields that never enter the row history: encrypted ones, and generated ones, which follow from the rest."""
    return {
        field.name
        for field in model._meta.local_fields
        if getattr(field, "encrypted", False) or isinstance(field, models.GeneratedField)
    }


def _is_key(field: models.Field) -> bool:
    return isinstance(field, models.ForeignKey)


def _unindexed(field: models.Field) -> models.ForeignKey:
    """The foreign key as a version keeps it: no constraint (its target may go) and no index (versions are found by row)."""
    plain: Any = copy(field)
    plain.swappable = False  # else it asks for all models, which are not loaded yet
    _name, path, args, options = plain.deconstruct()
    kind = models.ForeignKey if isinstance(field, models.OneToOneField) else import_string(path)
    free = {"db_index": False, "db_constraint": False, "related_name": "+", "related_query_name": None}
    for name in ("unique", "primary_key", "limit_choices_to"):
        options.pop(name, None)
    return kind(*args, **(options | free | {"on_delete": models.DO_NOTHING}))
