"""What leaves for people, counted at the stand-ins of the gateways: see ``messages_drill`` beside this file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import cycle

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from safar.directory.people.actions import PHONES, erase_person, send_message, set_safe_contact
from safar.directory.people.demo import make_person
from safar.directory.people.models import Phone
from safar.directory.people.tests.conftest import desk, region, worker
from safar.directory.people.tests.test_belongings import do
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.checks import betraying
from safar.foundation.messages.fakes import sms, telegram
from safar.foundation.messages.fakes.post import Answer
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.sender import LEASE, Sender
from tests.reach.messages_drill import KILLS, PEOPLE
from tests.waiting import wait_for

__all__ = ["desk", "region", "worker"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("installation")]
LANGUAGES = ("uz", "uz-cyrl", "ru", "en")
#: What stands in the records of those who are written to, and in no message: names, their desk, numbers.
CANARIES = ("Kanareykina", "Канарейкина", "Gulruxsor", "Akmal", "Namoyish", "anor", "her husband", "K-0001")


@pytest.fixture(autouse=True)
def stand_ins(settings, db):
    """The stand-ins of both gateways, named by the settings of this process; `environment` names them to others."""
    cache.clear()
    with sms.FakeSms() as gateway, telegram.FakeTelegram() as bot:
        said = {
            "SAFAR_SMS_URL": f"{gateway.url}/api", "SAFAR_SMS_EMAIL": sms.EMAIL, "SAFAR_SMS_PASSWORD": sms.PASSWORD,
            "SAFAR_SMS_FROM": "4546", "SAFAR_TELEGRAM_URL": bot.url, "SAFAR_TELEGRAM_TOKEN": telegram.TOKEN,
            "SAFAR_HELPLINE": "1282",
        }  # fmt: skip
        for name, value in said.items():
            setattr(settings, name, value)
        yield gateway, bot, said
    cache.clear()


@pytest.fixture
def workers(stand_ins, settings):
    """Starts ``safar worker`` over the test's own database; whatever still runs at the end is killed."""
    started = []
    environment = os.environ | stand_ins[2] | {
        "SAFAR_DATABASE": connection.settings_dict["NAME"], "SAFAR_ROLE": "web", "SAFAR_FILES": str(settings.SAFAR_FILES),
        "SAFAR_KEYS": str(settings.SAFAR_KEYS), "DJANGO_SETTINGS_MODULE": "safar.config.settings",
    }  # fmt: skip

    def start():
        made = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "safar", "worker"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        started.append(made)
        return made

    yield start
    for made in started:
        made.kill()
        made.wait()


@pytest.fixture
def people(desk, region, worker):
    """People of every language, half by Telegram first and half by SMS alone, who may be written to at any hour."""
    found = []
    for number, language in zip(range(int(os.environ.get(PEOPLE, "12"))), cycle(LANGUAGES), strict=False):
        person = make_person(
            "Kanareykina", "Gulruxsor", patronymic="Akmal qizi", spellings="Канарейкина Гулрухсор",
            external_id=f"K-{number:04}", organisation=desk, place=region,
        )  # fmt: skip
        do(PHONES.add, worker, person, number=f"+99800111{number:04}", whose="OWN")
        do(set_safe_contact, worker, person, **rules_of(number, language))
        found.append(person)
    return found


def rules_of(number, language, **other):
    by_telegram = number // len(LANGUAGES) % 2 == 0
    return {
        "language": language, "channels": ["TELEGRAM", "SMS"] if by_telegram else ["SMS"],
        "telegram_chat": f"7001{number:04}", "days": [1, 2, 3, 4, 5, 6, 7], "hour_from": 0, "hour_to": 24,
        "code_word": "anor", "keep_from": "her husband", **other,
    }  # fmt: skip


def write(worker, people):
    """One message to each, of the three texts in turn."""
    day = timezone.localdate() + timedelta(days=3)
    for person, text in zip(people, cycle(("call_us", "news", "meeting")), strict=False):
        when = {"on": str(day), "at": "10:30"} if text == "meeting" else {}
        do(send_message, worker, person, text=text, **when)


def outbox():
    with acting(MESSENGER):
        return list(visible(MESSENGER, Message).order_by("queued_at", "pk"))


def states():
    return Counter(message.state for message in outbox())


def told(what, counts):
    """A line of counts for who runs the drill."""
    print(f"\n{what}: " + ", ".join(f"{name} {count}" for name, count in counts.items()), flush=True)


