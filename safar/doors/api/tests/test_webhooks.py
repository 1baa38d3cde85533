"""Webhooks over a real line: told once it stands, signed, again until heard; never of what the token does not show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of
from safar.doors.api.models import Delivery, State, Subscription, Token
from safar.doors.api.tests.asking import RESOURCE, ask, token_for
from safar.doors.api.tests.receiving import Receiver
from safar.doors.api.webhooks import reaching, sending
from safar.doors.api.webhooks.actions import send_again, stop_telling, subscribe
from safar.doors.api.webhooks.signing import signature
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.registers import register_of
from tests.people import person

KIND = "recruiters.change_recruiter"


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.SAFAR_WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture(autouse=True)
def rested():
    """No host rests for what another test did to it."""
    sending._resting.clear()


@pytest.fixture
def officer(transactional_db):
    """Transactions end for good here: what has not ended is not told."""
    return person("hook-owner", role="licensing_officer")


@pytest.fixture
def receiver():
    with Receiver() as found:
        yield found


def subscribed(account, token, address, kinds=(KIND,)):
    by = Actor("staff", user_id=account.pk)
    send(timezone.now())
    with transaction.atomic(), as_web(), acting(by):
        return subscribe(token=str(token.pk), address=address, kinds=list(kinds), by=by, now=timezone.now())


def change(account, firm, name="Yangi Nom"):
    by = Actor("staff", user_id=account.pk)
    act = register_of(Recruiter).change_action
    with transaction.atomic(), as_web(), acting(by):
        row = visible(by, Recruiter).get(pk=firm.pk)
        act(row, address=name, by=by, now=timezone.now())


def send(now):
    """As the worker does, in the role of the web, once nobody else's test is in the midst of what would be waited for."""
    let_others_end()
    return sending.send_due(now=now)


