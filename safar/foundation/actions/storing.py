"""The one way a protected row reaches the database: label written, version checked, still within the actor's reach."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import CheckConstraint
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import visible
from safar.foundation.actions.refusals import OutOfScope, Refused, Stale

L = TypeVar("L", bound=Labelled)


def store(row: L, *, by: Actor, action: str = "change") -> L:
    """Insert or update `row`, raising `OutOfScope` if it lies (or would lie) beyond the actor, `Stale` if overtaken.

    `action` is the policy word the row must be within reach for. The version rises by one on an update.
    """
    row.take_label()
    try:
        with transaction.atomic():
            if row._state.adding:
                row.save(force_insert=True)
            else:
                _update(row, by, action)
    except ProgrammingError as error:
        if "row-level security" not in str(error):
            raise
        raise OutOfScope from error
    except IntegrityError as error:
        raise Refused(_words_for(row, error)) from error
    if not visible(by, type(row), action).filter(pk=row.pk).exists():
        raise OutOfScope
    return row


def _words_for(row: Labelled, error: IntegrityError) -> Any:
    """The broken check's own words; never the database's, nor which details stand in another record."""
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for known in row._meta.constraints:
        if isinstance(known, CheckConstraint) and known.name == broken:
            return known.violation_error_message
    return _("A record with these identifying details exists already, or a rule of the register is broken.")


def _update(row: Labelled, by: Actor, action: str) -> None:
    fields = [
        f for f in row._meta.concrete_fields if not f.primary_key and not f.generated and f.name != "version"
    ]
    values = {f.attname: f.pre_save(row, False) for f in fields}
    changed = visible(by, type(row), action).filter(pk=row.pk, version=row.version)
    if not changed.update(**values, version=row.version + 1):
        raise Stale(type(row).unscoped.filter(pk=row.pk).first())
    row.version += 1
