"""Who writes somebody down is warned of who is like her, and told nothing of whom she may not see."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safar.directory.people.actions import add_paper
from safar.directory.people.demo import make_person
from safar.directory.people.duplicates.noticing import look_for_duplicates
from safar.directory.people.models import Person, PossibleDuplicate
from safar.directory.people.tests.conftest import desk, other_desk, region, somebody, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_merging import merged, pair_of
from safar.directory.people.tests.test_noticing import BORN, known
from safar.directory.staff.demo import client_of
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.actions.once import FIELD
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db
ADD = "/en/desk/people/add/"


@pytest.fixture
def officer(desk):  # noqa: F811 - a fixture
    account = account_of("officer")
    give(account, role="case_worker", org_ids=[desk.pk], max_level=2)
    return client_of(account)


def typed(desk, **values):  # noqa: F811
    return {
        "family": "Намунова", "given": "Дилноза", "patronymic": "", "sex": "F", "birth_date": "1990-05-17",
        "birth_precision": "DAY", "organisation": desk.pk, "place": "", FIELD: "k" * 16, **values,
    }  # fmt: skip


def sent(client, data, path=ADD):
    with as_web(), CaptureQueriesContext(connection) as queries:
        answer = client.post(path, data)
    return answer, [query["sql"] for query in queries.captured_queries]


def test_who_writes_down_somebody_like_another_is_shown_her_and_goes_on_only_by_saying_so(officer, desk):  # noqa: F811
    twin = known(desk)
    answer, _queries = sent(officer, typed(desk))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"№ {twin.number}" in page
    assert "Probably the same person" in page
    assert "born on the same day" in page
    assert 'value="Намунова"' in page, "what was typed is kept"
    assert re.search(r'type="checkbox" name="somebody_else"', page)
    assert Person.unscoped.count() == 1
    answer, _queries = sent(officer, typed(desk, somebody_else="on"))
    assert answer.status_code == 302
    new = Person.unscoped.exclude(pk=twin.pk).get()
    said = Event.unscoped.filter(subject_id=str(new.pk)).order_by("id")
    assert [(one.kind, one.detail) for one in said] == [
        ("people.registered_anyway", {"numbers": f"№ {twin.number}"}), ("people.add_person", {}),
    ]  # fmt: skip


def test_nobody_is_asked_where_nobody_is_alike(officer, desk):  # noqa: F811
    make_person("Xayolov", "Jasur", organisation=desk)
    page = officer.get(ADD).content.decode()
    assert 'type="hidden" name="somebody_else"' in page
    assert sent(officer, typed(desk))[0].status_code == 302


def test_a_hidden_record_shows_neither_in_the_answer_nor_in_what_the_database_is_asked(
    officer,
    desk,  # noqa: F811
    other_desk,  # noqa: F811
):
    make_person("Xayolov", "Jasur", organisation=desk)

    def once(family, given, key):
        said = {"family": family, "given": given, FIELD: key}
        return sent(officer, typed(desk, **said))

    once("Avvalova", "Lola", "warm" * 4)
    hidden = make_person("Qodirova", "Xurshida", organisation=other_desk, birth_date=BORN, sex="F")
    nobody, asked_of_nobody = once("Sobirova", "Zebiniso", "a" * 16)
    twin, asked_of_twin = once("Qodirova", "Xurshida", "b" * 16)
    new = [Person.unscoped.get(family="Sobirova"), Person.unscoped.get(family="Qodirova", organisation=desk)]
    assert (nobody.status_code, twin.status_code) == (302, 302)
    assert nobody["Location"].replace(str(new[0].pk), "") == twin["Location"].replace(str(new[1].pk), "")
    assert nobody.content == twin.content
    assert [verb(sql) for sql in asked_of_twin] == [verb(sql) for sql in asked_of_nobody]
    assert not PossibleDuplicate.unscoped.exists(), "the look beyond comes afterwards, in a job"
    with as_web():
        look_for_duplicates.call({"person": str(new[0].pk)})
        look_for_duplicates.call({"person": str(new[1].pk)})
    pair = PossibleDuplicate.unscoped.get()
    assert {pair.person_id, pair.other_id} == {new[1].pk, hidden.pk}
    assert (pair.verdict, pair.state) == ("LIKELY", "OPEN")
    both = somebody("case_worker", level=2, orgs=[desk.pk, other_desk.pk])
    for actor, count in (
        (both, 1),
        *((somebody("case_worker", level=2, orgs=[one.pk]), 0) for one in (desk, other_desk)),
    ):
        with as_web(), acting(actor):
            assert visible(actor, PossibleDuplicate).count() == count
    for path in ("/en/desk/duplicates/", f"/en/desk/people/{new[1].pk}/"):
        with as_web():
            page = officer.get(path).content.decode()
        assert str(hidden.pk) not in page
        assert f"/duplicates/{pair.pk}/" not in page
    with as_web():
        answers = [officer.get(f"/en/desk/duplicates/{pk}/") for pk in (pair.pk, pair.pk + 999)]
    assert [answer.status_code for answer in answers] == [404, 404]


def verb(sql):
    return re.sub(r"'[^']*'|\d+", "", sql)[:60]


def test_the_page_of_a_pair_says_what_speaks_for_it_and_no_number_of_a_paper(officer, desk, worker):  # noqa: F811
    from_papers = {"type": "PASSPORT", "number": "AA1234567", "country": "UZ", "seen": "SEEN"}
    one, other = known(desk), known(desk)
    do(add_paper, worker, one, **from_papers)
    pair = pair_of(one, other, worker)
    with as_web():
        page = officer.get(f"/en/desk/duplicates/{pair.pk}/").content.decode()
        form = officer.get(f"/en/desk/duplicates/{pair.pk}/do/merge_people/").content.decode()
    assert "Probably the same person" in page
    assert "Born on the same day" in page
    assert "AA1234567" not in page + form
    assert "567" not in re.sub(r"<[^>]+>", " ", page)
    assert f"№ {one.number}, Namunova Dilnoza" in form


def test_the_old_address_leads_to_the_survivor_for_who_may_see_it_alone(officer, desk, other_desk, worker):  # noqa: F811
    one, other = known(desk), known(desk)
    merged(one, other, worker)
    foreign = account_of("foreign")
    give(foreign, role="case_worker", org_ids=[other_desk.pk], max_level=2)
    stranger = client_of(foreign)
    with as_web():
        led = officer.get(f"/en/desk/people/{other.pk}/")
        assert (led.status_code, led["Location"]) == (302, f"/en/desk/people/{one.pk}/")
        absent = "00000000-0000-4000-8000-00000000dead"
        answers = [stranger.get(f"/en/desk/people/{pk}/") for pk in (other.pk, absent)]
        page = officer.get(f"/en/desk/people/{one.pk}/").content.decode()
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [a.content.decode().replace(str(other.pk), "PK").replace(absent, "PK") for a in answers]
    assert re.sub(r'value="[^"]{20,}"', "", bodies[0]) == re.sub(r'value="[^"]{20,}"', "", bodies[1])
    assert f"№ {other.number} was merged into this record" in page
    assert "/do/unmerge_people/?which=" in page
