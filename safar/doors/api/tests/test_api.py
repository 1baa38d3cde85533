"""Other systems: what a token opens, what it never shows, and that every post is answered once."""

from __future__ import annotations

import base64
import json
import logging
import re
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from openapi_spec_validator import validate

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.organisations.models import Organisation
from safar.directory.staff.actions import (
    ask_for_reset,
    confirm_reset,
    give_starting_password,
    restore_account,
    suspend_account,
)
from safar.directory.staff.demo import PASSWORD, client_of, make_account, with_known_secrets
from safar.directory.staff.models import Post
from safar.directory.staff.register import STAFF
from safar.doors.api import description
from safar.doors.api.actions import issue_token, revoke_token
from safar.doors.api.models import Token
from safar.doors.api.tests.asking import RESOURCE, ask, token_for
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers import all_registers, register_of
from tests.people import person


def test_without_a_token_nothing_is_there(officer):
    for path in ("/api/v1/recruiters", "/api/v1/recruiters/1", "/api/v1/places"):
        assert Client().get(path).status_code == 401
    assert (
        Client().get("/api/v1/recruiters", headers={"Authorization": "Bearer safar_nothing"}).status_code
        == 401
    )


def test_a_browser_that_is_signed_in_opens_nothing(officer):
    """A token is a header no other site can make a browser send; a cookie would come by itself."""
    firm = make_recruiter("Faqat Token")
    browser = client_of(officer)
    assert browser.get("/api/v1/recruiters").status_code == 401
    answer = browser.post(
        f"/api/v1/recruiters/{firm.pk}/change_recruiter",
        json.dumps({"version": firm.version, "name": "Boshqa"}),
        content_type="text/plain",
        headers={"Idempotency-Key": "k" * 16},
    )
    assert answer.status_code == 401


