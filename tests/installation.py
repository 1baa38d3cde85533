"""A whole installation in a folder of its own, run by the command line as an operator runs it.

`installation` is a pytest fixture, offered by the root ``conftest.py``: one for a whole run, with the demo world in it. Mark a
test that asks for it with `alone`, so that all of them stay on one worker and one starts when the other has ended.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest

from safar.foundation.database.server import Cluster, ServerFailed
from tests.waiting import wait_for

PATIENCE = 180
STARTED = "Ctrl-C stops everything"
TABLES = (
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
)
ALWAYS_MOVING = {"history_seal", "django_tasks_database_dbtaskresult"}

Kind = TypeVar("Kind", bound="Installation")
alone = pytest.mark.xdist_group("installation")


@dataclass
class FirstRun:
    """What was seen when an installation was run for the first time and stopped with Ctrl-C."""

    port: int
    said: str
    answered: bool
    code: int


class Installation:
    """Safar's command line over one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ours = ("SAFAR_", "DATABASE_", "DJANGO_", "PYTEST_")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        self.environment = {**clean, "SAFAR_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
        self.cluster = Cluster(folder / "pg")
        self.first: FirstRun | None = None

    def copied_to(self, folder: Path) -> None:
        """Put everything of this installation, which must be stopped, into another folder."""
        self.cluster.stop_if_unused()
        other = Cluster(folder / "pg")
        subprocess.run(["cp", "-a", f"{self.folder}/.", str(folder)], check=True)
        if self.cluster.home != self.cluster.asked:
            shutil.rmtree(folder / "pg", ignore_errors=True)
            subprocess.run(["cp", "-a", str(self.cluster.home), str(other.home)], check=True)
        shutil.rmtree(other.socket, ignore_errors=True)

    def safar(self, *arguments: str, patience: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "safar", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=patience,
        )

    def run(self, port: int) -> subprocess.Popen[str]:
        """Server and worker, starting."""
        return subprocess.Popen(
            [sys.executable, "-m", "safar", "run", "--port", str(port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @contextmanager
    def running(self) -> Iterator[str]:
        """Server and worker while the block lasts; gives the address."""
        port = free_port()
        running = self.run(port)
        until(running, STARTED)
        try:
            yield f"http://localhost:{port}"
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)

    def run_once(self) -> None:
        """The first run, and Ctrl-C."""
        port = free_port()
        running = self.run(port)
        said = until(running, STARTED)
        answered = answers(port)
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=60)
        self.first = FirstRun(port, said + rest, answered, running.returncode)

    def login(self, role: str) -> dict[str, str]:
        """A demo log-in of a role: username, password, and the code of this half minute."""
        done = self.safar("demo", "logins", "--json")
        return next(login for login in json.loads(done.stdout) if login["role"] == role)

    def counts(self) -> dict[str, int]:
        """Rows of each table that does not move by itself."""
        with psycopg.connect(**self.cluster.parameters("postgres", "safar")) as connection:
            tables = {name for (name,) in connection.execute(TABLES)} - ALWAYS_MOVING
            found = {
                name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in tables
            }
        self.cluster.stop_if_unused()
        return found


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder the database's user may look into, deleted afterwards with all that was put there."""
    folder = Path(tempfile.mkdtemp(prefix="safar", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def thrown_away(kind: type[Kind]) -> Iterator[Kind]:
    """An installation in a folder of its own, deleted afterwards with its database."""
    with own_folder() as folder:
        made = kind(folder)
        try:
            yield made
        finally:
            wait_for(lambda: _removed(made), "the database to be left", patience=90)


def _removed(made: Installation) -> bool:
    """Whether its database is deleted; its keeper needs a moment to see that nobody is left."""
    with suppress(ServerFailed):
        made.cluster.remove()
        return True
    return False


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """An installation that was run once, answered, and was stopped with Ctrl-C; ``first`` holds what was seen."""
    with own_folder() as folder:
        made = Installation(folder)
        made.run_once()
        yield made
        made.cluster.stop_if_unused()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(running: subprocess.Popen[str], words: str) -> str:
    """What a command says until it says the words."""
    said = ""
    while words not in said:
        line = running.stdout.readline()
        assert line, f"ended early, saying: {said}"
        said += line
    return said


def answers(port: int) -> bool:
    """Whether anything answers on a port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
