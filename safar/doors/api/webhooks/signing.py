"""The signature of Standard Webhooks 1.0: HMAC-SHA-256 over number, moment and body, under a secret shared once."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

MARK = "whsec_"


def fresh_secret() -> str:
    """A secret of 256 random bits, as the standard writes it."""
    return MARK + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, number: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the base64 of the HMAC over ``number.timestamp.body``."""
    key = base64.b64decode(secret.removeprefix(MARK))
    made = hmac.digest(key, f"{number}.{timestamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(made).decode()}"


def signed_headers(secret: str, number: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The three headers a receiver checks the body by."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": number,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, number, timestamp, body),
    }
