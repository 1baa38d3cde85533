"""A PostgreSQL server of the operator's own: prepared by what Safar prints, filled from a backup, finished, checked and used."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from safar.foundation.database.roles import ROLES
from safar.foundation.database.server import Cluster
from tests.installation import PATIENCE, Installation, alone, free_port, own_folder, thrown_away
from tests.reach.drill import Drill

pytestmark = alone
#: Names of who stays, and of who is erased after the backup.
STAYS, LATER = "Qolarova", "Ochajakova"


class OwnServer:
    """PostgreSQL as an operator has it: a port, passwords, nothing of Safar's in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.password = folder, free_port(), secrets.token_urlsafe(12)
        self.tools = Cluster(folder / "unused")
        user = self.tools.user
        self.drop = (
            {"user": user.uid, "group": user.gid, "extra_groups": []} if user.uid != os.geteuid() else {}
        )
        if self.drop:
            os.chown(folder, user.uid, user.gid)
        word = folder / "word"
        word.write_text(self.password)
        word.chmod(0o644)
        self._run(
            "initdb",
            "-D",
            str(folder / "data"),
            "-U",
            "postgres",
            f"--pwfile={word}",
            "--auth=scram-sha-256",
            **self.drop,
        )
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        self._run(
            "pg_ctl",
            "-D",
            str(folder / "data"),
            "-l",
            str(folder / "log"),
            "-w",
            "-o",
            settings,
            "start",
            **self.drop,
        )

    def _run(self, program: str, *arguments: str, **options: Any) -> None:
        done = subprocess.run(
            [self.tools.binaries.program(program), *arguments], capture_output=True, text=True, timeout=PATIENCE,
            cwd="/", **options,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def superuser(self, program: str, *arguments: str, said: str = "") -> None:
        """A program of PostgreSQL's as the superuser, told something on its standard input."""
        reach = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.password,
        }
        self._run(program, *arguments, input=said, env={"PATH": os.environ["PATH"], **reach})

    def address(self, role: str) -> str:
        return f"postgresql://{ROLES[role]}:{self.password}@127.0.0.1:{self.port}/gov"

    def addresses(self) -> dict[str, str]:
        """The four settings of an operator who has a server of her own."""
        names = {"web": "", "owner": "OWNER_", "sealer": "SEALER_", "backup": "BACKUP_"}
        return {f"DATABASE_{name}URL": self.address(role) for role, name in names.items()}

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop", **self.drop)


@pytest.fixture
def own() -> Iterator[OwnServer]:
    """A running server of one's own."""
    with own_folder() as folder:
        server = OwnServer(folder)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def worked_in(installation: Installation) -> Iterator[Installation]:
    """A copy of the demo world, to work in."""
    with thrown_away(Installation) as made:
        installation.copied_to(made.folder)
        yield made


def well(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said that went well."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_server_of_ones_own_is_prepared_filled_from_a_dump_and_used(worked_in, own):
    drill = Drill(worked_in, people=2, say=lambda line: None)
    drill.acts("register", STAYS, "2")
    later = drill.acts("register", LATER, "1")
    dump = worked_in.folder / "before.dump"
    well(worked_in.safar("backup", str(dump)))
    drill.acts("erase", *later)
    there = worked_in.counts()

    script = well(worked_in.safar("prepare", "--database", "gov"))
    for _twice in range(2):
        own.superuser("psql", "-X", "-q", "-d", "postgres", said=script)
    words = "".join(f"alter role {role} password '{own.password}';" for role in ROLES.values())
    own.superuser("psql", "-X", "-q", "-d", "postgres", said=words)
    own.superuser("pg_restore", "--exit-on-error", "--dbname=gov", str(dump))

    worked_in.environment |= own.addresses() | {"SAFAR_DEMO": "1"}
    refused = worked_in.safar("restore", str(dump))
    assert (refused.returncode, "--filled" in refused.stderr) == (1, True), refused.stderr
    assert "Erased again who had been erased since the backup: 1" in well(
        worked_in.safar("restore", "--filled", str(dump))
    )
    well(worked_in.safar("check"))
    found = worked_in.safar("history", "verify")
    assert "earlier than" in found.stdout + found.stderr or found.returncode == 0, found.stdout + found.stderr
    with psycopg.connect(f"postgresql://postgres:{own.password}@127.0.0.1:{own.port}/gov") as database:
        counts = {name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in there}
        texts = database.execute("select string_agg(p::text, ' ') from people_person p").fetchone()[0]
    theirs = {name for name in there if name.startswith(("people_", "organisations_", "recruiters_"))}
    assert {name: counts[name] for name in theirs} == {name: there[name] for name in theirs}
    assert STAYS in texts
    assert LATER not in texts
