"""What a machine reads in the log."""

import io
import json
import logging
import logging.config
import re
import sys
from datetime import UTC, datetime, timedelta
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.test import Client
from django.urls import path

from safar.config.logs import text_lines
from tests.laws.source import python_files

pytestmark = pytest.mark.django_db
TYPED = "AA1234567"


def break_over(request):
    logging.getLogger("safar.tests").warning("asked: %s", request.get_full_path())
    raise ValueError(f"{request.GET['q']} is no number")


urlpatterns = [path("broken/", break_over)]


@pytest.fixture
def log(monkeypatch):
    """The log as a service writes it, from warnings on."""
    stream = io.StringIO()
    handlers = {"console": {**settings.LOGGING["handlers"]["console"], "formatter": "json", "stream": stream}}
    root = {"handlers": ["console"], "level": "WARNING"}
    dictConfig({**settings.LOGGING, "handlers": handlers, "root": root})
    yield stream
    dictConfig(settings.LOGGING)


@pytest.mark.urls(__name__)
def test_a_line_is_json_and_holds_nothing_that_was_typed(log):
    Client(raise_request_exception=False).get("/broken/", {"q": TYPED})
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    asked, broke = (
        next(line for line in lines if line["logger"] == name) for name in ("safar.tests", "django.request")
    )
    assert asked["event"] == "asked: /broken/"
    assert (broke["level"], broke["fault"]) == ("error", "ValueError")
    assert broke["at"][-1].endswith("break_over")
    assert asked["time"] <= broke["time"]
    assert asked["request"] == broke["request"] != ""
    assert TYPED not in log.getvalue()


FORGED = "x\n2026-01-01T00:00:00+0500 INFO safar.directory signed in as root\r\u2028\x1b[2J\x85"


def test_nobody_forges_a_line(log):
    logging.getLogger("safar.tests").warning("asked: %s", FORGED)
    (line,) = log.getvalue().split("\n")[:-1]
    assert json.loads(line)["event"].startswith("asked: x\n2026"), "as a value, not as a line of its own"


def test_nobody_forges_a_line_at_a_terminal():
    record = logging.LogRecord("safar.tests", logging.WARNING, "x.py", 1, "asked: %s", (FORGED,), None)
    line = text_lines().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_terminal_shows_neither_what_a_fault_quotes_nor_a_query():
    try:
        raise ValueError(f"{TYPED}{FORGED}")
    except ValueError:
        fault = sys.exc_info()
    at = f"/uz/check/?q={TYPED}"
    record = logging.LogRecord("safar.tests", logging.ERROR, "x.py", 1, "failed: %s", (at,), fault)
    said = text_lines().format(record)
    assert TYPED not in said
    assert [line for line in said.splitlines() if not line.startswith("  ")] == said.splitlines()[:1]
    assert "ValueError" in said
    assert "test_logs.py:" in said


def test_a_moment_says_its_offset_from_utc(log):
    logging.getLogger("safar.tests").warning("now")
    said = datetime.fromisoformat(json.loads(log.getvalue())["time"])
    assert said.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - said) < timedelta(minutes=1)
    record = logging.LogRecord("safar.tests", logging.WARNING, "x.py", 1, "now", (), None)
    said = datetime.strptime(text_lines().format(record).split(" ")[0], "%Y-%m-%dT%H:%M:%S%z")
    assert abs(datetime.now(UTC) - said) < timedelta(minutes=1)


def test_every_log_goes_to_the_error_stream():
    """As docs/controls.md says: no file, no mail, no other server."""
    assert {handler["class"] for handler in settings.LOGGING["handlers"].values()} == {
        "logging.StreamHandler"
    }
    assert "stream" not in settings.LOGGING["handlers"]["console"], "standard error, the handler's own choice"
    logging.config.dictConfig(settings.LOGGING)
    found = {
        type(h).__name__ for name in ("", "django.request", "safar") for h in logging.getLogger(name).handlers
    }
    assert found - {"LogCaptureHandler", "_LiveLoggingNullHandler", "_FileHandler"} == {"StreamHandler"}
    source = "".join(path.read_text() for path in python_files())
    assert not re.search(
        r"FileHandler|SMTPHandler|SysLogHandler|HTTPHandler|SocketHandler|AdminEmailHandler", source
    )
