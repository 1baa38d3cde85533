"""What a machine reads in the log."""

import io
import json
import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.test import Client
from django.urls import path

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
