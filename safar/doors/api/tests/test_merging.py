"""Merging by token: by who may see both records, once, and not there for anybody else."""

from uuid import uuid4

import pytest

from safar.directory.people.actions import RELATIVES, add_paper
from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.people.tests.conftest import desk, other_desk, region, somebody  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_merging import merged, pair_of
from safar.directory.people.tests.test_noticing import known
from safar.directory.people.tests.test_papers import pinfl
from safar.doors.api.tests.asking import ask, token_for
from safar.doors.api.tests.test_client import Inside, Safar
from safar.foundation.database.testing import as_web
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db


def test_merging_through_the_api_obeys_the_same(desk, other_desk):  # noqa: F811 - fixtures
    one, other = known(desk), known(other_desk)
    both, mine = account_of("both"), account_of("mine")
    give(both, role="case_worker", org_ids=[desk.pk, other_desk.pk], max_level=2)
    give(mine, role="case_worker", org_ids=[desk.pk], max_level=2)
    pair = pair_of(one, other, somebody("case_worker", level=2, orgs=[desk.pk, other_desk.pk]))
    path = f"/api/v1/duplicates/{pair.pk}/merge_people"
    resources = ("people.possibleduplicate", "people.person")
    with as_web():
        body = {"survivor": "FIRST", "version": pair.version}
        assert ask(token_for(mine, resources=resources), path, data=body).status_code == 404
        assert ask(token_for(mine, resources=resources), "/api/v1/duplicates").json()["items"] == []
        token = token_for(both, resources=resources)
        first = ask(token, path, data=body)
        assert first.status_code == 200, first.content
        assert ask(token, path, data=body).content == first.content, "sent twice, done once"
    assert Person.unscoped.filter(merged_into=None).count() == 1


@pytest.mark.parametrize("because", ["relatives", "papers"])
def test_a_token_that_opens_less_merges_no_more_than_its_owner(desk, because):  # noqa: F811 - a fixture
    """What shows that they are two people is seen with the merger's eyes, whatever the token opens."""
    boss, account = somebody("case_worker", level=2, orgs=[desk.pk]), account_of("narrow")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    one, other = (
        make_person("Sinovova", "Lola", organisation=desk, sex="U", birth_date=None) for _two in range(2)
    )
    if because == "relatives":
        do(RELATIVES.add, boss, one, kind="SIBLING", name="", relative=other.pk)
    else:
        do(add_paper, boss, one, **pinfl("40201902050010"))
        do(add_paper, boss, other, **pinfl("31210632040244"))
    pair = pair_of(one, other, boss)
    token = token_for(account, resources=("people.possibleduplicate", "people.person"))
    with as_web():
        answer = ask(
            token,
            f"/api/v1/duplicates/{pair.pk}/merge_people",
            data={"survivor": "FIRST", "version": pair.version},
        )
    assert answer.status_code == 422, answer.content
    assert Person.unscoped.filter(merged_into=None).count() == 2


def test_the_key_of_a_merged_record_leads_on_for_who_may_see_where_alone(desk, other_desk):  # noqa: F811 - fixtures
    survivor, goes = known(desk), known(desk)
    merged(survivor, goes, somebody("case_worker", level=2, orgs=[desk.pk]))
    mine, theirs = account_of("mine"), account_of("theirs")
    give(mine, role="case_worker", org_ids=[desk.pk], max_level=2)
    give(theirs, role="case_worker", org_ids=[other_desk.pk], max_level=2)
    path, absent = f"/api/v1/people/{goes.pk}", f"/api/v1/people/{uuid4()}"
    resources = ("people.possibleduplicate", "people.person", "people.merge")
    with as_web():
        there = ask(token_for(mine, resources=resources), path)
        assert (there.status_code, there.headers["Location"]) == (308, f"/api/v1/people/{survivor.pk}")
        assert there.content == b""
        with Safar(
            "http://testserver", token_for(mine, resources=resources).secret, transport=Inside()
        ) as safar:
            assert safar.people.read(goes.pk).id == str(survivor.pk)
        strangers = token_for(theirs, resources=resources)
        hidden, nobody = ask(strangers, path), ask(strangers, absent)
        assert (
            (hidden.status_code, hidden.content)
            == (nobody.status_code, nobody.content)
            == (404, nobody.content)
        )
