"""The check before one pays: answers a second beside the same page made by Django's middleware and ORM.

Both run under granian on the same database, asked the same varied questions in turn by the same client on the same cores, so
that only the ratio counts. The peer is our own page without the quick answer: indexed look-ups, one statement each. Then: how
soon every worker sees a revocation, idle and under load, and that a licence ends at midnight without any event.

    python -m benchmarks.public_check [--full]
"""

from __future__ import annotations

import argparse
import os
import random
import select
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench"
PORTS = {"quick": 8471, "peer": 8472, "bare": 8473}
TARGETS = {
    "quick": "safar.config.wsgi:application",
    "peer": "safar.config.wsgi:django",
    "bare": "benchmarks.public_check:bare",
}
CONNECTIONS = 16
LANGUAGES = ("uz", "ru", "uz-cyrl", "en")
WORDS = [
    "Zarafshon",
    "Vodiy",
    "Amudaryo",
    "Sirdaryo",
    "Chirchiq",
    "Registon",
    "Oltin",
    "Kumush",
    "Yangi",
    "Buyuk",
    "Umid",
    "Baraka",
    "Ishonch",
    "Ziyo",
    "Nur",
    "Sharq",
    "Turon",
    "Humo",
    "Lochin",
    "Burgut",
    "Anor",
    "Bodom",
    "Paxta",
    "Ipak",
    "Karvon",
    "Orol",
    "Bandlik",
    "Mehnat",
    "Kadr",
    "Xizmat",
    "Hamkor",
    "Safarchi",
    "Yulduz",
    "Tong",
    "Quyosh",
    "Dengiz",
    "Togʻ",
]


def bare(environ, start_response):
    """As little as granian can be asked to do: a body of the same size."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", "7000")])
    return [b"x" * 7000]


# -- the data --------------------------------------------------------------------------------------------------


def firm_name(number: int) -> str:
    """The name of a firm by its number; each has its own."""
    chance = random.Random(number)
    return f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number}"


def fill(count: int) -> None:
    """Have exactly `count` recruiters: four of five licensed, the rest stopped (runs as the owner)."""
    from datetime import date

    import django

    django.setup()
    from safar.citizens.recruiters.models import Recruiter
    from safar.foundation.access.actors import acting, system_actor

    with acting(system_actor("demo")):
        Recruiter.unscoped.all().delete()
        rows = []
        for number in range(1, count + 1):
            stopped = number % 5 == 0
            rows.append(
                Recruiter(
                    name=firm_name(number), number=f"XM-{number:05}", stir=f"{900_000_000 + number}",
                    state="SUSPENDED" if stopped else "LICENSED", stopped_on=date(2026, 11, 3) if stopped else None,
                    state_reason="Namuna" if stopped else "", licensed_from=date(2024, 1, 1), licensed_until=date(2099, 1, 1),
                    destinations=["DE", "TR"], works=["CARE"], address="Namuna koʻchasi 1", phone="+998 00 000 00 00",
                )
            )  # fmt: skip
        Recruiter.unscoped.bulk_create(rows, batch_size=1000)


def in_other_process(*arguments: str, role: str) -> None:
    """Run a piece of this file or Django in a process of the given role."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment(role), check=True)


def environment(role: str) -> dict[str, str]:
    """The environment of a process of the benchmark: an installation of its own."""
    return {
        **os.environ, "SAFAR_DATA": str(DATA), "SAFAR_ROLE": role, "DJANGO_SETTINGS_MODULE": "safar.config.settings",
        "SAFAR_DEMO": "1", "PYTHONWARNINGS": "ignore",
    }  # fmt: skip


# -- the questions ---------------------------------------------------------------------------------------------


def exact_questions(count: int, chance: random.Random) -> list[str]:
    """Numbers, tax numbers and whole names of all firms, in every language."""
    found = []
    for _one in range(4000):
        number = chance.randint(1, count)
        asked = chance.choice(
            (f"XM-{number:05}", f"xm {number:05}", f"{900_000_000 + number}", firm_name(number))
        )
        country = chance.choice(("", "", "&to=DE", "&to=PL"))
        found.append(f"/{chance.choice(LANGUAGES)}/check/?q={quote(asked)}{country}")
    return found


