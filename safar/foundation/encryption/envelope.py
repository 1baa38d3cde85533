"""A value in its envelope: AES-256-GCM, bound to the one place it belongs to.

Layout: one byte of version, 16 bytes of key id, 12 bytes of nonce, then ciphertext and tag. Table, row, field and key id
are authenticated but not stored inside: moved to another row or field, the value does not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.translation import gettext as _

VERSION = b"\x01"
_ID, _NONCE, _TAG = 16, 12, 16


class Tampered(Exception):
    """A sealed value that does not belong where it stands, or was altered."""

    def __init__(self, place: Place) -> None:
        super().__init__(
            _(
                "A protected value of %(table)s (%(field)s) was altered or moved here from another record: it cannot be"
                " read. Tell the administrator; do not save the record."
            )
            % {"table": place.table, "field": place.field}
        )
        self.place = place


class Keys(Protocol):
    """What an envelope asks of a key store."""

    def key(self, key_id: str) -> bytes:
        """The 32 bytes of a data key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lives: table, primary key of the row, field."""

    table: str
    pk: str
    field: str

    def bound_to(self, key_id: str) -> bytes:
        """The associated data: each part with its length, so that no two places read the same."""
        parts = [part.encode() for part in (self.table, self.pk, self.field, key_id)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(plain: bytes, *, key_id: str, place: Place, keys: Keys) -> bytes:
    """Encrypt a value for its place with the data key of that id."""
    nonce = os.urandom(_NONCE)
    closed = AESGCM(keys.key(key_id)).encrypt(nonce, plain, place.bound_to(key_id))
    return VERSION + bytes.fromhex(key_id) + nonce + closed


def unseal(sealed: bytes, *, place: Place, keys: Keys) -> bytes:
    """Decrypt a value in its place. Raises `Tampered`, or the key store's own errors (missing, destroyed)."""
    key_id = key_id_of(sealed, place=place)
    nonce, closed = sealed[1 + _ID : 1 + _ID + _NONCE], sealed[1 + _ID + _NONCE :]
    try:
        return AESGCM(keys.key(key_id)).decrypt(nonce, closed, place.bound_to(key_id))
    except InvalidTag as error:
        raise Tampered(place) from error


def key_id_of(sealed: bytes, *, place: Place) -> str:
    """Id of the data key a value was sealed with."""
    if sealed[:1] != VERSION or len(sealed) < 1 + _ID + _NONCE + _TAG:
        raise Tampered(place)
    return sealed[1 : 1 + _ID].hex()
