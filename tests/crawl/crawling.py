"""One person going through the house: every link, every address there could be, every file; and what she heard."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils.html import escape
from pypdf import PdfReader

from safar.config.logs import json_lines, text_lines
from safar.directory.staff.demo import client_of
from safar.doors.api.tests.asking import token_for
from safar.foundation.access.models import protected_models
from safar.foundation.access.visibility import resource_of
from safar.foundation.registers.registry import all_registers
from tests.crawl.canaries import SONG, Canaries
from tests.laws.test_access_matrix import pages_of
from tests.laws.world import World

LINK = re.compile(r'(?:href|action|data-[a-z-]*url|hx-get)="(/[^"#]*)"')
#: The page of messages sent stands in a demonstration alone, and shows everybody there whatever left: it keeps nothing from anybody.
NOT_FOLLOWED = re.compile(r"/account/log-?out|/static/|/media/|\.js$|\.css$|/hurry|/quick|/dev/outbox")


PEOPLE = "/api/v1/people"
#: The demo's own page of what left shows whole messages to everybody; that no message names anybody is tested with the messages.
OUTBOX = "/en/dev/outbox/"


@dataclass
class Heard:
    """What came back, in numbers, and every word that should not have."""

    pages: int = 0
    bytes: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    songs: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    finds: list[str] = field(default_factory=list)


class Log(logging.Handler):
    """Keeps every line of the log as it would be written, in both writings, however low its level."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.writings = (text_lines(), json_lines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [writing.format(copy(record)) for writing in self.writings]

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Every logger tells everything, also what an installation does not keep."""
        known = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
        before = [(one, one.level, one.handlers) for one in known]
        for one in known:
            one.setLevel(logging.DEBUG)
            one.handlers = [self] if one.parent is None or not one.propagate else []
        try:
            yield
        finally:
            for one, level, handlers in before:
                one.setLevel(level)
                one.handlers = handlers


def crawl(world: World, canaries: Canaries, role: str, *, most: int, every: int = 1) -> Heard:
    """Go through every so-manieth record as the person of a role; at most so many pages by following links."""
    heard, log = Heard(), Log()
    allowed = canaries.allowed(world, role)
    with log.hearing():
        listen(
            heard, allowed, f"{role} by browser", by_browser(world, canaries, role, most=most, every=every)
        )
        listen(heard, allowed, f"{role} by token", by_token(world, canaries, role, every=every))
    heard.formats["log lines"] += len(log.lines)
    heard.finds += [f"the log, as {role}: {song}" for line in log.lines for song in SONG.findall(line)]
    return heard


def listen(heard: Heard, allowed: set[str], who: str, answers: Iterator[tuple[str, Any, bytes]]) -> None:
    """Count answers and search them for words that may not be there."""
    for path, response, body in answers:
        heard.pages += 1
        heard.bytes += len(body)
        kind = response.headers.get("Content-Type", "none").split(";")[0]
        heard.formats[kind] += 1
        heard.statuses[response.status_code] += 1
        text = "\n".join([*readable(kind, body), *(f"{k}: {v}" for k, v in response.headers.items())])
        for song in {song.lower() for song in SONG.findall(text)}:
            heard.songs.add(song)
            heard.places.add(path)
            if song not in allowed and path != OUTBOX:
                heard.finds.append(f"{who}: {path} has {song}")


def readable(kind: str, body: bytes) -> Iterator[str]:
    """The text of an answer; of a workbook, that of every part of it."""
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield packed.read(name).decode(errors="replace")
    elif body[:5] == b"%PDF-":
        yield from (page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    else:
        yield body.decode(errors="replace")


def by_browser(
    world: World, canaries: Canaries, role: str, *, most: int, every: int
) -> Iterator[tuple[str, Any, bytes]]:
    """Every address there could be, then every link that was seen."""
    browser = client_of(world.people[role])
    known = dict.fromkeys(addresses(world, canaries, every=every))
    todo, followed = deque(known), 0
    for path, asked in questions(canaries, every=every):
        response = browser.post(path, asked)
        yield f"{path} {asked}", response, response.content
    while todo:
        path = todo.popleft()
        response = browser.get(path)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        yield path, response, body
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            continue
        for link in LINK.findall(body.decode()):
            link = link.replace("&amp;", "&")
            if link not in known and followed < most and not NOT_FOLLOWED.search(link):
                known[link] = None
                followed += 1
                todo.append(link)


def questions(canaries: Canaries, *, every: int) -> Iterator[tuple[str, dict[str, str]]]:
    """What is asked in the body of a form: the one search, and the suggestions of each register.

    A word is asked for without its last letter, so that an answer which has it whole found it.
    """
    for (model, _pk), word in list(canaries.of_row.items())[:: max(every // 4, 1)]:
        yield "/en/desk/search/", {"q": word[:-1]}
        for register in all_registers():
            if register.model is model:
                yield f"/en/desk/{register.slug}/choices/?field=x", {"x": word[:-1]}


def addresses(world: World, canaries: Canaries, *, every: int) -> Iterator[str]:
    """Lists, files, suggestions and records of every register, whoever may see them; and searches for words of others."""
    yield from (
        "/en/",
        "/en/desk/",
        "/en/desk/history/",
        "/en/desk/files/",
        "/en/desk/policy/",
        OUTBOX,
    )
    for register in all_registers():
        base = f"/en/desk/{register.slug}/"
        yield from (base, f"{base}add/", f"{base}import/", f"{base}export.csv", f"{base}export.xlsx")
        for variant in world.rows[register.model][::every]:
            yield from (path for path, _action in pages_of(register, variant.pk))
            if word := canaries.of_row.get((register.model, variant.pk)):
                yield f"{base}?q={escape(word[:-1])}"
        if register.slug == "people":
            yield from (f"/en/desk/file/{pk}/" for pk in canaries.files)
            yield from (f"{base}{variant.pk}/held/" for variant in world.rows[register.model])


def by_token(world: World, canaries: Canaries, role: str, *, every: int) -> Iterator[tuple[str, Any, bytes]]:
    """Every list and record of the API, with a token for everything."""
    token = token_for(world.people[role], resources=[resource_of(model) for model in protected_models()])
    line = {"Authorization": f"Bearer {token.secret}"}
    for register in all_registers():
        base = f"/api/v1/{register.slug}"
        for path in (
            f"{base}?limit=200",
            *(f"{base}/{variant.pk}" for variant in world.rows[register.model][::every]),
        ):
            response = Client().get(path, headers=line)
            yield path, response, response.content
    for word in list(canaries.of_row.values())[:: max(every // 4, 1)]:
        asked = {"q": word[:-1]}
        response = Client().post(f"{PEOPLE}/search", asked, content_type="application/json", headers=line)
        yield f"{PEOPLE}/search {asked}", response, response.content
