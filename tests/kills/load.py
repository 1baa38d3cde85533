"""People at work: each does one act after the other and repeats it, under the same key, until it is acknowledged."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.kills.house import House

TRY_AGAIN = {409, 429, 500, 502, 503, 504}
PATIENCE = 200
"""An act answered badly so often, by a server that answers, is broken, and not only while something is being killed."""
ROWS = 30
EDGE = "edge"


class Wrong(Exception):
    """An answer nobody should have got."""


@dataclass
class Ledger:
    """What was acknowledged, and what went wrong on the way; files brought in before it are somebody else's."""

    done: dict[str, list[Any]] = field(default_factory=dict)
    repeated: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    first_import: int = 1
    first_event: int = 1
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, what: Any) -> None:
        """An act was acknowledged."""
        with self.lock:
            self.done.setdefault(kind, []).append(what)

    def count(self) -> int:
        return sum(map(len, self.done.values()))


class Worker(threading.Thread):
    """Somebody at work until told to stop; `turn` does the next piece of work."""

    def __init__(self, house: House, ledger: Ledger, number: int, credentials: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.house, self.ledger, self.number, self.credentials = house, ledger, number, credentials
        self.turns, self.stop = 0, threading.Event()

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.turns += 1
                self.turn()
        except Wrong as wrong:
            self.ledger.wrong.append(f"{type(self).__name__}: {wrong}")

    def turn(self) -> None:
        raise NotImplementedError

    def insist(self, path: str, body: bytes, headers: dict[str, str], *, good: int) -> tuple[str, str]:
        """Send until it is acknowledged; (body, Location)."""
        refused = 0
        while True:
            answer = self.once(path, body, headers)
            if answer and answer[0] == good:
                return answer[1], answer[2]
            refused += answer is not None
            if answer:
                self.ledger.answers[answer[0]] += 1
            if answer and (answer[0] not in TRY_AGAIN or refused > PATIENCE):
                raise Wrong(
                    f"{path} was answered {answer[0]}: {re.sub(r'<[^>]*>', ' ', answer[1])[:1500].split()}"
                )
            self.ledger.repeated += 1
            time.sleep(0.1)

    def once(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str] | None:
        line = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        try:
            line.request("POST" if body else "GET", path, body or None, headers)
            answer = line.getresponse()
            return answer.status, answer.read().decode(), answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    # -- two ways in ---------------------------------------------------------------------------------------------

    def call(self, path: str, token: str, **data: Any) -> dict[str, Any]:
        """An action over the API."""
        headers = {
            "Authorization": f"Bearer {self.credentials[token]}", "Content-Type": "application/json",
            "Idempotency-Key": secrets.token_urlsafe(18),
        }  # fmt: skip
        return dict(
            json.loads(self.insist(f"/api/v1/{path}", json.dumps(data).encode(), headers, good=200)[0])
        )

    def post(self, path: str, **fields: str) -> str:
        """A form of the workbench; gives where it led."""
        fields |= {"csrfmiddlewaretoken": self.credentials["csrf"]}
        headers = self.cookies() | {"Content-Type": "application/x-www-form-urlencoded"}
        return self.insist(path, urlencode(fields).encode(), headers, good=302)[1]

    def cookies(self) -> dict[str, str]:
        found = self.credentials
        return {"Cookie": f"sessionid={found['session']}; csrftoken={found['secret']}"}

    def word(self) -> str:
        """A word nobody else uses: letters only, as in names."""
        found, left = "", self.number * 100_000 + self.turns
        while left:
            left, digit = divmod(left, 26)
            found = chr(97 + digit) + found
        return f"Zarba{found}"


class Registrar(Worker):
    """Registers people, each with a telephone and a consent, over the API."""

    def turn(self) -> None:
        word, office, today = self.word(), self.credentials["office"], time.strftime("%Y-%m-%d")
        person = self.call("people/add_person", "people", family=word, given="Namuna", sex="F", birth_precision="YEAR",
                           birth_date="1990-01-01", organisation=office, somebody_else=True)  # fmt: skip
        self.ledger.note("people", word)
        at = f"people/{person['id']}"
        person = self.call(f"{at}/add_phone", "people", number=f"+99891{self.number}{self.turns:06}", whose="OWN",
                           version=person["version"])  # fmt: skip
        self.ledger.note("phones", person["id"])
        self.call(f"{at}/give_consent", "people", purpose="REFERRAL", about="CASE", how="SPOKEN", language="uz", given_on=today,
                  organisation=office, version=person["version"])  # fmt: skip
        self.ledger.note("consents", person["id"])


class Officer(Worker):
    """Registers firms by the form of the workbench."""

    def turn(self) -> None:
        word = self.word()
        self.post("/uz/desk/recruiters/add/", name=word, stir=str(910_000_000 + self.turns),
                  idempotency_key=secrets.token_urlsafe(18))  # fmt: skip
        self.ledger.note("firms", word)


class Decider(Worker):
    """Suspends and reinstates one licence, again and again, over the API."""

    def turn(self) -> None:
        firm = self.credentials["firm"]
        line = {"Authorization": f"Bearer {self.credentials['recruiters']}"}
        while not (found := self.once(f"/api/v1/recruiters/{firm}", b"", line)) or found[0] != 200:
            time.sleep(0.1)
        row = json.loads(found[1])
        act = "reinstate_licence" if row["state"] == "SUSPENDED" else "suspend_licence"
        order = f"{self.turns}-{secrets.token_hex(4)}"
        self.call(
            f"recruiters/{firm}/{act}",
            "recruiters",
            reason="zarba",
            order_number=order,
            version=row["version"],
        )
        self.ledger.note("decisions", order)


class Importer(Worker):
    """Brings in files of firms and has them saved; never more than a few at a time."""

    def turn(self) -> None:
        while self.waiting() > 2 and not self.stop.is_set():
            time.sleep(0.3)
        word = self.word()
        rows = "".join(
            f"{word} {n},{920_000_000 + self.turns * 100 + n},Germany,Cleaning\n" for n in range(ROWS)
        )
        page = self.bring(f"name,stir,destinations,kinds of work\n{rows}")
        self.post(f"{page}save/", idempotency_key=secrets.token_urlsafe(18))
        self.ledger.note("files", word)

    def waiting(self) -> int:
        try:
            return int(
                self.house.rows("select count(*) from registers_upload where state = 'APPLYING'")[0][0]
            )
        except Exception:
            return 99  # the database has just been killed

    def bring(self, text: str) -> str:
        fields = {
            "csrfmiddlewaretoken": self.credentials["csrf"],
            "idempotency_key": secrets.token_urlsafe(18),
        }
        parts = "".join(
            f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        parts += f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
        body = f"{parts}{text}\r\n--{EDGE}--\r\n".encode()
        headers = self.cookies() | {"Content-Type": f"multipart/form-data; boundary={EDGE}"}
        return self.insist("/en/desk/recruiters/import/", body, headers, good=302)[1]


class Messenger(Worker):
    """Has codes sent to telephones, through a process that holds on to the installation."""

    def turn(self) -> None:
        if not hasattr(self, "feed"):
            self.feed = self.house.acts("messages")
        phone = f"+99893{self.turns:07}"
        assert self.feed.stdin
        assert self.feed.stdout
        self.feed.stdin.write(f"{phone}\n")
        self.feed.stdin.flush()
        said = self.feed.stdout.readline().strip()
        if said == "queued":
            self.ledger.note("messages", phone)
        elif said != "not known":
            raise Wrong(f"the process that queues messages said {said!r}")
        time.sleep(0.05)


CREW = (Registrar, Registrar, Officer, Decider, Importer, Messenger)
