"""The SMS gateway's reports: nobody else can make one, and one told twice or late changes nothing."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.messages import reports
from safar.foundation.messages.channels.chosen import gateways, sms_gateway
from safar.foundation.messages.fakes.post import HANGS_UP_AFTERWARDS
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.tests.conftest import (  # noqa: F401  (fixtures)
    book,
    bot,
    fresh,
    gateway,
    own_settings,
    queue,
    server,
    set_up,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(set_up, book, gateway):  # noqa: F811
    """A message that left, and where its gateway reports."""
    message = queue(now=timezone.now())
    Sender(gateways()).send_due(now=timezone.now())
    return message, urlsplit(gateway.post.arrived[0].callback).path


def report(address, status="DELIVRD", *, as_json=False):
    """Report as the gateway does; it carries no cookie and no token."""
    client = Client(enforce_csrf_checks=True)
    told = {"message_id": "1", "status": status, "phone_number": "998901234567"}
    if as_json:
        return client.post(address, json.dumps(told), content_type="application/json")
    return client.post(address, told)


@pytest.mark.parametrize("as_json", [False, True], ids=["form", "JSON"])
def test_what_arrived_is_delivered(sent, as_json):
    message, address = sent
    with as_web():
        assert report(address, as_json=as_json).status_code == 200
    assert fresh(message).state == "DELIVERED"


def test_told_twice_it_is_noted_once(sent):
    message, address = sent
    for _ in range(3):
        assert report(address).status_code == 200
    assert Event.unscoped.filter(kind="message.ended", body__state="DELIVERED").count() == 1
    assert report(address, "UNDELIV").status_code == 200
    assert fresh(message).state == "DELIVERED", "an end is an end"


def test_what_could_not_be_delivered_has_failed(sent):
    message, address = sent
    report(address, "UNDELIV")
    Sender(gateways()).send_due(now=timezone.now())
    assert (fresh(message).state, fresh(message).reason) == ("FAILED", "undeliverable")


@pytest.mark.parametrize("status", ["", "WAITING", "TRANSMTD", "ACCEPTD", "x" * 5000, "';--", "\0"])
def test_a_word_on_the_way_or_of_no_meaning_changes_nothing(sent, status):
    message, address = sent
    assert report(address, status).status_code == 200
    assert fresh(message).state == "SENT"


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '{"status": {"a": 1}}', '{"status": null}'])
def test_nonsense_is_no_fault(sent, body):
    message, address = sent
    assert Client().post(address, body, content_type="application/json").status_code == 200
    assert fresh(message).state == "SENT"


def test_without_the_signature_there_is_nothing(sent):
    message, address = sent
    start, _slash, signature = address.rpartition("/")
    other = queue(key="other", now=timezone.now())
    for tried in (
        f"{start}/{'0' * 32}",
        f"{start}/{signature[:-1]}",
        f"{start}/{signature}0",
        f"{start}/ё",
        address.replace(str(message.pk), str(other.pk)),
        address.replace(str(message.pk), "not-a-number"),
    ):
        assert report(tried).status_code in (404, 422), tried
    assert (fresh(message).state, fresh(other).state) == ("SENT", "WAITING")


def test_a_look_reports_nothing(sent):
    message, address = sent
    assert Client().get(address).status_code == 405
    assert fresh(message).state == "SENT"


def test_nobody_keeps_the_answer_and_no_description_names_the_address(sent):
    _message, address = sent
    assert "no-store" in report(address)["Cache-Control"]
    assert "messages/sms" not in Client().get("/api/v1/openapi.json").content.decode()


def test_a_message_forgotten_meanwhile_is_no_fault(sent):
    reference = "00000000-0000-4000-8000-000000000000"
    assert report(urlsplit(reports.callback_address(reference)).path).status_code == 200


def test_a_report_stops_the_second_try(set_up, book, gateway):  # noqa: F811
    """It was taken without an answer; before it is tried again the gateway says that it arrived."""
    now = timezone.now()
    message, sender = queue(now=now), Sender(gateways())
    gateway.post.behave(HANGS_UP_AFTERWARDS)
    sender.send_due(now=now)
    report(urlsplit(gateway.post.arrived[0].callback).path)
    sender.send_due(now=now + timedelta(hours=1))
    assert len(gateway.post.arrived) == 1
    assert fresh(message).state == "DELIVERED"


def test_a_gateway_that_does_not_report_is_asked(sent, gateway):  # noqa: F811
    message, _address = sent
    later = timezone.now() + timedelta(minutes=11)
    assert reports.ask_for_reports(sms_gateway(), now=timezone.now()) == 0
    assert reports.ask_for_reports(sms_gateway(), now=later) == 0
    assert fresh(message).state == "SENT"
    gateway.statuses[fresh(message).gateway_id] = "DELIVRD"
    assert reports.ask_for_reports(sms_gateway(), now=later) == 0, "not asked again within the hour"
    assert reports.ask_for_reports(sms_gateway(), now=later + timedelta(hours=1)) == 1
    assert fresh(message).state == "DELIVERED"


def test_without_a_gateway_nobody_is_asked(sent, settings):
    settings.SAFAR_SMS_URL = ""
    assert reports.ask_for_reports(sms_gateway(), now=timezone.now() + timedelta(hours=1)) == 0
