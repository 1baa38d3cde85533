"""Seals the history: every half second or so it takes the events no open transaction can still add to, and links them.

Events are sealed by transaction number: whatever is below the oldest number still running is finished, so nothing can
appear behind the seal. Acts take no lock and obey no order for it. One transaction left open in this database holds the
sealing back.
"""

from __future__ import annotations

import hmac
import json
import logging
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.utils import timezone

from safar.foundation.database import connect
from safar.foundation.history import checkpoints
from safar.foundation.history.chain import (
    FIXED_SESSION,
    NOTHING_BEFORE,
    Keys,
    Link,
    entries_of,
    links,
    read_rows,
    row_id,
    written_at,
)
from safar.foundation.history.guard import EVENTS, SEALS

log = logging.getLogger(__name__)

MOST_ROWS = 50_000
PAUSE = 5.0
ONE_AT_A_TIME = 0x5AFA25EA1
CHECKPOINT_EVERY = timedelta(minutes=5)
LATE = timedelta(hours=1)
"""A row that says it was written this long before the seal before it was made has been back-dated."""

HORIZON = """
with snapshot as materialized (select pg_current_snapshot() as now),
elsewhere as (
  select l.transactionid::text::bigint as xid from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
    and a.datid <> (select oid from pg_database where datname = current_database()))
select coalesce(
  (select min(running::text::bigint) from snapshot, pg_snapshot_xip(now) running
   where running::text::bigint & 4294967295 not in (select xid from elsewhere)),
  (select pg_snapshot_xmax(now)::text::bigint from snapshot))
"""

Database = psycopg.Connection[Any]


def seal_once(database: Database | None = None, *, keys: Keys | None = None) -> Link | None:
    """Seal one batch; None when there is nothing to seal, or another sealer is at it."""
    keys = keys or Keys.from_store()
    if database is None:
        with connect("sealer") as own:
            return seal_once(own, keys=keys)
    with database.transaction():
        database.execute(FIXED_SESSION)
        if not _one(database, "select pg_try_advisory_xact_lock(%s)", ONE_AT_A_TIME):
            return None
        return _seal_next(database, keys)


def seal_all(*, keys: Keys | None = None) -> int:
    """Seal whatever can be sealed now; how many seals that took. Called before a dump and after a restore."""
    keys, count = keys or Keys.from_store(), 0
    with connect("sealer") as database:
        while seal_once(database, keys=keys):
            count += 1
    return count


def run(stop: threading.Event, every: float = 0.7) -> None:
    """Seal until `stop` is set, with a checkpoint every five minutes and at the end. What goes wrong is logged and retried."""
    keys = Keys.from_store()
    while not stop.is_set():
        try:
            with connect("sealer") as database:
                _keep_sealing(database, keys, stop, every)
        except Exception:
            # Whatever it was, a history that is no longer sealed is worse: say so and go on.
            log.exception("The history is not being sealed; trying again in %s seconds.", PAUSE)
            stop.wait(PAUSE)


def _keep_sealing(database: Database, keys: Keys, stop: threading.Event, every: float) -> None:
    due = time.monotonic()
    while not stop.is_set():
        while seal_once(database, keys=keys) and not stop.is_set():
            pass
        if time.monotonic() >= due:
            checkpoint(database, keys=keys)
            due = time.monotonic() + CHECKPOINT_EVERY.total_seconds()
        stop.wait(every)
    checkpoint(database, keys=keys)


def checkpoint(
    database: Database, *, keys: Keys, now: datetime | None = None
) -> checkpoints.Checkpoint | None:
    """Write the newest seal to the checkpoint file, if it is not there yet."""
    last = tip(database)
    if last is None:
        return None
    known = checkpoints.read(keys)
    if known and (known[-1].n, known[-1].mac) == (last.n, last.mac.hex()):
        return None
    point = _point(database, last, now or timezone.now())
    checkpoints.append(keys, point)
    return point


def accept(reason: str, *, now: datetime) -> checkpoints.Checkpoint:
    """Vouch for the history as it stands, after a backup was restored on purpose: checkpoints beyond it count no more.

    `reason` says who restored what and why; it stays in the checkpoint file for ever.
    """
    if not reason.strip():
        raise ValueError("say who restored which backup and why")
    keys = Keys.from_store()
    with connect("sealer") as database:
        while seal_once(database, keys=keys):
            pass
        last = tip(database)
        none_yet = checkpoints.Checkpoint(0, NOTHING_BEFORE.hex(), 0, checkpoints.moment(now))
        kept = _agreed(database, checkpoints.in_force(checkpoints.read(keys)))
        point = replace(_point(database, last, now) if last else none_yet, reason=reason.strip(), kept=kept)
    checkpoints.append(keys, point)
    return point


def _agreed(database: Database, points: list[checkpoints.Checkpoint]) -> int:
    """The last seal that checkpoints know and the database has as they know it."""
    agreed = 0
    for point in points:
        there = links(database, after=point.n - 1, limit=1) if point.n else []
        if point.n and (not there or (there[0].n, there[0].mac.hex()) != (point.n, point.mac)):
            break
        agreed = max(agreed, point.n)
    return agreed


