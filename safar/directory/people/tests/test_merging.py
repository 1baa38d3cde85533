"""Two records made one and taken apart: nothing lost, the stricter holds, and to the byte as it was before."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from safar.directory.people.actions import (
    LANGUAGES,
    NAMES,
    PHONES,
    RELATIVES,
    add_paper,
    give_consent,
    merge_people,
    propose_duplicate,
    record_functioning,
    set_safe_contact,
    unmerge_people,
    withdraw_consent,
)
from safar.directory.people.consents import agreed
from safar.directory.people.demo import make_fact, make_person
from safar.directory.people.duplicates.picture import links
from safar.directory.people.duplicates.pointers import led_to
from safar.directory.people.following import belongings
from safar.directory.people.held import as_json, what_is_held
from safar.directory.people.models import (
    Consent,
    Fact,
    Identifier,
    Merge,
    Name,
    Person,
    Phone,
    PossibleDuplicate,
    SafeContact,
)
from safar.directory.people.reach import PeopleBook
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_papers import PASSPORT, scan
from safar.directory.places.demo import make_place
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.policy import rules
from safar.foundation.access.visibility import get, resource_of, visible
from safar.foundation.actions import Refused
from safar.foundation.actions.forms import form_for, run
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
#: What a merge touches. The version of the two people goes on (else who looked at the merged record could overwrite the one it
#: was); all other columns, versions of belongings among them, are compared.
APART = {("people_person", "version")}


@pytest.fixture
def both_desks(desk, other_desk):
    return somebody("case_worker", level=2, orgs=[desk.pk, other_desk.pk])


@pytest.fixture
def she(person, both_desks, desk):
    """Dilnoza as the first desk knows her: much is known."""
    sister = make_person("Namunova", "Malika", organisation=desk)
    Person.unscoped.filter(pk=person.pk).update(birth_date=date(1990, 5, 17), sex="F")
    do(NAMES.add, both_desks, person, kind="SPELLING", family="Намунова", given="Дилноза")
    do(PHONES.add, both_desks, person, number="90 000 00 01", whose="OWN")
    do(PHONES.add, both_desks, person, number="90 000 00 02", whose="OWN")
    do(RELATIVES.add, both_desks, person, kind="SIBLING", name="", relative=sister.pk)
    do(LANGUAGES.add, both_desks, person, language="uz", level="NATIVE")
    do(add_paper, both_desks, person, **PASSPORT)
    do(give_consent, both_desks, person, **CONSENT)
    do(set_safe_contact, both_desks, person, **DAYS, phone=Phone.unscoped.get(number="+998900000001").pk)
    make_fact(person, on=TODAY, now=timezone.now())
    return person


@pytest.fixture
def twin(other_desk, both_desks, she, region):
    """Dilnoza as the second desk knows her, in another region, after her marriage."""
    there = make_place("1703", level="REGION", parent=region.parent, name_uz="Andijon viloyati")
    twin = make_person(
        "Qodirova", "Dilnoza", patronymic="Akmalovna", organisation=other_desk, place=there, external_id="K-7",
        birth_date=date(1990, 5, 17), sex="F",
    )  # fmt: skip
    do(NAMES.add, both_desks, twin, kind="FORMER", family="Sinovova", given="Dilnoza")
    do(PHONES.add, both_desks, twin, number="90 000 00 01", whose="SHARED")
    do(PHONES.add, both_desks, twin, number="90 000 00 03", whose="OWN")
    do(RELATIVES.add, both_desks, twin, kind="MOTHER", name="Qodirova Oysha")
    do(
        RELATIVES.add,
        both_desks,
        Person.unscoped.get(given="Malika"),
        kind="SIBLING",
        name="",
        relative=twin.pk,
    )
    do(LANGUAGES.add, both_desks, twin, language="uz", level="B1")
    do(LANGUAGES.add, both_desks, twin, language="ru", level="B1")
    do(add_paper, both_desks, twin, **PASSPORT)
    do(add_paper, both_desks, twin, **PASSPORT | {"type": "ID_CARD", "number": "AB7654321"})
    scan(both_desks, twin, Identifier.unscoped.get(type="ID_CARD"))
    do(record_functioning, both_desks, twin, walking="A_LOT", **REST, asked_on=TODAY)
    do(give_consent, both_desks, twin, **CONSENT)
    do(withdraw_consent, both_desks, twin, which=Consent.unscoped.get(person=twin).pk)
    do(set_safe_contact, both_desks, twin, **EVENINGS)
    make_fact(twin, on=TODAY, now=timezone.now())
    return twin


CONSENT = {"purpose": "JOB", "about": "WORK", "how": "SPOKEN", "language": "uz", "given_on": TODAY}
DAYS = {"language": "uz", "channels": ["CALL", "SMS"], "days": ["1", "2", "3"], "hour_from": "9", "hour_to": "20", "keep_from": "her mother"}  # fmt: skip
EVENINGS = {"language": "ru", "channels": ["TELEGRAM", "CALL"], "days": ["2", "3", "4"], "hour_from": "18", "hour_to": "24", "keep_from": "her husband", "code_word": "anor"}  # fmt: skip
REST = dict.fromkeys(("seeing", "hearing", "remembering", "self_care", "communicating"), "NONE")


def pair_of(one, other, by):
    do(propose_duplicate, by, one, other=other.pk)
    return PossibleDuplicate.unscoped.get(person__in=(one, other), other__in=(one, other))


def decide(action, actor, pair, **inputs):
    with as_web(), acting(actor):
        row = get(actor, PossibleDuplicate, pair.pk, action.name)
        form = form_for(action, actor, row, data={**inputs, "version": row.version})
        assert form.is_valid(), form.errors
        return run(action, actor, row, form, now=timezone.now())


def merged(stays, goes, by, **leads):
    """Merge `goes` into `stays`; `leads` names what is taken of the one that goes."""
    pair = pair_of(stays, goes, by)
    stay, go = ("FIRST", "SECOND") if pair.person_id == stays.pk else ("SECOND", "FIRST")
    decide(merge_people, by, pair, survivor=stay, **dict.fromkeys(leads, go))
    return Merge.unscoped.get(merged=goes, undone_at=None)


def apart(survivor, merge, by):
    do(unmerge_people, by, survivor, which=merge.pk)


def dump():
    """Every column of every table that holds people or points to them, as text, rows by table and key."""
    found = {}
    models = {Person, *(model for model, _name in links())} - {Merge}
    with connection.cursor() as cursor:
        for table in sorted({*(model._meta.db_table for model in models), "files_storedfile"}):
            cursor.execute(f"select to_jsonb(t) from {table} t")  # noqa: S608
            for (row,) in cursor.fetchall():
                row = json.loads(row) if isinstance(row, str) else row
                found[table, row["id"]] = {k: v for k, v in row.items() if (table, k) not in APART}
    return found


def postings():
    with connection.cursor() as cursor:
        cursor.execute("select key, m from search.posting, unnest(members) m order by 1, 2")
        return cursor.fetchall()


# -- to the byte ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("leads", [(), ("name", "place"), ("name", "sex", "birth", "place")])
def test_taken_apart_all_columns_of_all_rows_are_as_before(she, twin, both_desks, leads):
    before, found_before = dump(), postings()
    merge = merged(she, twin, both_desks, **dict.fromkeys(leads, True))
    during = dump()
    assert during != before
    assert during.keys() >= before.keys(), "nothing is deleted"
    apart(she, merge, both_desks)
    assert dump() == before
    assert sorted(postings()) == sorted(found_before)
    merge = Merge.unscoped.get(pk=merge.pk)
    assert (merge.undone_at is not None, merge.kept, merge.external_id) == (True, "", "")


def test_a_chain_comes_apart_link_by_link(she, twin, both_desks, desk):
    third = make_person("Namunova", "Dilnoza", organisation=desk, birth_date=date(1990, 5, 17))
    at_first = dump()
    first = merged(twin, she, both_desks)
    between = dump()
    second = merged(third, twin, both_desks)
    assert Merge.unscoped.get(pk=first.pk).person_id == third.pk, "the pointer leads to the end of the chain"
    with as_web(), acting(both_desks):
        assert led_to(both_desks, she.pk) == third.pk
    with pytest.raises(Refused, match=f"№ {twin.number} was merged into this record later"):
        apart(third, first, both_desks)
    apart(third, second, both_desks)
    assert dump() == between
    apart(twin, first, both_desks)
    assert dump() == at_first


def test_what_was_done_since_stays_where_it_was_done(she, twin, both_desks, region):
    before = dump()
    merge = merged(she, twin, both_desks)
    do(PHONES.add, both_desks, she, number="90 000 00 09", whose="OWN")
    do(NAMES.add, both_desks, she, kind="FORMER", family="Xayolova", given="Dilnoza")
    moved = Phone.unscoped.get(number="+998900000003")
    do(PHONES.change, both_desks, she, which=moved.pk, number="90 000 00 08", whose="OWN")
    gone = Name.unscoped.get(family="Sinovova")
    do(NAMES.remove, both_desks, she, which=gone.pk)
    apart(she, merge, both_desks)
    after = dump()
    new = set(after) - set(before)
    assert {after[key].get("number") or after[key].get("family") for key in new} == {
        "+998900000009",
        "Xayolova",
    }
    assert {after[key]["person_id"] for key in new} == {str(she.pk)}
    assert set(before) - set(after) == {("people_name", gone.pk)}
    changed = {key: row for key, row in after.items() if key in before and row != before[key]}
    assert {key[0] for key in changed} == {"people_phone", "people_person"}
    phone = changed["people_phone", moved.pk]
    assert (phone["number"], phone["person_id"], phone["label_place"]) == (
        "+998900000008",
        str(twin.pk),
        "UZ.1703.",
    )
    assert changed["people_person", str(she.pk)]["spellings"] == "Намунова Дилноза\nXayolova Dilnoza"


def test_her_labels_go_back_to_her_place_though_the_survivor_moved_since(she, twin, both_desks, region):
    merge = merged(she, twin, both_desks)
    elsewhere = make_place("1730", level="REGION", parent=region.parent, name_uz="Fargʻona viloyati")
    with acting(system_actor("demo")):
        Person.unscoped.filter(pk=she.pk).update(place=elsewhere, label_place=elsewhere.path)
    apart(she, merge, both_desks)
    for model in belongings():
        if model is not PossibleDuplicate:
            places = dict(
                model.unscoped.filter(person__in=(she, twin)).values_list("person_id", "label_place")
            )
            assert places.items() <= {she.pk: elsewhere.path, twin.pk: "UZ.1703."}.items(), model


# -- while they are one -----------------------------------------------------------------------------------------------------------


def test_everything_moves_and_what_would_stand_twice_stays_out_of_sight(she, twin, both_desks):
    merged(she, twin, both_desks)
    with as_web(), acting(both_desks):
        hers = get(both_desks, Person, she.pk)
        told = as_json(hers, what_is_held(both_desks, hers), now=timezone.now())["held"]
    assert {row["number"] for row in told["phone"]} == {"+998900000001", "+998900000002", "+998900000003"}
    assert {(row["type"], row["number"]) for row in told["identifier"]} == {
        ("Passport", "AA1234567"), ("Identity card", "AB7654321"),
    }  # fmt: skip
    assert {row["language"] for row in told["spokenlanguage"]} == {"Uzbek", "Russian"}
    assert {row["family"] for row in told["name"]} == {"Намунова", "Sinovova", "Qodirova"}
    assert len(told["fact"]) == 2
    assert len(told["consent"]) == 2
    assert told["functioning"][0]["walking"] == "A lot of difficulty"
    assert Person.unscoped.get(pk=twin.pk).merged_into_id == she.pk
    paper = Identifier.unscoped.get(type="ID_CARD")
    assert (paper.person_id, paper.label_org, paper.number) == (she.pk, she.organisation_id, "AB7654321")
    field = Identifier._meta.get_field("index")
    assert paper.index == field.index_of("ID_CARD:UZ:AB7654321", she.organisation_id, 1)


def test_she_is_found_by_every_name_and_number_she_had(she, twin, both_desks):
    merged(she, twin, both_desks)
    with as_web(), acting(both_desks):
        for text in ("Qodirova Dilnoza", "Sinovova Dilnoza", "Namunova Dilnoza", "Кадырова Дильноза"):
            assert numbers_of(text, 5)[0] == she.number, text
            assert twin.number not in numbers_of(text, 5)
        assert numbers_of(f"№ {twin.number}", 5) == [she.number]
        assert numbers_of("K-7", 5) == [she.number]
        assert led_to(both_desks, twin.pk) == she.pk
        assert not visible(both_desks, Person).filter(pk=twin.pk).exists()


def test_the_stricter_rules_of_contact_hold(she, twin, both_desks):
    def way(person):
        return PeopleBook().how_to_reach(person.pk.hex, preferred=None, now=timezone.now())

    with as_web():
        before = [way(she), way(twin)]
    merged(she, twin, both_desks)
    rules = SafeContact.unscoped.get(person=she)
    assert (rules.channels, rules.days, rules.hour_from, rules.hour_to) == (["CALL"], [2, 3], 18, 20)
    assert (rules.keep_from, rules.code_word) == ("her mother; her husband", "anor")
    assert Phone.unscoped.get(person=she, number="+998900000001").whose == "SHARED"
    with as_web():
        assert any(before)
        assert [way(she), way(twin)] == [None, None], "nothing is written to a record of hers, merged or not"


WEEKDAYS = {
    "language": "uz",
    "channels": ["SMS"],
    "days": ["1", "2", "3", "4", "5"],
    "hour_from": "8",
    "hour_to": "20",
}


@pytest.mark.parametrize("whose", ["the merged one's", "the survivor's", "both", "nobody's"])
def test_who_is_not_to_be_contacted_is_not_after_the_two_are_apart_either(desk, both_desks, whose):
    """It was said of the one record the two were, so it may have been said of either."""
    stays, goes = (make_person("Namunova", given, organisation=desk) for given in ("Dilnoza", "Dilnozaxon"))
    for number, person in enumerate((stays, goes)):
        do(PHONES.add, both_desks, person, number=f"90 000 01 0{number}", whose="OWN")
    for person, says in ((goes, "the merged one's"), (stays, "the survivor's")):
        if whose in (says, "both"):
            do(set_safe_contact, both_desks, person, **WEEKDAYS)
    merge = merged(stays, goes, both_desks)
    do(set_safe_contact, both_desks, stays, **WEEKDAYS, do_not_contact="on", keep_from="her brother")
    apart(stays, merge, both_desks)
    for person in (stays, goes):
        rules = SafeContact.unscoped.get(person=person)
        assert (rules.do_not_contact, rules.keep_from) == (True, "her brother")


def test_rules_nobody_touched_since_go_back_as_they_were(desk, both_desks):
    stays, goes = (make_person("Namunova", given, organisation=desk) for given in ("Dilnoza", "Dilnozaxon"))
    do(set_safe_contact, both_desks, stays, **WEEKDAYS)
    do(set_safe_contact, both_desks, goes, **WEEKDAYS, do_not_contact="on")
    merge = merged(stays, goes, both_desks)
    apart(stays, merge, both_desks)
    told = dict(SafeContact.unscoped.values_list("person_id", "do_not_contact"))
    assert told == {stays.pk: False, goes.pk: True}


def test_a_consent_withdrawn_on_one_record_is_withdrawn_on_both(she, twin, both_desks):
    with as_web(), acting(both_desks):
        asked = {"purpose": "JOB", "about": "WORK", "organisation": None, "on": TODAY}
        assert agreed(both_desks, she, **asked)
    merge = merged(she, twin, both_desks)
    with as_web(), acting(both_desks):
        assert not agreed(both_desks, get(both_desks, Person, she.pk), **asked)
    apart(she, merge, both_desks)
    with as_web(), acting(both_desks):
        assert agreed(both_desks, get(both_desks, Person, she.pk), **asked)


def test_one_event_for_each_person_says_what_was_done(she, twin, both_desks):
    merge = merged(she, twin, both_desks)
    apart(she, merge, both_desks)
    said = Event.unscoped.filter(
        kind__in=("people.merged", "people.was_merged", "people.parted", "people.unmerge_people")
    )
    assert [(one.kind, one.subject_id, one.detail) for one in said.order_by("id")] == [
        ("people.merged", str(she.pk), {"number": twin.number}),
        ("people.was_merged", str(twin.pk), {"number": she.number}),
        ("people.parted", str(twin.pk), {"number": she.number}),
        ("people.unmerge_people", str(she.pk), {"number": twin.number}),
    ]


# -- laws ------------------------------------------------------------------------------------------------------------------------------


def test_the_merger_may_move_whatever_points_to_people():
    for model, _name in links():
        for word in ("view", "change"):
            assert rules("system:merger", resource_of(model), word), f"{resource_of(model)} would stay behind"
    assert Fact in dict(links())
