"""What every register shares: asking, waiting, pages, streams, keys, and what is raised when something is refused."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Generic, TypeVar

import httpx

Row = TypeVar("Row")
ATTEMPTS = 4
"""How often a request is sent before its failure is yours."""
LONGEST_WAIT = 60.0


class Refused(Exception):
    """The server refused; `status`, the message in words, and what is wrong with each input."""

    def __init__(self, status: int, message: str, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"{status}: {message} {dict(errors) or ''}".strip())
        self.status, self.message, self.errors = status, message, errors


class NotFound(Refused):
    """There is no such record, or none that your token shows: the two are not told apart."""


class Conflict(Refused):
    """The record was changed since you read it, or the key was used before for something else."""


class BrokenOff(Exception):
    """A stream ended before its last line: what was read is not everything."""


@dataclass(frozen=True)
class Line:
    """One record of an act on many: its input, which record (none for what makes one), and the key it is done once under."""

    data: Mapping[str, Any]
    id: str | int | None = None
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True)
class Answered(Generic[Row]):
    """What came of one line: the record as it stands now, or why it was refused."""

    line: int
    key: str
    status: int
    row: Row | None
    refused: Refused | None


class Client:
    """A connection to Safar. `token` is the secret that was shown once; `transport` replaces the network in tests."""

    def __init__(
        self, address: str, token: str, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.http.close()

    def ask(
        self, method: str, path: str, *, stream: bool = False, follow: bool = False, **content: Any
    ) -> httpx.Response:
        """The answer, after waiting as long as the server asked; a lost line is tried again (acts carry a key, so that is safe).

        With `stream` the answer is read by the caller, who closes it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            request = self.http.build_request(method, path, **content)
            try:
                response = self.http.send(request, stream=stream, follow_redirects=follow)
            except httpx.TransportError:
                if attempt == ATTEMPTS:
                    raise
                time.sleep(min(2.0**attempt / 2, LONGEST_WAIT))
                continue
            if response.status_code != 429 or attempt == ATTEMPTS:
                break
            response.close()
            time.sleep(min(float(response.headers.get("Retry-After", "1")), LONGEST_WAIT))
        return judged(response)


def judged(response: httpx.Response) -> httpx.Response:
    """The answer itself, or what is raised for a refusal."""
    if response.is_success:
        return response
    response.read()
    response.close()
    raise refusal(response.status_code, _content(response))


def _content(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def refusal(status: int, said: Mapping[str, Any]) -> Refused:
    """A refusal as what it is."""
    kind = {404: NotFound, 409: Conflict}.get(status, Refused)
    return kind(status, str(said.get("message", "")), said.get("errors") or {})


class Register(Generic[Row]):
    """One register: its rows are made from what the server says; fields a newer server adds are passed over."""

    slug: ClassVar[str]
    row: ClassVar[Any]

    def __init__(self, client: Client) -> None:
        self.client = client

    def _made(self, said: Mapping[str, Any]) -> Row:
        known = {one.name for one in fields(self.row)}
        made: Row = self.row(**{name: value for name, value in said.items() if name in known})
        return made

    def _list(self, asked: Mapping[str, str | None]) -> Iterator[Row]:
        params = {name: value for name, value in asked.items() if value is not None} | {"limit": "200"}
        return self._pages(
            lambda after: self.client.ask(
                "GET", self.slug, params=params | ({"after": after} if after else {})
            )
        )

    def _search(self, q: str, sort: str | None) -> Iterator[Row]:
        body = {"q": q, "sort": sort or "", "limit": 200}
        return self._pages(
            lambda after: self.client.ask("POST", f"{self.slug}/search", json=body | {"after": after})
        )

    def _pages(self, page_after: Callable[[str], httpx.Response]) -> Iterator[Row]:
        after: str | None = ""
        while after is not None:
            page = page_after(after).json()
            yield from (self._made(one) for one in page["items"])
            after = page["next"]

    def _read(self, pk: str | int) -> Row:
        """One record; a key of before a merge leads to the record that stands for both."""
        return self._made(self.client.ask("GET", f"{self.slug}/{pk}", follow=True).json())

    def _stream(self, asked: Mapping[str, str | None]) -> Iterator[Row]:
        params = {name: value for name, value in asked.items() if value is not None}
        with closing(self.client.ask("GET", f"{self.slug}.ndjson", params=params, stream=True)) as response:
            for line in response.iter_lines():
                said = json.loads(line)
                if "end" in said:
                    return
                yield self._made(said)
        raise BrokenOff("the stream ended before its last line")

    def _act(self, pk: str | int | None, name: str, given: Mapping[str, Any], key: str | None) -> Row:
        path = f"{self.slug}/{name}" if pk is None else f"{self.slug}/{pk}/{name}"
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._made(self.client.ask("POST", path, json=dict(given), headers=headers).json())

    def _many(self, name: str, lines: Iterable[Line]) -> Iterator[Answered[Row]]:
        body = "".join(
            json.dumps(
                {"key": one.key, "data": dict(one.data)} | ({} if one.id is None else {"id": str(one.id)})
            )
            + "\n"
            for one in lines
        )
        kind = {"Content-Type": "application/x-ndjson"}
        path = f"{self.slug}/{name}.ndjson"
        with closing(self.client.ask("POST", path, content=body, headers=kind, stream=True)) as response:
            for line in response.iter_lines():
                said = json.loads(line)
                done = said["status"] < 300
                yield Answered(
                    said["line"],
                    said["key"],
                    said["status"],
                    self._made(said["answer"]) if done else None,
                    None if done else refusal(said["status"], said["answer"]),
                )
