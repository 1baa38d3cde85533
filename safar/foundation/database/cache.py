"""The shared cache: one table that every process sees at once, on a connection outside the request's transaction.

Used sign-in codes and rate counters stand in it. They must be seen by every worker the moment they are written, and must
stay when the request they were written in is rolled back: Django's own database cache writes inside that transaction.
Values are JSON, never pickles: whoever can write to the table can then put wrong numbers in it, but run nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.utils import timezone

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
SWEEP_EVERY = 500
"""Writes of one thread between two sweeps of what has expired."""


class SharedCache(BaseDatabaseCache):
    """Django's cache over the table named by LOCATION (made by ``createcachetable``); `add` and `incr` are atomic."""

    _table: str

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._threads = threading.local()

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or the default if there is none or it has expired."""
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """Those of the keys that have a value."""
        made = {self.make_and_validate_key(key, version=version): key for key in keys}
        sql = f"select cache_key, value from {self._table} where cache_key = any(%s) and expires > %s"  # noqa: S608
        return {made[key]: json.loads(value) for key, value in self._rows(sql, [list(made), timezone.now()])}

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Write a value, whatever stood there."""
        self._put(key, value, timeout, version, condition="")

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Write a value if there is none; of two who add at once, one alone hears True."""
        condition = f"where {self._table}.expires <= %s"
        return self._put(key, value, timeout, version, condition=condition, values=[timezone.now()])

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add to a whole number; `ValueError` if there is none."""
        made = self.make_and_validate_key(key, version=version)
        sql = (
            f"update {self._table} set value = (value::bigint + %s)::text where cache_key = %s and expires > %s "  # noqa: S608
            "returning value::bigint"
        )
        rows = self._rows(sql, [delta, made, timezone.now()])
        if not rows:
            raise ValueError(f"Key {key!r} not found")
        return int(rows[0][0])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a value more time; False if there is none."""
        made = self.make_and_validate_key(key, version=version)
        sql = f"update {self._table} set expires = %s where cache_key = %s and expires > %s returning 1"  # noqa: S608
        return bool(self._rows(sql, [self._expiry(timeout), made, timezone.now()]))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether there is a value."""
        return bool(self.get_many([key], version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Remove a value; whether there was one."""
        return bool(self._remove([key], version))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        """Remove several values."""
        self._remove(keys, version)

    def clear(self) -> None:
        """Remove everything."""
        self._rows(f"delete from {self._table} returning 1", [])  # noqa: S608

    # -- how ---------------------------------------------------------------------------------------------------

    def _put(
        self,
        key: Any,
        value: Any,
        timeout: Any,
        version: int | None,
        *,
        condition: str,
        values: Sequence[Any] = (),
    ) -> bool:
        made = self.make_and_validate_key(key, version=version)
        sql = (
            f"insert into {self._table} (cache_key, value, expires) values (%s, %s, %s) on conflict (cache_key) do update "  # noqa: S608
            f"set value = excluded.value, expires = excluded.expires {condition} returning 1"
        )
        self._sweep_now_and_then()
        return bool(self._rows(sql, [made, json.dumps(value), self._expiry(timeout), *values]))

    def _remove(self, keys: Iterable[Any], version: int | None) -> int:
        made = [self.make_and_validate_key(key, version=version) for key in keys]
        return len(self._rows(f"delete from {self._table} where cache_key = any(%s) returning 1", [made]))  # noqa: S608

    def _expiry(self, timeout: Any) -> datetime:
        moment = self.get_backend_timeout(timeout)
        return NEVER if moment is None else datetime.fromtimestamp(moment, tz=UTC)

    def _sweep_now_and_then(self) -> None:
        self._threads.writes = getattr(self._threads, "writes", 0) + 1
        if self._threads.writes % SWEEP_EVERY == 0:
            self._rows(f"delete from {self._table} where expires <= %s returning 1", [timezone.now()])  # noqa: S608

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            return self._ask(sql, values)
        except OperationalError:
            self._threads.connection.close()
            return self._ask(sql, values)

    def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    @contextmanager
    def _connection(self) -> Any:
        connection = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = connections.create_connection(DEFAULT_DB_ALIAS)
        connection.close_if_unusable_or_obsolete()
        try:
            yield connection
        finally:
            # A test database cannot be dropped while anybody is connected to it.
            if connection.settings_dict.get("CLUSTER_IS_TEST"):
                connection.close()
