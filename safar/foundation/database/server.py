"""The embedded PostgreSQL server: started by whoever needs it first, stopped when the last one has gone.

Each process that opens a connection holds a shared lock on ``users.lock``. The first one to find no server starts a
detached keeper (``keeper.py``) under an exclusive ``boot.lock``; the keeper waits for the users' lock to fall free.
There is no network port and there are no passwords: the operating system says who knocks at the socket (``peer``).

Folder of a cluster (``home``)::

    data/        PostgreSQL's own         socket/       the socket (or a short folder under /tmp)
    users.lock   shared by all users      boot.lock     held while somebody starts it
    keeper.lock  held by the keeper       server.log, keeper.log, pg_hba.conf, pg_ident.conf
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from psycopg import pq

from safar.foundation.database import roles
from safar.foundation.database.binaries import Binaries, copied_for, wheel_binaries
from safar.foundation.database.keeper import PORT, try_lock
from safar.foundation.database.places import (
    ROOT_SHELF,
    OsUser,
    PlaceRefused,
    can_run,
    current_user,
    home_for,
    make_private,
    refuse_foreign,
    server_user,
    socket_folder,
)

log = logging.getLogger(__name__)
KEEPER = Path(__file__).with_name("keeper.py")
PATIENCE = 120.0
LINGER = 2.0
BOOTSTRAP_EDITION = "3"


class ServerFailed(RuntimeError):
    """The embedded server could not be started; the message says why and what to do."""


def working_options() -> dict[str, str]:
    """Server settings for real data, sized to the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{min(max(memory // 8, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "max_wal_size": "4GB",
    }


TEST_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "4GB",
}

COMMON_OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    # A log must not repeat what people typed: no errors of single statements, no statements, no values of rows.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}


@dataclass(frozen=True)
class Cluster:
    """One embedded server, named by the folder asked for; ``home`` is where it really lives."""

    asked: Path
    test: bool = False
    linger: float = LINGER

    @cached_property
    def user(self) -> OsUser:
        """The OS user who runs the server."""
        return server_user()

    @cached_property
    def home(self) -> Path:
        """The folder the server lives in."""
        return home_for(self.asked, self.user)

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.home / "data"

    @cached_property
    def socket(self) -> Path:
        """The folder of the socket: libpq's ``host``."""
        return socket_folder(self.home, self.user)

    @cached_property
    def binaries(self) -> Binaries:
        """The programs, in a place where the server's user can run them."""
        found = wheel_binaries()
        if os.geteuid() != 0 or can_run(Path(found.program("postgres")), self.user):
            return found
        _make_shared(ROOT_SHELF)
        with _exclusive(ROOT_SHELF / "copy.lock"):
            return copied_for(found, ROOT_SHELF)

    def describe(self) -> str:
        """One line for a person: where the data are and who runs the server."""
        line = f"PostgreSQL {self.binaries.version()}, data in {self.home}"
        if self.user.uid != os.geteuid():
            line += f" (run by the user {self.user.name}, because PostgreSQL refuses to run as root)"
        return line

    def parameters(self, role: str, database: str | None) -> dict[str, str]:
        """libpq parameters for one of the roles; the server is started if need be."""
        self.start()
        return {
            "host": str(self.socket),
            "port": str(PORT),
            "user": roles.ROLES.get(role, role),
            "dbname": database or "postgres",
        }

    def start(self) -> None:
        """Make sure the server runs, and count this process among its users. Cheap when it does."""
        with _mutex:
            if self.home in _held and self.keeper_pid() is not None:
                return
            owner = current_user()
            refuse_foreign(self.home, owner)
            refuse_foreign(self.data, self.user)
            _make_home(self.home, shared=self.user.uid != owner.uid)
            if self.home in _held and not _same_file(_held[self.home], self.home / "users.lock"):
                os.close(_held.pop(self.home))
            if self.home not in _held:
                _held[self.home] = _join(self.home / "users.lock")
            with _exclusive(self.home / "boot.lock"):
                self._boot()

    def leave(self) -> None:
        """Stop counting this process among the users; the last one out stops the server."""
        with _mutex:
            descriptor = _held.pop(self.home, None)
            if descriptor is not None:
                os.close(descriptor)

    def stop_if_unused(self, *, patience: float = 30.0) -> bool:
        """Leave, tell the keeper not to linger, and wait. True when the server is down; False when others use it."""
        self.leave()
        pid = self.keeper_pid()
        if pid is None:
            return True
        if not self._is_unused():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGUSR1)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.keeper_pid() is None:
                return True
            time.sleep(0.02)
        return False

    def remove(self) -> None:
        """Delete the cluster for good; refuses while anybody uses it."""
        if not self.stop_if_unused():
            raise ServerFailed(f"The database in {self.home} is in use. Stop Safar first, then try again.")
        for folder in {self.home, self.socket}:
            shutil.rmtree(folder, ignore_errors=True)

    def wait_until_answering(self, *, patience: float = PATIENCE) -> bool:
        """Wait for a server that is being started again after a crash."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.05)
        return False

    def answers(self) -> bool:
        """Whether the socket takes connections now."""
        conninfo = psycopg.conninfo.make_conninfo(host=str(self.socket), port=PORT, dbname="postgres")
        return pq.PGconn.ping(conninfo.encode()) == pq.Ping.OK

    def keeper_pid(self) -> int | None:
        """Pid of the living keeper, or None."""
        try:
            descriptor = os.open(self.home / "keeper.lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _written_pid(descriptor)
        finally:
            os.close(descriptor)
        return None

    def _is_unused(self) -> bool:
        for _ in range(
            5
        ):  # the keeper asks the same question twice a second, and holds the lock while it asks
            descriptor = try_lock(self.home / "users.lock", fcntl.LOCK_EX)
            if descriptor is not None:
                os.close(descriptor)
                return True
            time.sleep(0.01)
        return False

    def _boot(self) -> None:
        if self.keeper_pid() is None:
            self._initialise()
            self._write_access_files()
            make_private(self.socket, self.user)
            self._spawn_keeper()
        elif not self.wait_until_answering():
            raise ServerFailed(f"The database in {self.home} does not answer.{self._log_tail()}")
        self._bootstrap()

    def _initialise(self) -> None:
        marker = self.data / "PG_VERSION"
        if self.data.exists() and not marker.exists():
            raise ServerFailed(
                f"The folder {self.data} is not a PostgreSQL data folder. Move it away and try again."
            )
        if marker.exists():
            found, ours = marker.read_text().strip(), str(self.binaries.major())
            if found != ours:
                raise ServerFailed(
                    f"The data in {self.home} were written by PostgreSQL {found}, and this installation carries "
                    f"PostgreSQL {ours}, which cannot open them. Restore a dump (safar backup) made with the former "
                    f"version, or install that version again: docs/how-to/command-line.md, 'A new major version'."
                )
            return
        torn = self.home / "data.new"
        shutil.rmtree(torn, ignore_errors=True)
        make_private(torn, self.user)
        self._run(
            "initdb",
            *("-D", str(torn), "-U", roles.SUPERUSER, "-E", "UTF8", "--locale-provider=builtin"),
            *("--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--auth=reject", "--auth-local=peer"),
            *("--no-instructions", *(("--no-sync",) if self.test else ())),
        )
        torn.rename(self.data)
        log.info("Created the database folder: %s", self.describe())

    def _run(self, program: str, *arguments: str) -> None:
        drop: dict[str, object] = {}
        if self.user.uid != os.geteuid():
            drop = {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        done = subprocess.run(  # type: ignore[call-overload]
            [self.binaries.program(program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **drop,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )
        if done.returncode:
            raise ServerFailed(f"{program} failed in {self.home}: {(done.stderr or done.stdout).strip()}")

    def _write_access_files(self) -> None:
        caller = current_user().name.replace('"', '""')
        mapping = "".join(f'safar "{caller}" {role}\n' for role in (roles.SUPERUSER, *roles.ATTRIBUTES))
        _write(self.home / "pg_ident.conf", mapping)
        _write(
            self.home / "pg_hba.conf",
            f"local all all peer map=safar\nlocal replication {roles.BACKUP} peer map=safar\n",
        )

    def options(self) -> dict[str, str]:
        """Every server setting that is not PostgreSQL's default."""
        return {
            **COMMON_OPTIONS,
            **(TEST_OPTIONS if self.test else working_options()),
            "unix_socket_directories": str(self.socket),
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
        }

    def _spawn_keeper(self) -> None:
        settings = [part for name, value in self.options().items() for part in ("-c", f"{name}={value}")]
        drops = self.user.uid != os.geteuid()
        orders = {
            "home": str(self.home),
            "data": str(self.data),
            "socket": str(self.socket),
            "command": [self.binaries.program("postgres"), "-D", str(self.data), *settings],
            "user": self.user.uid if drops else None,
            "group": self.user.gid if drops else None,
            "linger": self.linger,
        }
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(KEEPER), str(self.home)],
            input=json.dumps(orders),
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            start_new_session=True,
            timeout=PATIENCE,
        )
        if done.stdout.strip() != "ready":
            reason = done.stdout.strip() or done.stderr.strip() or "the keeper did not start"
            raise ServerFailed(f"The database in {self.home} cannot be started: {reason}.{self._log_tail()}")

    def _bootstrap(self) -> None:
        marker = self.home / "bootstrap"
        with contextlib.suppress(FileNotFoundError):
            if marker.read_text().strip() == BOOTSTRAP_EDITION:
                return
        with self._as_superuser("postgres") as connection:
            for statement in roles.role_statements():
                connection.execute(statement)
            known = connection.execute(
                "select 1 from pg_database where datname = %s", [roles.DATABASE]
            ).fetchone()
            if known is None and not self.test:
                connection.execute(roles.database_statement(roles.DATABASE))
        if not self.test:
            self.close_functions(roles.DATABASE)
        _write(marker, BOOTSTRAP_EDITION)

    def close_functions(self, database: str) -> None:
        """Close to everyone, in one database, the built-in functions that nobody here needs."""
        with self._as_superuser(database) as connection:
            for statement in roles.closing_statements():
                connection.execute(statement)

    def _as_superuser(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.socket), port=PORT, user=roles.SUPERUSER, dbname=database, autocommit=True
        )

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError):
            lines = (self.home / "server.log").read_text(errors="replace").splitlines()[-3:]
            return " The server's last words: " + " | ".join(lines) if lines else ""
        return ""


