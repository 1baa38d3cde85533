"""An installation whose server, worker and database are processes of ours to kill."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from safar.foundation.messages.fakes import sms
from tests.installation import Installation, free_port

HERE = Path(__file__).resolve().parents[2]
MANY = "1000000"


class House(Installation):
    """Server and worker apart, as two services; the stand-in for the SMS gateway is this process and is never killed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gateway = sms.FakeSms()
        self.port = free_port()
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.starting = threading.Lock()

    def begin(self) -> None:
        """Start all three."""
        self.gateway.begin()
        self.environment |= {
            "SAFAR_SMS_URL": f"{self.gateway.url}/api", "SAFAR_SMS_EMAIL": sms.EMAIL, "SAFAR_SMS_PASSWORD": sms.PASSWORD,
            "SAFAR_SMS_FROM": "4546", "SAFAR_API_REQUESTS_A_MINUTE": MANY, "SAFAR_PHONE_CODES_A_DAY": MANY,
            "SAFAR_PHONE_CODES_AT_AN_ADDRESS": MANY, "SAFAR_PUBLIC_URL": f"http://localhost:{self.port}",
        }  # fmt: skip
        self.start("serve")
        self.start("worker")
        self.wait_until_served()

    def end(self) -> None:
        """Stop all three, and throw everything away."""
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.gateway.stop()

    def start(self, name: str) -> None:
        """Start the server or the worker."""
        arguments = ["serve", "--port", str(self.port)] if name == "serve" else ["worker"]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "safar", *arguments],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str, rng: random.Random) -> str:
        """Kill -9: the whole service, its first process alone, or one of the server's processes; says which."""
        with self.starting:
            return self._kill_and_start(name, rng)

    def _kill_and_start(self, name: str, rng: random.Random) -> str:
        process = self.processes[name]
        how = rng.choice(("whole", "whole", "first", "one")) if name == "serve" else "whole"
        if how == "one" and (children := self.family(process.pid)):
            _kill(rng.choice(children))
            return how  # the server starts another by itself
        if how == "first":
            _kill(process.pid)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.wait_until_free(process.pid)
        self.start(name)
        return how

    def wait_until_free(self, session: int) -> None:
        """What the first process left behind goes by itself; the service manager waits for it."""
        until(lambda: not [pid for pid in self.family_of_session(session)], "the old processes", patience=60)

    def family_of_session(self, session: int) -> list[int]:
        done = subprocess.run(["ps", "-o", "pid=,stat=", "-s", str(session)], capture_output=True, text=True)
        rows = [line.split() for line in done.stdout.splitlines()]
        return [int(pid) for pid, stat in rows if not stat.startswith("Z")]

    def kill_database(self, rng: random.Random) -> str:
        """Kill -9 the server's first process, with or without all others of it."""
        first = int((self.cluster.data / "postmaster.pid").read_text().split()[0])
        others = self.family(first)
        how = rng.choice(("whole", "first", "one"))
        if how == "one" and others:
            _kill(rng.choice(others))
        else:
            for pid in [first, *(others if how == "whole" else ())]:
                _kill(pid)
        return how

    def revive(self) -> int:
        """Start again what ended by itself, as a service manager does; how many."""
        with self.starting:
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            for name in ended:
                self.wait_until_free(self.processes[name].pid)
                self.start(name)
        return len(ended)

    def wait_until_served(self) -> None:
        """Until a page is answered."""
        until(self.is_served, "the web server", patience=180)

    def is_served(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/en/", timeout=5) as answer:
                return bool(answer.status < 500)
        except (urllib.error.URLError, OSError):
            return False

    def acts(self, *arguments: str) -> subprocess.Popen[str]:
        """`tests.reach.acts` in the installation, listening on its standard input."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.reach.acts", *arguments],
            env=self.environment, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def family(self, parent: int) -> list[int]:
        done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True)
        return [int(pid) for pid in done.stdout.split()]

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds, read past every wall."""
        with psycopg.connect(**self.cluster.parameters("postgres", "safar"), autocommit=True) as connection:
            return connection.execute(sql, values or None).fetchall()  # type: ignore[arg-type]

    def change(self, sql: str) -> None:
        """Let time pass, in the database."""
        with psycopg.connect(**self.cluster.parameters("postgres", "safar"), autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[arg-type]


def until(condition: Callable[[], object], what: str, *, patience: float = 120) -> None:
    """Wait for something that is to happen."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
