"""Gateways that refuse, are slow, are down, or take a message and say nothing: none is lost, and at most one is doubled."""

import logging
import threading
from collections import Counter
from datetime import timedelta

import httpx
import pytest
from django.db import connection

from safar.foundation.history.models import Event
from safar.foundation.messages.books import Recipient
from safar.foundation.messages.channels import asking
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.channels.sms import SmsGateway
from safar.foundation.messages.fakes.post import HANGS_UP_AFTERWARDS, HANGS_UP_BEFORE, Answer
from safar.foundation.messages.letters import Accepted, Refused, TryLater, Unclear
from safar.foundation.messages.sender import (
    AFTER_UNCLEAR,
    LEASE,
    LONGEST_WAIT,
    Sender,
    forget_old_messages,
    overdue,
)
from safar.foundation.messages.sending import withdraw
from safar.foundation.messages.tests.conftest import (
    BY,
    CHAT,
    MAIL,
    NOW,
    TWO,
    WHO,
    by_sms,
    everything,
    fresh,
    queue,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class KilledError(BaseException):
    """The process dies."""


@pytest.fixture(params=["SMS", "TELEGRAM", "EMAIL"])
def way(request, book, gateway, bot, server):
    """WHO is reached over each channel in turn; the stand-in at its end."""
    address = {"SMS": "+998901234567", "TELEGRAM": CHAT, "EMAIL": MAIL}[request.param]
    book.reaches[WHO.number] = by_sms(channel=request.param, address=address)
    return {"SMS": gateway, "TELEGRAM": bot, "EMAIL": server}[request.param]


def refusal(way, status):
    """A status as the channel's protocol says it: SMTP has codes of its own."""
    return {"smtp": {500: 451, 400: 550}}.get(way.scheme, {}).get(status, status)


# -- the uncertain case ----------------------------------------------------------------------------------------


def test_killed_between_sending_and_noting_gives_one_duplicate_that_says_so(sender, way, monkeypatch):
    message = queue()

    def dies(*_arguments, **_options):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Sender, "note", dies)
        with pytest.raises(KilledError):
            sender.send_due(now=NOW)
    assert fresh(message).state == "SENDING"
    another = Sender(gateways())
    another.send_due(now=NOW + LEASE - MINUTE)
    assert len(way.post.arrived) == 1, "its lease has not run out"
    for minutes in range(0, 600, 5):
        another.send_due(now=NOW + LEASE + minutes * MINUTE)
    assert len(way.post.arrived) == 2
    assert len({one.reference for one in way.post.arrived}) == 1, "the gateway can tell that it is the same"
    row = fresh(message)
    assert (row.state, row.is_possible_duplicate, row.attempts) == ("SENT", True, 2)


def test_killed_twice_it_is_left_to_a_person(sender, way, monkeypatch):
    message = queue()
    monkeypatch.setattr(Sender, "note", lambda *_a, **_o: None)
    for minutes in range(0, 600, 5):
        sender.send_due(now=NOW + minutes * MINUTE)
    assert len(way.post.arrived) == 2
    assert fresh(message).state == "UNCERTAIN"


def test_taken_without_an_answer_it_is_tried_once_more(sender, way):
    message = queue()
    way.post.behave(HANGS_UP_AFTERWARDS)
    sender.send_due(now=NOW)
    assert (fresh(message).state, fresh(message).is_possible_duplicate) == ("WAITING", True)
    sender.send_due(now=NOW + AFTER_UNCLEAR)
    assert len(way.post.arrived) == 2
    assert (fresh(message).state, fresh(message).is_possible_duplicate) == ("SENT", True)


def test_never_answered_it_leaves_twice_and_no_more(sender, way):
    message = queue()
    way.post.behave(*[HANGS_UP_AFTERWARDS] * 10)
    for minutes in range(0, 600, 5):
        sender.send_due(now=NOW + minutes * MINUTE)
    assert len(way.post.arrived) == 2
    assert (fresh(message).state, fresh(message).reason) == ("UNCERTAIN", "no_answer")


def test_hung_up_on_before_anything_was_taken_it_still_counts_as_uncertain(sender, way):
    message = queue()
    way.post.behave(HANGS_UP_BEFORE)
    for minutes in (0, 5, 10):
        sender.send_due(now=NOW + minutes * MINUTE)
    assert len(way.post.arrived) == 1
    assert (fresh(message).state, fresh(message).is_possible_duplicate) == ("SENT", True)


