"""``safar worker``: the loops that run beside the web server.

Queued tasks, the sealing of the history and the periodic chores each have a thread; a loop that fails is logged and
begun again, so that one broken chore does not stop the others.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import Annotated

import typer
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from safar.directory.staff import timekeeping
from safar.doors.commands.parents import leave_with_starter
from safar.foundation import history
from safar.foundation.encryption.keys import store as open_key_store
from safar.foundation.history import sealer

log = logging.getLogger(__name__)
REST_AFTER_FAILURE = 5.0
PATIENCE = 30.0
TASK_INTERVAL = 1.0


@dataclass(frozen=True)
class Loop:
    """Something that runs until it is told to stop."""

    name: str
    run: Callable[[threading.Event], None]


@dataclass(frozen=True)
class Chore:
    """Something done again and again, at start and then each `every`."""

    name: str
    every: timedelta
    do: Callable[[], object]


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is waiting, then leave.")] = False,
) -> None:
    """Run queued tasks, seal the history and do the periodic chores, until stopped."""
    leave_with_starter()
    open_key_store()
    if once:
        task_worker(batch=True).run()
        for chore in chores():
            chore.do()
        sealer.seal_all()
        return
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    threads = [start(loop, stop) for loop in LOOPS]
    stop.wait()
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.1))


def start(loop: Loop, stop: threading.Event) -> threading.Thread:
    """Run a loop in a thread of its own, again after each failure."""

    def keep_running() -> None:
        while not stop.is_set():
            try:
                loop.run(stop)
            except Exception:
                log.exception("The loop %s failed; it starts again in %s s", loop.name, REST_AFTER_FAILURE)
                stop.wait(REST_AFTER_FAILURE)
            finally:
                connections.close_all()

    thread = threading.Thread(target=keep_running, name=loop.name, daemon=True)
    thread.start()
    return thread


def task_worker(*, batch: bool = False) -> Worker:
    """The library's worker, for every queue."""
    return Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=TASK_INTERVAL,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


def run_tasks(stop: threading.Event) -> None:
    """Take queued tasks one after the other."""
    queue = task_worker()

    def pass_on() -> None:
        stop.wait()
        queue.running = False

    threading.Thread(target=pass_on, name="stop-tasks", daemon=True).start()
    queue.run()


def do_chores(stop: threading.Event) -> None:
    """Do each chore when it falls due."""
    due = [(0.0, chore) for chore in chores()]
    while not stop.is_set():
        now = time.monotonic()
        for index, (at, chore) in enumerate(due):
            if at <= now and not stop.is_set():
                tend(chore)
                due[index] = (time.monotonic() + chore.every.total_seconds(), chore)
        stop.wait(min(max(min(at for at, _ in due) - time.monotonic(), 0.2), 60.0))


def tend(chore: Chore) -> None:
    """Do one chore; its failure is logged and does not keep the others from their turn."""
    try:
        chore.do()
    except Exception:
        log.exception("The chore %s failed", chore.name)
        connections.close_all()


def forget_old_results() -> None:
    """Delete results of tasks that ended a week ago."""
    call_command("prune_db_task_results", verbosity=0, min_age_days=7)


def mind_the_date() -> None:
    """End posts and leave that have run out, and refit the grants of those that stand."""
    timekeeping.tick(now=timezone.now())


def watch_the_seal() -> None:
    """Raise the alarm in the log when events have waited too long for their seal."""
    state = history.status()
    if state.alarm:
        log.error("%s events have not been sealed for %.0f s", state.unsealed, state.age_seconds)


def chores() -> list[Chore]:
    """Every chore and how often it is done."""
    return [
        Chore("posts and leave", timedelta(hours=1), mind_the_date),
        Chore("the seal's age", timedelta(minutes=1), watch_the_seal),
        Chore("old sessions", timedelta(days=1), SessionStore.clear_expired),
        Chore("old task results", timedelta(days=1), forget_old_results),
    ]


LOOPS = (Loop("tasks", run_tasks), Loop("seal", sealer.run), Loop("chores", do_chores))
