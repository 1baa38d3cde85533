"""Serving a stand-in from a thread, so that it can be stopped and begun again on the same port, as a gateway is."""

from __future__ import annotations

import socket
import socketserver
import threading
from contextlib import suppress
from typing import Any, Self

from safar.foundation.messages.fakes.post import Post

HOST = "127.0.0.1"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: Any, served: Served) -> None:
        self.served = served
        self._lines: set[socket.socket] = set()
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember each line, to be cut when the stand-in goes down."""
        line, address = super().get_request()
        self._lines.add(line)
        return line, address

    def shutdown_request(self, request: Any) -> None:
        """Forget a line that has ended."""
        self._lines.discard(request)
        super().shutdown_request(request)

    def cut_lines(self) -> None:
        """Cut every line that is still open."""
        for line in tuple(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class Served:
    """A stand-in that answers on a port of this machine only; ``with`` begins and stops it."""

    handler: type[socketserver.BaseRequestHandler]
    scheme = "http"

    def __init__(self, *, port: int = 0) -> None:
        self.post = Post()
        self.port = port
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{self.scheme}://{HOST}:{self.port}"

    def begin(self) -> None:
        """Answer, on the same port as before if it had one."""
        self._server = _Server((HOST, self.port), self.handler, self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Be down: nobody listens on the port."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut_lines()
            self._server = None

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.stop()
