"""Other systems: what a token opens, what it never shows, and that every post is answered once."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta

import pytest
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
from safar.directory.staff.demo import PASSWORD, make_account, with_known_secrets
from safar.directory.staff.models import Post
from safar.directory.staff.register import STAFF
from safar.doors.api import description
from safar.doors.api.actions import issue_token, revoke_token
from safar.doors.api.endpoints import _actions
from safar.doors.api.models import Token
from safar.doors.api.schemas import input_schema
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import resource_of
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers import all_registers, register_of
from tests.people import give, person

RESOURCE = "recruiters.recruiter"


@pytest.fixture
def officer(db):
    return person("token-owner", role="licensing_officer")


def token_for(account, *, resources=(RESOURCE,), may_write=True, days=30):
    actor = Actor("staff", user_id=account.pk)
    with acting(actor):
        return issue_token(
            purpose="a test",
            resources=list(resources),
            may_write=may_write,
            by=actor,
            now=timezone.now(),
            expires_on=timezone.localdate() + timedelta(days=days),
        )


def ask(token, path, *, data=None, key=None):
    headers = {"Authorization": f"Bearer {token.secret}"}
    if data is None:
        return Client().get(path, headers=headers)
    return Client().post(
        path,
        json.dumps(data),
        content_type="application/json",
        headers={**headers, "Idempotency-Key": key or "k" * 16},
    )


def test_without_a_token_nothing_is_there(officer):
    for path in ("/api/v1/recruiters", "/api/v1/recruiters/1", "/api/v1/places"):
        assert Client().get(path).status_code == 401
    assert (
        Client().get("/api/v1/recruiters", headers={"Authorization": "Bearer safar_nothing"}).status_code
        == 401
    )


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


# -- actions that make a new record ---------------------------------------------------------------------------

APPLICATION = {"name": "Yangi Yoʻl", "stir": "309876543", "applied_on": "2026-01-15"}
MAKING = [(r, a) for r in all_registers() for a in _actions(r) if a.creates]
OPEN = [(r, a) for r, a in MAKING if not a.needs_code]


def path_of(register, action):
    return f"/api/v1/{register.slug}/{action.name}"


def anything_for(action):
    """A body of the right shapes, so that nobody is refused for these alone."""
    shapes = {"integer": 1, "boolean": True, "array": ["X"]}
    body = {}
    for name, said in input_schema(action).model_json_schema().get("properties", {}).items():
        kinds = said.get("anyOf", [said])
        body[name] = "2026-01-01" if kinds[0].get("format") == "date" else shapes.get(kinds[0]["type"], "1")
    return body


def named(pairs):
    return [f"{register.slug}/{action.name}" for register, action in pairs]


def rows_of(register):
    return register.model.unscoped.count()


def test_there_are_actions_that_make_records():
    assert {
        "recruiters/apply_for_licence",
        "organisations/register_organisation",
        "tokens/issue_token",
    } <= set(named(MAKING))


@pytest.mark.parametrize(("register", "action"), OPEN, ids=named(OPEN))
class TestNobodyMakesRecordsWho:
    """The narrower a token, the less it makes; what it may not, is not there (404), whatever is sent."""

    def refused(self, token, register, action):
        before = rows_of(register)
        with as_web():
            for body in (anything_for(action), {**anything_for(action), **APPLICATION}):
                answer = ask(token, path_of(register, action), data=body)
                assert answer.status_code == 404, answer.content
                assert answer.json() == {"message": "Not found", "errors": {}}
        assert rows_of(register) == before

    def test_has_a_token_that_names_other_registers(self, register, action, mighty):
        others = [resource_of(r.model) for r in all_registers() if r.model is not register.model]
        self.refused(token_for(mighty, resources=others), register, action)

    def test_has_a_token_that_only_reads(self, register, action, mighty):
        resources = [resource_of(r.model) for r in all_registers()]
        self.refused(token_for(mighty, resources=resources, may_write=False), register, action)

    def test_has_no_grant_that_allows_it(self, register, action, db):
        reader = person("token-reader", role="auditor")
        self.refused(token_for(reader, resources=[resource_of(register.model)]), register, action)

    def test_has_lost_the_grant(self, register, action, mighty):
        token = token_for(mighty, resources=[resource_of(register.model)])
        Grant.unscoped.filter(user_id=mighty.pk).update(valid_to=date(2021, 1, 1))
        self.refused(token, register, action)

    def test_is_locked_out_or_has_no_token(self, register, action, mighty):
        token = token_for(mighty, resources=[resource_of(register.model)])
        type(mighty).objects.filter(pk=mighty.pk).update(is_active=False)
        with as_web():
            assert ask(token, path_of(register, action), data=anything_for(action)).status_code == 401
            answer = Client().post(path_of(register, action), "{}", content_type="application/json")
            assert answer.status_code == 401


@pytest.fixture
def mighty(db):
    """Somebody with every role that makes records."""
    account = person("token-mighty", role="licensing_officer")
    for role in ("staff_administrator", "directory_editor", "case_worker"):
        give(account, role=role)
    return account


@pytest.mark.parametrize(
    ("register", "action"),
    [pair for pair in MAKING if pair[1].needs_code],
    ids=named(pair for pair in MAKING if pair[1].needs_code),
)
def test_what_needs_a_fresh_code_makes_nothing_by_token(register, action, mighty):
    token = token_for(mighty, resources=[resource_of(r.model) for r in all_registers()])
    before = rows_of(register)
    with as_web():
        assert ask(token, path_of(register, action), data=anything_for(action)).status_code == 404
    assert rows_of(register) == before


def test_who_may_not_make_a_record_learns_nothing_of_those_there_are(officer):
    make_recruiter("Bor Firma", stir=APPLICATION["stir"])
    reader = person("token-reader", role="auditor")
    token, path = token_for(reader), "/api/v1/recruiters/apply_for_licence"
    with as_web():
        taken = ask(token, path, data=APPLICATION)
        free = ask(token, path, data={**APPLICATION, "stir": "301112223"})
    assert (taken.status_code, taken.content) == (free.status_code, free.content)
    assert taken.status_code == 404


def test_a_record_is_made_once_however_often_it_is_sent(officer):
    token, path = token_for(officer), "/api/v1/recruiters/apply_for_licence"
    with as_web():
        first = ask(token, path, data=APPLICATION, key="make-it-once")
        again = ask(token, path, data=APPLICATION, key="make-it-once")
        other = ask(token, path, data={**APPLICATION, "name": "Boshqa"}, key="make-it-once")
    assert first.status_code == 200, first.content
    assert first.content == again.content
    assert other.status_code == 409
    made = Recruiter.unscoped.get(stir=APPLICATION["stir"])
    assert (first.json()["id"], made.name, made.state) == (made.pk, "Yangi Yoʻl", "APPLIED")
    told = Event.unscoped.filter(kind="recruiters.apply_for_licence", subject_id=str(made.pk))
    assert told.count() == 1


def test_a_record_that_cannot_be_made_says_why_and_may_be_sent_again(officer):
    token, path = token_for(officer), "/api/v1/recruiters/apply_for_licence"
    with as_web():
        wrong = ask(token, path, data={**APPLICATION, "stir": "12"}, key="mend-it-then")
        right = ask(token, path, data=APPLICATION, key="mend-it-then")
        taken = ask(token, path, data=APPLICATION, key="another-firm")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["stir"])
    assert right.status_code == 200, right.content
    assert taken.status_code == 422


def test_a_record_is_made_only_with_a_key(officer):
    token = token_for(officer)
    with as_web():
        answer = Client().post(
            "/api/v1/recruiters/apply_for_licence",
            json.dumps(APPLICATION),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token.secret}"},
        )
    assert answer.status_code == 400
    assert not Recruiter.unscoped.exists()


def test_the_name_of_an_action_is_no_record(officer):
    token = token_for(officer)
    with as_web():
        for register, action in MAKING:
            assert ask(token, path_of(register, action)).status_code == 405


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
