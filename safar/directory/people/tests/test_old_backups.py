"""An old backup put back: who was erased since is erased again, whoever she stood merged with, and nobody else is."""

from __future__ import annotations

import pytest

from safar.directory.people.actions import PHONES, add_paper, erase_again, set_safe_contact, still_there
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.models import Fact, Identifier, Merge, Person, Phone, SafeContact
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_erasing import HERS, hidden, traces  # noqa: F401 - a fixture
from safar.directory.people.tests.test_merging import merged
from safar.directory.people.tests.test_papers import PASSPORT
from safar.directory.people.tests.test_reach import EVENINGS
from safar.foundation.access.actors import acting
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def erased_since():
    """As after a restore: the database of before the erasing, the key store of after it; what was parted or erased has no key."""

    def erased(*people, dead=(), now):
        store = keys.store()
        for key in (*dead, *Merge.unscoped.values_list("data_key", flat=True)):
            store.destroy_key(key, now=now)
        for person in people:
            store.destroy_key(store.create_key(now=now), now=now, subjects=(f"person:{person.pk}",))

    return erased


def put_back(now, capture):
    with as_web(), capture(execute=True):
        count = erase_again(now=now)
        assert erase_again(now=now) == 0
    with as_web():
        assert still_there()[1] == []
    return count


@pytest.mark.parametrize("leads", [(), ("name", "sex", "birth", "place")])
def test_a_backup_in_which_she_stood_merged_does_not_bring_her_back(
    hidden,  # noqa: F811 - a fixture
    desk,
    worker,
    now,
    leads,
    erased_since,
    django_capture_on_commit_callbacks,  # noqa: F811 - a fixture
):
    stays = make_person("Namunova", "Dilnoza", organisation=desk)
    do(PHONES.add, worker, stays, number="90 000 00 01", whose="OWN")
    do(add_paper, worker, stays, **PASSPORT)
    do(add_paper, worker, hidden, **PASSPORT | {"type": "ID_CARD", "number": "AB7654321"})
    do(set_safe_contact, worker, hidden, **EVENINGS)
    make_fact(hidden, on=now.date(), now=now)
    dead = [SafeContact.unscoped.get().data_key, Identifier.unscoped.get(person=hidden).data_key]
    with django_capture_on_commit_callbacks(execute=True):
        merged(stays, hidden, worker, **dict.fromkeys(leads, True))
    do(PHONES.add, worker, stays, number="90 000 00 02", whose="OWN")
    erased_since(hidden, dead=dead, now=now)
    with as_web():
        assert still_there() == (1, [hidden.pk])
    assert put_back(now, django_capture_on_commit_callbacks) == 1
    assert traces(HERS) == {}
    stays = Person.unscoped.get(pk=stays.pk)
    assert (stays.full_name, stays.spellings, stays.birth_date) == ("Namunova Dilnoza", "", None)
    assert sorted(Phone.unscoped.values_list("person", "number")) == [
        (stays.pk, "+998900000001"), (stays.pk, "+998900000002"),
    ]  # fmt: skip
    assert Identifier.unscoped.get().number == PASSPORT["number"]
    assert not SafeContact.unscoped.exists()
    assert Fact.unscoped.get().person_id == hidden.pk
    assert Merge.unscoped.get().undone_at is not None
    with as_web(), acting(worker):
        assert numbers_of("Yashirinova Zebo", 5) == []
        assert numbers_of("Namunova Dilnoza", 5) == [stays.number]


def test_a_backup_in_which_another_was_merged_into_her_does_not_take_the_other_along(
    hidden,  # noqa: F811 - a fixture
    desk,
    worker,
    now,
    erased_since,
    django_capture_on_commit_callbacks,  # noqa: F811 - a fixture
):
    other = make_person("Namunova", "Dilnoza", organisation=desk, birth_date="1970-01-02")
    do(PHONES.add, worker, other, number="90 000 00 01", whose="OWN")
    do(add_paper, worker, other, **PASSPORT)
    with django_capture_on_commit_callbacks(execute=True):
        merged(hidden, other, worker)
    erased_since(hidden, now=now)
    assert put_back(now, django_capture_on_commit_callbacks) == 1
    assert traces(HERS) == {}
    other = Person.unscoped.get(pk=other.pk)
    assert (other.full_name, other.merged_into_id, other.erased_on) == ("Namunova Dilnoza", None, None)
    assert Phone.unscoped.get().person_id == Identifier.unscoped.get().person_id == other.pk
    assert not keys.store().was_erased(f"person:{other.pk}")
    with as_web(), acting(worker):
        assert numbers_of("Namunova Dilnoza", 5) == [other.number]


def test_a_backup_in_which_both_were_one_erases_both_again(
    hidden,  # noqa: F811 - a fixture
    desk,
    worker,
    now,
    erased_since,
    django_capture_on_commit_callbacks,  # noqa: F811 - a fixture
):
    other = make_person("Namunova", "Dilnoza", organisation=desk)
    with django_capture_on_commit_callbacks(execute=True):
        merged(other, hidden, worker)
    erased_since(hidden, other, now=now)
    assert put_back(now, django_capture_on_commit_callbacks) == 2
    assert traces(HERS + "|Namunova") == {}


def test_a_backup_in_which_she_stood_merged_through_a_third_record(
    hidden,  # noqa: F811 - a fixture
    desk,
    worker,
    now,
    erased_since,
    django_capture_on_commit_callbacks,  # noqa: F811 - a fixture
):
    second = make_person("Namunova", "Dilnoza", organisation=desk)
    third = make_person("Sinovova", "Lola", organisation=desk)
    with django_capture_on_commit_callbacks(execute=True):
        merged(second, hidden, worker, name=True)
        merged(third, second, worker)
    erased_since(hidden, now=now)
    assert put_back(now, django_capture_on_commit_callbacks) == 1
    assert traces(HERS) == {}
    assert Person.unscoped.get(pk=third.pk).full_name == "Sinovova Lola"
    assert Person.unscoped.get(pk=second.pk).merged_into_id == third.pk, "the other two are one as before"
    with as_web(), acting(worker):
        assert numbers_of("Namunova Dilnoza", 5) == [third.number]
