"""The policy page says what the table says, all of it."""

import pytest
from django.test import Client
from django.utils import translation

from safar.directory.organisations.models import Organisation
from safar.directory.staff.demo import client_of, make_account
from safar.directory.staff.models import Post
from safar.doors.workbench.policy_page import JOBS, LEVELS, WHERE, WORDS, matrix
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.policy import policy, roles, rule
from safar.foundation.actions import all_actions
from safar.foundation.actions.declaration import actions_on


def test_every_rule_is_a_line():
    found = matrix(policy())
    assert sum(len(resource.lines) for resource in found) == len(policy())
    assert {resource.code for resource in found} == {one.resource for one in policy()}


def test_a_rule_is_told_in_words():
    (resource,) = matrix(
        [rule("inspector", "staff.post", "view end_post", "scope", level=2, hidden=("title",))]
    )
    (line,) = resource.lines
    assert (line.role, line.where, line.level) == (roles()["inspector"], WHERE["scope"], LEVELS[2])
    assert [str(word) for word in line.may] == ["see", "End the post"]
    assert [str(name) for name in line.never_shown] == ["title"]


def test_one_role_alone():
    assert {resource.code for resource in matrix(policy(), role="analyst")} == {
        one.resource for one in policy() if one.role == "analyst"
    }


def test_every_act_on_staff_that_the_policy_names_exists():
    """A misspelt word would silently give nothing."""
    named = {word for one in policy() if one.resource == "staff.post" for word in one.actions}
    assert named - set(WORDS) == {act.name for act in actions_on(Post)}


@pytest.mark.django_db
def test_the_page_is_for_staff(settings):
    assert Client().get("/en/desk/policy/").status_code == 302
    with acting(system_actor("demo")):
        agency = Organisation(type="AGENCY", name="Namuna")
        agency.take_label()
        agency.save()
    client = client_of(make_account("analyst", agency))
    page = client.get("/en/desk/policy/?role=staff_administrator").content.decode()
    assert "End the post" in page
    assert client.get("/en/desk/policy/?role=nonsense").status_code == 200


def test_every_word_and_job_of_the_policy_is_told_in_words():
    named = {(word, one.resource.split(".")[0]) for one in policy() for word in one.actions}
    assert not {(w, app) for w, app in named if w not in WORDS and f"{app}.{w}" not in all_actions()}
    jobs = {one.role.removeprefix("system:") for one in policy() if one.role.startswith("system:")}
    assert jobs == set(JOBS)


def test_every_kind_of_record_has_a_name_in_russian():
    """A model without a name of its own shows its class's, in English and wrongly in the plural."""
    with translation.override("ru"):
        titles = {str(resource.title) for resource in matrix(policy())}
    assert not {title for title in titles if title.isascii()}
