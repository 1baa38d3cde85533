"""An import is handed to the worker: it can be watched, left, stopped and gone on with, and does each row once."""

import csv
import io
import os
import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of, make_account
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.foundation.access.models import Grant
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers import importing, register_by_slug
from safar.foundation.registers.importing import applying, uploads
from safar.foundation.registers.models import Batch, Upload

LIST = "/en/desk/recruiters/"
HEAD = "name,stir,destinations,kinds of work,address,director\n"


def work():
    """Do what is queued, as the worker does in life: in the web role (and here in the test's own transaction)."""
    with as_web(), patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        ).run()


def firms(*names, first=900_100_000):
    """A file of new firms, each with a tax number of its own."""
    return HEAD + "".join(
        f"{name},{first + number},Germany,Cleaning,Namuna {number},\n" for number, name in enumerate(names)
    )


@pytest.fixture
def bring(desk, browse, settings, tmp_path):
    """Bring a file in; the address of its check."""
    settings.SAFAR_FILES = tmp_path

    def send(text, client=browse):
        data = fields_of(client.get(f"{LIST}import/"))
        answer = client.post(f"{LIST}import/", data | {"file": SimpleUploadedFile("firms.csv", text.encode())})
        assert answer.status_code == 302, html(answer)
        return answer["Location"]

    return send


def press(client, address, word="save"):
    """Press a button of the import's page."""
    key = re.search(r'name="idempotency_key" value="([^"]+)"', html(client.get(address))).group(1)
    return client.post(f"{address}{word}/", {"idempotency_key": key})


def upload_at(address):
    return Upload.unscoped.get(pk=address.rstrip("/").split("/")[-1])


def named(start):
    return Recruiter.unscoped.filter(name__startswith=start)


def test_saving_answers_at_once_and_the_worker_saves(desk, browse, bring):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    answer = press(browse, address)
    assert answer["Location"] == address
    assert named("Yangi").count() == 0, "nothing is done inside the request"
    waiting = browse.get(address)
    assert "0 of 3 rows" in html(waiting)
    assert "See how far it is" in html(waiting), "works without a script"
    work()
    assert sorted(named("Yangi").values_list("name", flat=True)) == ["Yangi A", "Yangi B", "Yangi C"]
    report = browse.get(address)
    assert report.context["report"] == {"new": 3, "changed": 0, "same": 0, "bad": 0, "total": 3}
