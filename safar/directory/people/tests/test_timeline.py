"""The timeline: what services leave on it, and who reads it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from safar.directory.people import facts
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.facts import REGISTERED, UnknownFact, register_fact
from safar.directory.people.models import Fact
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.timeline import leave_fact, timeline
from safar.foundation.access.actors import acting
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


@pytest.fixture
def certificate():
    yield register_fact(
        "test.certificate", service="test", sentence=_("was given certificate %(number)s"), params=("number",)
    )
    facts._kinds.pop("test.certificate")


@pytest.fixture
def advice():
    yield register_fact("test.advice", service="test", sentence=_("was advised"), level=2)
    facts._kinds.pop("test.advice")


def read(actor, person):
    with as_web(), acting(actor):
        return [fact.what() for fact in timeline(actor, person)]


def test_a_service_leaves_a_fact_which_reads_as_a_sentence(person, desk, worker, now, certificate):
    with as_web(), acting(worker), transaction.atomic():
        fact = leave_fact(
            person,
            "test.certificate",
            on=ON,
            by=worker,
            now=now,
            organisation=desk,
            params={"number": "A-17"},
        )
    assert (fact.service, fact.label_level, fact.label_org, fact.label_place) == (
        "test",
        1,
        desk.pk,
        "UZ.1714.",
    )
    assert read(worker, person) == ["was given certificate A-17"]


def test_the_latest_fact_stands_first(person, worker, now, certificate):
    make_fact(person, on=date(2026, 1, 1), now=now)
    make_fact(person, on=ON, now=now, code="test.certificate", params={"number": "1"})
    assert read(worker, person) == ["was given certificate 1", "was registered"]


def test_a_sensitive_fact_shows_to_the_desk_that_left_it_only(person, desk, other_desk, worker, now, advice):
    make_fact(person, on=ON, now=now, code="test.advice")
    make_fact(person, on=ON, now=now)
    assert set(read(worker, person)) == {"was advised", "was registered"}
    assert read(somebody("call_operator", level=2, place="UZ.1714.", orgs=[other_desk.pk]), person) == [
        "was registered"
    ]
    assert read(somebody("case_worker", level=1, orgs=[desk.pk]), person) == ["was registered"]
    assert read(somebody("case_worker", level=2, orgs=[other_desk.pk], place="UZ.1703."), person) == []


def test_a_level_may_be_raised_and_never_lowered(person, now, advice):
    assert make_fact(person, on=ON, now=now, code="test.advice", level=1).level == 2
    assert make_fact(person, on=ON, now=now, level=2).level == 2


def test_protection_leaves_no_trace(person, now):
    with pytest.raises(ImproperlyConfigured):
        register_fact("test.rescue", service="protection", sentence="", level=3)
    with pytest.raises(Refused, match="no trace"):
        make_fact(person, on=ON, now=now, level=3)
    row = Fact(
        person=person,
        code=REGISTERED,
        service="x",
        on=ON,
        level=3,
        organisation=person.organisation,
        left_at=now,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.unscoped.bulk_create([row])


def test_a_fact_nobody_declared_is_refused_and_so_is_a_parameter_it_has_not(person, now, certificate):
    with pytest.raises(UnknownFact):
        make_fact(person, on=ON, now=now, code="test.nothing")
    with pytest.raises(ValueError, match="name"):
        make_fact(person, on=ON, now=now, code="test.certificate", params={"name": "Dilnoza"})
    with pytest.raises(ImproperlyConfigured):
        register_fact("test.certificate", service="test", sentence="")


def test_a_fact_cannot_be_hung_on_a_person_one_does_not_see(other_desk, worker, now, desk):
    stranger = make_person("Sinovov", organisation=other_desk)
    with as_web(), acting(worker), transaction.atomic(), pytest.raises(Refused):
        leave_fact(stranger, REGISTERED, on=ON, by=worker, now=now, organisation=desk)
    assert not Fact.unscoped.exists()
