"""Requests no browser sends, byte by byte to the web server: where does one end and the next begin (RFC 9112, 6.3)."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.installation import free_port

ECHO = """
import django
django.setup()
from safar.doors.commands.serving import load_application, server_at
server = server_at("127.0.0.1", {port}, workers=1, threads=4, target="tests.reach.test_raw_requests:echo")
server.serve(target_loader=load_application)
"""


def echo(environ, start_response):
    """An application that says what it was asked and how much it was sent."""
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [f"<{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(body)}>".encode()]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The server of `safar serve`, set as there but for one worker, before an application of ours."""
    number = free_port()
    running = subprocess.Popen([sys.executable, "-c", ECHO.format(port=number)])
    try:
        for _time in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield number
    finally:
        running.terminate()
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            running.kill()


def send(port: int, raw: bytes) -> str:
    """What comes back until the line is closed or silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=3) as line:
        line.sendall(raw)
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
        except TimeoutError:
            pass
    return found.decode()


def test_a_request_ends_where_its_chunks_end(port):
    """Both lengths at once: the chunks count, or the request is refused. What follows is never taken for its body."""
    both = (
        b"POST /first HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\nhello\r\n0\r\n\r\n"
        b"GET /second HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    for raw in (both, both.replace(b"Length: 4", b"Length: 400")):
        answer = send(port, raw)
        if " 400 " in answer.split("\r\n")[0]:
            assert "<" not in answer
        else:
            assert answer.count("<POST /first 5>") == 1
            assert answer.count("<GET /second 0>") <= 1
            assert answer.count("HTTP/1.1 200") == answer.count("<")


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: 0x4\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
    ],
)
def test_lengths_that_contradict_each_other_are_refused(port, headers):
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answer = send(port, b"POST /first HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\nabcd" + smuggled)
    assert "/smuggled" not in answer
    assert "HTTP/1.1 200" not in answer