def test_the_ways_in_are_those_written_down(db):
    """As docs/controls.md says: password and code for people, tokens for machines, and nothing else."""
    assert settings.AUTHENTICATION_BACKENDS == ["allauth.account.auth_backends.AuthenticationBackend"]
    assert settings.MFA_SUPPORTED_TYPES == ["totp", "recovery_codes"]
    assert not [
        app
        for app in settings.INSTALLED_APPS
        if re.search(r"socialaccount|headless|oauth|saml|idp|sms|phone", app)
    ]
    assert {"username"} == settings.ACCOUNT_LOGIN_METHODS
    described = json.loads(description.description())
    assert [*described["components"]["securitySchemes"]] == ["TokenSignIn"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert operation["security"] == [{"TokenSignIn": []}], (method, path)
    for address in (
        "signup/",
        "password/reset/",
        "google/login/",
        "login/code/",
        "phone/verify/",
        "social/signup/",
        "2fa/webauthn/login/",
    ):
        assert Client().get(f"/en/account/{address}").status_code == 404, address


@pytest.mark.parametrize(
    "wrong",
    [{"version": "one"}, {"version": [1]}, {"version": {"$gt": 0}}, {"version": None}, {"address": {"a": 1}}, {"address": ["x"]}, {"address": 5}],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(officer, wrong):
    firm = make_recruiter("Turi Boshqa")
    token = token_for(officer)
    with as_web():
        body = {**_as_sent(token, firm), "version": firm.version, **wrong}
        answer = ask(token, f"/api/v1/recruiters/{firm.pk}/change_recruiter", data=body)
    assert answer.status_code == 422
    assert Recruiter.unscoped.get(pk=firm.pk).version == firm.version


def test_a_field_of_another_action_is_not_taken(officer):
    firm = make_recruiter("Oʻz Nomi", state="APPLIED")
    token = token_for(officer)
    others = {
        "name": "Boshqa Nom",
        "state": "LICENSED",
        "number": "XM-9999",
        "label_level": 0,
        "id": 1,
        "is_published": True,
    }
    with as_web():
        body = {**_as_sent(token, firm), "address": "Namuna 1", **others, "version": firm.version}
        assert ask(token, f"/api/v1/recruiters/{firm.pk}/change_recruiter", data=body).status_code == 200
    after = Recruiter.unscoped.get(pk=firm.pk)
    assert after.address == "Namuna 1"
    for name in ("name", "state", "number", "label_level", "id"):
        assert getattr(after, name) == getattr(firm, name), name


def test_a_look_at_what_is_hidden_is_recorded(officer):
    """Through the API as through the pages: the answer is the 404 of what is absent, and the attempt an event."""
    hidden = make_recruiter("Yashirin", state="APPLIED")
    reader = person("token-reader", role="inspector")
    token = token_for(reader)
    Grant.unscoped.filter(user_id=reader.pk).update(valid_to=date(2021, 1, 1))
    with as_web():
        assert ask(token, f"/api/v1/recruiters/{hidden.pk}").status_code == 404
        assert client_of(reader).get(f"/en/desk/recruiters/{hidden.pk}/").status_code == 404
    made = Event.unscoped.filter(kind="refused", actor=f"staff.{reader.pk}", resource=RESOURCE)
    assert [(one.subject_id, one.body) for one in made] == [(str(hidden.pk), {"action": "view"})] * 2


def test_a_refused_token_is_told_in_the_log(officer, caplog):
    token = token_for(officer)
    Token.unscoped.filter(pk=token.pk).update(expires_on=date(2020, 1, 1))
    with as_web(), caplog.at_level(logging.WARNING):
        ask(token, "/api/v1/recruiters")
        Client().get("/api/v1/recruiters", headers={"Authorization": "Bearer safar_guessed"})
    assert f"token refused: {token.pk} is over" in caplog.text
    assert "token refused: unknown" in caplog.text
    assert "guessed" not in caplog.text
    assert token.secret not in caplog.text


def test_a_token_reads_a_page_at_a_time_by_key(officer):
    for number in range(5):
        make_recruiter(f"Sinov Ish {number}")
    token = token_for(officer)
    with as_web():
        first = ask(token, "/api/v1/recruiters?limit=3").json()
        second = ask(token, f"/api/v1/recruiters?limit=3&after={first['next']}").json()
    names = [row["name"] for page in (first, second) for row in page["items"]]
    assert len(names) == len(set(names)) == 5
    assert second["next"] is None


def test_a_token_opens_only_what_it_names(officer):
    token = token_for(officer)
    with as_web():
        assert ask(token, "/api/v1/people").json()["items"] == []


def test_a_revoked_an_expired_and_a_leavers_token_open_nothing(officer):
    for spoil in (
        lambda t: revoke_token(t, by=Actor("staff", user_id=officer.pk), now=timezone.now()),
        lambda t: Token.unscoped.filter(pk=t.pk).update(expires_on=date(2020, 1, 1)),
        lambda t: type(officer).objects.filter(pk=officer.pk).update(is_active=False),
    ):
        token = token_for(officer)
        with as_web():
            assert ask(token, "/api/v1/recruiters").status_code == 200
        spoil(token)
        with as_web():
            assert ask(token, "/api/v1/recruiters").status_code == 401


def test_a_grant_that_ends_closes_the_token_at_the_next_request(officer):
    hidden = make_recruiter("Yashirin", state="APPLIED")
    token = token_for(officer)
    with as_web():
        assert ask(token, f"/api/v1/recruiters/{hidden.pk}").status_code == 200
    Grant.unscoped.filter(user_id=officer.pk).update(valid_to=date(2021, 1, 1))
    with as_web():
        assert ask(token, f"/api/v1/recruiters/{hidden.pk}").status_code == 404
        assert ask(token, "/api/v1/recruiters/987654").status_code == 404


@pytest.mark.parametrize(
    "values", ["[" * 3000, "[" * 400 + "]" * 400, f"[{'9' * 5000}, 1]", '[{"a": 1}, []]']
)
def test_a_cursor_that_is_none_begins_at_the_beginning(officer, values):
    firm = make_recruiter("Birinchi")
    token, after = token_for(officer), base64.urlsafe_b64encode(values.encode()).decode()
    with as_web():
        answer = ask(token, f"/api/v1/recruiters?after={after}")
    assert answer.status_code == 200
    assert firm.pk in [row["id"] for row in answer.json()["items"]]


def test_an_action_is_done_once_however_often_it_is_sent(officer):
    firm = make_recruiter("Ikki Bor")
    token = token_for(officer)
    data = {"version": firm.version, "name": "Ikki Bor Yangi"}
    path = f"/api/v1/recruiters/{firm.pk}/change_recruiter"
    with as_web():
        body = {**_as_sent(token, firm), **data}
        first, again = (
            ask(token, path, data=body, key="same-key-1"),
            ask(token, path, data=body, key="same-key-1"),
        )
        other = ask(token, path, data={**body, "name": "Boshqa"}, key="same-key-1")
        stale = ask(token, path, data=body, key="other-key-2")
    assert first.status_code == again.status_code == 200, first.content
    assert first.content == again.content
    assert (other.status_code, stale.status_code) == (409, 409)
    assert Recruiter.unscoped.get(pk=firm.pk).version == firm.version + 1


@pytest.fixture
def administrator(db):
    return person("token-admin", role="staff_administrator", label_level=2)


@pytest.fixture
def colleague(db):
    found = make_account("inspector", stored_agency())
    return with_known_secrets(found)


def stored_agency():
    agency = Organisation(type="AGENCY", name="Namuna agentligi")
    with acting(system_actor("demo")):
        agency.take_label()
        agency.save()
    return agency


def test_what_needs_a_fresh_code_is_offered_to_no_token(administrator, colleague):
    post = Post.unscoped.get(user=colleague)
    token = token_for(administrator, resources=("staff.post", "api.token", "access.grant"))
    slugs = [(r.slug, a) for r in all_registers() for a in r.actions if a.needs_code]
    assert ("tokens", issue_token) in slugs
    assert {a for slug, a in slugs if slug == "staff"} == set(STAFF.actions)
    with as_web():
        assert ask(token, f"/api/v1/staff/{post.pk}").status_code == 200
        for slug, act in slugs:
            path = f"/api/v1/{slug}/{act.name}" if act.creates else f"/api/v1/{slug}/{post.pk}/{act.name}"
            answer = ask(token, path, data={"version": post.version, "reason": "x"})
            assert answer.status_code in (404, 405), path
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD)
    assert colleague.is_active


@pytest.mark.parametrize("how", ["password", "closed", "reset"])
def test_tokens_end_with_a_lock_out(administrator, colleague, how):
    second = person("token-admin-2", role="staff_administrator", label_level=2)
    token, of_another = token_for(colleague, may_write=False), token_for(administrator, may_write=False)

    def act(action, who, **inputs):
        by, post = Actor("staff", user_id=who.pk), Post.unscoped.get(user=colleague)
        with as_web(), acting(by):
            action(post, by=by, now=timezone.now(), **inputs)

    with as_web():
        assert ask(token, "/api/v1/recruiters").status_code == 200
    if how == "password":
        act(give_starting_password, administrator)
    elif how == "closed":
        act(suspend_account, administrator, reason="left")
        act(restore_account, administrator, reason="back")
    else:
        act(ask_for_reset, administrator, reason="lost")
        act(confirm_reset, second, reason="lost")
    assert Token.unscoped.get(pk=token.pk).revoked_at
    with as_web():
        assert ask(token, "/api/v1/recruiters").status_code == 401
        assert ask(of_another, "/api/v1/recruiters").status_code == 200


def test_a_token_that_only_reads_calls_no_action(officer):
    firm = make_recruiter("Faqat Oʻqish")
    token = token_for(officer, may_write=False)
    with as_web():
        assert ask(
            token, f"/api/v1/recruiters/{firm.pk}/suspend_licence", data={"version": 1}
        ).status_code in (404, 422)
        body = {**_as_sent(token, firm), "version": firm.version}
        assert ask(token, f"/api/v1/recruiters/{firm.pk}/change_recruiter", data=body).status_code == 404


def _as_sent(token, firm):
    fields = register_of(Recruiter).form_fields
    row = ask(token, f"/api/v1/recruiters/{firm.pk}").json()
    found = {}
    for name in fields:
        value = row.get(name, row.get(f"{name}_id"))
        if value not in (None, "", []):
            found[name] = str(value) if name == "place" else value
    return found


def test_too_many_requests_are_told_to_wait(officer, settings):
    settings.SAFAR_API_REQUESTS_A_MINUTE = 3
    token = token_for(officer)
    with as_web():
        answers = [ask(token, "/api/v1/recruiters").status_code for _ in range(5)]
    assert 429 in answers


def test_the_description_in_git_is_the_one_that_runs():
    assert description.PATH.read_text(encoding="utf-8") == description.description()


def test_the_description_is_openapi_3_1():
    schema = json.loads(description.description())
    assert schema["openapi"].startswith("3.1")
    validate(schema)
