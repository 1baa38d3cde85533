"""What may be queued, what stays of it, and what reaches whom in which words."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from safar.foundation.access.actors import acting, public_actor
from safar.foundation.access.visibility import visible
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.messages.books import NotOpaque, Recipient
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.neutral import MEETING, NEWS
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.sending import UnknownBook, withdraw
from safar.foundation.messages.tests.conftest import (
    BY,
    CHAT,
    MAIL,
    NOW,
    ONE,
    PHONE,
    THREE,
    TWO,
    WHO,
    by_sms,
    everything,
    fresh,
    queue,
)
from safar.foundation.messages.wording import NotHarmless, Param, Wording, register_wording

pytestmark = pytest.mark.django_db
TOMORROW = {"date": date(2026, 11, 24), "time": time(9, 0)}


# -- attacks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"date": date(2026, 11, 24)},
        {**TOMORROW, "name": "Dilnoza"},
        {**TOMORROW, "case": "A-17"},
        {"date": "Dilnoza", "time": time(9)},
        {"date": date(2026, 11, 24), "time": "at the shelter"},
        {"date": datetime(2026, 11, 24, 9), "time": time(9)},
        {"date": 20261124, "time": time(9)},
    ],
    ids=[
        "nothing",
        "too few",
        "a name",
        "a case",
        "a name as a date",
        "a place as a time",
        "a moment",
        "a number",
    ],
)
def test_nothing_goes_in_but_what_the_wording_declares(book, params):
    with pytest.raises(NotHarmless):
        queue(MEETING, params=params)
    assert everything() == []


@pytest.mark.parametrize("code", ["DILNOZA", "7K-QA", "12 34", "١٢٣", "1" * 9, "", 12, None, "12\n"])
def test_a_code_is_digits_and_nothing_else(book, code, monkeypatch):
    wording = Wording("own", "Number %(code)s", {"code": Param.CODE})
    with pytest.raises(NotHarmless):
        queue(wording, params={"code": code})


def test_no_wording_can_declare_a_word_or_leave_a_value_undeclared():
    assert {kind.name for kind in Param} == {"DATE", "TIME", "NUMBER", "CODE", "ONE_TIME_CODE"}
    with pytest.raises(Exception, match="text names"):
        register_wording(Wording("own", "Hello %(name)s", {}))


def test_nobody_reads_the_outbox_but_the_job_that_sends(book):
    with as_web():
        queue()
        for actor in (BY, public_actor()):
            with acting(actor):
                assert not Message.unscoped.exists()
                assert not visible(actor, Message).exists()
        with acting(MESSENGER):
            assert Message.unscoped.count() == 1


def test_no_address_stands_in_the_outbox_or_its_history(book, sender, gateway):
    message = queue()
    sender.send_due(now=NOW)
    assert gateway.post.arrived[0].address == PHONE.lstrip("+")
    row = repr({f.attname: getattr(fresh(message), f.attname) for f in Message._meta.concrete_fields})
    told = repr(list(Event.unscoped.values()))
    for secret in (PHONE, PHONE[1:], PHONE[-9:], "There is news"):
        assert secret not in row
        assert secret not in told


def test_nothing_of_address_or_text_is_logged(book, sender, gateway, bot, server, caplog):
    caplog.set_level(0)
    book.reaches[TWO] = by_sms(channel="TELEGRAM", address=CHAT)
    book.reaches[THREE] = by_sms(channel="EMAIL", address=MAIL)
    for number in (ONE, TWO, THREE):
        queue(to=Recipient("tests", number))
    sender.send_due(now=NOW)
    assert [len(fake.post.arrived) for fake in (gateway, bot, server)] == [1, 1, 1]
    assert "Accepted" in caplog.text
    for secret in (PHONE, PHONE[1:], CHAT, MAIL, "news for you", "only-for-the-stand-in"):
        assert secret not in caplog.text, secret


# -- the act and its message ---------------------------------------------------------------------------------


def test_an_act_that_is_undone_leaves_no_message(book):
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert everything() == []


@pytest.mark.parametrize(
    "number",
    [
        "",
        PHONE,
        PHONE[1:],
        "901234567",
        MAIL,
        "Dilnoza",
        "@dilnoza",
        "0",
        "12 34",
        "1\n",
        "a" * 32,
        "f" * 31,
        "1" * 64,
    ],
)
def test_a_recipient_is_a_number_that_is_no_address_and_no_name(book, number):
    if number == "a" * 32:
        assert queue(to=Recipient("tests", number)).recipient == number
        return
    with pytest.raises(NotOpaque):
        queue(to=Recipient("tests", number))


def test_an_unknown_book_is_refused_at_once():
    with pytest.raises(UnknownBook):
        queue(to=Recipient("nobody", ONE))


def test_a_key_queues_once(book):
    first, again = queue(key="meeting 17"), queue(key="meeting 17")
    assert first.pk == again.pk
    assert len(everything()) == 1
    queue(key="meeting 18")
    queue(to=Recipient("tests", TWO), key="meeting 17")
    assert len(everything()) == 3
    assert "meeting" not in "".join(m.key for m in everything())


def test_a_message_that_could_never_leave_is_refused(book):
    with pytest.raises(IntegrityError):
        queue(expires_at=NOW - timedelta(minutes=1))


def test_queueing_is_an_event_that_names_the_wording_alone(book):
    message = queue(MEETING, params=TOMORROW)
    event = Event.unscoped.get(kind="message.queued")
    assert (event.subject_id, event.actor, event.body) == (
        str(message.pk),
        "public.0",
        {"wording": "meeting"},
    )
    assert event.detail in ({}, None)


def test_the_web_role_queues_sends_and_withdraws(book, sender, gateway):
    with as_web():
        queue()
        queue(MEETING, params=TOMORROW)
        assert withdraw(to=WHO, by=BY, now=NOW, wording=NEWS) == 1
        assert sender.send_due(now=NOW) == 1
    assert [m.state for m in everything()].count("WITHDRAWN") == 1
    assert len(gateway.post.arrived) == 1


# -- as it stands when it leaves -----------------------------------------------------------------------------


def test_who_may_not_be_written_to_any_more_gets_nothing(book, sender, gateway):
    message = queue()
    del book.reaches[WHO.number]
    sender.send_due(now=NOW)
    assert gateway.post.requests == []
    assert fresh(message).state == "HELD"


def test_what_is_held_stays_held_when_she_may_be_written_to_again(book, sender, gateway):
    message = queue()
    before = book.reaches.pop(WHO.number)
    sender.send_due(now=NOW)
    book.reaches[WHO.number] = before
    sender.send_due(now=NOW + timedelta(hours=1))
    assert gateway.post.arrived == []
    assert fresh(message).state == "HELD"


def test_a_withdrawn_message_does_not_leave(book, sender, gateway):
    message = queue()
    assert withdraw(to=WHO, by=BY, now=NOW) == 1
    assert withdraw(to=WHO, by=BY, now=NOW) == 0
    sender.send_due(now=NOW)
    assert gateway.post.requests == []
    assert fresh(message).state == "WITHDRAWN"


def test_after_a_restore_nothing_of_before_leaves(book, sender, gateway, capsys):
    messages = [queue(key=str(n)) for n in range(3)] + [queue(to=Recipient("tests", TWO))]
    call_command("withdraw_messages")
    assert capsys.readouterr().out == "4 messages withdrawn.\n"
    sender.send_due(now=NOW)
    assert gateway.post.requests == []
    assert {fresh(m).state for m in messages} == {"WITHDRAWN"}


@pytest.mark.parametrize(
    ("language", "sign"),
    [("uz", "uchrashuv"), ("uz-cyrl", "учрашув"), ("ru", "встреча"), ("en", "meeting"), ("xx", "uchrashuv")],
)
def test_the_words_are_of_the_language_she_reads_now(book, sender, gateway, language, sign):
    message = queue(MEETING, params=TOMORROW)
    book.reaches[WHO.number] = by_sms(language=language)
    sender.send_due(now=NOW)
    text = gateway.post.arrived[0].text
    assert sign in text
    assert "24.11.2026" in text
    assert "09:00" in text
    assert "1282" in text
    assert fresh(message).language == ("uz" if language == "xx" else language)


def test_a_changed_telephone_gets_it(book, sender, gateway):
    queue()
    book.reaches[WHO.number] = by_sms(address="+998 (93) 765-43-21")
    sender.send_due(now=NOW)
    assert gateway.post.arrived[0].address == "998937654321"


def test_it_waits_for_the_moment_her_book_names(book, sender, gateway):
    message, opens = queue(), NOW + timedelta(hours=2)
    book.reaches[WHO.number] = by_sms(not_before=opens)
    sender.send_due(now=NOW)
    assert (gateway.post.arrived, fresh(message).due_at) == ([], opens)
    sender.send_due(now=opens - timedelta(seconds=1))
    assert gateway.post.arrived == []
    sender.send_due(now=opens)
    assert len(gateway.post.arrived) == 1


def test_it_does_not_leave_before_its_time_nor_after_it(book, sender, gateway):
    later = queue(not_before=NOW + timedelta(hours=2))
    brief = queue(
        MEETING, params=TOMORROW, not_before=NOW + timedelta(hours=1), expires_at=NOW + timedelta(hours=2)
    )
    sender.send_due(now=NOW)
    assert gateway.post.arrived == []
    sender.send_due(now=NOW + timedelta(hours=2))
    assert (fresh(later).state, fresh(brief).state) == ("SENT", "EXPIRED")


def test_a_message_that_cannot_be_judged_does_not_hold_up_the_others(book, sender, gateway, monkeypatch):
    broken, fine = queue(), queue(MEETING, params=TOMORROW, now=NOW + timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("update outbox_message set wording = 'meeting' where id = %s", [broken.pk])
        cursor.execute(
            "update outbox_message set params = %s where id = %s", ['{"date": "x", "time": "y"}', broken.pk]
        )
    sender.send_due(now=NOW + timedelta(seconds=1))
    assert (fresh(broken).state, fresh(broken).reason, fresh(fine).state) == ("WAITING", "not_judged", "SENT")


def test_a_demonstration_without_a_gateway_keeps_its_messages_here(book):
    message = queue()
    Sender({}, keeps_here=True).send_due(now=NOW)
    assert (fresh(message).state, fresh(message).channel, fresh(message).language) == ("KEPT", "SMS", "en")


def test_elsewhere_they_wait_for_one_until_it_is_too_late(book, sender, gateway):
    message = queue()
    Sender({}).send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "no_gateway")
    sender.send_due(now=NOW + timedelta(hours=1))
    assert fresh(message).state == "SENT"
