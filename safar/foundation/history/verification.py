"""Looks whether the sealed book is whole, and names the first event that is not as it was sealed."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from safar.foundation.database import connect
from safar.foundation.history import checkpoints, sealer
from safar.foundation.history.chain import (
    FIXED_SESSION,
    NOTHING_BEFORE,
    Keys,
    Link,
    links,
    opened,
    placed,
    read_rows,
    row_digest,
    row_id,
)
from safar.foundation.history.checkpoints import Checkpoint
from safar.foundation.history.detail import altered
from safar.foundation.history.guard import EVENTS, SEALS

GROUP = 20_000
ALARM_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` found. `first_bad` is the id of the first event that is not as sealed, when one can be named."""

    ok: bool
    rows: int
    seals: int
    first_bad: int | None = None
    reason: str = ""
    unsealed: int = 0
    checkpoints: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Status:
    """How the sealing goes, for a health page: numbers only."""

    seals: int
    sealed_at: datetime | None
    unsealed: int
    age_seconds: float
    alarm: bool


class _Broken(Exception):
    """The first thing found wrong."""

    def __init__(self, event: int | None, reason: str) -> None:
        super().__init__(reason)
        self.event, self.reason = event, reason


def status(*, now: datetime | None = None) -> Status:
    """How much is not sealed yet; `alarm` when an event has waited for more than a minute."""
    with connection.cursor() as cursor:
        cursor.execute("select seals, sealed_at, unsealed, oldest from gate.history_state()")
        seals, sealed_at, unsealed, oldest = cursor.fetchone()
    age = ((now or timezone.now()) - oldest).total_seconds() if oldest else 0.0
    return Status(seals, sealed_at, unsealed, max(age, 0.0), age > ALARM_SECONDS)


def verify(*, with_checkpoints: bool = True) -> Report:
    """Recompute the whole chain and compare it with the checkpoints outside; when all is well, add a checkpoint.

    Without checkpoints (a backup started for a drill is behind them) a cut tail cannot be seen and no checkpoint is written.
    """
    began = time.perf_counter()
    keys = Keys.from_store()
    with connect("sealer") as database:
        found = _walk(database, keys, lambda: checkpoints.read(keys) if with_checkpoints else [])
        if found.ok and with_checkpoints:
            sealer.checkpoint(database, keys=keys)
    return replace(found, seconds=time.perf_counter() - began)


def verify_copy(end: Checkpoint | None) -> Report:
    """Recompute the chain of a restored copy, which must reach at least to `end`; writes no checkpoint.

    Checkpoints outside that are younger than the copy cannot be expected of it; all others must agree with it.
    """
    began = time.perf_counter()
    keys = Keys.from_store()

    def known() -> list[Checkpoint]:
        found = checkpoints.read(keys)
        if end is None:
            return []
        written_before = [
            point for point in found if datetime.fromisoformat(point.at) <= datetime.fromisoformat(end.at)
        ]
        return [*(point for point in written_before if point.n <= end.n), end]

    with connect("sealer") as database:
        found = _walk(database, keys, known)
    return replace(found, seconds=time.perf_counter() - began)


def _walk(database: psycopg.Connection[Any], keys: Keys, points: Callable[[], list[Checkpoint]]) -> Report:
    database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with database.transaction():
        return _Walk(database, keys).report(points)


