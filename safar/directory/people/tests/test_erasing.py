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
    change_person,
    erase_again,
    erase_person,
    export_what_is_held,
    set_safe_contact,
    still_there,
)
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.following import belongings
from safar.directory.people.held import as_json, what_is_held
from safar.directory.people.models import Identifier, Name, Person, SafeContact
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_merging import apart, merged
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


def traces(text):
    """The tables, the search's among them, that hold a text in any row, and how many rows."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
            " where table_schema in ('public', 'search', 'gate') and table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select count(*) from {table} t where t::text ~* %s", [text])  # noqa: S608
            if rows := cursor.fetchone()[0]:
                found[table] = rows
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
    with pytest.raises(Refused, match="was erased for good"):
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


@pytest.mark.parametrize(
    "statement",
    [
        "delete from people_nameversion", "select gate.forget_people(array(select id from people_person))",
        "select search.forget_words(array['a'])",
    ],
)  # fmt: skip
def test_history_of_nobody_else_can_be_deleted(known, worker, statement):
    """The web role may not: only the database does, once a row says that its person is erased."""
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with as_web(), acting(worker), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# -- what was written of her elsewhere --------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(desk, region):
    """A person with a telephone, an earlier name and a day of birth, of whom nothing may be left."""
    boss = somebody("case_worker", level=2, orgs=[desk.pk])
    person = make_person(
        "Yashirinova", "Zebo", organisation=desk, place=region, birth_date="1991-03-09", sex="F"
    )
    do(PHONES.add, boss, person, number="90 777 00 03", whose="OWN")
    do(NAMES.add, boss, person, kind="FORMER", family="Bekitilova", given="Zebo")
    return person


HERS = "Yashirinova|Bekitilova|907770003|1991-03-09"


@pytest.mark.parametrize("leads", [(), ("name",), ("name", "sex", "birth", "place")])
def test_who_was_merged_and_taken_apart_is_not_left_in_the_history_of_the_other(
    hidden, desk, worker, leads, django_capture_on_commit_callbacks
):
    stays = make_person("Namunova", "Dilnoza", organisation=desk)
    do(PHONES.add, worker, stays, number="90 000 00 01", whose="OWN")
    with django_capture_on_commit_callbacks(execute=True):
        merge = merged(stays, hidden, worker, **dict.fromkeys(leads, True))
        do(PHONES.add, worker, stays, number="90 000 00 02", whose="OWN")
        apart(stays, merge, worker)
        assert traces(HERS)["public.people_personversion"] > 1
        do(erase_person, worker, hidden, reason="request 17")
    assert traces(HERS) == {}
    stays = Person.unscoped.get(pk=stays.pk)
    assert stays.full_name == "Namunova Dilnoza"
    assert stored("900000001") > 0
    assert stored("900000002") == 1, "what was written down of the other stays"
    versions = f"select count(*), max(version) from people_personversion where pgh_obj_id = '{stays.pk}'"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(versions)
        assert cursor.fetchone() == (stays.version, stays.version), "no version of the other is lost"


def test_what_the_other_is_called_since_stays_in_her_history(
    hidden, desk, worker, django_capture_on_commit_callbacks
):
    stays = make_person("Namunova", "Dilnoza", organisation=desk)
    with django_capture_on_commit_callbacks(execute=True):
        merge = merged(stays, hidden, worker)
        do(NAMES.add, worker, stays, kind="FORMER", family="Oldinova", given="Dilnoza")
        apart(stays, merge, worker)
        do(erase_person, worker, hidden, reason="request 17")
    assert traces(HERS) == {}
    assert Name.unscoped.get(person=stays).family == "Oldinova"
    assert stored("Oldinova") > 0


def test_who_was_merged_through_a_third_record_is_left_in_none(
    hidden, desk, worker, django_capture_on_commit_callbacks
):
    second = make_person("Namunova", "Dilnoza", organisation=desk)
    third = make_person("Sinovova", "Lola", organisation=desk)
    with django_capture_on_commit_callbacks(execute=True):
        first_merge = merged(second, hidden, worker, name=True)
        second_merge = merged(third, second, worker, name=True)
        apart(third, second_merge, worker)
        apart(second, first_merge, worker)
        do(erase_person, worker, hidden, reason="request 17")
    assert traces(HERS) == {}
    names = {person.pk: person.full_name for person in Person.unscoped.all()}
    assert names == {second.pk: "Namunova Dilnoza", third.pk: "Sinovova Lola", hidden.pk: "—"}


def test_a_word_nobody_bears_any_more_is_forgotten(hidden, desk, worker, django_capture_on_commit_callbacks):
    namesake = make_person("Qodirova", "Zebo", organisation=desk)
    words = {word: bones for word, bones in zip(hidden.sounds.split(), hidden.bones.split(), strict=True)}
    kept = set(namesake.sounds.split())
    with django_capture_on_commit_callbacks(execute=True):
        do(erase_person, worker, hidden, reason="request 17")
    with connection.cursor() as cursor:
        cursor.execute("select sound from search.word where sound = any(%s)", [[*words]])
        assert {sound for (sound,) in cursor.fetchall()} == kept & words.keys() != set()
        cursor.execute("select distinct bones from search.slip where bones = any(%s)", [[*words.values()]])
        assert {bones for (bones,) in cursor.fetchall()} == {words[word] for word in kept & words.keys()}
    with as_web(), acting(worker):
        assert numbers_of("Qodirova Zeba", 5) == [namesake.number], (
            "who shares a word with her is found by it"
        )


def test_a_word_is_forgotten_when_the_name_is_corrected_too(hidden, worker, region):
    gone = hidden.sounds.split()[0]
    do(
        change_person, worker, hidden, family="Boshqacha", given="Zebo", sex="F", birth_date="1991-03-09",
        birth_precision="DAY", place=region.code,
    )  # fmt: skip
    assert "search.word" not in traces(gone)


@pytest.mark.django_db(transaction=True)
def test_a_word_somebody_is_about_to_bear_stays(hidden, worker):
    """Else who is written down in the moment the last bearer is erased would not be found with a slip."""
    word, bones = hidden.sounds.split()[0], hidden.bones.split()[0]
    writing = connection.copy()
    try:
        writing.set_autocommit(False)
        with writing.cursor() as cursor:
            cursor.execute("select search.learn(array[%s], array[%s])", [word, bones])
        do(erase_person, worker, hidden, reason="request 17")
        writing.commit()
    finally:
        writing.close()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from search.word where sound = %s", [word])
        assert cursor.fetchone() == (1,)
        cursor.execute("select count(*) from search.slip where bones = %s", [bones])
        assert cursor.fetchone()[0] > 1
