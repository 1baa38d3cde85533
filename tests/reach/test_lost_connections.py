"""The database dies under load, a line breaks in the middle of a file: what was acknowledged is there once, nothing is lost."""

import json
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.reach.conftest import kill
from tests.waiting import wait_for

pytestmark = pytest.mark.xdist_group("installation")  # one at a time, on one worker
ADD = "/uz/desk/recruiters/add/"
WRITERS, WRITES = 4, 30
PATIENCE = 120
TWINS = 8
ROOT = Path(__file__).resolve().parents[2]


class Sent(HTMLParser):
    """The form a page offers to send again: its address and its fields."""

    def __init__(self, text):
        super().__init__()
        self.fields, self.inside, self.name = {}, False, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "form":
            self.inside = found.get("action") == ADD
        elif tag == "textarea" and self.inside:
            self.name = found["name"]
            self.fields[self.name] = ""

    def handle_data(self, data):
        if self.name:
            self.fields[self.name] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            if self.name:
                self.fields[self.name] = self.fields[self.name].removeprefix("\n")
            self.name = ""


class Writers:
    """Officers at work: each registers firms one after the other, and sends again what was not acknowledged."""

    def __init__(self, house):
        self.house, self.acknowledged, self.refused, self.strange = house, [], [], []
        self.resent = 0
        self.threads = [
            threading.Thread(target=self.write, args=(number,), daemon=True) for number in range(WRITERS)
        ]

    def write(self, number):
        for turn in range(WRITES):
            name = f"Uzilish {number}-{turn}"
            stir = str(900_300_000 + number * 1000 + turn)
            fields = {
                "name": name,
                "stir": stir,
                "address": 'Namuna "koʻcha" <5> & 6',
                "idempotency_key": key(),
            }
            while not self.sent(fields):
                time.sleep(0.2)
            self.acknowledged.append(name)

    def sent(self, fields):
        answer = self.house.post(ADD, **fields)
        if answer.status == 302:
            return True
        (self.refused if answer.status == 503 else self.strange).append((fields, answer))
        if answer.status != 503:
            raise AssertionError(answer.status)
        self.resent += 1
        return False


def key():
    return secrets.token_urlsafe(18)


def alive(house):
    """The new server's pid, once it takes connections."""
    wait_for(house.cluster.answers, "the server")
    return house.server()


@pytest.fixture(scope="module")
def storm(house):
    """What happened while officers wrote and the database was stopped hard and killed, again and again."""
    writers = Writers(house)
    for thread in writers.threads:
        thread.start()
    for turn in range(6):
        before = len(writers.acknowledged)
        wait_for(lambda b=before: writers.strange or len(writers.acknowledged) >= b + 8, "writes")
        assert not writers.strange, re.findall(
            r"error-summary.*?</ul>", writers.strange[0][1].text, re.DOTALL
        )
        server = alive(house)
        if turn % 2:
            for pid in [server, *house.family(server)]:
                kill(pid, signal.SIGKILL)
        else:
            kill(server, signal.SIGQUIT)  # what pg_ctl calls immediate
        wait_for(lambda old=server: house.cluster.answers() and house.server() != old, "another server")
    for thread in writers.threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in writers.threads)
    return writers


def test_every_acknowledged_write_is_there_exactly_once(house, storm):
    stored = Counter(dict(house.rows("select name, count(*) from recruiters_recruiter where name like 'Uzilish%%' group by 1")))  # fmt: skip
    assert len(storm.acknowledged) == WRITERS * WRITES
    assert stored == Counter(storm.acknowledged)
    events = house.rows(
        "select count(*) from history_event where kind = 'recruiters.apply_for_licence' and detail->>'name' like 'Uzilish%%'"
    )
    assert events == [(WRITERS * WRITES,)], "one line of the history each"


def test_what_was_not_acknowledged_got_a_page_that_says_what_to_do(storm):
    assert storm.refused, "six times the database went away under four writers"
    assert not storm.strange
    for fields, answer in storm.refused:
        assert int(answer.headers["retry-after"]) > 0
        assert '<html lang="uz-Latn"' in answer.text
        assert "no-store" in answer.headers["cache-control"]
        again = Sent(answer.text).fields
        assert {name: again.get(name, "").replace("\r\n", "\n") for name in fields} == fields
        assert "OperationalError" not in answer.text


