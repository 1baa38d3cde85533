"""The keeper: a small detached process that keeps one PostgreSQL server alive while anybody uses it.

It runs ``postgres`` as its child, starts it again when it dies, and stops it when the last user is gone. A user is any
process holding a shared lock on ``users.lock``; the kernel drops that lock even when the process is killed, so nobody
has to sign off. The file is run by its path, isolated, and imports the standard library only: it stays small and does
not depend on how Safar was installed.

Its orders come as one JSON object on standard input: ``home``, ``data``, ``socket``, ``command`` (list), ``user`` and
``group`` (numbers or null), ``linger`` (seconds). It answers on standard output ``ready`` or one line saying why not.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

POLL = 0.5
STOP_PATIENCE = 60.0
START_PATIENCE = 90.0
MOST_TRIES = 8
LOG_LIMIT = 5_000_000
PORT = 5432


def try_lock(path: Path, operation: int) -> int | None:
    """Lock `path` without waiting; the open descriptor, or None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def is_our_postmaster(pid: int, data: Path) -> bool:
    """Whether `pid` is the living server of exactly this data folder (a recycled number or a zombie is not)."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        return f"-D {data}" in os.fsdecode(shown.stdout)
    arguments = [os.fsdecode(part) for part in raw.split(b"\0")]
    return "-D" in arguments and arguments[arguments.index("-D") + 1 :][:1] == [str(data)]


def is_some_process(pid: int) -> bool:
    """Whether any process, a zombie too, has this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def forget_stranger(lock_file: Path, data: Path) -> None:
    """Remove a lock file whose number now belongs to a process that is not our server.

    A number nobody has is left to PostgreSQL, which then also looks whether orphans still use the shared memory.
    """
    try:
        first = lock_file.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0].strip().lstrip("-")
    except OSError:
        return
    if not first.isdigit() or (is_some_process(int(first)) and not is_our_postmaster(int(first), data)):
        lock_file.unlink(missing_ok=True)


def orphans(data: Path) -> list[int]:
    """Processes of a server that is dead: their folder is its data, and one that waits for a dead neighbour waits for ever.

    They hold the memory without which no server starts. Nothing is known of them where there is no ``/proc``.
    """
    found, folder = [], os.path.realpath(data)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            is_there = os.readlink(process / "cwd") == folder and os.path.basename(
                os.readlink(process / "exe")
            ).startswith("postgres")
            if is_there and not is_our_postmaster(int(process.name), data):
                found.append(int(process.name))
    return found


