"""The check answered before Django's middleware, from firms held in memory; everything else goes on to Django.

A question is answered here only if the firms in memory are known to be those of this second, if the page would be that of
a verdict, and if nothing about the request is out of the ordinary. The page is the website's own template, byte for byte.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from json import dumps
from time import time
from typing import Any
from urllib.parse import parse_qsl

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import override

from safar.citizens.recruiters import check, lookup
from safar.citizens.recruiters.check import Answer, LookAlike, Question
from safar.citizens.recruiters.models import KindOfWork
from safar.citizens.recruiters.rules import ZONE
from safar.citizens.recruiters.snapshot import Snapshot
from safar.citizens.recruiters.spelling import LONGEST
from safar.citizens.recruiters.words import DESTINATIONS
from safar.foundation.faults import where

from . import verdicts
from .context import furniture
from .filling import Filler, Prepared, hole
from .forms import is_nearly_a_stir

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

LONGEST_QUERY = 2_000
PAGES_AT_MOST = 16_384
WORKS, COUNTRIES = frozenset(KindOfWork.values), frozenset(DESTINATIONS)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Moment:
    """This minute: as text, as the day a licence is judged on, and as the time an answer's number holds."""

    text: str
    today: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a verdict page is filled with: the verdict but for similar firms, their rows, and the query its links keep."""

    verdict: verdicts.Verdict
    rows: str
    query: str


class QuickCheck:
    """A WSGI application in front of another one."""

    def __init__(self, behind: Application, snapshot: Snapshot) -> None:
        self.behind, self.snapshot = behind, snapshot
        self.languages = {_path(code): code for code, _name in settings.LANGUAGES}
        self._moment = (0, this_minute(0))
        self._page_filler, self._row_filler = Filler(_render), Filler(_row)
        self._pages: OrderedDict[Any, Prepared] = OrderedDict()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if (path in self.languages or path == "/check.json") and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            try:
                found = self._answer(environ, path)
            except Exception as fault:
                log.error("the quick check failed; Django answers: %s", where(fault))
                found = None
            if found is not None:
                body, kind = found
                start_response(
                    "200 OK", [*headers(kind, _is_secure(environ)), ("Content-Length", str(len(body)))]
                )
                return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        return self.behind(environ, start_response)

    def _answer(self, environ: dict[str, Any], path: str) -> tuple[bytes, str] | None:
        """The body and its kind, or None if Django should answer."""
        query = environ.get("QUERY_STRING", "")
        firms = self.snapshot.fresh()
        asked = question(query) if firms is not None and is_ordinary(environ) else None
        if firms is None or asked is None:
            return None
        moment = self._now()
        found = lookup.ask(asked, firms, today=moment.today, now=moment.at)
        if not found.code:
            return None
        if path == "/check.json":
            return as_json(found, moment.at), "json"
        return self.page(self.languages[path], found, query, moment).encode(), "html"

    def page(self, language: str, found: Answer, query: str, moment: Moment) -> str:
        """The page of an answer; all that differ only in what was typed, and when, are one page with holes in it."""
        about = (found.verdict, found.firm, found.destination, found.work, found.warning)
        prepared = self._kept(
            (language, *about, bool(found.look_alikes)), lambda: self._prepared(language, found)
        )
        filling = {"query": query, "moment": moment.text, "number": found.code, "text": found.text}
        filling |= {"searched": str(found.searched), "rows": self._rows(language, found)}
        return prepared.page(filling)

    def _prepared(self, language: str, found: Answer) -> Prepared:
        searched: Any = hole("searched")
        bare = replace(found, text=hole("text"), searched=searched, look_alikes=())
        with override(language):
            verdict = verdicts.page(bare, checked_at=hole("moment"), code=hole("number"))["verdict"]
            rows = SafeString(hole("rows")) if found.look_alikes else ""
            return self._page_filler.prepared(language, Page(verdict=verdict, rows=rows, query=hole("query")))

    def _rows(self, language: str, found: Answer) -> SafeString:
        """The rows of similar firms; each is prepared once for a firm, and waits for how its name differs."""
        if not found.look_alikes:
            return SafeString("")
        rows = []
        with override(language):
            for one, (name, note) in zip(found.look_alikes, verdicts.differences(found), strict=True):
                row = self._kept(
                    (language, one.verdict, one.firm, bool(note)),
                    partial(self._prepared_row, language, one, bool(note)),
                )
                rows.append(row.page({"name": name, "note": note}))
        return SafeString("".join(rows))

    def _prepared_row(self, language: str, one: LookAlike, has_note: bool) -> Prepared:
        firm = verdicts.similar_firm(
            one, marked=SafeString(hole("name")), note=hole("note") if has_note else ""
        )
        return self._row_filler.prepared(language, firm)

    def _kept(self, key: tuple[Any, ...], make: Callable[[], Prepared]) -> Prepared:
        prepared = self._pages.get(key)
        if prepared is None:
            prepared = self._pages[key] = make()
            while len(self._pages) > PAGES_AT_MOST:
                self._pages.popitem(last=False)
        return prepared

    def _now(self) -> Moment:
        minute = int(time() // 60)
        kept, moment = self._moment
        if kept != minute:
            moment = this_minute(minute)
            self._moment = (minute, moment)
        return moment


def this_minute(minute: int) -> Moment:
    """A minute since 1970, in Asia/Tashkent."""
    at = datetime.fromtimestamp(minute * 60, UTC)
    local = at.astimezone(ZONE)
    return Moment(local.strftime("%d.%m.%Y %H:%M"), local.date(), at)


def question(query: str) -> Question | None:
    """What the query string asks, if the form of the website would take it as it is."""
    if len(query) > LONGEST_QUERY:
        return None
    asked = dict(parse_qsl(query, keep_blank_values=True))
    text, country, work = asked.get("q", ""), asked.get("to", ""), asked.get("work", "")
    if not text.strip() or len(text) > LONGEST or "\x00" in text or is_nearly_a_stir(text):
        return None
    if country and country not in COUNTRIES or work and work not in WORKS:
        return None
    return Question(text=text, destination=country or None, work=work or None, host=lookup.own_host())


def is_ordinary(environ: dict[str, Any]) -> bool:
    """Whether the request names a host of ours, over a line the settings allow."""
    return _is_allowed(environ.get("HTTP_HOST", "")) and (
        _is_secure(environ) or not settings.SECURE_SSL_REDIRECT
    )


@lru_cache(maxsize=64)
def _is_allowed(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _is_secure(environ: dict[str, Any]) -> bool:
    header = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if header:
        return environ.get(header[0], "").split(",")[0].strip() == header[1]
    return environ.get("wsgi.url_scheme") == "https"


@lru_cache(maxsize=8)
def headers(kind: str, is_secure: bool) -> tuple[tuple[str, str], ...]:
    """The headers of an answer: those that Django's own middleware gives a page, and never to be kept by anybody."""
    types = {"html": "text/html; charset=utf-8", "json": "application/json"}
    request = HttpRequest()
    request.method, request.path = "GET", "/"
    request.META |= {
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443" if is_secure else "80",
    }
    if is_secure and settings.SECURE_PROXY_SSL_HEADER:
        request.META[settings.SECURE_PROXY_SSL_HEADER[0]] = settings.SECURE_PROXY_SSL_HEADER[1]
    response: Any = HttpResponse(content_type=types[kind])
    response["Cache-Control"] = "no-store"
    if kind == "json":
        response["Access-Control-Allow-Origin"] = "*"
    for layer in (XFrameOptionsMiddleware, CSPMiddleware, SecurityMiddleware):
        response = layer(lambda _request, inner=response: inner)(request)
    return tuple((name, value) for name, value in response.items() if name != "Content-Length")


def as_json(found: Answer, at: datetime) -> bytes:
    """An answer for a machine."""
    return dumps(check.published(found, at=at), ensure_ascii=False).encode()


def _path(language: str) -> str:
    with override(language):
        return reverse("website:check")


def _render(language: str, content: Page) -> str:
    """The page by Django's templates, with the rows of similar firms as they were made."""
    shown = replace(content.verdict, similar=(ANY_FIRM,)) if content.rows else content.verdict
    around = furniture(path=reverse("website:check"), query=content.query)
    page = render_to_string(verdicts.TEMPLATE, {**around, "verdict": shown})
    if not content.rows:
        return page
    before, row, after = page.partition(_row(language, ANY_FIRM))
    if not row:
        raise ValueError("the page shows similar firms in another way than their template")
    return before + content.rows + after


def _row(language: str, firm: verdicts.SimilarFirm) -> str:
    return render_to_string("website/check/similar.html", {"firm": firm})


#: Stands in a page for the rows of similar firms, however many.
ANY_FIRM = verdicts.SimilarFirm(
    name="any",
    marked=SafeString("any"),
    kind="ok",
    state="any",
    icon="check",
    stir="any",
    note="any",
    url="any",
)