def resembling_questions(count: int, chance: random.Random) -> list[str]:
    """Names with a letter changed, a word too many, or words swapped: hardly two of them alike."""
    found = []
    for _one in range(4000):
        words = firm_name(chance.randint(1, count)).split()
        kind = chance.randrange(3)
        if kind == 0:
            place = chance.randrange(len(words[0]))
            words[0] = words[0][:place] + chance.choice("abdehkmnoprst") + words[0][place + 1 :]
        elif kind == 1:
            words.append(chance.choice(("Plyus", "Grupp", "Servis", "Premium", str(chance.randrange(100)))))
        else:
            words.reverse()
        found.append(f"/{chance.choice(LANGUAGES)}/check/?q={quote(' '.join(words))}")
    return found


# -- the client ------------------------------------------------------------------------------------------------


class Client:
    """Sixteen connections kept open, one question at a time on each; the same for every server."""

    def __init__(self, port: int, paths: list[str]) -> None:
        self.port = port
        head = "Host: localhost\r\nAccept: text/html\r\nUser-Agent: bench\r\n\r\n"
        self.requests = [f"GET {path} HTTP/1.1\r\n{head}".encode() for path in paths]
        self.place = random.Random(1).randrange(len(paths))

    def run(self, seconds: float) -> float:
        """Answers a second over that many seconds; any answer but 200 is an error."""
        poller, links, waiting = select.epoll(), {}, {}
        for _one in range(CONNECTIONS):
            link = socket.create_connection(("127.0.0.1", self.port))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            poller.register(link.fileno(), select.EPOLLIN)
            links[link.fileno()] = link
            waiting[link.fileno()] = b""
            self._send(link)
        done, began = 0, time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            for descriptor, _event in poller.poll(0.5):
                link = links[descriptor]
                whole = waiting[descriptor] + link.recv(65536)
                if not is_whole(whole):
                    waiting[descriptor] = whole
                    continue
                waiting[descriptor] = b""
                done += 1
                self._send(link)
        for link in links.values():
            link.close()
        return done / (now - began)

    def _send(self, link: socket.socket) -> None:
        self.place = (self.place + 1) % len(self.requests)
        link.sendall(self.requests[self.place])


def is_whole(answer: bytes) -> bool:
    """Whether all of an answer has come."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"a server answered {answer[:200]!r}")
    low = answer[:end].lower()
    start = low.index(b"content-length:") + 15
    return len(answer) - end - 4 >= int(low[start : (low + b"\r").find(b"\r", start)])


def once(port: int, path: str, link: socket.socket | None = None) -> tuple[str, socket.socket]:
    """One answer's body, and the connection it came by, left open."""
    link = link or socket.create_connection(("127.0.0.1", port))
    link.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    whole = b""
    while not is_whole(whole):
        whole += link.recv(65536)
    return whole.decode(), link


# -- the servers -----------------------------------------------------------------------------------------------


@contextmanager
def serving(*names: str, workers: int = 2, threads: int = 4) -> Iterator[None]:
    """The named servers, each with its own workers, until the end of the block."""
    processes = []
    try:
        for name in names:
            command = [
                "-m", "granian", "--interface", "wsgi", "--port", str(PORTS[name]), "--workers", str(workers),
                "--blocking-threads", str(threads), "--log-level", "error", TARGETS[name],
            ]  # fmt: skip
            processes.append(subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment("web")))
        for name in names:
            until_answering(PORTS[name])
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def until_answering(port: int) -> None:
    """Wait for a server to be up and its snapshot to be read."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            once(port, "/uz/check/?q=XM-00001")[1].close()
            time.sleep(1.5)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"nothing answers at port {port}")


# -- what is measured ------------------------------------------------------------------------------------------


def compare(title: str, paths: list[str], *, seconds: float, rounds: int) -> tuple[float, float, float]:
    """Median answers a second of both, and the median of the ratios of neighbouring rounds."""
    clients = {name: Client(PORTS[name], paths) for name in ("quick", "peer")}
    for client in clients.values():
        client.run(2 * seconds)
    rates: dict[str, list[float]] = {"quick": [], "peer": []}
    for turn in range(rounds):
        for name in ("quick", "peer") if turn % 2 else ("peer", "quick"):
            rates[name].append(clients[name].run(seconds))
    ratio = statistics.median(a / b for a, b in zip(rates["quick"], rates["peer"], strict=True))
    quick, peer = (statistics.median(rates[name]) for name in ("quick", "peer"))
    print(f"  {title:<44} {ratio:7.1f} x   {quick:9,.0f} answers/s   {peer:7,.0f} answers/s", flush=True)
    return ratio, quick, peer


def revocations(count: int, *, busy: bool) -> list[float]:
    """Seconds from the commit of each revocation until every one of sixteen connections has been told."""
    links = [once(PORTS["quick"], "/en/check/?q=XM-00001")[1] for _one in range(CONNECTIONS)]
    found, stop = [], threading.Event()
    load = threading.Thread(target=keep_busy, args=(stop,), daemon=True)
    if busy:
        load.start()
    for turn in range(count):
        word = "SUSPENDED" if turn % 2 == 0 else "IS licensed"
        committed = set_state("SUSPENDED" if turn % 2 == 0 else "LICENSED")
        left = list(links)
        while left:
            left = [
                link for link in left if word not in once(PORTS["quick"], "/en/check/?q=XM-00001", link)[0]
            ]
            if time.monotonic() - committed > 10:
                raise SystemExit("a revocation was not seen within ten seconds")
        found.append(time.monotonic() - committed)
        time.sleep(0.2)
    stop.set()
    for link in links:
        link.close()
    return found


def keep_busy(stop: threading.Event) -> None:
    """Ask without pause until told to stop."""
    client = Client(PORTS["quick"], exact_questions(100, random.Random(3)))
    while not stop.is_set():
        client.run(0.5)


def set_state(state: str) -> float:
    """Suspend or reinstate the first firm by the table itself; the moment it was committed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "update recruiters_recruiter set state = %s, stopped_on = case when %s = 'SUSPENDED' then date '2026-11-03' end,"
            " state_reason = 'Namuna' where number = 'XM-00001'",
            [state, state],
        )
    return time.monotonic()


