"""What the two stand-ins over HTTP share: reading a request, answering in JSON, hanging up."""

from __future__ import annotations

import json
import socket
import time
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

from safar.foundation.messages.fakes.post import Answer, Arrived
from safar.foundation.messages.fakes.served import Served


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    disable_nagle_algorithm = True

    @property
    def served(self) -> Served:
        """The stand-in this connection is with."""
        return self.server.served  # type: ignore[attr-defined]  # `_Server` of `served`

    def content(self) -> dict[str, Any]:
        """The body as a form or as JSON."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if "json" in self.headers.get("Content-Type", ""):
            return dict(json.loads(body))
        return dict(parse_qsl(body, keep_blank_values=True))

    def behaves(self, answer: Answer, arrived: Arrived, refusal: dict[str, Any]) -> bool:
        """Behave as told; whether the message was taken and may be answered well."""
        time.sleep(answer.slow)
        if answer.takes:
            self.served.post.take(arrived)
            time.sleep(answer.holds)
        if answer.hangs_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        if not answer.takes:
            headers = {"Retry-After": answer.retry_after, "Location": answer.location or None}
            said = {name: str(value) for name, value in headers.items() if value is not None}
            self.say(answer.status, refusal, **said)
        return answer.takes

    def say(self, status: int, content: dict[str, Any], **headers: str) -> None:
        """Answer in JSON."""
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing to the terminal."""
