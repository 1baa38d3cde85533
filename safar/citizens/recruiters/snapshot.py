"""All published firms in the memory of one web worker, never older than a second, or else silent.

A daemon thread listens for news of changed firms on a connection of its own. It listens first and reads then, so nothing is
missed between; it reads as the public, under row-level security; and it confirms by asking the server something every third
of a second. Whoever wants the firms asks `fresh()`: it gives them only if the last confirmation is younger than a second.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django.db.models import QuerySet

from safar.citizens.recruiters import lookup
from safar.citizens.recruiters.check import Firm
from safar.citizens.recruiters.firms import Firms
from safar.foundation.access.actors import public_actor
from safar.foundation.access.tokens import sign
from safar.foundation.database import connect

CHANNEL = "recruiters"
HEARTBEAT = 0.3
TRUSTED_FOR = 1.0
PATIENCE = (0.1, 0.5, 1.0, 2.0)
#: More changed firms than this are read anew all together.
TOO_MANY = 1_000
log = logging.getLogger(__name__)


class Snapshot:
    """The firms, and when they were last known to be all there is to know."""

    def __init__(self, connection: Callable[[], psycopg.Connection[Any]] = connect) -> None:
        self._connect = connection
        self._firms: Firms | None = None
        self._confirmed = float("-inf")
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def fresh(self) -> Firms | None:
        """The firms as they are now, or None if that is not sure."""
        return self._firms if time.monotonic() - self._confirmed <= TRUSTED_FOR else None

    def hints(self, text: str) -> set[int] | None:
        """Ids of firms worth comparing with a text, however old; None before the first reading."""
        firms = self._firms
        return None if firms is None else firms.candidates(text)

    def start(self) -> None:
        """Begin to listen; a second call changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="recruiters-snapshot", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop listening, and trust nothing from now on."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._confirmed = float("-inf")

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                with self._connect() as connection:
                    self._listen(connection)
                failures = 0
            except (
                Exception
            ) as error:  # whatever happens, the thread comes back and nobody trusts it meanwhile
                log.warning("recruiters snapshot: %s; trying again", type(error).__name__)
                self._stop.wait(PATIENCE[min(failures, len(PATIENCE) - 1)])
                failures += 1

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"listen {CHANNEL}")
        begun = time.monotonic()
        self._firms = Firms(read(connection))
        self._confirmed = begun
        while not self._stop.is_set():
            news = [notify.payload for notify in connection.notifies(timeout=HEARTBEAT, stop_after=1)]
            begun = time.monotonic()
            # What has arrived before this answer was sent is read below; what comes later is at most a heartbeat away.
            connection.execute("select 1")
            news += [notify.payload for notify in connection.notifies(timeout=0)]
            if news:
                self._refresh(connection, news)
            self._confirmed = begun

    def _refresh(self, connection: psycopg.Connection[Any], news: list[str]) -> None:
        changed = changed_ids(news)
        if changed is None or self._firms is None:
            self._firms = Firms(read(connection))
            return
        found = {firm.id: firm for firm in read(connection, changed)}
        for firm_id in changed:
            if firm_id in found:
                self._firms.put(found[firm_id])
            else:
                self._firms.remove(firm_id)


def changed_ids(news: Iterable[str]) -> set[int] | None:
    """Ids of the firms the news tells of; None if all must be read anew."""
    found: set[int] = set()
    for payload in news:
        if not payload.replace(",", "").isdecimal():
            return None
        found.update(map(int, payload.split(",")))
    return None if len(found) > TOO_MANY else found


def read(connection: psycopg.Connection[Any], ids: Iterable[int] | None = None) -> list[Firm]:
    """Published firms (all, or these), as the public may see them."""
    rows = lookup.published()
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    with connection.transaction():
        token = sign(public_actor().signature, connection.info.backend_pid)
        connection.execute("select set_config('safar.actor', %s, true)", [token])
        statement, parameters = compiled(rows)
        return [lookup.firm_of(values) for values in connection.execute(statement, parameters)]


def compiled(rows: QuerySet) -> tuple[str, tuple[Any, ...]]:
    """A query on published firms as the statement Django would send."""
    return rows.order_by("id").values_list(*lookup.FIELDS).query.sql_with_params()


SNAPSHOT = Snapshot()


def keep_fresh() -> Snapshot:
    """Start this process's snapshot, and let the check that goes to the database use its index."""
    SNAPSHOT.start()
    lookup.set_hints(SNAPSHOT.hints)
    return SNAPSHOT


@contextlib.contextmanager
def listening() -> Any:
    """A snapshot of its own that listens inside the block, ready from the first line (for tests and benchmarks)."""
    snapshot = Snapshot()
    snapshot.start()
    try:
        deadline = time.monotonic() + 10
        while snapshot.fresh() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        yield snapshot
    finally:
        snapshot.stop()
