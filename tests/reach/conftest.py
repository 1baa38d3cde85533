"""A whole installation that runs as people run it, and an officer's browser beside it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg
import pytest

from tests.installation import STARTED, Installation, free_port, own_folder, until

SIGN_IN = """
from safar.directory.staff.demo import client_of
from safar.directory.staff.models import Account
print(client_of(Account.objects.get(username="demo-litsenziya")).cookies["sessionid"].value)
"""


@dataclass(frozen=True)
class Answer:
    """What came back from the web server."""

    status: int
    headers: dict[str, str]
    text: str


class House(Installation):
    """An installation with an officer signed in; `lines` are separate connections, as of separate browsers."""

    port: int
    session: str
    token: str

    def begin(self) -> None:
        self.port = free_port()
        self.running = self.run(self.port)
        until(self.running, STARTED)
        self.said: list[str] = []
        threading.Thread(target=lambda: self.said.extend(self.running.stdout), daemon=True).start()
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "safar", "manage", "shell", "-v", "0", "-c", SIGN_IN],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        self.session = done.stdout.split()[-1]
        page = self.get("/uz/desk/recruiters/add/")
        self.token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
        self.secret = re.search(r"csrftoken=(\w+)", page.headers["set-cookie"]).group(1)

    def end(self) -> None:
        self.running.send_signal(signal.SIGINT)
        try:
            self.running.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.running.kill()
        self.cluster.stop_if_unused()

    def cookies(self) -> str:
        return f"sessionid={self.session}; csrftoken={getattr(self, 'secret', '')}"

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body, {"Cookie": self.cookies(), **headers})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read().decode())
        finally:
            line.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode()
        return self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(**self.cluster.parameters("postgres", "safar")) as connection:
            return connection.execute(sql, values).fetchall()

    def server(self) -> int:
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])

    def family(self, parent: int) -> list[int]:
        done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True)
        return [int(pid) for pid in done.stdout.split()]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A demo installation being served, with a licensing officer signed in."""
    with own_folder() as folder:
        made = House(folder)
        try:
            made.begin()
            yield made
        finally:
            made.end()


def kill(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
