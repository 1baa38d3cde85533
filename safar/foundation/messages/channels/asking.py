"""Asking a gateway over HTTP: with an end to patience, without redirections, and with each failure called what it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from safar.foundation.messages.letters import Outcome, Refused, TryLater, Unclear

PATIENCE = httpx.Timeout(20.0, connect=5.0)
LONGEST_WAIT = timedelta(hours=6)
#: The request never reached the gateway: nobody listened, or the line was not even open.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def asker(base: str) -> httpx.Client:
    """A client of one gateway."""
    return httpx.Client(base_url=base, timeout=PATIENCE, follow_redirects=False, trust_env=False)


def asked(
    client: httpx.Client, method: str, path: str, **content: Any
) -> httpx.Response | TryLater | Unclear:
    """The answer, or why there is none."""
    try:
        return client.request(method, path, **content)
    except NEVER_LEFT:
        return TryLater("not_reached")
    except httpx.HTTPError:
        return Unclear("no_answer")
    except (httpx.InvalidURL, ValueError):
        # What cannot be written as a request was never sent.
        return TryLater("not_asked")


def failure(response: httpx.Response, *, refuses: frozenset[int]) -> Outcome | None:
    """What an answer other than 2xx means; `refuses` are the statuses by which this gateway refuses a message for good."""
    status = response.status_code
    if 200 <= status < 300:
        return None
    if status in refuses:
        return Refused(f"refused_{status}")
    return TryLater(f"answered_{status}", after=wait_of(response.headers.get("Retry-After", "")))


def wait_of(seconds: Any) -> timedelta | None:
    """How long a gateway asks to be left alone; nothing if it does not say so in seconds."""
    text = str(seconds)
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return None
    return min(timedelta(seconds=int(text)), LONGEST_WAIT)


def content_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; empty if it is none."""
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
