"""Taking out what is held, and erasing for good: from the rows, their history, the keys, and again after a restore."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from safar.directory.people.actions import (
    NAMES,
    PHONES,
    RELATIVES,
    add_paper,
    erase_again,
    erase_person,
    export_what_is_held,
    set_safe_contact,
    still_there,
)
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.following import belongings
from safar.directory.people.held import as_json, what_is_held
from safar.directory.people.models import Identifier, Person, SafeContact
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_papers import PASSPORT
from safar.directory.people.tests.test_reach import EVENINGS
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import Hidden, get
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(person, worker, desk, now):
    """A person of whom much is known, and her sister."""
    sister = make_person("Namunova", "Malika", organisation=desk)
    do(NAMES.add, worker, person, kind="FORMER", family="Qodirova", given="Dilnoza")
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    do(RELATIVES.add, worker, person, kind="SIBLING", name="Malika", relative=sister.pk)
    do(add_paper, worker, person, **PASSPORT)
    do(set_safe_contact, worker, person, **EVENINGS)
    make_fact(person, on=now.date(), now=now)
    return person


def stored(text):
    """How many rows of row history of people hold a text."""
    found = 0
    with connection.cursor() as cursor:
        for model in (Person, *belongings()):
            table = f"people_{model._meta.model_name}version"
            cursor.execute(f"select count(*) from {table} t where t::text ilike %s", [f"%{text}%"])  # noqa: S608
            found += cursor.fetchone()[0]
    return found


def test_she_is_given_what_is_held_and_nothing_of_anybody_else(known, worker, now):
    with as_web(), acting(worker):
        her = get(worker, Person, known.pk)
        given = as_json(her, what_is_held(worker, her), now=now)
    text = json.dumps(given, ensure_ascii=False)
    assert given["person"] == known.number
    assert given["held"]["identifier"][0]["number"] == "AA1234567"
    assert given["held"]["relation"] == [
        {"kind": "Sister or brother", "name": "Malika", "is_guardian": False, "is_trusted": False}
    ]
    assert {"person", "name", "phone", "identifier", "relation", "safecontact", "fact"} <= given[
        "held"
    ].keys()
    assert str(Person.unscoped.get(given="Malika").pk) not in text
    assert not [word for word in ("anor", "husband", "label_", "data_key") if word in text]


def test_the_call_centre_takes_nothing_out_and_erases_nobody(known, now):
    operator = somebody("call_operator", place="UZ.1714.")
    with as_web(), acting(operator):
        her = get(operator, Person, known.pk)
        with pytest.raises(Hidden):
            export_what_is_held(her, purpose="x", shape="JSON", by=operator, now=now)
        with pytest.raises(Hidden):
            erase_person(her, reason="x", by=operator, now=now)


def test_who_was_erased_is_nowhere_any_more(known, worker, django_capture_on_commit_callbacks):
    paper, contact = Identifier.unscoped.get(), SafeContact.unscoped.get()
    assert stored("Qodirova") > 0
    with django_capture_on_commit_callbacks(execute=True):
        do(erase_person, worker, known, reason="request 17")
    row = Person.unscoped.get(pk=known.pk)
    assert (str(row), row.spellings, row.birth_date, row.place_id) == (f"№ {known.number}", "", None, None)
    assert [model for model in belongings() if model.unscoped.filter(person=row).exists()] == []
    assert [stored(word) for word in ("Qodirova", "Dilnoza", "900000001")] == [0, 0, 0]
    assert keys.store().is_destroyed(paper.data_key)
    assert keys.store().is_destroyed(contact.data_key)
    assert keys.store().was_erased(f"person:{known.pk}")
    with as_web(), acting(worker):
        assert numbers_of("Qodirova Dilnoza", 5) == []
    assert stored("Malika") > 0, "her sister stays"
    with pytest.raises(Refused, match="already"):
        do(erase_person, worker, known, reason="request 17")


def test_who_was_erased_is_not_written_down_again_in_the_same_record(
    known, worker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        do(erase_person, worker, known, reason="request 17")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.unscoped.filter(pk=known.pk).update(given="Dilnoza")


def test_a_restored_backup_brings_nobody_back(known, worker, now, django_capture_on_commit_callbacks):
    before = Person.unscoped.get(pk=known.pk)
    with django_capture_on_commit_callbacks(execute=True):
        do(erase_person, worker, known, reason="request 17")
    Person.unscoped.filter(pk=known.pk).update(
        family=before.family, given=before.given, patronymic=before.patronymic, spellings=before.spellings, erased_on=None,
    )  # fmt: skip
    others = Person.unscoped.exclude(pk=known.pk).count()
    with django_capture_on_commit_callbacks(execute=True), as_web():
        assert erase_again(now=now) == 1
        assert erase_again(now=now) == 0
    assert Person.unscoped.get(pk=known.pk).full_name == "—"
    assert Person.unscoped.filter(erased_on=None).count() == others
    assert Event.unscoped.filter(kind="people.erased_again", subject_id=str(known.pk)).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nor_when_it_is_done_outside_any_transaction_as_after_a_restore(known, worker, now):
    """Without a transaction the database shows a job nobody at all: this is how the command runs it."""
    before = Person.unscoped.get(pk=known.pk)
    do(erase_person, worker, known, reason="request 17")
    assert still_there()[1] == []
    Person.unscoped.filter(pk=known.pk).update(
        family=before.family, given=before.given, spellings=before.spellings, erased_on=None
    )
    with as_web():
        assert still_there() == (1, [known.pk])
        assert erase_again(now=now) == 1
        assert still_there() == (1, [])
    assert stored("Dilnoza") == 0


def test_history_of_nobody_else_can_be_deleted(known, worker):
    """The web role may not: only the database does, once a row says that its person is erased."""
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with as_web(), acting(worker), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from people_nameversion")