def tip(database: Database) -> Link | None:
    """The newest seal."""
    newest = _one(database, f"select max(n) from {SEALS}")  # noqa: S608
    return links(database, after=newest - 1)[0] if newest else None


def system_identifier(database: Database) -> int:
    """The number a cluster is born with."""
    return int(_one(database, "select system_identifier from pg_control_system()"))


def reached(database: Database, cluster: int) -> int:
    """The transaction number up to which a cluster's events are sealed."""
    newest = f"select upto::text::bigint from {SEALS} where system_identifier = %s order by n desc limit 1"  # noqa: S608
    return _one(database, newest, cluster) or 0


def _seal_next(database: Database, keys: Keys) -> Link | None:
    last = tip(database)
    here = system_identifier(database)
    # Transaction numbers start anew in a cluster restored from a dump: first close what came from elsewhere.
    elsewhere = _left_elsewhere(database, last, here)
    cluster = here if elsewhere is None else elsewhere
    since = last.upto if last and last.system_identifier == cluster else reached(database, cluster)
    horizon = _horizon(database) if cluster == here else _highest(database, cluster) + 1
    upto = _cut(database, cluster, since, horizon)
    if upto <= since:
        return None
    return _seal(database, keys, last, cluster, since, upto)


def _seal(
    database: Database, keys: Keys, last: Link | None, cluster: int, since: int, upto: int
) -> Link | None:
    rows = list(read_rows(database, cluster, since, upto))
    if not rows:
        return None
    ids = [row_id(row) for row in rows]
    too_old = last.at - LATE if last else None
    link = Link(
        n=last.n + 1 if last else 1,
        epoch=1 if last is None else last.epoch + (last.system_identifier != cluster),
        system_identifier=cluster,
        since=since,
        upto=upto,
        first_id=min(ids),
        last_id=max(ids),
        rows=len(rows),
        late=tuple(row_id(row) for row in rows if too_old and written_at(row) < too_old),
        at=_one(database, "select date_trunc('milliseconds', clock_timestamp())"),
    )
    mac = hmac.new(keys.seal, last.mac if last else NOTHING_BEFORE, "sha256")
    for row in rows:
        mac.update(row)
    mac.update(link.statement())
    link = replace(link, mac=mac.digest())
    _insert(database, link, entries_of(keys, link.n, rows))
    return link


def _insert(database: Database, link: Link, entries: bytes) -> None:
    database.execute(
        f"insert into {SEALS} (n, epoch, system_identifier, upto, first_id, last_id, rows, late, at, mac, entries)"  # noqa: S608
        " values (%s, %s, %s, %s::text::xid8, %s, %s, %s, %s::jsonb, %s, %s, %s)",
        [
            *(
                link.n,
                link.epoch,
                link.system_identifier,
                str(link.upto),
                link.first_id,
                link.last_id,
                link.rows,
            ),
            *(json.dumps(link.late), link.at, link.mac, entries),
        ],
    )


def _left_elsewhere(database: Database, last: Link | None, here: int) -> int | None:
    """A cluster other than this one that left unsealed events behind, or None."""
    if last is not None and last.system_identifier == here:
        return None
    if last is not None:
        left = f"select cluster from {EVENTS} where cluster = %s and xid >= %s::text::xid8 limit 1"  # noqa: S608
        return _one(database, left, last.system_identifier, str(last.upto))
    return _one(database, f"select cluster from {EVENTS} where cluster <> %s order by xid limit 1", here)  # noqa: S608


def _horizon(database: Database) -> int:
    """Transactions below this number are over: what they wrote is visible, and they write no more.

    That is the oldest number running in the whole server, except those known for certain to run in another database,
    which cannot write here. Whatever is not known for certain counts as ours.
    """
    return int(_one(database, HORIZON))


def _highest(database: Database, cluster: int) -> int:
    return int(_one(database, f"select max(xid)::text from {EVENTS} where cluster = %s", cluster) or 0)  # noqa: S608


def _cut(database: Database, cluster: int, since: int, horizon: int) -> int:
    """Where this batch ends: at the horizon, or earlier between two transactions when there is much to seal."""
    stretch = f"from {EVENTS} where cluster = %s and xid >= %s::text::xid8 and xid < %s::text::xid8"
    values = (cluster, str(since), str(horizon))
    first = _one(database, f"select xid::text::bigint {stretch} order by xid, id limit 1", *values)  # noqa: S608
    if first is None:
        return since
    beyond = _one(
        database, f"select xid::text::bigint {stretch} order by xid, id offset {MOST_ROWS} limit 1", *values
    )  # noqa: S608
    if beyond is None:
        return horizon
    return int(beyond) if beyond > first else int(first) + 1


def _point(database: Database, last: Link, now: datetime) -> checkpoints.Checkpoint:
    highest = _one(database, f"select max(last_id) from {SEALS}")  # noqa: S608
    return checkpoints.Checkpoint(last.n, last.mac.hex(), highest, checkpoints.moment(now))


def _one(database: Database, query: str, *values: Any) -> Any:
    row = database.execute(query, values).fetchone()
    return row[0] if row else None