class _Walk:
    """One pass along the chain."""

    def __init__(self, database: psycopg.Connection[Any], keys: Keys) -> None:
        self.database, self.keys = database, keys
        self.rows = self.seals = 0
        self.mac = NOTHING_BEFORE
        self.last_id = 0
        self.reached: dict[int, int] = {}
        self.points: list[Checkpoint] = []
        self.gap: _Broken | None = None

    def report(self, points: Callable[[], list[Checkpoint]]) -> Report:
        self.database.execute(FIXED_SESSION)
        try:
            self.points = points()
            self._follow()
            self._look_at_values()
            self._look_for_strays()
            self._look_for_a_cut()
        except checkpoints.CheckpointForged as error:
            return Report(False, self.rows, self.seals, None, str(error))
        except _Broken as broken:
            return Report(
                False, self.rows, self.seals, broken.event, broken.reason, self._unsealed(), len(self.points)
            )
        return Report(True, self.rows, self.seals, None, "", self._unsealed(), len(self.points))

    def _follow(self) -> None:
        expected: dict[int, set[str]] = {}
        for point in checkpoints.in_force(self.points):
            expected.setdefault(point.n, set()).add(point.mac)
        vouched = checkpoints.accepted_upto(self.points)
        for group in _groups(placed(self._links(), self.reached)):
            self._check_group(group)
            for link in group:
                if expected.get(link.n, set()) - {link.mac.hex()}:
                    raise _Broken(link.first_id, _rewritten(link))
                if link.late and link.n > vouched:
                    raise _Broken(link.late[0], _back_dated(link))
            self.last_id = max(self.last_id, *(link.last_id for link in group))
        if self.gap is not None:
            raise self.gap

    def _links(self) -> Iterator[Link]:
        while found := links(self.database, after=self.seals):
            for link in found:
                if link.n != self.seals + 1:
                    # Raised by `_follow`, once the seals before the gap have been looked at.
                    self.gap = self._missing_seal(link)
                    return
                self.seals = link.n
                yield link

    def _missing_seal(self, link: Link) -> _Broken:
        loose = _first(self.database, link.system_identifier, self.reached.get(link.system_identifier, 0))
        reason = _("seal %(n)s is missing: it was removed from the table of seals.") % {"n": self.seals + 1}
        return _Broken(loose, reason)

    def _check_group(self, group: list[Link]) -> None:
        before = self.mac
        if not self._matches(group):
            raise self._located(group, before)

    def _matches(self, group: list[Link]) -> bool:
        """The quick way: hash what is there between the seals' ends; which row is wrong is found out later, if one is."""
        rows = read_rows(self.database, group[0].system_identifier, group[0].since, group[-1].upto)
        try:
            for link in group:
                mac = hmac.new(self.keys.seal, self.mac, "sha256")
                count = 0
                for row in islice(rows, link.rows):
                    mac.update(row)
                    count += 1
                mac.update(link.statement())
                if count != link.rows or not hmac.compare_digest(mac.digest(), link.mac):
                    return False
                self.mac = link.mac
                self.rows += count
            return next(rows, None) is None
        finally:
            # The connection is free for the next question only after the last row.
            for _row in rows:
                pass

    def _located(self, group: list[Link], before: bytes) -> _Broken:
        for link in group:
            there = [(row_id(row), row_digest(self.keys, row)) for row in self._rows_of(link)]
            sealed = opened(self.keys, link.n, self._entries(link))
            if sealed is None:
                return _Broken(
                    link.first_id, _("the list of events in seal %(n)s was changed.") % {"n": link.n}
                )
            if sealed != there:
                return _difference(sealed, there)
        return _Broken(group[0].first_id, _altered_seal(self._altered(group, before)))

    def _altered(self, group: list[Link], before: bytes) -> int:
        """The first seal of the group whose own record was changed; the events are all as they were."""
        for link in group:
            mac = hmac.new(self.keys.seal, before, "sha256")
            for row in self._rows_of(link):
                mac.update(row)
            mac.update(link.statement())
            if not hmac.compare_digest(mac.digest(), link.mac):
                return link.n
            before = link.mac
        return group[-1].n

    def _rows_of(self, link: Link) -> Iterable[bytes]:
        return read_rows(self.database, link.system_identifier, link.since, link.upto)

    def _entries(self, link: Link) -> bytes:
        row = self.database.execute(f"select entries from {SEALS} where n = %s", [link.n]).fetchone()  # noqa: S608
        return bytes(row[0]) if row else b""

    def _look_at_values(self) -> None:
        """The values beside the seals: each is the one whose digest is sealed, or was erased by an event that says so.

        The database names the suspects, and shows this role nothing else of the values; PostgreSQL may write a fraction
        otherwise than it was digested, so each is looked at again.
        """
        suspects = self.database.execute("select event, body, detail, salts from public.history_suspects()")
        for number, body, detail, salts in suspects:
            if detail is None:
                raise _Broken(number, _erased_silently(number))
            if altered(body, detail, salts):
                raise _Broken(number, _changed(number))

    def _look_for_strays(self) -> None:
        """Events that belong to no seal and never will: of clusters left behind, or of clusters there never were."""
        known = list(self.reached.items()) or [(0, 0)]
        values = ", ".join(f"({cluster:d}, '{upto:d}'::xid8)" for cluster, upto in known)
        stray = self.database.execute(
            f"select e.id from {EVENTS} e left join (values {values}) k(cluster, upto) using (cluster)"  # noqa: S608
            " where cluster <> %s and (k.upto is null or e.xid >= k.upto) order by e.id limit 1",
            [sealer.system_identifier(self.database)],
        ).fetchone()
        if stray and self.seals:
            raise _Broken(stray[0], _added(stray[0]))

    def _look_for_a_cut(self) -> None:
        beyond = [point for point in checkpoints.in_force(self.points) if point.n > self.seals]
        if beyond:
            raise _Broken(self.last_id + 1, _cut_off(self.seals, self.last_id, beyond[-1]))

    def _unsealed(self) -> int:
        here = sealer.system_identifier(self.database)
        since = sealer.reached(self.database, here)
        count = f"select count(*) from {EVENTS} where cluster = %s and xid >= %s::text::xid8"  # noqa: S608
        row = self.database.execute(count, [here, str(since)]).fetchone()
        return int(row[0]) if row else 0


