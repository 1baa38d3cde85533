"""Signing in, step by step, as a person at a browser does it."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from safar.directory.staff import actions, known_browsers, second_factor
from safar.directory.staff.demo import (
    PASSWORD,
    client_of,
    code_now,
    demo_secret,
    make_account,
    sign_in,
    with_known_secrets,
)
from safar.directory.staff.models import Account, Post
from safar.directory.staff.session_store import SessionStore, kept_as
from safar.foundation.access.actors import acting
from safar.foundation.encryption.envelope import Tampered
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
OWN = "my new words are long enough"


@pytest.fixture
def person(house):
    return with_known_secrets(make_account("inspector", house.agency))


@pytest.fixture
def newcomer(house):
    account = make_account("inspector", house.agency)
    account.set_password("starting-word-told-once")
    account.must_change_password = True
    account.save()
    return account


def password_step(client, username, password=PASSWORD, **extra):
    return client.post("/en/account/login/", {"login": username, "password": password}, **extra)


def code_step(client, code, url="/en/account/code/"):
    return client.post(url, {"code": code})


def is_in(client):
    return client.get("/en/account/sessions/").status_code == 200


class TestTwoSteps:
    def test_password_and_code_let_in(self, person):
        client = Client()
        assert password_step(client, person.username).url == "/en/account/code/"
        assert not is_in(client)
        assert code_step(client, code_now(demo_secret(person.username))).status_code == 302
        assert is_in(client)

    def test_the_shared_maker_does_the_same(self, person):
        client = Client()
        sign_in(client, person)
        assert is_in(client)

    def test_username_is_taken_in_any_case(self, person):
        assert password_step(Client(), person.username.upper()).url == "/en/account/code/"

    def test_no_page_opens_between_the_steps(self, person):
        client = Client()
        password_step(client, person.username)
        for url in ("/en/account/", "/en/account/password/", "/en/account/codes/new/", "/en/account/app/"):
            assert client.get(url).status_code == 302, url

    def test_the_code_page_opens_only_after_the_password(self):
        assert Client().get("/en/account/code/").url == "/en/account/login/"

    def test_a_wrong_code_keeps_out_and_says_so(self, person):
        client = Client()
        password_step(client, person.username)
        answer = code_step(client, "000000")
        assert "wrong or too old" in answer.content.decode()
        assert not is_in(client)

    def test_a_code_is_taken_once(self, person):
        code = code_now(demo_secret(person.username))
        first, second = Client(), Client()
        for client in (first, second):
            password_step(client, person.username)
        code_step(first, code)
        code_step(second, code)
        assert is_in(first)
        assert not is_in(second)

    def test_not_a_second_time_even_when_its_half_minute_is_over(self, person):
        """With clocks allowed to differ a code is right for a minute and a half: as long must it be remembered."""
        with time_machine.travel(timezone.now(), tick=False) as clock:
            code = code_now(demo_secret(person.username), steps=1)
            for moved, welcome in ((0, True), (35, False), (20, False)):
                clock.shift(moved)
                client = Client()
                password_step(client, person.username)
                code_step(client, code)
                assert is_in(client) is welcome

    def test_a_recovery_code_lets_in_once(self, person):
        with second_factor.owned_by(person):
            code = second_factor.unseen_codes(person)[0]
        for welcome in (True, False):
            client = Client()
            password_step(client, person.username)
            code_step(client, code)
            assert is_in(client) is welcome

    def test_the_session_has_a_new_name_after_signing_in(self, person):
        client = Client()
        password_step(client, person.username)
        before = client.session.session_key
        code_step(client, code_now(demo_secret(person.username)))
        assert client.session.session_key != before

    def test_a_step_left_for_a_quarter_of_an_hour_begins_anew(self, person):
        client = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            password_step(client, person.username)
            clock.shift(timedelta(minutes=16))
            assert code_step(client, code_now(demo_secret(person.username))).url == "/en/account/login/"

    def test_the_way_asked_for_is_taken_afterwards_but_never_out_of_the_house(self, person):
        client = Client()
        client.post(
            "/en/account/login/?next=/en/desk/staff/", {"login": person.username, "password": PASSWORD}
        )
        assert code_step(client, code_now(demo_secret(person.username))).url == "/en/desk/staff/"
        cache.clear()
        client = Client()
        client.post(
            "/en/account/login/?next=https://evil.example/", {"login": person.username, "password": PASSWORD}
        )
        assert "evil" not in code_step(client, code_now(demo_secret(person.username))).url

    def test_the_persons_own_language_follows(self, person):
        Account.objects.filter(pk=person.pk).update(language="ru")
        client = Client()
        assert sign_in(client, person).url.startswith("/ru/desk/")


class TestANewcomer:
    def test_chooses_a_password_sets_up_the_app_and_keeps_codes_before_anything_else(self, newcomer):
        client = Client()
        assert (
            password_step(client, newcomer.username, "starting-word-told-once").url
            == "/en/account/new-password/"
        )
        assert client.get("/en/account/set-up/").url == "/en/account/login/"
        answer = client.post("/en/account/new-password/", {"password1": OWN, "password2": OWN})
        assert answer.url == "/en/account/set-up/"
        assert not is_in(client)

        page = client.get("/en/account/set-up/").content.decode()
        secret = re.search(r'class="sf-mask">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        picture = client.get("/en/account/set-up/app.svg")
        assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert "no-store" in picture["Cache-Control"]
        assert client.get("/en/account/set-up/codes/").url == "/en/account/set-up/"
        assert code_step(client, code_now(secret), "/en/account/set-up/").url == "/en/account/set-up/codes/"
        assert not is_in(client)

        page = client.get("/en/account/set-up/codes/").content.decode()
        assert len(re.findall(r">\d{4} \d{4}</code>", page)) == 10
        client.post("/en/account/set-up/codes/")
        assert is_in(client)
        newcomer.refresh_from_db()
        assert not newcomer.must_change_password
        assert not newcomer.must_enrol_totp
        assert second_factor.unseen_codes(newcomer) == []

    def test_the_code_of_the_set_up_does_not_sign_in_again(self, newcomer):
        client, code = self.set_up(newcomer)
        assert is_in(client)
        again = Client()
        password_step(again, newcomer.username, OWN)
        code_step(again, code)
        assert not is_in(again)

    @pytest.mark.parametrize("bad", ["short", "123123123123", "qwertyuiop123"])
    def test_is_not_let_choose_what_others_would_guess(self, bad, newcomer):
        client = Client()
        password_step(client, newcomer.username, "starting-word-told-once")
        client.post("/en/account/new-password/", {"password1": bad, "password2": bad})
        newcomer.refresh_from_db()
        assert newcomer.must_change_password

    def test_nor_her_own_name(self, newcomer):
        name = newcomer.full_name.replace(" ", "")
        client = Client()
        password_step(client, newcomer.username, "starting-word-told-once")
        answer = client.post("/en/account/new-password/", {"password1": name, "password2": name})
        assert "too similar" in answer.content.decode()

    def test_does_not_keep_the_starting_password(self, newcomer):
        client = Client()
        password_step(client, newcomer.username, "starting-word-told-once")
        same = {"password1": "starting-word-told-once", "password2": "starting-word-told-once"}
        assert "Choose another" in client.post("/en/account/new-password/", same).content.decode()

    def test_a_sign_in_begun_before_somebody_else_set_the_app_up_goes_no_further(self, newcomer):
        """Who knows the starting password and waits must not slip in behind the person without a code."""
        Account.objects.filter(pk=newcomer.pk).update(must_change_password=False)
        early = Client()
        assert password_step(early, newcomer.username, "starting-word-told-once").url == "/en/account/set-up/"
        second_factor.enrol(newcomer, demo_secret(newcomer.username))
        assert early.get("/en/account/set-up/").url == "/en/account/login/"
        assert early.get("/en/account/set-up/codes/").status_code == 302
        early.post("/en/account/set-up/codes/")
        assert not is_in(early)

    def test_nor_one_that_waited_at_the_password(self, newcomer):
        early = Client()
        password_step(early, newcomer.username, "starting-word-told-once")
        second_factor.enrol(newcomer, demo_secret(newcomer.username))
        early.post("/en/account/new-password/", {"password1": OWN, "password2": OWN})
        early.post("/en/account/set-up/codes/")
        assert not is_in(early)

    def set_up(self, newcomer):
        Account.objects.filter(pk=newcomer.pk).update(must_change_password=False)
        newcomer.refresh_from_db()
        newcomer.set_password(OWN)
        newcomer.save()
        client = Client()
        password_step(client, newcomer.username, OWN)
        page = client.get("/en/account/set-up/").content.decode()
        secret = re.search(r'class="sf-mask">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        code = code_now(secret)
        code_step(client, code, "/en/account/set-up/")
        client.post("/en/account/set-up/codes/")
        return client, code


class TestStrangers:
    def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(self, person):
        answers = []
        for username in (person.username, "nobody-of-that-name"):
            cache.clear()
            page = password_step(Client(), username, "wrong words altogether").content.decode()
            page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
            answers.append(page.replace(username, "NAME"))
        assert answers[0] == answers[1]

    def test_both_cost_one_hash_and_a_dear_one(self, person, monkeypatch, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
        with_known_secrets(person)
        made, whole = [], ScryptPasswordHasher.encode
        monkeypatch.setattr(
            ScryptPasswordHasher, "encode", lambda self, *a, **k: made.append(1) or whole(self, *a, **k)
        )
        costs = []
        for username in (person.username, "nobody-of-that-name"):
            made.clear()
            password_step(Client(), username, "wrong words altogether")
            costs.append(len(made))
        assert costs == [1, 1]

    @pytest.mark.parametrize(
        "page", ["signup/", "password/reset/", "email/", "password/set/", "totp/deactivate/", "mfa/"]
    )
    def test_doors_that_do_not_exist(self, page):
        assert Client().get(f"/en/account/{page}").status_code == 404

    def test_own_pages_lead_to_the_door(self, house):
        for url in ("", "password/", "app/", "app/app.svg", "codes/", "codes/new/", "sessions/", "confirm/"):
            answer = Client().get(f"/en/account/{url}")
            assert (answer.status_code, answer.url.split("?")[0]) == (302, "/en/account/login/"), url

    def test_a_closed_account_opens_with_no_password_and_tells_only_who_knows_it(self, person):
        Account.objects.filter(pk=person.pk).update(is_active=False)
        client = Client()
        assert (
            "closed" not in password_step(client, person.username, "wrong words altogether").content.decode()
        )
        assert password_step(client, person.username).url == "/en/account/inactive/"
        assert not is_in(client)


class TestCounting:
    def test_the_sixth_wrong_password_is_not_even_looked_at(self, person):
        for _attempt in range(5):
            password_step(Client(), person.username, "wrong words altogether")
        assert "Too many attempts" in password_step(Client(), person.username).content.decode()

    def test_another_name_of_the_same_server_gives_no_new_attempts(self, person):
        for host in ("localhost", "127.0.0.1", "testserver") * 2:
            password_step(Client(), person.username, "wrong words altogether", headers={"host": host})
        assert "Too many attempts" in password_step(Client(), person.username).content.decode()

    def test_codes_are_counted_too(self, person):
        client = Client()
        password_step(client, person.username)
        for _attempt in range(5):
            code_step(client, "000000")
        assert (
            "Too many attempts" in code_step(client, code_now(demo_secret(person.username))).content.decode()
        )

    def test_an_address_that_hammers_gets_the_door_shut(self, house):
        for number in range(31):
            answer = password_step(Client(), f"nobody-{number}", "wrong words altogether")
        assert answer.status_code == 429
        assert "Too many attempts" in answer.content.decode()


class TestNobodyIsKeptOut:
    """Whoever knows a name may type wrong passwords for it; the person herself gets in all the same."""

    WRONG, ELSEWHERE = "wrong words altogether", "203.0.113.7"

    def hammer(self, username, *, times=5, address="127.0.0.1", client=None):
        answer = None
        for _attempt in range(times):
            answer = password_step(client or Client(), username, self.WRONG, REMOTE_ADDR=address)
        return answer.content.decode()

    def test_from_another_address(self, person):
        self.hammer(person.username, times=8, address=self.ELSEWHERE)
        assert password_step(Client(), person.username).url == "/en/account/code/"

    def test_from_her_own_address_while_she_sits_at_her_own_browser(self, person):
        hers = Client()
        sign_in(hers, person)
        hers.post("/en/account/logout/")
        self.hammer(person.username, times=12)
        assert "Too many attempts" in password_step(Client(), person.username).content.decode()
        assert password_step(hers, person.username).url == "/en/account/code/"

    def test_from_many_addresses(self, person):
        hers = Client()
        sign_in(hers, person)
        hers.post("/en/account/logout/")
        for number in range(30):
            self.hammer(person.username, times=5, address=f"203.0.113.{number}")
        assert (
            "Too many attempts"
            in password_step(Client(), person.username, REMOTE_ADDR="198.51.100.1").content.decode()
        )
        assert password_step(hers, person.username).url == "/en/account/code/"

    def test_her_own_browser_has_five_attempts_too(self, person):
        hers = Client()
        sign_in(hers, person)
        hers.post("/en/account/logout/")
        self.hammer(person.username, client=hers)
        for address in ("127.0.0.1", self.ELSEWHERE):
            answer = password_step(hers, person.username, REMOTE_ADDR=address)
            assert "Too many attempts" in answer.content.decode()

    def test_a_browser_known_for_one_name_is_a_stranger_for_another(self, person, house):
        thief, name = Client(), make_account("inspector", house.ministry)
        sign_in(thief, name)
        thief.post("/en/account/logout/")
        self.hammer(person.username, client=thief)
        assert "Too many attempts" in password_step(thief, person.username).content.decode()
        self.hammer(person.username, times=1, address=self.ELSEWHERE)
        assert password_step(thief, name.username).url == "/en/account/code/"

    def test_a_browser_shared_by_two_is_known_for_both(self, person, house):
        shared, colleague = Client(), with_known_secrets(make_account("inspector", house.agency))
        for account in (person, colleague):
            sign_in(shared, account)
            shared.post("/en/account/logout/")
        for account in (person, colleague):
            self.hammer(account.username)
            assert password_step(shared, account.username).url == "/en/account/code/"

    def test_nobody_makes_himself_known(self, person):
        hers = Client()
        sign_in(hers, person)
        kept = hers.cookies[known_browsers.COOKIE].value
        for told in ("", "x", kept[:-1], kept.split(":")[0], person.username):
            browser = Client()
            browser.cookies[known_browsers.COOKIE] = told
            assert known_browsers.number_of(request_of(browser), person.username) is None
        assert known_browsers.number_of(request_of(hers), person.username)

    def test_the_cookie_names_nobody_and_stays_out_of_scripts(self, person):
        hers = Client()
        sign_in(hers, person)
        cookie = hers.cookies[known_browsers.COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        said = signing.loads(cookie.value, salt=known_browsers.PURPOSE)
        assert person.username not in str(said)
        assert person.username not in cookie.value

    def test_names_there_are_and_are_not_are_counted_alike(self, person):
        told = []
        for username in (person.username, "nobody-of-that-name"):
            cache.clear()
            told.append([
                "Too many" in self.hammer(username, times=1, address=f"203.0.113.{number % 3}")
                for number in range(18)
            ])  # fmt: skip
        assert told[0] == told[1]
        assert any(told[0])

    def test_an_attacker_who_is_patient_has_a_score_of_attempts_a_day(self, person):
        looked_at = 0
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _hour in range(12):
                clock.shift(timedelta(hours=1))
                answers = [self.hammer(person.username, times=1, address=self.ELSEWHERE) for _ in range(5)]
                looked_at += sum("Too many" not in answer for answer in answers)
        assert looked_at == 20


def request_of(client):
    """A request with the cookies of this browser."""
    request = RequestFactory().get("/")
    request.COOKIES.update({name: morsel.value for name, morsel in client.cookies.items()})
    return request


class TestWhatIsWrittenDown:
    def events(self, kind):
        return list(Event.unscoped.filter(kind=kind).order_by("id"))

    def test_a_sign_in(self, person):
        sign_in(Client(), person)
        (event,) = self.events("signed_in")
        assert (event.resource, event.subject_id, event.actor) == (
            "staff.account",
            str(person.pk),
            f"staff.{person.pk}",
        )

    def test_a_wrong_password_without_what_was_typed(self, person):
        password_step(Client(), person.username, "hunter-hunter-2")
        password_step(Client(), "my password by mistake", "hunter-hunter-2")
        known, unknown = self.events("sign_in_refused")
        assert (known.subject_id, unknown.subject_id) == (str(person.pk), "")
        assert known.actor == unknown.actor == "public.0"
        for event in (known, unknown):
            assert "hunter" not in f"{event.detail} {event.body}"
            assert "mistake" not in f"{event.detail} {event.body}"

    def test_a_wrong_code_and_a_closed_account(self, person):
        client = Client()
        password_step(client, person.username)
        code_step(client, "000000")
        Account.objects.filter(pk=person.pk).update(is_active=False)
        password_step(Client(), person.username)
        assert [e.detail["reason"] for e in self.events("sign_in_refused")] == [
            "wrong code",
            "account closed",
        ]

    def test_signing_out(self, person):
        client = client_of(person)
        client.post("/en/account/logout/")
        assert len(self.events("signed_out")) == 1
        assert not is_in(client)


class TestSessions:
    def test_no_staff_page_may_be_kept(self, person):
        for url in ("/en/account/", "/en/account/sessions/", "/en/account/password/"):
            assert "no-store" in client_of(person).get(url)["Cache-Control"]

    def test_a_session_stays_out_of_scripts_and_other_sites(self, person):
        client = Client()
        sign_in(client, person)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["max-age"] == ""

    def test_with_https_the_cookies_are_bound_to_this_host(self):
        asked = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_NAME)"
        told = subprocess.run(
            [sys.executable, "-c", asked], capture_output=True, text=True, check=True,
            env={**os.environ, "SAFAR_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "safar.config.settings"},
        ).stdout  # fmt: skip
        assert told.split() == ["__Host-session", "True", "__Host-csrf"]

    def test_lasts_a_day_of_work_at_most(self, person):
        client = client_of(person)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _half_hour in range(19):
                clock.shift(timedelta(minutes=25))
                client.get("/en/account/")
            assert is_in(client)
            clock.shift(timedelta(minutes=10))
            assert not is_in(client)

    def test_ends_when_nobody_is_there(self, person):
        client = client_of(person)
        with time_machine.travel(timezone.now(), tick=False) as clock:
            clock.shift(timedelta(minutes=settings.SAFAR_IDLE_MINUTES))
            assert not is_in(client)

    def test_one_that_never_passed_the_last_step_is_nobody(self, person):
        client = Client()
        client.force_login(person)
        assert not is_in(client)

    def test_are_listed_and_ended_one_by_one(self, person):
        here, there = Client(headers={"user-agent": "Here/1"}), Client(headers={"user-agent": "There/1"})
        sign_in(here, person)
        sign_in(there, person)
        page = here.get("/en/account/sessions/").content.decode()
        assert "Here/1" in page
        assert "There/1" in page
        other = UserSession.objects.get(user_agent="There/1")
        here.post("/en/account/sessions/end/", {"session": other.pk})
        assert is_in(here)
        assert not is_in(there)

    def test_nobody_ends_anothers(self, person, house):
        stranger = make_account("inspector", house.ministry)
        theirs = Client()
        sign_in(theirs, stranger)
        mine = client_of(person)
        session = UserSession.objects.get(user=stranger)
        for wanted in (session.pk, "0", "x", "9" * 30):
            assert mine.post("/en/account/sessions/end/", {"session": wanted}).status_code == 404
        assert is_in(theirs)

    def test_a_new_password_ends_the_others(self, person):
        here, there = Client(), Client()
        sign_in(here, person)
        sign_in(there, person)
        said = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
        assert here.post("/en/account/password/", said).status_code == 302
        assert is_in(here)
        assert not is_in(there)
        assert UserSession.objects.filter(user=person).count() == 1

    @pytest.mark.parametrize(
        "act",
        [actions.suspend_account, actions.give_starting_password],
        ids=["suspended", "new starting password"],
    )
    def test_die_at_once_when_an_administrator_says_so(self, act, person, house, actor, now):
        client = Client()
        sign_in(client, person)
        assert is_in(client)
        by = actor(house.boss)
        with acting(by):
            inputs = {"reason": "x"} if act is actions.suspend_account else {}
            act(Post.unscoped.get(user=person), by=by, now=timezone.now(), **inputs)
        assert not is_in(client)
        assert not UserSession.objects.filter(user=person).exists()
        assert not Session.objects.filter(
            session_key=kept_as(client.cookies[settings.SESSION_COOKIE_NAME].value)
        ).exists()

    def test_die_at_once_when_the_second_factor_is_reset(self, person, house, actor):
        client = Client()
        sign_in(client, person)
        other = make_account("staff_administrator", house.agency)
        for who, act in ((house.boss, actions.ask_for_reset), (other, actions.confirm_reset)):
            by = actor(who)
            with acting(by):
                act(Post.unscoped.get(user=person), reason="x", by=by, now=timezone.now())
        assert not is_in(client)
        assert not Authenticator.objects.filter(user=person).exists()
        assert password_step(Client(), person.username).url == "/en/account/set-up/"


def browser_with(cookie):
    """A browser that shows this as its session."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client


