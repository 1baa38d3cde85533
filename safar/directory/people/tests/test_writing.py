"""Writing to a person: neutral, by her rules, stopped when she says so, and once more if it did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from safar.directory.people.actions import PHONES, erase_person, send_again, send_message, set_safe_contact
from safar.directory.people.demo import make_person
from safar.directory.people.models import Phone
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.writing_forms import TEXTS
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.messages.checks import faults_of
from safar.foundation.messages.choices import State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.sending import unsent

pytestmark = pytest.mark.django_db
ALWAYS = {"language": "ru", "channels": ["SMS"], "days": [1, 2, 3, 4, 5, 6, 7], "hour_from": 0, "hour_to": 24}


@pytest.fixture(autouse=True)
def no_counts(db):
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def reachable(person, worker):
    """A person with a telephone of her own who may be written to at any hour."""
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    do(set_safe_contact, worker, person, **ALWAYS)
    return person


def outbox():
    with acting(MESSENGER):
        return list(visible(MESSENGER, Message).order_by("queued_at", "pk"))


def leave(now=None):
    """What the worker of a demonstration does."""
    with as_web():
        Sender({}, keeps_here=True).send_due(now=now or timezone.now())


def failed(message, state="FAILED"):
    """The message as it stands when its gateway refused it, or never answered."""
    with acting(MESSENGER):
        row = visible(MESSENGER, Message).get(pk=message.pk)
        row.state, row.channel, row.ended_at, row.reason = state, "SMS", timezone.now(), "refused_400"
        row.save()
    return row


def test_a_message_is_queued_with_the_act_and_leaves_by_her_rules(reachable, worker):
    do(send_message, worker, reachable, text="call_us")
    (message,) = outbox()
    assert (message.wording, message.params, message.book, message.recipient) == (
        "call_us", {}, "people", reachable.pk.hex,
    )  # fmt: skip
    leave()
    (message,) = outbox()
    assert (message.state, message.channel, message.language) == ("KEPT", "SMS", "ru")
    event = Event.unscoped.get(kind="people.send_message")
    assert (event.subject_id, event.detail) == (str(reachable.pk), {"text": "call_us"})


def test_a_meeting_names_its_day_and_time_and_lies_ahead(reachable, worker):
    day = timezone.localdate() + timedelta(days=3)
    do(send_message, worker, reachable, text="meeting", on=str(day), at="10:30")
    assert outbox()[0].params == {"date": day.isoformat(), "time": "10:30"}
    for wrong in ({"on": str(day)}, {"at": "10:30"}, {"on": "2020-01-01", "at": "10:30"}):
        with pytest.raises(AssertionError, match="meeting"):
            do(send_message, worker, reachable, text="meeting", **wrong)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_no_text_a_person_is_sent_says_what_it_is_about(code):
    assert list(faults_of(TEXTS[code])) == []


def test_free_words_cannot_be_sent(reachable, worker):
    for text in ("Your case is open", "phone_code", ""):
        with pytest.raises(AssertionError, match="text"):
            do(send_message, worker, reachable, text=text)
    assert outbox() == []


def test_who_may_not_be_written_to_is_not_and_the_worker_is_told(person, worker):
    with pytest.raises(Refused, match="safe contact"):
        do(send_message, worker, person, text="news")
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    do(set_safe_contact, worker, person, **{**ALWAYS, "do_not_contact": "on"})
    with pytest.raises(Refused, match="safe contact"):
        do(send_message, worker, person, text="news")
    assert outbox() == []


@pytest.mark.parametrize("change", ["asked not to", "number given up", "erased"])
def test_what_she_takes_back_stops_what_is_queued(reachable, worker, change):
    do(send_message, worker, reachable, text="news")
    if change == "asked not to":
        do(set_safe_contact, worker, reachable, **{**ALWAYS, "do_not_contact": "on"})
    elif change == "number given up":
        do(PHONES.remove, worker, reachable, which=Phone.unscoped.get().pk)
    else:
        do(erase_person, worker, reachable, reason="request 17")
    leave()
    assert [one.state for one in outbox()] == ["HELD"]


def test_another_hour_of_hers_puts_off_what_is_queued(reachable, worker):
    do(send_message, worker, reachable, text="news")
    now = timezone.now()
    hour = timezone.localtime(now + timedelta(hours=3)).hour % 23
    do(set_safe_contact, worker, reachable, **{**ALWAYS, "hour_from": hour, "hour_to": hour + 1})
    leave(now)
    (message,) = outbox()
    at = timezone.localtime(message.due_at)
    assert (message.state, at.hour, at.minute) == ("WAITING", hour, 0)


def test_she_is_not_flooded(reachable, worker):
    for _n in range(5):
        do(send_message, worker, reachable, text="news")
    with pytest.raises(Refused, match="5 times within a day"):
        do(send_message, worker, reachable, text="news")
    assert len(outbox()) == 5


@pytest.mark.parametrize("role", ["protection_officer", "licensing_officer", "auditor"])
def test_who_may_not_write_finds_no_such_act(reachable, desk, role):
    for act in (send_message, send_again):
        with pytest.raises(Hidden):
            do(act, somebody(role, level=2, orgs=[desk.pk]), reachable, text="news")


def test_another_desk_finds_nobody_to_write_to(reachable, other_desk):
    with pytest.raises(Hidden):
        do(send_message, somebody("case_worker", level=2, orgs=[other_desk.pk]), reachable, text="news")


# -- once more -------------------------------------------------------------------------------------------------


def test_what_did_not_arrive_is_sent_again_once_and_no_more(reachable, worker):
    do(send_message, worker, reachable, text="news")
    first = failed(outbox()[0])
    do(send_again, worker, reachable, which=first.pk)
    again = next(one for one in outbox() if one.again_of == first.pk)
    assert (again.state, again.wording, again.is_possible_duplicate) == ("WAITING", "news", False)
    assert again.reference != first.reference
    with pytest.raises(AssertionError, match="which"):
        do(send_again, worker, reachable, which=first.pk)
    failed(again)
    with pytest.raises(AssertionError, match="which"):
        do(send_again, worker, reachable, which=again.pk)
    assert len(outbox()) == 2


def test_one_that_may_have_left_is_marked_when_it_is_sent_again(reachable, worker):
    do(send_message, worker, reachable, text="news")
    first = failed(outbox()[0], State.UNCERTAIN)
    do(send_again, worker, reachable, which=first.pk)
    assert next(one for one in outbox() if one.again_of).is_possible_duplicate


def test_what_arrived_or_waits_and_what_is_anothers_is_not_sent_again(reachable, worker, desk, region):
    do(send_message, worker, reachable, text="news")
    (waiting,) = outbox()
    with pytest.raises(AssertionError, match="which"):
        do(send_again, worker, reachable, which=waiting.pk)
    other = make_person("Namunova", "Oysha", organisation=desk, place=region)
    do(PHONES.add, worker, other, number="90 000 00 03", whose="OWN")
    failed(waiting)
    with pytest.raises(AssertionError, match="which"):
        do(send_again, worker, other, which=waiting.pk)


def test_a_meeting_that_is_over_is_not_spoken_of_again(reachable, worker):
    day = timezone.localdate() + timedelta(days=1)
    do(send_message, worker, reachable, text="meeting", on=str(day), at="10:30")
    first = failed(outbox()[0])
    with acting(MESSENGER):
        visible(MESSENGER, Message).filter(pk=first.pk).update(params={"date": "2020-01-01", "time": "10:30"})
    with pytest.raises(Refused, match="day that is over"):
        do(send_again, worker, reachable, which=first.pk)


def test_her_rules_of_now_hold_for_what_is_sent_again(reachable, worker):
    do(send_message, worker, reachable, text="news")
    first = failed(outbox()[0])
    do(set_safe_contact, worker, reachable, **{**ALWAYS, "do_not_contact": "on"})
    with pytest.raises(Refused, match="safe contact"):
        do(send_again, worker, reachable, which=first.pk)


def test_those_that_did_not_arrive_are_told_newest_first(reachable, worker):
    for _n in range(3):
        do(send_message, worker, reachable, text="news")
    for message in outbox():
        failed(message)
    ended = [one.ended_at for one in unsent("people")]
    assert ended == sorted(ended, reverse=True)
    assert isinstance(ended[0], datetime)
    assert unsent("codes") == []