def verify_report_lines(report: Report) -> list[str]:
    """The report as a person reads it, one line each."""
    counted = {"rows": f"{report.rows:,}", "seals": f"{report.seals:,}", "seconds": f"{report.seconds:.1f}"}
    lines = [
        _("The history is whole.")
        if report.ok
        else _("The history is NOT whole: %(reason)s") % {"reason": report.reason}
    ]
    if report.first_bad is not None:
        lines.append(_("First event that is not as it was sealed: %(id)s") % {"id": report.first_bad})
    lines.append(_("Looked at %(rows)s events under %(seals)s seals in %(seconds)s seconds.") % counted)
    lines.append(
        _("Compared with %(count)s checkpoints kept outside the database.") % {"count": report.checkpoints}
        if report.checkpoints
        else _(
            "There was no checkpoint outside the database to compare with: a cut-off end would not be noticed."
        )
    )
    if report.unsealed:
        lines.append(_("Not sealed yet: %(count)s events.") % {"count": report.unsealed})
    return lines


def _groups(found: Iterable[Link]) -> Iterator[list[Link]]:
    """Seals in stretches of one cluster that are worth one reading."""
    group: list[Link] = []
    rows = 0
    for link in found:
        if group and (link.system_identifier != group[0].system_identifier or rows >= GROUP):
            yield group
            group, rows = [], 0
        group.append(link)
        rows += link.rows
    if group:
        yield group


def _difference(sealed: list[tuple[int, bytes]], there: list[tuple[int, bytes]]) -> _Broken:
    """The first event, in the order of the chain, that was changed, removed or added."""
    known, found = dict(sealed), dict(there)
    lost = next(
        (at for at, (number, digest) in enumerate(sealed) if found.get(number) != digest), len(sealed)
    )
    new = next((at for at, (number, _digest) in enumerate(there) if number not in known), len(there))
    if lost == len(sealed) or new < lost:
        return _Broken(there[new][0], _added(there[new][0]))
    number = sealed[lost][0]
    if number in found:
        return _Broken(number, _changed(number))
    return _Broken(number, _("event %(id)s was removed.") % {"id": number})


def _first(database: psycopg.Connection[Any], cluster: int, since: int) -> int | None:
    query = f"select id from {EVENTS} where cluster = %s and xid >= %s::text::xid8 order by xid, id limit 1"  # noqa: S608
    row = database.execute(query, [cluster, str(since)]).fetchone()
    return row[0] if row else None


def _changed(event: int) -> str:
    return _("event %(id)s was changed.") % {"id": event}


def _erased_silently(event: int) -> str:
    return _("values of event %(id)s were erased, and no event says by whom.") % {"id": event}


def _added(event: int) -> str:
    return _("event %(id)s was added after its time had been sealed.") % {"id": event}


def _altered_seal(n: int) -> str:
    return _("seal %(n)s itself was changed, the events under it were not.") % {"n": n}


def _rewritten(link: Link) -> str:
    return _(
        "seal %(n)s is not the one the checkpoint outside the database knows: the history was cut off there or before, and"
        " written anew."
    ) % {"n": link.n}


def _back_dated(link: Link) -> str:
    return _("event %(id)s says it was written long before the events sealed before it.") % {
        "id": link.late[0]
    }


def _cut_off(seals: int, last_id: int, point: Checkpoint) -> str:
    return _(
        "the end was cut off: the database ends with seal %(seals)s and event %(last)s, but a checkpoint of %(at)s outside it"
        " knows seal %(n)s and event %(known)s."
    ) % {"seals": seals, "last": last_id, "at": point.at, "n": point.n, "known": point.last_id}