def let_others_end(seconds=240):
    """Wait for the transactions of this server that have begun by now: tests run beside each other on one.

    Inside a test's own transaction there is nothing to wait for: what it writes does not stand before it ends, and it never does.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        (mine,) = cursor.fetchone()
        for _time in range(seconds * 10):
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s", [mine])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.1)


def states():
    return sorted(Delivery.unscoped.values_list("state", flat=True))


@pytest.fixture
def told(officer, receiver):
    """A firm, an open token, its webhook, and one change to tell of."""
    firm, token = make_recruiter("Xabar Firma"), token_for(officer)
    hook = subscribed(officer, token, receiver.url)
    change(officer, firm)
    return firm, token, hook


def test_it_is_told_by_which_act_which_record_changed_and_nothing_of_it(told, receiver):
    firm, _token, _hook = told
    send(timezone.now())
    (one,) = receiver.received
    assert set(one.said) == {"type", "timestamp", "data"}
    assert (one.said["type"], one.said["data"]) == (KIND, {"resource": RESOURCE, "id": str(firm.pk)})
    for hidden in ("Xabar", "Yangi", "hook-owner", firm.stir):
        assert hidden not in one.body.decode()
    assert states() == [State.SENT]


def test_the_signature_is_the_one_of_the_standard(told, receiver):
    """Computed here by the text of Standard Webhooks 1.0, section "Signature scheme"."""
    send(timezone.now())
    (one,) = receiver.received
    number, moment = one.headers["webhook-id"], one.headers["webhook-timestamp"]
    key = base64.b64decode(told[2].secret.split("_")[1])
    made = hmac.new(key, f"{number}.{moment}.".encode() + one.body, hashlib.sha256).digest()
    assert one.headers["webhook-signature"] == f"v1,{base64.b64encode(made).decode()}"
    assert abs(int(moment) - timezone.now().timestamp()) < 600


def test_the_signature_of_the_published_example():
    """The test vector of the reference libraries (standard-webhooks, `webhook_test`)."""
    secret, number, moment = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
    )
    found = signature(secret, number, moment, b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_rolled_back_is_never_told(officer, receiver):
    firm, token = make_recruiter("Qaytgan"), token_for(officer)
    subscribed(officer, token, receiver.url)
    with transaction.atomic():
        change(officer, firm)
        transaction.set_rollback(True)
    send(timezone.now())
    assert receiver.received == []


def test_what_has_not_ended_yet_is_told_later_and_not_missed(officer, receiver):
    """A transaction that began first and ends last: its event has an earlier number than those already told."""
    from safar.foundation.database import connect

    slow, quick, token = make_recruiter("Sekin"), make_recruiter("Tez"), token_for(officer)
    subscribed(officer, token, receiver.url)
    with connect("web") as other:
        other.execute("begin")
        other.execute("select pg_current_xact_id()")
        change(officer, quick)
        sending.send_due(now=timezone.now())
        assert receiver.received == []
        other.execute("commit")
    change(officer, slow)
    send(timezone.now())
    assert sorted(one.said["data"]["id"] for one in receiver.received) == sorted(
        [str(quick.pk), str(slow.pk)]
    )


def test_it_is_tried_again_under_the_same_number_and_given_up_at_last(told, receiver):
    receiver.answers = [(500, {})]
    now = timezone.now()
    for _attempt in range(12):
        send(now)
        now += timedelta(hours=13)
    assert len(receiver.received) == len(sending.WAITS) + 1
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    (found,) = Delivery.unscoped.all()
    assert (found.state, found.outcome) == (State.DEAD, "500")


def test_it_waits_longer_each_time_and_as_long_as_it_is_asked_to(told, receiver):
    receiver.answers = [(503, {}), (429, {"Retry-After": "3600"}), (200, {})]
    now = timezone.now()
    send(now)
    assert send(now + timedelta(seconds=4)) == 0
    assert send(now + timedelta(seconds=6)) == 1
    assert send(now + timedelta(seconds=3000)) == 0
    assert send(now + timedelta(seconds=3700)) == 1
    assert states() == [State.SENT]


def test_a_worker_that_dies_in_the_middle_leaves_it_to_be_told_again(told, receiver, monkeypatch):
    now = timezone.now()
    with monkeypatch.context() as dying:
        dying.setattr(sending, "_note", lambda *args, **options: None)
        send(now)
    assert send(now + timedelta(seconds=60)) == 0
    assert send(now + timedelta(minutes=3)) == 1
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_what_was_given_up_is_sent_again_by_its_owner(told, receiver, officer):
    receiver.answers = [(410, {}), (204, {})]
    send(timezone.now())
    (found,) = Delivery.unscoped.all()
    assert found.state == State.DEAD
    by = Actor("staff", user_id=officer.pk)
    with transaction.atomic(), as_web(), acting(by):
        send_again(visible(by, Delivery).get(pk=found.pk), by=by, now=timezone.now())
    send(timezone.now())
    assert states() == [State.SENT]


class TestEachHasItsTurn:
    @pytest.fixture
    def others(self, officer, receiver):
        """A firm, and two webhooks beside that of the receiver: one to a port where nobody listens."""
        with socket.socket() as closed, Receiver() as third:
            closed.bind(("127.0.0.1", 0))
            nowhere = f"http://127.0.0.1:{closed.getsockname()[1]}/"
            firm, token = make_recruiter("Navbat"), token_for(officer)
            for address in (nowhere, receiver.url, third.url):
                subscribed(officer, token, address)
            for number in range(3):
                change(officer, firm, name=f"Nom {number}")
            let_others_end()
            while sending.take_news(now=timezone.now()):
                pass
            yield third

    def test_a_round_takes_one_delivery_of_each(self, others, receiver):
        now = timezone.now()
        assert sending.send_round(lambda: now) == 3
        assert (len(receiver.received), len(others.received)) == (1, 1)

    def test_a_host_that_was_not_heard_rests_while_the_others_are_told(self, others, receiver):
        now = timezone.now()
        assert sending.send_due(now=now) == 7, "three to each of two, and one that nobody heard"
        assert (len(receiver.received), len(others.received)) == (3, 3)
        assert sending.send_due(now=now + sending.REST / 2) == 0
        assert sending.send_due(now=now + sending.REST) == 1
        assert sending.send_due(now=now + 2 * sending.REST) == 0, "each time twice as long"

    def test_one_that_answers_is_called_again_at_once(self, told, receiver):
        now = timezone.now()
        sending._resting[receiver.netloc] = (now, sending.LONGEST_PAUSE)
        send(now)
        assert (len(receiver.received), sending._resting) == (1, {})


class TestNothingIsTold:
    def test_of_what_the_token_does_not_show(self, officer, receiver):
        """An application is the office's: a token of somebody else's eyes is told of the published firm alone."""
        token = token_for(officer)
        subscribed(officer, token, receiver.url)
        hidden, open_one = make_recruiter("Yashirin", state="APPLIED"), make_recruiter("Ochiq")
        Grant.unscoped.filter(user_id=officer.pk).update(org_ids=[-1])
        second = person("hook-second", role="licensing_officer")
        change(second, hidden)
        change(second, open_one)
        send(timezone.now())
        assert [one.said["data"]["id"] for one in receiver.received] == [str(open_one.pk)]
        assert list(Delivery.unscoped.values_list("subject", flat=True)) == [str(open_one.pk)]

    @pytest.mark.parametrize("how", ["revoked", "stopped", "grant ended"])
    def test_once_the_right_is_gone_though_it_waited(self, told, receiver, officer, how):
        firm, token, hook = told
        let_others_end()
        sending.take_news(now=timezone.now())
        assert states() == [State.WAITING]
        if how == "revoked":
            Token.unscoped.filter(pk=token.pk).update(revoked_at=timezone.now())
        elif how == "stopped":
            by = Actor("staff", user_id=officer.pk)
            with transaction.atomic(), as_web(), acting(by):
                stop_telling(visible(by, Subscription).get(pk=hook.pk), by=by, now=timezone.now())
        else:
            Recruiter.unscoped.filter(pk=firm.pk).update(
                state="APPLIED", applied_on="2026-11-01", number="", licensed_from=None, licensed_until=None
            )
            Grant.unscoped.filter(user_id=officer.pk).update(valid_to="2020-01-01")
        send(timezone.now())
        assert receiver.received == []
        assert states() == [State.WITHHELD]

    def test_of_acts_before_the_address_was_subscribed(self, officer, receiver):
        firm, token = make_recruiter("Avval"), token_for(officer)
        change(officer, firm)
        subscribed(officer, token, receiver.url)
        send(timezone.now())
        assert receiver.received == []


class TestSubscribing:
    @pytest.fixture
    def officer(self, db):
        """Nothing is told here, so nothing need end."""
        return person("hook-owner", role="licensing_officer")

    @pytest.mark.parametrize(
        "address",
        [
            "http://example.org/x", "ftp://example.org", "https://user:word@example.org/", "//example.org", "https:///x",
            "javascript:alert(1)", "https://example.org/#part", "file:///etc/passwd", "http://169.254.169.254/", "https://еxample.org",
        ],
    )  # fmt: skip
    def test_only_whole_https_addresses_are_taken(self, officer, address):
        with pytest.raises(Refused):
            subscribed(officer, token_for(officer), address)

    def test_only_ones_own_open_token_is_taken(self, officer, receiver):
        other = person("hook-other", role="licensing_officer")
        with pytest.raises(Refused):
            subscribed(officer, token_for(other), receiver.url)
        ended = token_for(officer)
        Token.unscoped.filter(pk=ended.pk).update(revoked_at=timezone.now())
        with pytest.raises(Refused):
            subscribed(officer, ended, receiver.url)

    def test_only_acts_on_records_the_token_shows_are_taken(self, officer, receiver):
        with pytest.raises(Refused):
            subscribed(officer, token_for(officer), receiver.url, kinds=["places.change_place"])

    def test_it_is_not_offered_to_tokens(self, officer):
        token = token_for(officer, resources=["api.subscription", "api.token"])
        answer = ask(
            token,
            "/api/v1/webhooks/subscribe",
            data={"token": "1", "address": "https://example.org", "kinds": []},
        )
        assert answer.status_code == 404

    def test_the_secret_is_sealed_and_shown_nowhere_again(self, officer, receiver):
        hook = subscribed(officer, token_for(officer), receiver.url)
        with connection.cursor() as cursor:
            cursor.execute("select signing_key from api_subscription")
            (kept,) = cursor.fetchone()
        assert hook.secret.encode() not in bytes(kept)
        page = client_of(officer).get(f"/en/desk/webhooks/{hook.pk}/")
        assert page.status_code == 200
        assert hook.secret not in page.content.decode()


class TestAnAddressInsideTheHouse:
    def test_is_not_called_even_if_its_name_says_otherwise(self, told, receiver, settings):
        """`localhost` resolves to this machine; nothing is sent, and the page says only that it is not public."""
        settings.SAFAR_WEBHOOKS_TO_LOOPBACK = False
        Subscription.unscoped.update(address=f"https://localhost:{receiver.server.server_address[1]}/")
        send(timezone.now())
        assert receiver.received == []
        assert Delivery.unscoped.get().outcome == "not_public"

    def test_nor_by_way_of_a_redirect(self, told, receiver):
        with Receiver() as inside:
            receiver.answers = [(302, {"Location": inside.url})]
            send(timezone.now())
            assert inside.received == []
        assert Delivery.unscoped.get().outcome == "302"

    def test_loopback_is_for_demonstrations_only(self, settings):
        settings.SAFAR_DEMO = False
        assert not reaching.may_call("http://127.0.0.1:8000/")
        assert not reaching.to_loopback()
