"""Columns the database fills by itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func


class TransactionIdField(models.Field):
    """PostgreSQL's 64-bit transaction number, read as an int; the database alone fills it."""

    def db_type(self, connection: Any) -> str:
        """The type ``xid8``."""
        return "xid8"

    def get_prep_value(self, value: Any) -> Any:
        """As text, for numbers of other types are not compared with it."""
        return str(value) if isinstance(value, int) else super().get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        """The driver hands it over as text."""
        return None if value is None else int(value)


class CurrentTransaction(Func):
    """The number of the transaction now open."""

    function = "pg_current_xact_id"
    arity = 0


class OldestRunning(Func):
    """The oldest transaction that has not ended: whatever an older one wrote stands, and no more comes of it."""

    arity = 0
    template = "pg_snapshot_xmin(pg_current_snapshot())"
    output_field = TransactionIdField()


class ThisCluster(Func):
    """The number this database cluster was born with: another after a restore from a dump, where `xid` starts anew."""

    arity = 0
    template = "(pg_control_system()).system_identifier"