def postmaster_lines(data: Path) -> list[str]:
    """Lines of ``postmaster.pid``; empty when there is none."""
    try:
        return (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def running_postmaster(data: Path) -> int | None:
    """Pid of the living server of this data folder, or None."""
    lines = postmaster_lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if is_our_postmaster(pid, data) else None


def is_ready(data: Path) -> bool:
    """Whether the server says in its own pid file that it takes connections."""
    lines = postmaster_lines(data)
    return len(lines) >= 8 and lines[7].strip() == "ready" and running_postmaster(data) is not None


@dataclass
class Keeper:
    """One server and what it takes to run it."""

    home: Path
    data: Path
    socket: Path
    command: list[str]
    user: int | None
    group: int | None
    linger: float
    child: subprocess.Popen[bytes] | None = None
    adopted: int | None = None
    stopping: bool = False
    hurried: bool = False

    def start(self) -> None:
        """Adopt a server that lost its keeper, or start one after clearing the traces of a dead one."""
        self.adopted = running_postmaster(self.data)
        if self.adopted is not None:
            self.say(f"adopted the running server {self.adopted}")
            return
        if (self.home / "server.log").exists() and (self.home / "server.log").stat().st_size > LOG_LIMIT:
            (self.home / "server.log").replace(self.home / "server.log.1")
        forget_stranger(self.data / "postmaster.pid", self.data)
        forget_stranger(self.socket / f".s.PGSQL.{PORT}.lock", self.data)
        drop: dict[str, object] = (
            {} if self.user is None else {"user": self.user, "group": self.group, "extra_groups": []}
        )
        with open(self.home / "server.log", "ab") as log:
            self.child = subprocess.Popen(  # type: ignore[call-overload]
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=clean_environment(),
                **drop,
            )

    def is_alive(self) -> bool:
        """Whether the server process lives; a dead child is reaped here, at once."""
        if self.child is not None:
            return self.child.poll() is None
        return self.adopted is not None and is_our_postmaster(self.adopted, self.data)

    def pid(self) -> int:
        """Pid of the server."""
        return self.child.pid if self.child is not None else int(self.adopted or 0)

    def wait_until_ready(self) -> bool:
        """Wait for the server to take connections, starting it again while its dead predecessor lets go of memory."""
        deadline = time.monotonic() + START_PATIENCE
        tries = 0
        while time.monotonic() < deadline and not self.stopping:
            if is_ready(self.data):
                return True
            if not self.is_alive():
                tries += 1
                if tries > MOST_TRIES:
                    return False
                if tries == MOST_TRIES // 2:
                    self.end_orphans()
                time.sleep(0.1 * tries)
                self.start()
            time.sleep(0.01)
        return False

    def end_orphans(self) -> None:
        """Kill what a dead server left behind and what has not ended by itself; nobody's work is lost by it that was acknowledged."""
        if running_postmaster(self.data) is not None:
            return
        for pid in orphans(self.data):
            self.say(f"killed {pid}, which a dead server left behind")
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)

    def watch(self, wakeup: int) -> None:
        """Keep the server alive until the last user has been gone for `linger` seconds, or a signal says stop."""
        alone_since: float | None = None
        while not self.stopping:
            select.select([wakeup], [], [], POLL)
            with contextlib.suppress(BlockingIOError):
                os.read(wakeup, 64)
            if not self.data.exists():
                return  # somebody deleted the folder: nothing is left to keep
            if not self.is_alive():
                self.say("the server died; starting it again")
                self.start()
                if not self.wait_until_ready():
                    self.say("the server does not start")
                    return
            users = try_lock(self.home / "users.lock", fcntl.LOCK_EX)
            if users is None:
                alone_since, self.hurried = None, False
                continue
            alone_since = alone_since if alone_since is not None else time.monotonic()
            if self.hurried or time.monotonic() - alone_since >= self.linger:
                return  # the lock stays ours: newcomers wait until this server is down
            os.close(users)

    def stop(self) -> None:
        """Stop the server: fast, then at once, then by force."""
        for number, patience in (
            (signal.SIGINT, STOP_PATIENCE),
            (signal.SIGQUIT, 10.0),
            (signal.SIGKILL, 5.0),
        ):
            if not self.is_alive():
                return
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid(), number)
            deadline = time.monotonic() + patience
            while self.is_alive() and time.monotonic() < deadline:
                time.sleep(0.01)

    def say(self, sentence: str) -> None:
        """Write one dated line to the keeper's log."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with (
            contextlib.suppress(FileNotFoundError),
            open(self.home / "keeper.log", "a", encoding="utf-8") as log,
        ):
            log.write(f"{stamp} {os.getpid()} {sentence}\n")


def clean_environment() -> dict[str, str]:
    """The server's environment: nothing of the caller's, so that its locale or PG* variables change nothing."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def answer(sentence: str) -> None:
    """Tell the process that started us, then let go of its pipe."""
    with contextlib.suppress(OSError):
        os.write(1, sentence.encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def listen_for_signals(keeper: Keeper) -> int:
    """Install the handlers: TERM stops now, USR1 forgets the linger, the end of a child wakes. Returns a pipe to wait on."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)

    def stop(number: int, frame: FrameType | None) -> None:
        keeper.stopping = True

    def hurry(number: int, frame: FrameType | None) -> None:
        keeper.hurried = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGUSR1, hurry)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(writing)
    return reading


def take_post(path: Path) -> int | None:
    """Take the keeper's lock; tries again for a moment, since others touch it to ask whether a keeper lives."""
    for _ in range(100):
        lock = try_lock(path, fcntl.LOCK_EX)
        if lock is not None:
            return lock
        time.sleep(0.01)
    return None


def keep(orders: dict[str, object]) -> int:
    """Take the keeper's lock, run the server, and stay until nobody needs it."""
    paths = {name: Path(str(orders.pop(name))) for name in ("home", "data", "socket")}
    keeper = Keeper(**paths, **orders)  # type: ignore[arg-type]
    lock = take_post(keeper.home / "keeper.lock")
    if lock is None:
        answer("another keeper is at work")
        return 1
    os.pwrite(lock, f"{os.getpid():<32}".encode(), 0)
    wakeup = listen_for_signals(keeper)
    keeper.start()
    if not keeper.wait_until_ready():
        keeper.stop()
        answer("the server did not start")
        return 1
    answer("ready")
    try:
        keeper.watch(wakeup)
    finally:
        keeper.stop()
    return 0


def main() -> int:
    """Read the orders, step out of the caller's family of processes, and keep."""
    orders = json.load(sys.stdin)
    if os.fork():
        return 0
    return keep(orders)


if __name__ == "__main__":
    os._exit(main())
