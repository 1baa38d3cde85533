"""A whole installation in a folder of its own: run, stopped, killed, backed up, restored, thrown away."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from safar.foundation.database.server import Cluster

PATIENCE = 180
pytestmark = pytest.mark.xdist_group("installation")  # one at a time, on one worker
TABLES = (
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1"
)
ALWAYS_MOVING = {"history_seal", "django_tasks_database_dbtaskresult"}


class Installation:
    """Safar's command line over one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("SAFAR_", "DATABASE_", "DJANGO_", "PYTEST_"))
        }
        self.environment = {**clean, "SAFAR_DATA": str(folder), "PYTHONUNBUFFERED": "1"}
        self.cluster = Cluster(folder / "pg")

    def safar(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "safar", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def run(self, port: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "safar", "run", "--port", str(port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run_once(self) -> None:
        port = free_port()
        running = self.run(port)
        said = until(running, "Ctrl-C stops everything")
        answered = answers(port)
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=60)
        self.first = {"port": port, "said": said + rest, "answered": answered, "code": running.returncode}

    def counts(self) -> dict[str, int]:
        with psycopg.connect(**self.cluster.parameters("postgres", "safar")) as connection:
            tables = {name for (name,) in connection.execute(TABLES)} - ALWAYS_MOVING
            found = {
                name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in tables
            }
        self.cluster.stop_if_unused()
        return found


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """An installation that was run once, answered, and was stopped with Ctrl-C; ``first`` holds what was seen."""
    folder = Path(tempfile.mkdtemp(prefix="safar", dir="/tmp"))
    folder.chmod(0o755)
    made = Installation(folder)
    made.run_once()
    yield made
    made.cluster.stop_if_unused()
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(running: subprocess.Popen[str], words: str) -> str:
    said = ""
    while words not in said:
        line = running.stdout.readline()
        assert line, f"ended early, saying: {said}"
        said += line
    return said


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_one_command_starts_everything_and_ctrl_c_stops_it(installation):
    first = installation.first
    assert f"http://localhost:{first['port']}/" in first["said"]
    assert first["answered"]
    assert first["code"] == 0, first["said"]
    assert "Your data are kept" in first["said"]
    assert not answers(first["port"])


def test_the_second_run_keeps_the_data_and_a_killed_one_leaves_nothing_behind(installation):
    port = free_port()
    before = installation.counts()
    running = installation.run(port)
    until(running, "Ctrl-C stops everything")
    running.kill()
    running.communicate()
    wait_for(lambda: not answers(port))
    wait_for(lambda: installation.cluster.keeper_pid() is None)
    after = installation.counts()
    assert {table for table in before if after[table] < before[table]} == set()


def test_everything_protected_is_closed(installation):
    done = installation.safar("check", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"ok": True, "problems": [], "holes": []}


def test_a_dump_is_restored_whole_with_a_history_that_verifies(installation, tmp_path):
    dump = tmp_path / "safar.dump"
    done = installation.safar("backup", str(dump), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["keys_included"] is False
    assert dump.stat().st_mode & 0o077 == 0
    elsewhere = Installation(installation.folder / "drill")
    elsewhere.folder.mkdir()
    shutil.copytree(installation.folder / "keys", elsewhere.folder / "keys")
    (elsewhere.folder / "keys").chmod(0o700)
    done = elsewhere.safar("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert elsewhere.counts() == installation.counts()
    verified = elsewhere.safar("history", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert elsewhere.safar("fresh", "--yes").returncode == 0
    assert not elsewhere.cluster.home.exists()


def test_a_copy_of_the_cluster_is_verified(installation):
    target = installation.folder / "copy"
    done = installation.safar("backup", f"{target}/")
    assert done.returncode == 0, done.stderr
    assert "NOT in it" in done.stdout
    assert (target / "backup_manifest").exists()


def test_django_commands_pass_through(installation):
    assert "safar_web" in installation.safar("manage", "dbshell", "--", "-Atc", "select current_user").stdout