def test_the_page_can_be_sent_again_as_it_stands(house, storm):
    fields, answer = storm.refused[0]
    done = house.post(ADD, **Sent(answer.text).fields)
    assert done.status == 302, "it is answered as the first time"
    assert house.rows("select count(*) from recruiters_recruiter where name = %s", fields["name"]) == [(1,)]


def test_after_a_restart_in_a_quiet_hour_the_very_next_requests_work(house, storm):
    for _warm in range(16):
        assert house.get("/uz/desk/").status == 200
    old = alive(house)
    kill(old, signal.SIGQUIT)
    wait_for(lambda: house.cluster.answers() and house.server() != old, "another server")
    assert [house.get("/uz/desk/").status for _time in range(32)] == [200] * 32


EDGE = "edge"


def upload_head(house, size, path="/uz/desk/recruiters/import/"):
    """The beginning of a request that brings a file of so many bytes, and its end."""
    fields = {"csrfmiddlewaretoken": house.token, "idempotency_key": key()}
    parts = "".join(
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    parts += f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    tail = f"\r\n--{EDGE}--\r\n"
    length = len(parts) + size + len(tail)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nCookie: {house.cookies()}\r\n"
        f"Content-Type: multipart/form-data; boundary={EDGE}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )
    return (head + parts).encode(), tail.encode()


def kept(house):
    folder = house.folder / "files" / "uploads"
    return sorted(folder.iterdir()) if folder.exists() else []


def uploads(house):
    return house.rows("select count(*) from registers_upload")[0][0]


def test_twins_sent_in_the_same_instant_are_done_once(house):
    """Eight requests of a machine under one key: one firm, one answer, given eight times."""
    asked = [sys.executable, "-W", "ignore", "-m", "tests.reach.acts", "token", "demo-litsenziya"]
    done = subprocess.run(
        asked, env=house.environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    name, together, answers = f"Egizak {secrets.token_hex(4)}", threading.Barrier(TWINS), []
    headers = {
        "Authorization": f"Bearer {json.loads(done.stdout)}", "Content-Type": "application/json",
        "Idempotency-Key": secrets.token_urlsafe(18), "Cookie": "",
    }  # fmt: skip

    def send():
        together.wait()
        answers.append(
            house.ask(
                "POST", "/api/v1/recruiters/apply_for_licence", json.dumps({"name": name}).encode(), **headers
            )
        )

    twins = [threading.Thread(target=send) for _number in range(TWINS)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join(PATIENCE)
    assert [answer.status for answer in answers] == [200] * TWINS, answers
    assert len({answer.text for answer in answers}) == 1
    assert sum(answer.headers.get("idempotency-replayed") == "true" for answer in answers) == TWINS - 1
    assert house.rows("select count(*) from recruiters_recruiter where name = %s", name) == [(1,)]


def test_a_line_lost_in_the_middle_of_a_file_leaves_nothing(house):
    before = kept(house), uploads(house)
    for _time in range(3):
        head, _tail = upload_head(house, 5_000_000)
        with socket.create_connection(("127.0.0.1", house.port)) as line:
            line.sendall(head + b"name,stir\r\n" * 100_000)
    assert house.get("/uz/desk/recruiters/import/").status == 200
    assert (kept(house), uploads(house)) == before


def test_two_hundred_megabytes_are_refused_in_words_and_not_kept_in_memory(house):
    before, memory = kept(house), most_memory(house)
    head, tail = upload_head(house, 200_000_000)
    with socket.create_connection(("127.0.0.1", house.port), timeout=60) as line:
        said = b""
        try:
            line.sendall(head)
            for _piece in range(200):
                line.sendall(b"x" * 1_000_000)
            line.sendall(tail)
        except OSError:
            pass  # the server need not hear it out
        while piece := line.recv(65536):
            said += piece
    text = said.decode()
    assert re.match(r"HTTP/1.1 (422|413)", text), text[:200]
    assert "10 MB" in text
    assert kept(house) == before
    assert most_memory(house) - memory < 100_000_000


def most_memory(house):
    """The memory of the largest process of the installation, in bytes."""
    found, todo = [], [house.running.pid]
    while todo:
        pid = todo.pop()
        todo += house.family(pid)
        try:
            with open(f"/proc/{pid}/status") as status:
                found += [int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")]
        except OSError:
            continue
    return max(found)
