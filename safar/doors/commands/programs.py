"""Runs PostgreSQL's own programs in one of the roles: the embedded server's, or the operator's on the PATH."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connections

from safar.doors.commands.failures import Failed
from safar.foundation.database.connecting import embedded_cluster, parameters_for


def run_program(
    name: str, *arguments: str, reach: bool = True, database: bool = True, role: str = "backup"
) -> None:
    """Run one of PostgreSQL's programs in a role."""
    program = program_path(name)
    environment = dict(os.environ)
    if reach:
        names = {
            "host": "PGHOST",
            "port": "PGPORT",
            "user": "PGUSER",
            "password": "PGPASSWORD",
            "sslmode": "PGSSLMODE",
            "sslrootcert": "PGSSLROOTCERT",
        }
        names |= {"dbname": "PGDATABASE"} if database else {}
        found = parameters_for(role, connections["default"].settings_dict)
        environment |= {names[key]: str(value) for key, value in found.items() if key in names}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{name} failed: {done.stderr.strip()}")


def program_path(name: str) -> str:
    """Where a program of PostgreSQL is."""
    cluster = embedded_cluster()
    program = cluster.binaries.program(name) if cluster else shutil.which(name)
    if program is None:
        raise Failed(
            f"The program {name} is not on the PATH. Install PostgreSQL's client programs of your server's version."
        )
    return program


@contextmanager
def program_output(name: str, *arguments: str) -> Iterator[IO[bytes]]:
    """What a program that needs no server writes, while it writes it. `Failed` if it could not write all of it."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen([program_path(name), *arguments], stdout=subprocess.PIPE, stderr=said)
        assert running.stdout is not None  # noqa: S101  (it was asked for)
        try:
            yield running.stdout
            to_the_end = not running.stdout.read(1)
        finally:
            running.stdout.close()
            code = running.wait()
        if to_the_end and code:
            said.seek(0)
            raise Failed(f"{name} failed: {said.read(2000).decode(errors='replace').strip()}")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, however long."""
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _blocks(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block