_held: dict[Path, int] = {}
_mutex = threading.RLock()


def _forget_mutex() -> None:
    global _mutex
    _mutex = threading.RLock()


os.register_at_fork(after_in_child=_forget_mutex)


def _same_file(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one at `path` (the folder may have been deleted under us)."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _written_pid(descriptor: int) -> int:
    """The number in a lock file whose holder may just be writing it; never 0, which would mean a whole group."""
    for _ in range(200):
        text = os.pread(descriptor, 32, 0).strip()
        if text.isdigit() and int(text) > 1:
            return int(text)
        time.sleep(0.01)
    raise ServerFailed("A keeper of the database holds its lock and does not say who it is. Try again.")


def _make_shared(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _make_home(home: Path, *, shared: bool) -> None:
    """Create the cluster's folder: private, or, when another OS user runs the server, one it may walk through."""
    if home.exists():
        return
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.mkdir(mode=0o755 if shared else 0o700, exist_ok=True)
        if shared:
            home.chmod(0o711)
    except PermissionError as error:
        raise PlaceRefused(
            f"The database folder {home} cannot be created: {error.strerror}. "
            "Choose another folder: make run DATA=folder (SAFAR_DATA=folder)."
        ) from error


def _write(path: Path, text: str) -> None:
    """Replace a small file that the server's user must be able to read."""
    new = path.with_name(path.name + ".new")
    new.write_text(text)
    new.chmod(0o644)
    new.replace(path)


def _join(path: Path) -> int:
    """Take the shared lock; waits while a keeper that found nobody left is shutting its server down."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise ServerFailed(
                    f"The database in {path.parent} has been shutting down for too long."
                ) from None
            time.sleep(0.02)
        else:
            return descriptor


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE * 2
    while (descriptor := try_lock(path, fcntl.LOCK_EX)) is None:
        if time.monotonic() > deadline:
            raise ServerFailed(f"Another process has held {path} for too long.")
        time.sleep(0.02)
    try:
        yield
    finally:
        os.close(descriptor)
