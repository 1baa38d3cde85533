"""Actions that make a record, by token: once, by whom they are open to, and not there for anybody else."""

import json
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Branch, Recruiter
from safar.doors.api.endpoints import _actions
from safar.doors.api.schemas import input_schema
from safar.doors.api.tests.asking import ask, token_for
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import resource_of
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers import all_registers
from tests.people import give, person

BACKWARDS = next(
    c for c in Branch._meta.constraints if c.name == "branch_dates_in_order"
).violation_error_message
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


def test_what_a_check_forbids_is_told_in_its_words(officer):
    token, firm = (
        token_for(officer, resources=("recruiters.recruiter", "recruiters.branch")),
        make_recruiter("Filial"),
    )
    body = {
        "recruiter": str(firm.pk),
        "name": "Filial",
        "open_since": "2026-02-01",
        "open_until": "2026-01-01",
    }
    with as_web():
        answer = ask(token, "/api/v1/recruiter-branches/add_branch", data=body)
    assert answer.status_code == 422
    with translation.override("uz"):
        assert answer.json()["errors"]["__all__"] == [str(BACKWARDS)]
