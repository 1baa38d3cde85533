"""The demo's staff: one for each role, and nobody outside a demo."""

import pytest
from django.core.cache import cache
from django.test import Client

from safar.directory.organisations.models import Organisation
from safar.directory.staff import demo
from safar.directory.staff.models import Account, Post
from safar.directory.staff.tests.conftest import stored
from safar.foundation.access.policy import roles
from safar.foundation.database.testing import as_web


@pytest.fixture
def world(db, now):
    agency = stored(Organisation(type="AGENCY", name="Namuna agentligi", source="demo", source_key="agency"))
    with as_web():
        return agency, demo.load(now=now)


def test_there_is_somebody_for_every_role():
    assert {person.role for person in demo.PEOPLE} == set(roles())
    assert all(person.username.startswith("demo-") for person in demo.PEOPLE)


def test_loading_twice_changes_nothing(world, now):
    before = list(Post.unscoped.order_by("pk").values_list("pk", "version"))
    assert demo.load(now=now) == []
    assert list(Post.unscoped.order_by("pk").values_list("pk", "version")) == before
    assert len(before) == len(demo.PEOPLE)


def test_every_login_lets_in(world):
    for login in demo.logins():
        cache.clear()
        client = Client()
        client.post("/en/account/login/", {"login": login["username"], "password": login["password"]})
        client.post("/en/account/code/", {"code": demo.code_now(login["totp_secret"])})
        assert client.get("/en/account/sessions/").status_code == 200, login["username"]


def test_a_machine_finds_what_it_needs(world):
    login = demo.logins()[0]
    assert set(login) == {"role", "role_name", "username", "password", "totp_secret", "code", "note"}


def test_nothing_of_it_works_outside_a_demo(world, settings, now):
    settings.SAFAR_DEMO = False
    someone = Account.objects.first()
    for act in (
        demo.logins,
        lambda: demo.load(now=now),
        lambda: demo.demo_secret("demo-admin"),
        lambda: demo.with_known_secrets(someone),
    ):
        with pytest.raises(demo.NotADemo):
            act()
