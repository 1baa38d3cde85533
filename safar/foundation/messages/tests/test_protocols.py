"""The protocols: what each gateway is asked and in which words, and what is made of its answers."""

from datetime import timedelta

import pytest

from safar.foundation.messages.channels import asking
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.channels.mail import MailServer
from safar.foundation.messages.channels.sms import SmsGateway
from safar.foundation.messages.channels.telegram import TelegramBot
from safar.foundation.messages.fakes import sms
from safar.foundation.messages.fakes.post import Answer
from safar.foundation.messages.letters import Letter, TryLater
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.tests.conftest import MAIL, NOW, WHO, by_sms, fresh, queue

pytestmark = pytest.mark.django_db


def test_a_token_that_has_ended_is_renewed_once(sender, book, gateway):
    queue()
    sender.send_due(now=NOW)
    gateway.end_tokens()
    queue(key="again")
    sender.send_due(now=NOW)
    assert gateway.post.requests == [
        *("/api/auth/login", "/api/message/sms/send"),
        *("/api/message/sms/send", "/api/auth/login", "/api/message/sms/send"),
    ]
    assert len(gateway.post.arrived) == 2


def test_a_gateway_that_never_knows_its_own_token_is_not_asked_for_ever(sender, book, gateway, monkeypatch):
    monkeypatch.setattr(sms.FakeSms, "is_known", lambda *_: False)
    message = queue()
    sender.send_due(now=NOW)
    assert gateway.post.requests.count("/api/auth/login") == 2
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "token_refused")


def test_a_token_that_fits_no_header_keeps_the_messages(sender, book, gateway, monkeypatch):
    monkeypatch.setattr(sms.FakeSms, "new_token", lambda _self: "не-токен")
    message = queue()
    sender.send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "not_asked")


def test_a_wrong_password_keeps_the_messages(book, set_up, settings):
    settings.SAFAR_SMS_PASSWORD = "another"
    message = queue()
    Sender(gateways()).send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "answered_401")


def test_an_sms_carries_what_the_protocol_asks_for(sender, book, gateway):
    message = queue()
    book.reaches[WHO.number] = by_sms(language="uz")
    sender.send_due(now=NOW)
    (arrived,) = gateway.post.arrived
    assert arrived.address == "998901234567"
    assert arrived.reference == str(message.pk)
    assert arrived.callback.startswith(f"http://localhost:8000/api/v1/messages/sms/{message.pk}/")
    assert "qo'ng'iroq" in arrived.text, "the apostrophes of the short alphabet"
    assert fresh(message).gateway_id in gateway.statuses


def test_a_mail_is_neutral_and_keeps_its_number(sender, book, server):
    message = queue()
    book.reaches[WHO.number] = by_sms(channel="EMAIL", address=MAIL, language="ru")
    sender.send_due(now=NOW)
    (arrived,) = server.post.arrived
    assert (arrived.address, arrived.subject) == (MAIL, "Сообщение для вас")
    assert arrived.reference == f"<{message.pk}@localhost>"
    assert "Вопросы: 1282" in arrived.text


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_led_elsewhere(book, sender, gateway, bot, status):
    """A gateway that answers with another address is not followed: a letter goes where the settings say or nowhere."""
    message = queue()
    gateway.post.behave(Answer(status, location=f"{bot.url}/api/message/sms/send"))
    sender.send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", f"answered_{status}")
    assert bot.post.requests == []


def test_what_a_letter_or_a_reach_is_shown_as_holds_no_address():
    letter = Letter(reference="r", address="+998901234567", text="words", subject="s")
    assert "99890" not in repr((letter, by_sms()))
    assert "words" not in repr(letter)


@pytest.mark.parametrize(
    "gateway",
    [
        SmsGateway("http://127.0.0.1:1", email="", password="", sender="", callback=str),
        TelegramBot("http://127.0.0.1:1", token="1:x"),
        MailServer("smtp://127.0.0.1:1", sender="a@example.org", domain="example.org"),
    ],
    ids=["SMS", "Telegram", "e-mail"],
)
def test_where_nobody_listens_nothing_has_left(gateway):
    letter = Letter(reference="r", address="someone@example.org", text="words", subject="s")
    assert gateway.deliver(letter) == TryLater("not_reached")


def test_an_answer_without_a_number_is_no_receipt(book, sender, gateway, monkeypatch):
    monkeypatch.setattr(sms.FakeSms, "new_number", lambda _self: "")
    message = queue()
    sender.send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "odd_answer")


@pytest.mark.parametrize(("said", "seconds"), [("5", 5), (7, 7), ("999999", 21_600)])
def test_a_wait_is_read_in_seconds(said, seconds):
    assert asking.wait_of(said) == timedelta(seconds=seconds)


@pytest.mark.parametrize("said", ["", None, "soon", "-5", "1e9", "٥", "9" * 30, 1.5])
def test_what_names_no_seconds_is_no_wait(said):
    assert asking.wait_of(said) is None