class TestSessionsStolenFromTheDatabase:
    """Whoever reads the tables, as injected SQL may, takes over nobody who is signed in."""

    def test_nothing_that_stands_in_the_tables_opens_a_session(self, person):
        client = Client()
        sign_in(client, person)
        rows = [*Session.objects.values_list(), *UserSession.objects.filter(user=person).values_list()]
        assert len(rows) == 2
        said = [value for row in rows for value in row if isinstance(value, str)]
        assert client.cookies[settings.SESSION_COOKIE_NAME].value not in " ".join(said)
        assert not any(is_in(browser_with(value)) for value in said)
        assert is_in(client)

    def test_what_a_session_holds_is_of_no_use_in_anothers_row(self, person, house):
        officer, thief = Client(), Client()
        sign_in(officer, person)
        sign_in(thief, make_account("inspector", house.ministry))
        key = kept_as(thief.cookies[settings.SESSION_COOKIE_NAME].value)
        taken = Session.objects.exclude(session_key=key).get()
        Session.objects.filter(session_key=key).update(session_data=taken.session_data)
        assert not is_in(thief)
        assert is_in(officer)

    def test_the_list_of_sessions_and_the_sessions_go_by_one_name(self, person):
        client = Client()
        sign_in(client, person)
        name = kept_as(client.cookies[settings.SESSION_COOKIE_NAME].value)
        assert Session.objects.get().session_key == name
        assert UserSession.objects.get(user=person).session_key == name

    def test_the_present_one_is_marked_in_the_list_and_one_that_is_gone_is_not_there(self, person):
        here, there = Client(headers={"user-agent": "Here/1"}), Client(headers={"user-agent": "There/1"})
        sign_in(here, person)
        sign_in(there, person)
        shown = here.get("/en/account/sessions/").context["sessions"]
        assert {row.user_agent: current for row, _browser, current in shown} == {
            "Here/1": True,
            "There/1": False,
        }
        Session.objects.exclude(
            session_key=kept_as(here.cookies[settings.SESSION_COOKIE_NAME].value)
        ).delete()
        shown = here.get("/en/account/sessions/").context["sessions"]
        assert [row.user_agent for row, _browser, _current in shown] == ["Here/1"]

    def test_old_ones_are_cleared_away(self, person):
        client_of(person)
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            SessionStore.clear_expired()
        assert not Session.objects.exists()

    def test_the_store_keeps_its_promises_to_the_framework(self):
        store = SessionStore()
        store["said"] = "once"
        store.save()
        first = store.session_key
        assert SessionStore(first)["said"] == "once"
        assert store.exists(first)
        store.cycle_key()
        assert not store.exists(first)
        assert SessionStore(store.session_key)["said"] == "once"
        store.flush()
        assert not Session.objects.exists()


