"""The guide's examples do what they say, as they stand on the page, against a server on a line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.doors.api.guide import EXAMPLES, example
from safar.doors.api.tests.asking import RESOURCE, token_for
from safar.doors.api.tests.test_client import FOLDER
from tests.installation import answers, free_port
from tests.people import person
from tests.waiting import wait_for

NEEDED = [
    RESOURCE,
    "recruiters.alias",
    "recruiters.licencedecision",
    "organisations.organisation",
    "places.place",
]


@pytest.mark.parametrize("language", ["uz", "ru", "en"])
def test_the_page_shows_every_example(client, db, language):
    page = client.get(f"/{language}/programs/").content.decode()
    for file in EXAMPLES.glob("*.txt"):
        assert escape(example(file.stem)) in page, file.name


def test_the_examples_run(live_server, settings):
    officer = person("guide-officer", role="licensing_officer")
    token = token_for(officer, resources=NEEDED)
    firms = [make_recruiter(f"Namoyish {number}") for number in range(3)]
    environment = {
        **os.environ,
        "SAFAR_URL": live_server.url,
        "SAFAR_TOKEN": token.secret,
        "PYTHONPATH": str(FOLDER),
    }

    def run(name):
        program = (
            ["bash", "-c", example(name)] if name.endswith(".sh") else [sys.executable, "-c", example(name)]
        )
        done = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, (name, done.stdout, done.stderr)
        return done.stdout

    assert len(json.loads(run("list.sh"))["items"]) == 2
    *rows, end = [json.loads(line) for line in run("stream.sh").splitlines()]
    assert ({row["id"] for row in rows}, end) == ({firm.pk for firm in firms}, {"end": {"rows": 3}})
    assert json.loads(run("act.sh"))["name"] == json.loads(run("act.sh"))["name"] == "Namuna Ish"
    assert Recruiter.unscoped.filter(name="Namuna Ish").count() == 1
    assert run("list.py").splitlines() == [f"{firm.pk} {firm.name}" for firm in firms]
    made, changed = run("act.py").splitlines()
    assert made.split()[0] == str(Recruiter.unscoped.get(name="Namuna Safar").pk)
    assert changed == "1 200"


def test_the_example_receiver_hears_what_is_told(transactional_db, settings):
    from safar.doors.api.tests.test_webhooks import change, send, subscribed

    settings.SAFAR_WEBHOOKS_TO_LOOPBACK = True
    officer, firm, port = person("guide-hook", role="licensing_officer"), make_recruiter("Eshit"), free_port()
    hook = subscribed(officer, token_for(officer), f"http://127.0.0.1:{port}/")
    change(officer, firm)
    environment = {
        **os.environ,
        "PORT": str(port),
        "SAFAR_WEBHOOK_SECRET": hook.secret,
        "PYTHONPATH": str(FOLDER),
    }
    receiver = subprocess.Popen(
        [sys.executable, "-c", example("webhook.py")], env=environment, stdout=subprocess.PIPE, text=True
    )
    heard: list[str] = []
    threading.Thread(target=lambda: heard.extend(receiver.stdout), daemon=True).start()
    try:
        wait_for(lambda: answers(port), "the receiver")
        send(timezone.now())
        wait_for(lambda: heard, "the news")
    finally:
        receiver.kill()
        receiver.wait()
    assert heard[0].split()[1:] == ["recruiters.change_recruiter", RESOURCE, str(firm.pk)]


def test_a_stranger_reads_the_description_as_it_stands_in_git(db):
    assert Client().get("/api/v1/openapi.json").status_code == 200