def test_a_gateway_that_is_too_slow_is_not_waited_for(sender, book, gateway, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", httpx.Timeout(0.2))
    slow = Sender(gateways())
    message = queue()
    gateway.post.behave(Answer(takes=True, slow=1.0))
    slow.send_due(now=NOW)
    assert (fresh(message).state, fresh(message).reason) == ("WAITING", "no_answer")


# -- known failures --------------------------------------------------------------------------------------------


def test_down_for_an_hour_none_is_lost_and_none_doubled(sender, way):
    way.stop()
    queued = [queue(key=str(n), now=NOW + n * 2 * MINUTE) for n in range(30)]
    for minute in range(60):
        sender.send_due(now=NOW + minute * MINUTE)
    assert way.post.arrived == []
    assert {m.state for m in everything()} == {"WAITING"}
    way.begin()
    for minute in range(60, 60 + 20):
        sender.send_due(now=NOW + minute * MINUTE)
    assert {fresh(m).state for m in queued} == {"SENT"}
    assert not any(fresh(m).is_possible_duplicate for m in queued)
    assert len(way.post.arrived) == len(queued)
    if way.post.arrived[0].reference:
        assert Counter(one.reference.strip("<>").split("@")[0] for one in way.post.arrived) == {
            str(m.pk): 1 for m in queued
        }


def test_refusing_everything_for_an_hour_loses_none_and_doubles_none(sender, way):
    way.post.behave(*[Answer(refusal(way, 500))] * 40)
    queued = [queue(key=str(n)) for n in range(5)]
    minute = 0
    while any(fresh(m).state == "WAITING" for m in queued) and minute < 600:
        sender.send_due(now=NOW + minute * MINUTE)
        minute += 1
    assert {(fresh(m).state, fresh(m).is_possible_duplicate) for m in queued} == {("SENT", False)}
    assert len(way.post.arrived) == 5


def test_a_fault_of_our_own_is_uncertain_and_stops_nobody(sender, book, gateway, monkeypatch):
    book.reaches[TWO] = by_sms(channel="TELEGRAM", address=CHAT)
    broken, fine = queue(), queue(to=Recipient("tests", TWO))

    def breaks(_self, _letter):
        raise ZeroDivisionError

    monkeypatch.setattr(SmsGateway, "deliver", breaks)
    sender.send_due(now=NOW)
    assert (fresh(broken).state, fresh(broken).reason, fresh(fine).state) == ("WAITING", "fault", "SENT")


def test_a_long_queue_is_not_spent_on_a_gateway_that_is_down(sender, book, gateway):
    gateway.post.behave(*[Answer(503)] * 1000)
    for n in range(40):
        queue(key=str(n))
    sender.send_due(now=NOW)
    assert gateway.post.requests.count("/api/message/sms/send") == 1


def test_waits_grow_and_end_with_the_message(sender, book, gateway):
    message = queue(expires_at=NOW + timedelta(hours=3))
    gateway.post.behave(*[Answer(500)] * 1000)
    moments, now = [], NOW
    while fresh(message).state == "WAITING":
        moments.append(now)
        sender.send_due(now=now)
        now = max(fresh(message).due_at, now + MINUTE / 60)
    waits = [later - earlier for earlier, later in zip(moments, moments[1:], strict=False)]
    assert waits[0] < waits[3] < waits[5]
    assert max(waits) <= LONGEST_WAIT * 1.2
    assert fresh(message).state == "EXPIRED"
    assert moments[-1] >= message.expires_at


@pytest.mark.parametrize("way", ["SMS", "TELEGRAM"], indirect=True)
def test_it_comes_again_when_the_gateway_said(sender, way):
    message, other = queue(), queue(key="other")
    way.post.behave(Answer(429, retry_after=1200))
    sender.send_due(now=NOW)
    before = len(way.post.requests)
    for minute in range(20):
        sender.send_due(now=NOW + minute * MINUTE)
    assert len(way.post.requests) == before, "the whole channel was left alone"
    for minute in range(20, 25):
        sender.send_due(now=NOW + minute * MINUTE)
    assert (fresh(message).state, fresh(other).state, len(way.post.arrived)) == ("SENT", "SENT", 2)


def test_what_is_refused_for_good_fails_at_once(sender, way):
    message = queue()
    way.post.behave(Answer(refusal(way, 400)))
    sender.send_due(now=NOW)
    sender.send_due(now=NOW + timedelta(days=1))
    row = fresh(message)
    assert (row.state, row.attempts, way.post.arrived) == ("FAILED", 1, [])
    assert row.reason == f"refused_{refusal(way, 400)}"


def test_a_number_that_is_none_fails_at_once(sender, book, gateway):
    message = queue()
    book.reaches[WHO.number] = by_sms(address="none")
    sender.send_due(now=NOW)
    assert fresh(message).state == "FAILED"


def test_an_address_with_a_line_break_reaches_no_mail_server(sender, book, server):
    message = queue()
    book.reaches[WHO.number] = by_sms(channel="EMAIL", address="a@example.org\nBcc: b@example.org")
    sender.send_due(now=NOW)
    assert (fresh(message).state, server.post.arrived) == ("FAILED", [])


# -- several senders -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_once(book, set_up, gateway):
    queued = [queue(to=Recipient("tests", WHO.number), key=str(n)) for n in range(40)]
    ready = threading.Barrier(2)

    def empty():
        try:
            ready.wait()
            Sender(gateways()).send_due(now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=empty) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(one.reference for one in gateway.post.arrived) == {str(m.pk): 1 for m in queued}
    assert {m.state for m in everything()} == {"SENT"}


def test_who_comes_late_with_an_answer_changes_nothing_but_the_receipt(sender, book, gateway):
    message = queue()
    late = sender.take(now=NOW)
    Sender(gateways()).send_due(now=NOW + LEASE)
    assert fresh(message).state == "SENT"
    sender.note(late, Unclear("no_answer"), now=NOW + LEASE)
    assert fresh(message).state == "SENT"
    sender.note(late, Accepted("n-1"), now=NOW + LEASE)
    assert (fresh(message).state, fresh(message).gateway_id) == ("SENT", "n-1")


def test_who_comes_late_does_not_settle_the_try_of_another(sender, book, gateway):
    message = queue()
    late = sender.take(now=NOW)
    another = Sender(gateways())
    under_way = another.take(now=NOW + LEASE)
    for outcome in (Unclear("no_answer"), TryLater("answered_500"), Refused("refused_400"), Accepted("n-1")):
        sender.note(late, outcome, now=NOW + LEASE)
        assert (fresh(message).state, fresh(message).attempts) == ("SENDING", 2), outcome
    another.note(under_way, Accepted("n-2"), now=NOW + LEASE)
    assert (fresh(message).state, fresh(message).gateway_id) == ("SENT", "n-2")


def test_what_is_withdrawn_while_it_leaves_is_not_tried_again(sender, book, gateway, monkeypatch):
    message = queue()
    with monkeypatch.context() as patch:
        patch.setattr(Sender, "note", lambda *_a, **_o: None)
        sender.send_due(now=NOW)
    assert withdraw(to=WHO, by=BY, now=NOW) == 1
    sender.send_due(now=NOW + LEASE)
    assert len(gateway.post.arrived) == 1
    assert fresh(message).state == "WITHDRAWN"


def test_what_left_before_it_could_be_withdrawn_is_called_sent(sender, book, gateway):
    message = queue()
    taken = sender.take(now=NOW)
    withdraw(to=WHO, by=BY, now=NOW)
    sender.note(taken, Accepted("n-1"), now=NOW)
    assert fresh(message).state == "SENT"


def test_a_gateway_that_takes_and_does_not_answer_is_left_alone_too(sender, book, gateway):
    """Or a whole queue would be uncertain by the end of the hour."""
    for n in range(20):
        queue(key=str(n))
    gateway.post.behave(*[HANGS_UP_AFTERWARDS] * 20)
    sender.send_due(now=NOW)
    assert sum(m.is_possible_duplicate for m in everything()) == 1


def test_messages_that_wait_too_long_are_told_of(sender, book, gateway):
    gateway.stop()
    queue()
    queue(key="later", not_before=NOW + timedelta(hours=5))
    sender.send_due(now=NOW)
    assert overdue(now=NOW + 20 * MINUTE) == 0
    assert overdue(now=NOW + 31 * MINUTE) == 1


# -- what is told and kept -------------------------------------------------------------------------------------


def test_an_end_is_an_event_and_a_failure_a_line_of_the_log(sender, book, gateway, caplog):
    message = queue()
    gateway.post.behave(Answer(400))
    sender.send_due(now=NOW)
    event = Event.unscoped.get(kind="message.ended")
    assert (event.actor, event.body) == ("system.messenger", {"state": "FAILED"})
    assert [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING] == [
        f"message {message.pk}: FAILED refused_400"
    ]


def test_old_messages_are_forgotten_and_waiting_ones_never(sender, book):
    gone = queue()
    sender.send_due(now=NOW)
    waiting = queue(key="waiting", expires_at=NOW + timedelta(days=100))
    assert forget_old_messages(now=NOW + timedelta(days=29)) == 0
    assert forget_old_messages(now=NOW + timedelta(days=31)) == 1
    assert [m.pk for m in everything()] == [waiting.pk] != [gone.pk]
