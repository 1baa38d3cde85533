"""A worker killed in the middle of an import: what it had saved stays, the next one goes on, nothing is done twice."""

import os
import re
import signal
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from django_tasks_db.models import get_date_max as never

from safar.citizens.recruiters.models import Recruiter
from safar.doors.commands import working
from safar.doors.workbench.tests.conftest import browse, desk, fields_of, html
from safar.foundation.history.models import Event
from safar.foundation.registers.models import Upload
from tests.waiting import wait_for

__all__ = ["browse", "desk"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("installation")]
ROWS = 400


@pytest.fixture
def workers(settings):
    """Starts ``safar worker`` over the test's own database; whatever still runs at the end is killed."""
    started = []
    environment = os.environ | {
        "SAFAR_DATABASE": connection.settings_dict["NAME"],
        "SAFAR_ROLE": "web",
        "SAFAR_FILES": str(settings.SAFAR_FILES),
        "DJANGO_SETTINGS_MODULE": "safar.config.settings",
    }

    def start():
        worker = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "safar", "worker"], env=environment)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(desk, browse, settings, workers):
    address = "/en/desk/recruiters/import/"
    text = "name,stir,destinations,kinds of work\n" + "".join(
        f"Uzilish {n},{900_400_000 + n},Germany,Cleaning\n" for n in range(ROWS)
    )
    data = fields_of(browse.get(address)) | {"file": SimpleUploadedFile("firms.csv", text.encode())}
    page = browse.post(address, data)["Location"]
    key = re.search(r'name="idempotency_key" value="([^"]+)"', html(browse.get(page))).group(1)
    assert browse.post(f"{page}save/", {"idempotency_key": key}).status_code == 302

    def done():
        return Upload.unscoped.get().done

    def stored():
        return Recruiter.unscoped.filter(name__startswith="Uzilish").count()

    first = workers()
    wait_for(lambda: done() > 0, "the first rows")
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    wait_for(lambda: quiet(), "the dead worker's transaction to be rolled back")
    assert 0 < done() < ROWS, "it was killed half way"
    assert stored() == done(), "what is counted is saved, what is not counted is not"
    workers()
    wait_for(lambda: Upload.unscoped.get().state == "APPLIED", "the second worker")
    assert stored() == ROWS
    assert Event.unscoped.filter(kind="recruiters.apply_for_licence").count() == ROWS
    assert Event.unscoped.filter(kind="import").count() == 1
    report = browse.get(page).context["report"]
    assert report == {"new": ROWS, "changed": 0, "same": 0, "bad": 0, "total": ROWS}


def quiet():
    """Nobody but us is in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and state <> 'idle'"
        )
        return cursor.fetchone()[0] == 0


def test_a_task_of_a_living_worker_is_left_to_it():
    def running(name, *, before=()):
        return DBTaskResult.objects.create(
            status=TaskResultStatus.RUNNING,
            task_path="safar.foundation.registers.importing.applying.run_import",
            args_kwargs={"args": [0, 0], "kwargs": {}},
            backend_name="default",
            run_after=never(),
            worker_ids=[*before, name],
        )

    living, left = running("living"), running("dead")
    deadly = running("dead", before=["a", "b", "c", "d"])
    with working.alive("living"):
        assert working.take_up_left_tasks() == 2
    states = dict(DBTaskResult.objects.values_list("pk", "status"))
    assert states == {living.pk: "RUNNING", left.pk: "READY", deadly.pk: "FAILED"}