def test_what_leaves_by_channel_and_language_betrays_nobody(people, worker, workers, stand_ins):
    gateway, bot, _said = stand_ins
    write(worker, people)
    workers()
    wait_for(lambda: states() == {"SENT": len(people)}, "every message to leave")
    left = Counter(f"{message.channel} {message.language}" for message in outbox())
    told("left", dict(sorted(left.items())))
    arrived = [*gateway.post.arrived, *bot.post.arrived]
    assert len(arrived) == len(people)
    assert {name.split()[1] for name in left} == set(LANGUAGES)
    assert {name.split()[0] for name in left} == {"SMS", "TELEGRAM"}
    found = [
        word for one in arrived for word in (*betraying(one.text), *(c for c in CANARIES if c in one.text))
    ]
    told(
        "checked for names, services and cases",
        {"texts": len({one.text for one in arrived}), "betraying": len(found)},
    )
    assert found == []


def test_what_she_takes_back_while_it_is_queued_stops_it(people, worker, workers, stand_ins):
    gateway, bot, _said = stand_ins
    silent, gone, erased, moved, *rest = people
    write(worker, people)
    do(set_safe_contact, worker, silent, **rules_of(0, "uz", do_not_contact="on"))
    do(set_safe_contact, worker, gone, **rules_of(1, "uz-cyrl", channels=["SMS"]))
    do(PHONES.remove, worker, gone, which=Phone.unscoped.get(person_id=gone.pk).pk)
    do(erase_person, worker, erased, reason="request 17")
    do(set_safe_contact, worker, moved, **rules_of(3, "ru", channels=["SMS"]))
    workers()
    wait_for(lambda: not states()["WAITING"] + states()["SENDING"], "every message to be settled")
    by = {message.recipient: message for message in outbox()}
    told("taken back", {**states(), "by the way named since": 1})
    assert [by[person.pk.hex].state for person in (silent, gone, erased)] == ["HELD"] * 3
    assert (by[moved.pk.hex].state, by[moved.pk.hex].channel, by[moved.pk.hex].language) == (
        "SENT",
        "SMS",
        "ru",
    )
    assert {by[person.pk.hex].state for person in rest} == {"SENT"}
    arrived = {one.address for one in (*gateway.post.arrived, *bot.post.arrived)}
    assert not arrived & {f"99800111{n:04}" for n in range(3)} | arrived & {f"7001{n:04}" for n in range(4)}


def test_gateways_down_for_an_hour_lose_none_and_double_none(people, worker, stand_ins):
    gateway, bot, _said = stand_ins
    gateway.stop()
    bot.stop()
    write(worker, people)
    sender, begun = Sender(gateways()), timezone.now()
    for minute in range(60):
        sender.send_due(now=begun + timedelta(minutes=minute))
    assert states() == {"WAITING": len(people)}
    gateway.begin()
    bot.begin()
    for minute in range(60, 90):
        sender.send_due(now=begun + timedelta(minutes=minute))
    arrived = Counter(one.address for one in (*gateway.post.arrived, *bot.post.arrived))
    doubled = sum(count - 1 for count in arrived.values())
    told("down for an hour", {"queued": len(people), "lost": len(people) - len(arrived), "doubled": doubled})
    assert (states(), len(arrived), doubled) == ({"SENT": len(people)}, len(people), 0)
    assert not any(message.is_possible_duplicate for message in outbox())


def test_a_worker_killed_between_sending_and_noting_doubles_at_most_that_one_and_says_so(
    people, worker, workers, stand_ins
):
    gateway, bot, _said = stand_ins
    kills = int(os.environ.get(KILLS, "2"))
    write(worker, people)
    posts = (gateway.post, bot.post)
    for _n in range(kills):
        before = sum(len(post.arrived) for post in posts)
        for post in posts:
            post.behave_well()
            post.behave(Answer(takes=True, holds=3600.0))
        running = workers()
        wait_for(
            lambda before=before: sum(len(post.arrived) for post in posts) > before, "a message to arrive"
        )
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    for post in posts:
        post.behave_well()
    assert states()["SENDING"] == kills
    later = timezone.now() + LEASE
    for minute in range(30):
        Sender(gateways()).send_due(now=later + timedelta(minutes=minute))
    arrived = Counter(one.address for post in posts for one in post.arrived)
    marked = sum(message.is_possible_duplicate for message in outbox())
    doubled = sum(count - 1 for count in arrived.values())
    told(
        "killed in the middle",
        {"kills": kills, "lost": len(people) - len(arrived), "doubled": doubled, "marked": marked},
    )
    assert states() == {"SENT": len(people)}
    assert (len(arrived), max(arrived.values())) == (len(people), 2)
    assert doubled == marked == kills
