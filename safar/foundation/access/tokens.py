"""What proves to the database who acts: ``kind.id.narrowing.pid.mac``, an HMAC-SHA-256 that injected SQL can neither forge nor borrow.

The narrowing is what an API token leaves of its owner's rights (`Actor.narrowing`), empty for everybody else.

A token is good on one connection only: `pid` is the server process behind it, so one read elsewhere is worth nothing. The key
is derived from SECRET_KEY. The database holds it in ``gate.key``, which only the owner reads; ``gate.actor()``
checks the mac with PostgreSQL's own sha256.
"""

import hashlib
import hmac

from django.conf import settings
from django.db import connection

from safar.foundation.access.actors import current_actor

BLOCK = 64


def signing_key() -> bytes:
    """The 32-byte key shared with the database."""
    return hmac.new(settings.SECRET_KEY.encode(), b"safar.gate.1", hashlib.sha256).digest()


def pads() -> tuple[bytes, bytes]:
    """The inner and outer HMAC pads (RFC 2104) of the key, as the database stores them."""
    padded = signing_key().ljust(BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in padded), bytes(b ^ 0x5C for b in padded)


def sign(signature: str, pid: int, narrowing: str = "") -> str:
    """Token of an actor's signature on the connection whose server process is `pid`."""
    said = f"{signature}.{narrowing}.{pid}"
    return f"{said}.{hmac.new(signing_key(), said.encode(), hashlib.sha256).hexdigest()}"


def current_token(pid: int) -> str:
    """Token of whoever acts now, for that connection; empty (nothing is visible) if nobody does."""
    actor = current_actor()
    return sign(actor.signature, pid, actor.narrowing) if actor else ""


def announce() -> None:
    """Tell an already open transaction that the actor changed; a new transaction is told by the backend."""
    if connection.connection is not None and connection.in_atomic_block and not connection.needs_rollback:
        connection.announce_actor()  # type: ignore[attr-defined]  # our own backend has it