class TestWhatMatters:
    SENSITIVE = ("/en/account/app/", "/en/account/codes/new/", "/en/account/codes/")

    def test_asks_for_a_new_code_first(self, person):
        client = client_of(person, fresh=False)
        for url in self.SENSITIVE:
            assert client.get(url).url == f"/en/account/confirm/?next={url.replace('/', '%2F')}"

    def test_unless_one_was_typed_to_sign_in_just_now(self, person):
        client = Client()
        with time_machine.travel(timezone.now(), tick=False) as clock:
            sign_in(client, person)
            assert client.get("/en/account/codes/new/").status_code == 200
            clock.shift(timedelta(minutes=5))
            assert client.get("/en/account/codes/new/").status_code == 302

    def test_and_so_does_every_act_on_staff(self, house):
        post = Post.unscoped.get(user=make_account("inspector", house.agency))
        client = client_of(house.boss, fresh=False)
        for url in ("new/appoint/", f"{post.pk}/do/suspend_account/", f"{post.pk}/do/confirm_reset/"):
            for ask in (client.get, client.post):
                answer = ask(f"/en/desk/staff/{url}")
                assert answer.status_code == 302, url
                assert answer.url.startswith("/en/account/confirm/?next="), url
        assert client.get("/en/desk/staff/").status_code == 200
        assert client_of(house.boss).get("/en/desk/staff/new/appoint/").status_code == 200

    def test_and_so_does_a_new_token(self, person):
        url = "/en/desk/tokens/new/issue_token/"
        client = client_of(person, fresh=False)
        for ask in (client.get, client.post):
            assert ask(url).url.startswith("/en/account/confirm/?next=")
        assert client_of(person).get(url).status_code == 200

    def test_and_leads_back_afterwards(self, person):
        client = client_of(person, fresh=False)
        url = client.get("/en/account/codes/new/").url
        assert code_step(client, "000000", url).status_code == 200
        assert code_step(client, code_now(demo_secret(person.username)), url).url == "/en/account/codes/new/"
        assert client.get("/en/account/codes/new/").status_code == 200

    def test_new_recovery_codes_are_shown_once_and_replace_the_old(self, person):
        with second_factor.owned_by(person):
            old = second_factor.unseen_codes(person)
        client = client_of(person)
        client.post("/en/account/codes/new/")
        page = client.get("/en/account/codes/").content.decode()
        shown = [found.replace(" ", "") for found in re.findall(r">(\d{4} \d{4})</code>", page)]
        assert len(shown) == 10
        assert not set(shown) & set(old)
        client.post("/en/account/codes/")
        assert client.get("/en/account/codes/").url == "/en/account/codes/new/"

    def test_the_app_moves_to_a_new_telephone(self, person):
        client = client_of(person)
        page = client.get("/en/account/app/").content.decode()
        secret = re.search(r'class="sf-mask">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        assert client.get("/en/account/app/app.svg")["Content-Type"] == "image/svg+xml; charset=utf-8"
        assert code_step(client, code_now(secret), "/en/account/app/").url == "/en/account/codes/"
        again = Client()
        password_step(again, person.username)
        code_step(again, code_now(demo_secret(person.username)))
        assert not is_in(again)


class TestSecretsAtRest:
    def test_nothing_of_them_stands_in_the_database(self, person):
        for row in Authenticator.objects.filter(user=person):
            assert demo_secret(person.username) not in str(row.data)

    def test_copied_to_another_account_they_do_not_open(self, person, house):
        thief = with_known_secrets(make_account("inspector", house.agency))
        stolen = Authenticator.objects.get(user=thief, type="totp")
        Authenticator.objects.filter(user=person, type="totp").update(data=stolen.data)
        client = Client()
        password_step(client, person.username)
        with pytest.raises(Tampered):
            code_step(client, code_now(demo_secret(thief.username)))


class TestOwnSettings:
    def test_are_kept_and_followed(self, person):
        client = client_of(person)
        said = {"email": "", "language": "ru", "theme": "DARK", "density": "TIGHT"}
        answer = client.post("/en/account/", said)
        assert answer.url == "/ru/account/"
        person.refresh_from_db()
        assert (person.language, person.theme, person.density) == ("ru", "DARK", "TIGHT")
        assert "sf-theme-dark" in client.get("/ru/account/").content.decode()
        assert Event.unscoped.filter(kind="staff.set_preferences", subject_id=str(person.pk)).exists()

    def test_change_nothing_but_themselves(self, person):
        before = Account.objects.get(pk=person.pk)
        client_of(person).post(
            "/en/account/",
            {
                "email": "",
                "language": "",
                "theme": "AUTO",
                "density": "PLAIN",
                "is_active": "",
                "username": "root",
            },
        )
        after = Account.objects.get(pk=person.pk)
        assert (after.username, after.is_active, after.password) == (before.username, True, before.password)

    def test_show_ones_own_posts_and_nobody_elses(self, person, house):
        page = client_of(person).get("/en/account/").content.decode()
        assert "Inspector" in page
        assert "Staff administrator" not in page
