"""Handing something to an address somebody typed, without being led into our own network.

The name is resolved here and every address it has must be a public one; the line is opened to the very address that was judged,
so that a name which changes its mind gains nothing. Redirects are not followed, no proxy of the environment is used, and the
whole conversation ends in time whatever the other side does.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

PATIENCE = 15.0
"""Seconds for the whole conversation, from the question what the name stands for."""
UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to anybody (IANA, "IPv6 Global Unicast Address Assignments")."""
SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
        ),
    )
)
"""What the special-purpose registries of IANA (RFC 6890) keep from the open internet, and multicast; tunnels to IPv4 among them."""


class NotReached(Exception):
    """Nothing was heard; the message is a code for the page of deliveries."""


def is_public(address: str) -> bool:
    """Whether an address lies in the open internet: none of ours, of the machine itself, or of a special use."""
    found = ipaddress.ip_address(address.split("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    if found.version == 6 and found not in UNICAST:
        return False
    return found.is_global and not any(found in network for network in SPECIAL)


def may_call(url: str) -> bool:
    """Whether an address may be subscribed at all: https, no name or password in it; http to this machine in a demo that allows it."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.fragment or not url.isascii():
        return False
    return (
        parts.scheme == "https"
        or parts.scheme == "http"
        and to_loopback()
        and host in ("127.0.0.1", "localhost")
    )


def to_loopback() -> bool:
    """Whether receivers on this very machine may be told, which only a demonstration may be set to."""
    return bool(settings.SAFAR_DEMO and settings.SAFAR_WEBHOOKS_TO_LOOPBACK)


def judged(host: str, port: int, seconds: float = PATIENCE) -> str:
    """The address to call a host at; `NotReached` if it has none, or any that is not public.

    The code is one for both: which names our own network knows is nobody's to find out.
    """
    found = _addresses(host, port, seconds)
    allowed = {"127.0.0.1"} if to_loopback() else set()
    if not found or not all(one in allowed or is_public(one) for one in found):
        raise NotReached("not_public")
    return found[0]


def _addresses(host: str, port: int, seconds: float) -> list[str]:
    """What a name stands for; nothing if nobody says so in time. The system's own question knows no end: it is asked aside."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            said = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            said = []
        answer.put([str(one[4][0]) for one in said])

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.get(timeout=max(seconds, 0))
    except queue.Empty:
        return []


@dataclass
class _Line(httpcore.NetworkStream):
    """A line that ends at a moment, however slowly the other side speaks."""

    under: httpcore.NetworkStream
    until: float

    def _left(self, timeout: float | None) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return min(left, timeout or left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What was said next."""
        return self.under.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Say it."""
        self.under.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Hang up."""
        self.under.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same line, encrypted to who the certificate says it is."""
        return _Line(self.under.start_tls(ssl_context, server_hostname, self._left(timeout)), self.until)

    def get_extra_info(self, info: str) -> Any:
        """What the line knows of itself."""
        return self.under.get_extra_info(info)


class _Judging(httpcore.NetworkBackend):
    """Opens lines to addresses that were judged, and to no socket of this machine."""

    def __init__(self) -> None:
        self.until = time.monotonic() + PATIENCE
        self.under = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A line to the host at the address that was judged."""
        address = judged(host, port, self.until - time.monotonic())
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ConnectTimeout
        return _Line(self.under.connect_tcp(address, port, timeout=min(left, timeout or left)), self.until)


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """Send it; the status of the answer and how long it asks to be left alone. Raises `NotReached`."""
    if not may_call(url):
        raise NotReached("not_allowed")
    patience = {"connect": 5.0, "read": PATIENCE, "write": PATIENCE, "pool": 5.0}
    try:
        with (
            httpcore.ConnectionPool(
                network_backend=_Judging(), ssl_context=ssl.create_default_context()
            ) as pool,
            pool.stream(
                "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": patience}
            ) as answer,
        ):
            said = {name.lower(): value for name, value in answer.headers}
            return answer.status, said.get(b"retry-after", b"").decode("ascii", "replace")
    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
        raise NotReached("not_reached") from error
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        OSError,
        ValueError,
    ) as error:
        raise NotReached("no_answer") from error
