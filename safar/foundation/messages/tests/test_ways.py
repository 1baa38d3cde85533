"""Another way she allowed: taken when the first is closed for good, waited for while it is only down."""

from datetime import timedelta

import pytest

from safar.foundation.messages.books import Way
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.fakes.post import Answer
from safar.foundation.messages.reports import take_report
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.tests.conftest import CHAT, NOW, WHO, by_sms, fresh, queue

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
BOTH = (Way("TELEGRAM", CHAT), Way("SMS", "+998901234567"))


def test_a_way_that_refuses_for_good_gives_place_to_the_next_she_allowed(sender, book, bot, gateway):
    book.reaches[WHO.number] = by_sms(ways=BOTH)
    message = queue()
    bot.post.behave(Answer(403))
    sender.send_due(now=NOW)
    assert [len(fake.post.arrived) for fake in (bot, gateway)] == [0, 1]
    row = fresh(message)
    assert (row.state, row.channel, row.closed, row.is_possible_duplicate) == (
        "SENT",
        "SMS",
        ["TELEGRAM"],
        False,
    )


def test_a_way_that_is_down_is_waited_for(sender, book, bot, gateway):
    book.reaches[WHO.number] = by_sms(ways=BOTH)
    message = queue()
    bot.stop()
    sender.send_due(now=NOW)
    assert (fresh(message).state, gateway.post.requests) == ("WAITING", [])
    bot.begin()
    sender.send_due(now=NOW + timedelta(hours=1))
    assert (fresh(message).channel, len(bot.post.arrived), gateway.post.requests) == ("TELEGRAM", 1, [])


def test_a_way_without_a_gateway_is_passed_over(book, set_up, gateway):
    book.reaches[WHO.number] = by_sms(ways=BOTH)
    message = queue()
    Sender({"SMS": gateways()["SMS"]}).send_due(now=NOW)
    assert (fresh(message).state, fresh(message).channel) == ("SENT", "SMS")


def test_no_way_she_did_not_allow_is_taken(sender, book, bot, gateway):
    """The rules changed while the first way was failing: the second is hers no more."""
    book.reaches[WHO.number] = by_sms(ways=BOTH)
    message = queue()
    bot.post.behave(Answer(503), Answer(403))
    sender.send_due(now=NOW)
    book.reaches[WHO.number] = by_sms(ways=BOTH[:1])
    sender.send_due(now=NOW + timedelta(hours=1))
    assert (fresh(message).state, gateway.post.requests) == ("FAILED", [])


def test_what_cannot_be_delivered_is_tried_by_another_way(sender, book, bot, gateway):
    book.reaches[WHO.number] = by_sms(ways=BOTH[::-1])
    message = queue()
    sender.send_due(now=NOW)
    assert take_report(str(message.pk), "UNDELIV", now=NOW + MINUTE)
    sender.send_due(now=NOW + MINUTE)
    assert (fresh(message).state, fresh(message).channel, len(bot.post.arrived)) == ("SENT", "TELEGRAM", 1)
    assert take_report(str(message.pk), "UNDELIV", now=NOW + 2 * MINUTE)
    sender.send_due(now=NOW + 2 * MINUTE)
    assert fresh(message).state == "SENT", "a late report on the SMS says nothing of the other way"
