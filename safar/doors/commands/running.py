"""``safar run``: everything a newcomer needs, started with one command and stopped with Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from types import FrameType

from django.conf import settings
from django.db import connections
from rich.console import Console

from safar.doors.commands import demo
from safar.doors.commands.failures import Failed
from safar.doors.commands.parents import PARENT
from safar.doors.commands.serving import Host, Port, refuse_open_tables, refuse_taken_port
from safar.doors.commands.statics import gather_statics
from safar.doors.commands.tending import bring_up_to_date
from safar.foundation.database.connecting import embedded_cluster
from safar.foundation.encryption.keys import store as open_key_store

console = Console(highlight=False)
WARM_UP = 180.0
PATIENCE = 15.0


class Child(subprocess.Popen[bytes]):
    """Another ``safar`` command, started by this one."""

    name = ""


class Stopped(KeyboardInterrupt):
    """Somebody asked us to stop. Being a KeyboardInterrupt, it makes psycopg cancel a query that is under way."""


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the database, bring it up to date, load the demo once, then serve and work until Ctrl-C."""
    refuse_taken_port(host, port)
    children: list[Child] = []
    with stoppable() as asked:
        try:
            prepare()
            connections.close_all()
            address = f"http://localhost:{port}"
            children.append(start_child("serve", "--host", host, "--port", str(port), address=address))
            children.append(start_child("worker", address=address))
            step("Web server and worker", lambda report: wait_until_served(address, children))
            welcome(address)
            wait(children)
        except BaseException:
            if not asked:
                raise
            console.print("\nStopping ...")
        finally:
            stop(children)
            stop_database()


def prepare() -> None:
    """Database, tables, static files, demo world: each only as far as it is not done yet."""
    cluster = embedded_cluster()
    open_key_store()
    if cluster is not None:
        step("Database", lambda report: cluster.start())
        console.print(f"  {cluster.describe()}", markup=False, soft_wrap=True)
    step("Tables and policies", lambda report: bring_up_to_date())
    step("Static files", lambda report: gather_statics())
    if settings.SAFAR_DEMO:
        step("Demo world", lambda report: demo.load_once(report=report))
    refuse_open_tables()


def step(name: str, do: Callable[[Callable[[str], None]], object]) -> None:
    """Do one step, which may report its parts, showing its name while it lasts and its time afterwards."""
    began = time.monotonic()
    with console.status(f"{name} ...") as status:
        do(lambda part: status.update(f"{name}: {part} ..."))
    console.print(f"[green]✓[/] {name} [dim]{time.monotonic() - began:.1f} s[/]")


@contextlib.contextmanager
def stoppable() -> Iterator[list[int]]:
    """Turn Ctrl-C and SIGTERM into one `Stopped`, noted in the list; a second one while stopping is ignored."""
    asked: list[int] = []

    def ask(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        for each in STOPPERS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    kept_running = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # nohup
    stoppers = [number for number in STOPPERS if not (kept_running and number == signal.SIGHUP)]
    before = {number: signal.signal(number, ask) for number in stoppers}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def start_child(command: str, *arguments: str, address: str) -> Child:
    """Start another ``safar`` command in a session of its own: Ctrl-C reaches us alone, and we stop it in order."""
    environment = {**os.environ, PARENT: str(os.getpid())}
    environment.setdefault("SAFAR_PUBLIC_URL", address)
    child = Child(
        [sys.executable, "-m", "safar", command, *arguments], env=environment, start_new_session=True
    )
    child.name = command
    return child


def wait_until_served(address: str, children: list[Child]) -> None:
    """Wait for the first answer, whatever it says."""
    deadline = time.monotonic() + WARM_UP
    while time.monotonic() < deadline:
        refuse_ended(children)
        try:
            with urllib.request.urlopen(address.replace("localhost", "127.0.0.1"), timeout=5):  # noqa: S310 - our own
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise Failed(f"The web server did not answer at {address} within {WARM_UP:.0f} seconds.")


def wait(children: list[Child]) -> None:
    """Stay until somebody stops us or a child ends by itself."""
    while True:
        refuse_ended(children)
        time.sleep(0.5)


def refuse_ended(children: list[Child]) -> None:
    """Fail when the server or the worker has ended by itself."""
    for child in children:
        if child.poll() is not None:
            raise Failed(
                f"safar {child.name} ended by itself (code {child.returncode}); its message stands above."
            )


def welcome(address: str) -> None:
    """Print the addresses and, in a demo, who may sign in."""
    console.print()
    for label, path in (("Everybody", "/"), ("Staff", "/en/desk/"), ("API", "/api/v1/openapi.json")):
        console.print(f"  {label:<10} {address}{path}", markup=False)
    console.print()
    if settings.SAFAR_DEMO:
        demo.show_logins(console)
        console.print(
            "[yellow]This is a demo: its people and firms are made up and its keys are not safe ones.[/]"
        )
    console.print("Ctrl-C stops everything; your data stay.")


def stop(children: list[Child]) -> None:
    """Ask each child to stop, then end its whole session, so that no worker of it is left behind."""
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(deadline - time.monotonic(), 0.1))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def stop_database() -> None:
    """Stop the embedded server, unless another process of ours still uses it."""
    connections.close_all()
    cluster = embedded_cluster()
    if cluster is None or cluster.stop_if_unused():
        console.print("Stopped. Your data are kept.")
    else:
        console.print("Stopped. The database stays up, because another process uses it.")
