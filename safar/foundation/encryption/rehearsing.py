"""A key store that is only looked at: what is made or destroyed under a rehearsal is forgotten with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from safar.foundation.encryption import keys


class Rehearsal(keys.KeyStore):
    """The keys there are, read from their folder; nothing is ever written to it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._made: dict[str, bytes] = {}
        self._gone: set[str] = set()

    def create_key(self, *, now: datetime) -> str:
        """A data key that lives as long as the rehearsal."""
        key_id = secrets.token_hex(16)
        self._made[key_id] = secrets.token_bytes(32)
        return key_id

    def key(self, key_id: str) -> bytes:
        """A key made here, or one of the store."""
        if key_id in self._gone:
            raise keys.KeyDestroyed(key_id)
        return self._made[key_id] if key_id in self._made else super().key(key_id)

    def destroy_key(self, key_id: str, *, now: datetime, subjects: Iterable[str] = ()) -> None:
        """Count a key as destroyed, and the subjects as erased, for this rehearsal."""
        self._gone |= {key_id, *(f"subject:{subject}" for subject in subjects)}

    def is_destroyed(self, key_id: str) -> bool:
        """Whether it was destroyed, here or for good."""
        return key_id in self._gone or super().is_destroyed(key_id)

    def was_erased(self, subject: str) -> bool:
        """Whether it was erased, here or for good."""
        return f"subject:{subject}" in self._gone or super().was_erased(subject)


@contextmanager
def rehearsed() -> Iterator[Rehearsal]:
    """Let everything in the block use the installation's keys without leaving a trace in their folder."""
    real = keys.store()
    held = Rehearsal(real.folder)
    keys._open[real.folder] = held
    try:
        yield held
    finally:
        keys._open[real.folder] = real
