"""What the tests of messages share: a book whose entries they change, the stand-ins, and a sender over them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.db import transaction

from safar.foundation.access.actors import acting, public_actor
from safar.foundation.access.visibility import visible
from safar.foundation.messages import books
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.fakes import mail, sms, telegram
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.neutral import NEWS
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.sending import send

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PHONE, CHAT, MAIL = "+998901234567", "700100", "someone@example.org"
ONE, TWO, THREE = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
WHO = books.Recipient("tests", ONE)
BY = public_actor()


@dataclass
class Book:
    """Recipients as the tests set them; whom it does not know may not be written to."""

    reaches: dict[str, books.Reach] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def how_to_reach(self, number, *, preferred, now):
        self.asked.append(number)
        return self.reaches.get(number)


def by_sms(channel="SMS", address=PHONE, **options):
    return books.Reach(**{"ways": (books.Way(channel, address),), "language": "en", **options})


@pytest.fixture(autouse=True)
def own_settings(settings, tmp_path):
    settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", True
    settings.SAFAR_HELPLINE, settings.SAFAR_PUBLIC_URL = "1282", "http://localhost:8000"


@pytest.fixture
def no_counts(db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def book(monkeypatch):
    """The book called *tests*, in which WHO is reached by SMS in English."""
    own = Book({WHO.number: by_sms()})
    monkeypatch.setitem(books._books, "tests", own)
    return own


@pytest.fixture
def gateway():
    with sms.FakeSms() as fake:
        yield fake


@pytest.fixture
def bot():
    with telegram.FakeTelegram() as fake:
        yield fake


@pytest.fixture
def server():
    with mail.FakeMail() as fake:
        yield fake


@pytest.fixture
def set_up(settings, gateway, bot, server):
    """The settings name the stand-ins."""
    settings.SAFAR_SMS_URL, settings.SAFAR_SMS_FROM = f"{gateway.url}/api", "4546"
    settings.SAFAR_SMS_EMAIL, settings.SAFAR_SMS_PASSWORD = sms.EMAIL, sms.PASSWORD
    settings.SAFAR_TELEGRAM_URL, settings.SAFAR_TELEGRAM_TOKEN = bot.url, telegram.TOKEN
    settings.SAFAR_EMAIL_URL, settings.SAFAR_EMAIL_FROM = server.url, "office@example.org"


@pytest.fixture
def sender(set_up, book):
    return Sender(gateways())


def queue(wording=NEWS, *, to=WHO, now=NOW, by=BY, **options):
    """Queue a message as an act would."""
    with transaction.atomic(), acting(by):
        return send(wording, to=to, by=by, now=now, **options)


def fresh(message):
    """The row as it stands now."""
    with acting(MESSENGER):
        return visible(MESSENGER, Message).get(pk=message.pk)


def everything():
    """Every row of the outbox, the oldest first."""
    with acting(MESSENGER):
        return list(visible(MESSENGER, Message).order_by("queued_at", "pk"))
