"""Clusters of a test's own, in a folder that any OS user may walk through."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safar.foundation.database.keeper import running_postmaster
from safar.foundation.database.server import Cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short, empty folder, open to be walked through (pytest's own is closed to the server's user when root)."""
    path = Path(tempfile.mkdtemp(prefix="s", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def make_cluster(folder: Path) -> Iterator[Callable[..., Cluster]]:
    """Make clusters under `folder`; whatever is still running at the end is stopped."""
    made: list[Cluster] = []

    def make(name: str = "pg", *, linger: float = 0.0, test: bool = True) -> Cluster:
        cluster = Cluster(folder / name, test=test, linger=linger)
        made.append(cluster)
        return cluster

    yield make
    for cluster in made:
        cluster.leave()
        keeper = cluster.keeper_pid()
        server = running_postmaster(cluster.data)
        for pid, number in ((keeper, signal.SIGKILL), (server, signal.SIGKILL)):
            with contextlib.suppress(ProcessLookupError):
                if pid:
                    os.kill(pid, number)
        if cluster.socket.parent != cluster.home:
            shutil.rmtree(cluster.socket, ignore_errors=True)


@pytest.fixture
def cluster(make_cluster: Callable[..., Cluster]) -> Cluster:
    """A cluster that nobody has started yet."""
    return make_cluster()