def midnight() -> str:
    """What one snapshot says of a licence in its last second and in the next, with nobody telling it anything."""
    from datetime import datetime, timedelta
    from types import SimpleNamespace
    from unittest.mock import patch

    from safar.citizens.recruiters.check import Firm
    from safar.citizens.recruiters.firms import Firms
    from safar.citizens.recruiters.rules import ZONE
    from safar.doors.website import quick

    today = datetime.now(ZONE).date()
    firms = Firms([Firm(id=1, number="XM-1", name="Oxirgi Kun", state="LICENSED", licensed_until=today)])
    front = quick.QuickCheck(lambda environ, start: [b""], SimpleNamespace(fresh=lambda: firms))
    end = datetime.combine(today + timedelta(days=1), datetime.min.time(), ZONE).timestamp()
    environ = {
        "PATH_INFO": "/check.json",
        "REQUEST_METHOD": "GET",
        "QUERY_STRING": "q=XM-1",
        "HTTP_HOST": "localhost",
    }
    said = []
    for moment in (end - 0.001, end):
        with patch.object(quick, "time", lambda moment=moment: moment):
            body = b"".join(front(environ, lambda status, headers: None)).decode()
        said.append(body.split('"verdict": "')[1].split('"')[0])
    return f"one millisecond before midnight in Tashkent: {said[0]}; at midnight: {said[1]}"


def run(*, full: bool = False) -> None:
    """Measure and print everything."""
    seconds, rounds = (6.0, 7) if full else (2.0, 5)
    sizes = (1_500, 15_000) if full else (150, 1_500)
    DATA.mkdir(parents=True, exist_ok=True)
    in_other_process("-m", "django", "migrate", "--verbosity", "0", role="owner")
    in_other_process("-m", "django", "collectstatic", "--noinput", "--verbosity", "0", role="owner")
    os.environ.update(environment("owner"))
    import django

    django.setup()
    print("public check: quick answer / Django page of the same answer, on two workers each")
    for count in sizes:
        in_other_process("-m", "benchmarks.public_check", "--fill", str(count), role="owner")
        chance = random.Random(count)
        with serving("quick", "peer"):
            print(f" {count:,} recruiters{'':<38}ratio      quick                  peer")
            compare(
                "by number, tax number or name",
                exact_questions(count, chance),
                seconds=seconds,
                rounds=rounds,
            )
            compare(
                "names that only resemble one",
                resembling_questions(count, chance),
                seconds=seconds,
                rounds=rounds,
            )
    with serving("quick", "bare"):
        rates = {
            name: Client(PORTS[name], exact_questions(count, chance)).run(seconds)
            for name in ("bare", "quick", "bare")
        }
        print(
            f" bare granian, a constant body of 7 kB: {rates['bare']:,.0f} answers/s; quick is {rates['quick'] / rates['bare']:.2f} of it"
        )
        for title, busy in (("idle", False), ("under load", True)):
            told = revocations(30 if full else 12, busy=busy)
            print(
                f" revocation seen by every worker, {title}: median {statistics.median(told) * 1000:.0f} ms, worst {max(told) * 1000:.0f} ms"
            )
    print(f" {midnight()}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="at the sizes of the goals")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.fill:
        fill(asked.fill)
    else:
        run(full=asked.full)


if __name__ == "__main__":
    main()
