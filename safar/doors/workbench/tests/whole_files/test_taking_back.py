"""A whole file is taken back within a day: all is as before, but for what somebody has worked on since; nobody hidden is told of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.models import Name, Person, Phone, PossibleDuplicate
from safar.directory.people.search.finding import numbers_of
from safar.doors.workbench.tests.conftest import html
from safar.doors.workbench.tests.test_importing import work
from safar.doors.workbench.tests.whole_files.conftest import (
    PEOPLE,
    people,
    press,
    see,
)
from safar.foundation import history
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from safar.foundation.registers.models import Upload

pytestmark = pytest.mark.django_db


def test_taken_back_within_a_day_all_is_as_before(browser, check, desk, region):
    old = make_person(
        "Eskiyeva", "Lola", organisation=desk, place=region, external_id="B3", birth_date="1980-01-01"
    )
    before = Person.unscoped.filter(pk=old.pk).values().get()
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    assert people()["B3"] == "Namunayeva"
    assert "Take the whole file back" in html(see(browser, address))
    assert press(browser, address, "back")["Location"] == address
    work()
    report = see(browser, address)
    assert report.context["report"] | {"removed": 2, "restored": 1, "kept": 0} == report.context["report"]
    assert people() == {"B3": "Eskiyeva"}
    after = Person.unscoped.filter(pk=old.pk).values().get()
    assert after | {"version": 1} == before | {"version": 1}
    assert not Phone.unscoped.exists()
    with acting(system_actor("finder")):
        assert not numbers_of("Namunayev Anvar", 5)
        assert list(numbers_of("Eskiyeva Lola", 5)) == [old.number]
    (event,) = Event.unscoped.filter(kind="people.load_undone")
    assert event.detail == {"removed": 2, "restored": 1, "kept": 0}
    assert "Take the whole file back" not in html(see(browser, address))


def test_whoever_was_worked_on_since_stays(browser, check, worker):
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    first, second = (Person.unscoped.get(external_id=number) for number in ("B1", "B2"))
    with acting(system_actor("demo")):
        make_fact(second, on="2026-01-01", now=timezone.now())
        history.set_context(system_actor("demo"), "changed")  # in life another transaction
        first.family = "Boshqayev"
        first.version += 1
        first.save()
    press(browser, address, "back")
    work()
    assert people() == {"B1": "Boshqayev", "B2": "Намунаева"}
    assert Phone.unscoped.filter(person=first).exists(), "who stays keeps her telephone"
    assert see(browser, address).context["report"]["kept"] == 2


def test_what_the_actor_may_not_see_keeps_a_person_too(browser, check, account):
    """A name given elsewhere, hidden from whoever takes the file back: the record stays, and nobody learns why."""
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    somebody = Person.unscoped.get(external_id="B2")
    with acting(system_actor("demo")):
        name = Name(person=somebody, family="Yashirin", kind="FORMER")
        name.take_label()
        name.label_level = 2
        name.save()
    press(browser, address, "back")
    work()
    assert people() == {"B2": "Намунаева"}
    assert "Yashirin" not in html(see(browser, address))


def test_somebody_hidden_who_is_like_one_of_them_is_not_told_of(browser, check, other_desk, region):
    """A file with guessed names, loaded and taken back, must not say which of them the house knows elsewhere."""
    hidden = make_person("Namunayev", "Anvar", organisation=other_desk, place=region, birth_date="1990-05-17")
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    assert (
        PossibleDuplicate.unscoped.filter(person=hidden).exists()
        or PossibleDuplicate.unscoped.filter(other=hidden).exists()
    )
    press(browser, address, "back")
    work()
    report = see(browser, address).context["report"]
    assert (report["removed"], report["kept"]) == (3, 0)
    assert not PossibleDuplicate.unscoped.exists()
    assert Person.unscoped.filter(pk=hidden.pk).exists()


def test_after_a_day_it_is_no_longer_taken_back(browser, check):
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    Upload.unscoped.update(saved_at=timezone.now() - timedelta(days=1, minutes=1))
    assert "Take the whole file back" not in html(see(browser, address))
    with as_web():
        browser.post(f"{address}back/", {"idempotency_key": "late"})
    work()
    assert len(people()) == 3
