"""Logs for machines: a JSON object a line, with time, level, logger, event, and the number of the request.

What people typed never stands in them: an address loses its query, and of a fault there is its kind and the lines it went
through, not its message, which may quote a form or a row.
"""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Callable, MutableMapping
from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name

QUERY = re.compile(r"\?\S+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
Line = MutableMapping[str, Any]


class RequestNumberMiddleware:
    """Gives each request a number that every line logged meanwhile carries as ``request``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with bound_contextvars(request=secrets.token_hex(8)):
            return self.get_response(request)


class TextLines(logging.Formatter):
    """Lines for a person at a terminal: one a message, whatever it quotes, without queries and without what a fault says."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the library's name)
        """The line, with every run of control signs as a space and no address's query."""
        return QUERY.sub("", CONTROL.sub(" ", super().formatMessage(record)))

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the library's name)
        """The kind of a fault and the lines it went through, not its message, which may quote a form."""
        line = without_messages(None, "", {"exc_info": ei})
        return "\n".join([f"  {line.get('fault')}", *(f"    {at}" for at in line.get("at", []))])


def text_lines() -> TextLines:
    """The formatter for a terminal that ``settings.LOGGING`` names; moments carry their offset from UTC."""
    return TextLines("{asctime} {levelname} {name} {message}", datefmt="%Y-%m-%dT%H:%M:%S%z", style="{")


def json_lines() -> ProcessorFormatter:
    """The formatter that ``settings.LOGGING`` names."""
    return ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            add_log_level,
            add_logger_name,
            TimeStamper(fmt="iso", utc=True, key="time"),
            without_queries,
            without_messages,
        ],
        processors=[ProcessorFormatter.remove_processors_meta, JSONRenderer(ensure_ascii=False)],
    )


def without_queries(_logger: Any, _method: str, line: Line) -> Line:
    """Cut the query off every address in the event."""
    line["event"] = QUERY.sub("", str(line["event"]))
    return line


def without_messages(_logger: Any, _method: str, line: Line) -> Line:
    """Put the kind of a fault and the lines it went through in the place of the fault."""
    line.pop("stack_info", None)
    kind, _fault, trace = line.pop("exc_info", None) or (None, None, None)
    if kind is not None:
        line["fault"] = kind.__name__
        line["at"] = [
            f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(trace)
        ]
    return line
