"""The chain of seals: what exactly is hashed, with which key, and how rows are read for it.

A row is taken as the database sends it in binary COPY: numbers and moments as integers, `body` as its stored text. That
form depends on no time zone, date style or locale (the encoding is fixed), and each field carries its length, so no two rows look alike. A seal is

    HMAC-SHA-256(key, mac of the seal before | the rows by (xid, id) | what the seal says of itself)

and beside it stands an entry for every row, its id and a 64-bit keyed digest (BLAKE2b, a third of HMAC's time on such
short messages), by which a changed or missing row is named.
"""

from __future__ import annotations

import hmac
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import psycopg
from psycopg.pq import ExecStatus

from safar.foundation.encryption.keys import store
from safar.foundation.history.guard import EVENTS, SEALED, SEALS

NOTHING_BEFORE = bytes(32)
FIXED_SESSION = "set local client_encoding = 'UTF8'; set local datestyle = 'ISO'"
"""Said at the start of each transaction that reads rows: the encoding of text is the one thing a session could change."""
ENTRY = struct.Struct(">8s8s")
_COPY_HEADER = b"PGCOPY\n\xff\r\n\0"
_COPY_END = b"\xff\xff"
_ID, _WRITTEN_AT = slice(6, 14), slice(30, 38)
_POSTGRES_ZERO = datetime(2000, 1, 1, tzinfo=UTC)


def seal_key() -> bytes:
    """The key of the seals, from the key store outside the database."""
    return store().seal_key()


@dataclass(frozen=True, slots=True)
class Keys:
    """One key for each use, so that no code made for one is good for another."""

    seal: bytes
    row: bytes
    entries: bytes
    checkpoint: bytes

    @classmethod
    def from_store(cls) -> Keys:
        """Derive all four from the key in the store."""
        key = seal_key()
        return cls(
            *(
                hmac.digest(key, f"safar history {use} 1".encode(), "sha256")
                for use in ("seal", "row", "entries", "checkpoint")
            )
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A seal as read from the database. It covers `since` <= xid < `upto` of one cluster."""

    n: int
    epoch: int
    system_identifier: int
    since: int
    upto: int
    first_id: int
    last_id: int
    rows: int
    at: datetime
    late: tuple[int, ...] = ()
    mac: bytes = b""

    def statement(self) -> bytes:
        """What the seal says of itself, as it is hashed behind the rows."""
        said = {
            "n": self.n, "epoch": self.epoch, "cluster": self.system_identifier, "since": self.since, "upto": self.upto,
            "first": self.first_id, "last": self.last_id, "rows": self.rows, "late": self.late,
            "at": int((self.at - _POSTGRES_ZERO) / timedelta(microseconds=1)),
        }  # fmt: skip
        return json.dumps(said, separators=(",", ":")).encode()


def row_id(row: bytes) -> int:
    """The id of a row as sent."""
    return int.from_bytes(row[_ID], "big", signed=True)


def written_at(row: bytes) -> datetime:
    """The moment at which the database says the row was written."""
    return _POSTGRES_ZERO + timedelta(microseconds=int.from_bytes(row[_WRITTEN_AT], "big", signed=True))


def read_rows(connection: psycopg.Connection[Any], cluster: int, since: int, upto: int) -> Iterator[bytes]:
    """The events of a stretch of the chain, in its order, as sent by the database.

    libpq is called directly: psycopg's own copy loop costs more than the hashing. Read it to the end.
    """
    query = (
        f"copy (select {', '.join(SEALED)} from {EVENTS} where cluster = {cluster:d} and xid >= '{since:d}'::xid8"  # noqa: S608
        f" and xid < '{upto:d}'::xid8 order by xid, id) to stdout (format binary)"
    )
    link = connection.pgconn
    answer = link.exec_(query.encode())
    if answer.status != ExecStatus.COPY_OUT:
        raise psycopg.DatabaseError(answer.error_message.decode(errors="replace"))
    size, sent = link.get_copy_data(0)
    row = bytes(sent)
    if not row.startswith(_COPY_HEADER):
        raise psycopg.DataError("the server does not send binary COPY as PostgreSQL does")
    row = row[19:]
    while size >= 0:
        if row and row != _COPY_END:
            yield row
        size, sent = link.get_copy_data(0)
        row = bytes(sent)
    _finish(link)


def _finish(link: Any) -> None:
    while answer := link.get_result():
        if answer.status not in (ExecStatus.COMMAND_OK, ExecStatus.COPY_OUT):
            raise psycopg.DatabaseError(answer.error_message.decode(errors="replace"))


def links(connection: psycopg.Connection[Any], *, after: int = 0, limit: int = 20_000) -> list[Link]:
    """Seals with n above `after`, in order; `since` is filled in by `placed`."""
    found = connection.execute(
        "select mac, late, n, epoch, system_identifier, 0, upto::text::bigint, first_id, last_id, rows, at"  # noqa: S608
        f" from {SEALS} where n > %s order by n limit %s",
        [after, limit],
    )
    return [Link(*numbers, late=tuple(late), mac=bytes(mac)) for mac, late, *numbers in found]  # type: ignore[misc]


def placed(found: Iterable[Link], reached: dict[int, int]) -> Iterator[Link]:
    """Each seal with the transaction number it begins at; `reached` remembers how far each cluster is sealed."""
    for link in found:
        yield replace(link, since=reached.get(link.system_identifier, 0))
        reached[link.system_identifier] = link.upto


def entries_of(keys: Keys, n: int, rows: Iterable[bytes]) -> bytes:
    """The entries of a seal, closed by a mac of their own."""
    listed = b"".join(ENTRY.pack(bytes(row[_ID]), row_digest(keys, row)) for row in rows)
    return listed + _entries_mac(keys, n, listed)


def opened(keys: Keys, n: int, entries: bytes) -> list[tuple[int, bytes]] | None:
    """Id and digest of every row sealed; None if the entries were tampered with."""
    listed, mac = entries[:-16], entries[-16:]
    if not hmac.compare_digest(mac, _entries_mac(keys, n, listed)):
        return None
    return [
        (int.from_bytes(number, "big", signed=True), digest) for number, digest in ENTRY.iter_unpack(listed)
    ]


def row_digest(keys: Keys, row: bytes) -> bytes:
    """The keyed digest by which one row is recognised."""
    return blake2b(row, key=keys.row, digest_size=8).digest()


def _entries_mac(keys: Keys, n: int, listed: bytes) -> bytes:
    return hmac.digest(keys.entries, n.to_bytes(8, "big") + listed, "sha256")[:16]
