"""Sessions and cookies as an attacker looks at them: what is kept, replayed, borrowed or written by the visitor herself."""

import math
import random
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings as site_settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from safar.directory.staff import actions
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
from safar.directory.staff.sessions import sessions_of
from safar.foundation.access.actors import acting
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
OWN = "four words nobody guessed"


@pytest.fixture
def person(house):
    return with_known_secrets(make_account("inspector", house.agency))


@pytest.fixture
def over_https(settings):
    """What SAFAR_HTTPS turns on, as `test_with_https_the_cookies_are_bound_to_this_host` reads it from an installation."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"


def is_in(client):
    return client.get("/en/account/").status_code == 200


def signed_in(person):
    client = Client()
    sign_in(client, person)
    return client


def cookie_of(client):
    return client.cookies[site_settings.SESSION_COOKIE_NAME].value


def replay(value):
    client = Client()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = value
    return client


def test_with_https_every_cookie_is_bound_to_this_host(over_https, house):
    """Everything a working day sets: signing in, keys, colours, a saved form, a new starting password."""
    client = signed_in(house.boss)
    client.get("/en/account/")
    client.post("/en/desk/look/", {"keys": "on", "key_search": "s", "theme": "DARK"})
    client.post("/en/account/", {"email": "", "language": "ru", "theme": "DARK", "density": "TIGHT"})
    post = Post.unscoped.get(user=make_account("inspector", house.agency))
    client.post(
        f"/en/desk/staff/{post.pk}/do/give_starting_password/",
        {"idempotency_key": "k" * 20, "version": post.version},
    )
    found = dict(client.cookies)
    assert {"__Host-session", "__Host-csrf", "__Host-safar_keys", "__Host-known"} <= set(found)
    for name, cookie in found.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"], name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_what_is_over_without_having_been_ended_is_forgotten(person, house):
    """A row that ran out, and one that was swept away: neither is shown, and nothing about them is kept."""
    here, ran_out, swept = signed_in(person), signed_in(person), signed_in(person)
    colleague = with_known_secrets(make_account("inspector", house.agency))
    hers = signed_in(colleague)
    names = {browser: kept_as(cookie_of(browser)) for browser in (here, ran_out, swept, hers)}
    assert {row.session_key for row in sessions_of(person)} == {names[here], names[ran_out], names[swept]}
    past = timezone.now() - timedelta(seconds=1)
    assert Session.objects.filter(session_key=names[ran_out]).update(expire_date=past) == 1
    assert Session.objects.filter(session_key=names[swept]).delete()[0] == 1
    assert [row.session_key for row in sessions_of(person)] == [names[here]]
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {names[here], names[hers]}
    assert is_in(here)
    assert not is_in(ran_out)


def test_what_is_told_once_is_in_no_cookie(house):
    """Nor in the table of sessions: the starting password of a colleague, between the act and the next page."""
    client = client_of(house.boss)
    post = Post.unscoped.get(user=make_account("inspector", house.agency))
    address = f"/en/desk/staff/{post.pk}/do/give_starting_password/"
    answer = client.post(address, {"idempotency_key": "k" * 20, "version": post.version})
    assert answer.status_code == 302
    kept = {name: cookie.value for name, cookie in client.cookies.items()}
    rows = [dict(SessionStore.kept_under(kept_as(cookie_of(client))))]
    password = re.search(r"shown only now: ([\w-]+)", client.get(answer.url).content.decode())[1]
    assert len(password) == 24
    assert Account.objects.get(pk=post.user_id).check_password(password)
    assert password not in str(kept)
    assert password not in str(rows)
    assert "messages" not in kept


def test_its_key_is_new_random_and_long(person):
    """128 bits at least: 32 signs out of 36, and none of them from a seed."""
    keys = set()
    for _time in range(5):
        random.seed(1)
        keys.add(cookie_of(signed_in(person)))
        cache.clear()
    assert len(keys) == 5
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)
    assert 32 * math.log2(36) >= 128


def test_a_cookie_kept_from_before_signing_out_opens_nothing(person):
    client = signed_in(person)
    kept = cookie_of(client)
    assert is_in(replay(kept))
    answer = client.post("/en/account/logout/")
    assert not is_in(replay(kept))
    assert '"cache"' in answer["Clear-Site-Data"]
    assert '"storage"' in answer["Clear-Site-Data"]


def test_a_new_code_gives_the_session_a_new_key(person):
    client = client_of(person, fresh=False)
    before = cookie_of(client)
    address = client.get("/en/account/codes/new/").url
    client.post(address, {"code": code_now(demo_secret(person.username))})
    assert cookie_of(client) != before
    assert is_in(client)
    assert not is_in(replay(before))
    assert Event.unscoped.filter(kind="staff.confirmed", subject_id=str(person.pk)).count() == 1


def test_a_renamed_session_stays_in_the_list_and_is_ended_from_it(person):
    client, other = signed_in(person), Client()
    cache.clear()
    sign_in(other, person)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        address = other.get("/en/account/codes/new/").url
        cache.clear()
        other.post(address, {"code": code_now(demo_secret(person.username))})
        assert set(UserSession.objects.filter(user=person).values_list("session_key", flat=True)) == {
            kept_as(cookie_of(client)), kept_as(cookie_of(other)),
        }  # fmt: skip
        other.post("/en/account/sessions/end/", {"session": "others"})
        assert is_in(other)
        assert not is_in(client)


def test_a_wrong_new_code_is_written_down(person):
    client = client_of(person, fresh=False)
    address = client.get("/en/account/codes/new/").url
    client.post(address, {"code": "000000"})
    (event,) = Event.unscoped.filter(kind="sign_in_refused", subject_id=str(person.pk))
    assert event.detail["reason"] == "wrong code"


def test_a_password_is_changed_against_the_present_one_and_a_new_code(person):
    said = {"oldpassword": PASSWORD, "password1": OWN, "password2": OWN}
    left_alone = client_of(person, fresh=False)
    for ask in (left_alone.get, left_alone.post):
        assert ask("/en/account/password/", said).url.startswith("/en/account/confirm/?next=")
    client = client_of(person)
    client.post("/en/account/password/", {**said, "oldpassword": "something else entirely"})
    client.post("/en/account/password/", {**said, "oldpassword": ""})
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert client.post("/en/account/password/", said).status_code == 302
    person.refresh_from_db()
    assert person.check_password(OWN)


def test_a_new_telephone_ends_the_others(person):
    there = signed_in(person)
    cache.clear()
    here = signed_in(person)
    page = here.get("/en/account/app/").content.decode()
    secret = re.search(r'class="sf-mask">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    here.post("/en/account/app/", {"code": code_now(secret)})
    assert is_in(here)
    assert not is_in(there)


def test_ending_a_session_asks_for_a_new_code(person):
    there, here = signed_in(person), client_of(person, fresh=False)
    answer = here.post("/en/account/sessions/end/", {"session": "others"})
    assert answer.url == "/en/account/confirm/?next=%2Fen%2Faccount%2Fsessions%2F"
    assert is_in(there)
    fresh = client_of(person)
    fresh.post("/en/account/sessions/end/", {"session": "others"})
    assert not is_in(there)


def test_the_way_out_is_on_every_page_of_staff(person):
    client = client_of(person)
    for address in (
        "/en/desk/", "/en/desk/recruiters/", "/en/desk/keys/", "/en/desk/policy/", "/en/desk/nothing/", "/en/account/",
        "/en/account/sessions/", "/en/account/password/", "/en/account/app/", "/en/account/codes/new/",
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert "/en/account/logout/" in page, address


def test_a_new_starting_password_does_not_pass_by_the_code(person, house, actor):
    by = actor(house.boss)
    post = Post.unscoped.get(user=person)
    with acting(by):
        done = actions.give_starting_password(post, by=by, now=timezone.now())
    password = str(done.secret).rsplit(" ", 1)[1]
    client = Client()
    assert (
        client.post("/en/account/login/", {"login": person.username, "password": password}).url
        == "/en/account/code/"
    )
    assert client.get("/en/account/new-password/").url == "/en/account/login/"
    assert not is_in(client)


def test_no_address_signs_anybody_in(person):
    """What belongs into the body of a form does not count from the address, nor from a cookie or a header."""
    said = {"login": person.username, "password": PASSWORD}
    query = "&".join(f"{name}={value}" for name, value in said.items())
    for ask in (Client().get, Client().head, Client().post):
        answer = ask(f"/en/account/login/?{query}")
        assert answer.status_code == 200
        assert "Location" not in answer
    client = Client(headers=said)
    client.cookies["login"], client.cookies["password"] = said.values()
    assert client.post("/en/account/login/").status_code == 200
    client = Client()
    client.post("/en/account/login/", said)
    code = code_now(demo_secret(person.username))
    client.post(f"/en/account/code/?code={code}")
    assert not is_in(client)
    client.post("/en/account/code/?code=000000", {"code": code})
    assert is_in(client)


def test_what_staff_see_is_loaded_by_no_other_site(person):
    client = client_of(person)
    for address in (
        "/en/desk/",
        "/en/desk/recruiters/export.csv",
        "/en/account/",
        "/en/account/app/app.svg",
        "/en/desk/nothing/",
    ):
        assert client.get(address)["Cross-Origin-Resource-Policy"] == "same-origin", address


def test_an_address_a_visitor_writes_herself_is_not_believed(house, settings):
    """One proxy: the last address is the one it saw. What stands before it, the visitor wrote."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(31):
        answer = Client().post(
            "/en/account/login/",
            {"login": f"nobody-{number}", "password": "wrong words altogether"},
            headers={"x-forwarded-for": f"10.0.0.{number}, 203.0.113.7", "x-real-ip": f"10.1.0.{number}"},
        )
    assert answer.status_code == 429
    elsewhere = Client().post(
        "/en/account/login/",
        {"login": "nobody-40", "password": "wrong words altogether"},
        headers={"x-forwarded-for": "203.0.113.7, 203.0.113.8"},
    )
    assert elsewhere.status_code == 200


def test_without_a_proxy_no_header_is_believed(house, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(31):
        answer = Client().post(
            "/en/account/login/",
            {"login": f"nobody-{number}", "password": "wrong words altogether"},
            headers={"x-forwarded-for": f"10.0.0.{number}"},
        )
    assert answer.status_code == 429


def test_a_database_that_is_away_is_not_a_session_that_was_ended(person, monkeypatch):
    """Else what was sent would be answered as if somebody had signed the person out."""
    kept = SessionStore(cookie_of(signed_in(person)))
    kept["more"] = 1

    def fails(*_values, **_options):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Session, "save", fails)
    with pytest.raises(OperationalError):
        kept.save()
    monkeypatch.undo()
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        kept.save()
