"""``safar worker``: the loops that run beside the web server.

Queued tasks, the sealing of the history, messages and the periodic chores each have a thread; a loop that fails is logged and
begun again, so that one broken chore does not stop the others.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import FrameType
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from safar.directory.people.search.tables import tidy as tidy_search
from safar.directory.staff import timekeeping
from safar.directory.staff.session_store import SessionStore
from safar.doors.api.webhooks import sending as webhooks
from safar.doors.commands.parents import leave_with_starter
from safar.foundation import history
from safar.foundation.actions import once as answered_once
from safar.foundation.database import connect
from safar.foundation.encryption.keys import store as open_key_store
from safar.foundation.history import sealer
from safar.foundation.messages import codes, reports, sender
from safar.foundation.messages.channels.chosen import sms_gateway
from safar.foundation.registers import importing

log = logging.getLogger(__name__)
REST_AFTER_FAILURE = 5.0
PATIENCE = 30.0
TASK_INTERVAL = 1.0
ATTEMPTS = 5
"""A task that so many workers died of is not given to another."""
ALIVE = 0x5AFA
"""The first half of the lock a worker holds while it lives; the second is made from its name."""


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
    """Run queued tasks, seal the history, send messages and do the periodic chores, until stopped."""
    leave_with_starter()
    open_key_store()
    if once:
        take_up_left_tasks()
        take_tasks(task_worker(batch=True))
        for chore in chores():
            chore.do()
        sender.the_sender().send_due(now=timezone.now())
        webhooks.send_due(now=timezone.now())
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
    take_tasks(queue)


def take_tasks(queue: Worker) -> None:
    """Run a worker that others can see to be alive."""
    with alive(queue.worker_id):
        queue.run()


@contextmanager
def alive(worker_id: str) -> Iterator[None]:
    """Hold a lock in the database that ends with this process, however it ends."""
    with connect("web", autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(%s, hashtext(%s))", [ALIVE, worker_id])
        yield


def take_up_left_tasks() -> int:
    """Queue anew the tasks in whose middle a worker died; how many there were.

    So a task may run twice and must not do its work twice. The library leaves such tasks running for ever.
    """
    found = 0
    with connect("web", autocommit=True) as connection:
        for left in DBTaskResult.objects.running():
            lock = [ALIVE, (left.worker_ids or [""])[-1]]
            free = connection.execute("select pg_try_advisory_lock(%s, hashtext(%s))", lock).fetchone()
            if not (free and free[0]):
                continue
            status = TaskResultStatus.READY if len(left.worker_ids) < ATTEMPTS else TaskResultStatus.FAILED
            found += DBTaskResult.objects.running().filter(pk=left.pk).update(status=status)
            log.warning("task %s was left by a worker that died; now %s", left.pk, status)
    return found


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


def forget_old_uploads() -> None:
    """Delete files brought in for import that nobody used for a day, and old reports."""
    importing.forget_old_uploads(now=timezone.now())


def take_up_left_imports() -> None:
    """Go on with imports whose task is gone."""
    importing.take_up_left_imports(now=timezone.now())


def ask_about_messages() -> None:
    """Ask the SMS gateway about messages it has not reported on."""
    reports.ask_for_reports(sms_gateway(), now=timezone.now())


def watch_the_outbox() -> None:
    """Raise the alarm in the log when messages have been tried in vain for too long."""
    if waiting := sender.overdue(now=timezone.now()):
        log.error("%s messages have waited for half an hour or more: look at the gateways", waiting)


def forget_old_messages() -> None:
    """Delete messages and codes that are over, and destroy the keys telephones were kept under."""
    sender.forget_old_messages(now=timezone.now())
    codes.forget_old_codes(now=timezone.now())


def forget_old_answers() -> None:
    """Empty stored answers that told of sensitive records, and delete old ones, and old deliveries."""
    answered_once.forget_old_answers(now=timezone.now())
    webhooks.forget_old(now=timezone.now())


def chores() -> list[Chore]:
    """Every chore and how often it is done."""
    return [
        Chore("tasks left behind", timedelta(seconds=10), take_up_left_tasks),
        Chore("imports left behind", timedelta(minutes=1), take_up_left_imports),
        Chore("files of imports", timedelta(hours=1), forget_old_uploads),
        Chore("posts and leave", timedelta(hours=1), mind_the_date),
        Chore("the seal's age", timedelta(minutes=1), watch_the_seal),
        Chore("reports on messages", timedelta(minutes=10), ask_about_messages),
        Chore("messages that wait", timedelta(minutes=5), watch_the_outbox),
        Chore("old messages", timedelta(hours=1), forget_old_messages),
        Chore("old answers", timedelta(hours=1), forget_old_answers),
        Chore("old sessions", timedelta(days=1), SessionStore.clear_expired),
        Chore("old task results", timedelta(days=1), forget_old_results),
        Chore("what people are found by", timedelta(hours=6), tidy_search),
    ]


LOOPS = (
    Loop("tasks", run_tasks),
    Loop("seal", sealer.run),
    Loop("messages", sender.run),
    Loop("webhooks", webhooks.run),
    Loop("chores", do_chores),
)
