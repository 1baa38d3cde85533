"""Checking that a webhook comes from Safar: the signature of Standard Webhooks, and a moment that is not long past."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

TOLERANCE = 300.0
"""Seconds a webhook may be old or early."""


class NotGenuine(Exception):
    """The body was not signed with your secret, or not lately: do nothing with it."""


@dataclass(frozen=True)
class Told:
    """What a webhook tells: by which act (`kind`) which record changed. Read the record by your token; `number` is the same each
    time the same thing is told."""

    number: str
    kind: str
    resource: str
    id: str
    timestamp: str


def told(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Told:
    """What a webhook tells, once its signature is found to be right. Raises `NotGenuine`."""
    said = {name.lower(): value for name, value in headers.items()}
    number, moment = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = base64.b64encode(hmac.digest(key, f"{number}.{moment}.".encode() + body, "sha256")).decode()
    signed = said.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(f"v1,{made}".encode(), one.encode()) for one in signed):
        raise NotGenuine("the signature is not right")
    if not moment.isdigit() or abs(int(moment) - (time.time() if now is None else now)) > TOLERANCE:
        raise NotGenuine("it was not sent lately")
    found = json.loads(body)
    return Told(number, found["type"], found["data"]["resource"], found["data"]["id"], found["timestamp"])
