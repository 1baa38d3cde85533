"""What belongs to a person: added, changed, removed, each one event on her page; nobody reaches another's through hers."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from safar.directory.people.actions import LANGUAGES, NAMES, PHONES, RELATIVES, record_functioning
from safar.directory.people.demo import make_person
from safar.directory.people.forms import PersonForm
from safar.directory.people.models import Functioning, Name, Person, Phone, Relation, SpokenLanguage
from safar.directory.people.phones import BadNumber, e164, spaced
from safar.directory.people.search.finding import numbers_of
from safar.directory.people.tests.conftest import somebody
from safar.directory.places.demo import by_demo, make_place
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import Hidden, get, visible
from safar.foundation.actions import Refused, Stale, store
from safar.foundation.actions.forms import form_for, run
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def do(action, actor, person, **inputs):
    """The act as the workbench does it: through its form, against the row as it stands, behind both walls."""
    with as_web(), acting(actor):
        row = get(actor, Person, person.pk, action.name)
        form = form_for(action, actor, row, data={**inputs, "version": row.version})
        assert form.is_valid(), form.errors
        return run(action, actor, row, form, now=timezone.now())


def found(actor, text):
    with as_web(), acting(actor):
        return numbers_of(text, 5)


def test_she_is_found_by_a_former_name_until_it_is_removed(person, worker):
    do(NAMES.add, worker, person, kind="FORMER", family="Qodirova", given="Xurshida", until="2019-05-01")
    assert found(worker, "Qodirova Xurshida") == [person.number]
    name = Name.unscoped.get()
    do(NAMES.change, worker, person, which=name.pk, kind="FORMER", family="Sobirova", given="Lola")
    assert found(worker, "Sobirova Lola") == [person.number]
    assert found(worker, "Qodirova Xurshida") == []
    do(NAMES.remove, worker, person, which=name.pk)
    assert found(worker, "Sobirova Lola") == []
    assert found(worker, "Namunova Dilnoza") == [person.number]
    assert Person.unscoped.get(pk=person.pk).spellings == ""


def test_a_name_stands_in_each_script_it_is_known_in(person, worker):
    do(NAMES.add, worker, person, kind="SPELLING", family="Намунова", given="Дилноза")
    do(NAMES.add, worker, person, kind="PASSPORT", family="NAMUNOVA", given="DILNOZA")
    assert Person.unscoped.get(pk=person.pk).spellings == "Намунова Дилноза\nNAMUNOVA DILNOZA"


def test_each_act_is_one_event_on_the_person_and_tells_no_value(person, worker):
    before = Event.unscoped.count()
    do(NAMES.add, worker, person, kind="FORMER", family="Qodirova")
    events = list(Event.unscoped.order_by("id"))[before:]
    assert [(e.kind, e.subject_id, e.detail) for e in events] == [("people.add_name", str(person.pk), {})]


def test_the_same_twice_is_refused_in_words(person, worker):
    do(LANGUAGES.add, worker, person, language="ru", level="B1")
    with pytest.raises(Refused, match="stands there already"):
        do(LANGUAGES.add, worker, person, language="ru", level="A1")
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    with pytest.raises(Refused, match="gave this number already"):
        do(PHONES.add, worker, person, number="+998 (90) 000-00-01", whose="SHARED")


def test_a_shared_telephone_is_many_peoples(person, worker, desk):
    sister = make_person("Namunova", "Malika", organisation=desk)
    for one in (person, sister):
        do(PHONES.add, worker, one, number="90 000 00 01", whose="SHARED")
    assert list(Phone.unscoped.values_list("number", flat=True)) == ["+998900000001"] * 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("901234567", "+998901234567"),
        ("+998 90 123-45-67", "+998901234567"),
        ("+7 495 123 45 67", "+74951234567"),
        ("0082 10-1234-5678", "+821012345678"),
    ],
)
def test_a_number_in_any_writing_is_kept_in_one(text, kept):
    """ITU-T E.164; the trunk and exit prefixes are libphonenumber's."""
    assert e164(text.replace("0082", "+82")) == kept
    assert spaced(kept).replace(" ", "").replace("-", "") == kept


@pytest.mark.parametrize("text", ["", "12", "abc", "+998 90 123", "+998901234567 ext. 5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadNumber):
        e164(text)


def test_another_persons_row_is_not_reached_through_hers(person, worker, desk):
    other = make_person("Sinovova", "Malika", organisation=desk)
    do(PHONES.add, worker, other, number="90 000 00 02", whose="OWN")
    phone = Phone.unscoped.get()
    with as_web(), acting(worker):
        row = get(worker, Person, person.pk)
        form = form_for(PHONES.remove, worker, row, data={"which": phone.pk, "version": row.version})
        assert "which" in form.errors
        with pytest.raises(Hidden):
            PHONES.remove(row, which=phone, by=worker, now=timezone.now())
    assert Phone.unscoped.count() == 1


def test_who_opened_her_page_before_somebody_else_changed_a_number_is_told(person, worker, now):
    with as_web(), acting(worker):
        seen = get(worker, Person, person.pk)
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    with as_web(), acting(worker), pytest.raises(Stale):
        PHONES.add(seen, number="+998900000009", whose="OWN", by=worker, now=now)


def test_a_relative_is_known_by_name_or_as_somebody_registered(person, worker, desk):
    sister = make_person("Namunova", "Malika", organisation=desk)
    do(RELATIVES.add, worker, person, kind="SIBLING", relative=sister.pk, is_trusted="on")
    do(
        RELATIVES.add,
        worker,
        person,
        kind="MOTHER",
        name="Namunova Oysha",
        phone="900000003",
        is_guardian="on",
    )
    assert Relation.unscoped.filter(is_guardian=True).values_list("phone", flat=True)[0] == "+998900000003"
    with pytest.raises(AssertionError, match="Write the name"):
        do(RELATIVES.add, worker, person, kind="FRIEND")
    with pytest.raises(Refused, match="relative of herself"):
        do(RELATIVES.add, worker, person, kind="SIBLING", relative=person.pk)


def test_somebody_the_actor_may_not_see_cannot_be_named_as_a_relative(person, worker, other_desk):
    hidden = make_person("Namunova", "Nigora", organisation=other_desk)
    with as_web(), acting(worker):
        row = get(worker, Person, person.pk)
        form = form_for(
            RELATIVES.add,
            worker,
            row,
            data={"kind": "SIBLING", "relative": hidden.pk, "version": row.version},
        )
        assert "relative" in form.errors


def test_daily_life_is_sensitive_and_not_the_call_centres(person, worker, now):
    answers = {name: "NONE" for name in ("seeing", "hearing", "remembering", "self_care", "communicating")}
    do(record_functioning, worker, person, **answers, walking="CANNOT", asked_on=str(TODAY))
    row = Functioning.unscoped.get()
    assert (row.label_level, row.is_disability) == (2, True)
    operator = somebody("call_operator", place="UZ.1714.")
    with as_web(), acting(operator):
        assert not visible(operator, Functioning).exists()
        her = get(operator, Person, person.pk)
        with pytest.raises(Hidden):
            record_functioning(her, **answers, walking="NONE", asked_on=TODAY, by=operator, now=now)
    do(record_functioning, worker, person, **answers, walking="SOME", asked_on=str(TODAY))
    assert (Functioning.unscoped.count(), Functioning.unscoped.get().is_disability) == (1, False)


def test_what_belongs_to_her_follows_her_to_where_she_moves(person, worker, region):
    do(NAMES.add, worker, person, kind="FORMER", family="Qodirova")
    do(LANGUAGES.add, worker, person, language="ru", level="B1")
    there = make_place("1703", level="REGION", parent=region.parent, name_uz="Andijon viloyati")
    with acting(by_demo()):
        row = Person.unscoped.get(pk=person.pk)
        row.place = there
        store(row, by=by_demo())
    for model in (Name, SpokenLanguage):
        assert model.unscoped.get().label_place == "UZ.1703."
    operator = somebody("call_operator", place="UZ.1714.")
    with as_web(), acting(operator):
        assert not visible(operator, Name).exists()


def test_the_office_that_registered_her_stays(person, worker):
    assert "organisation" not in PersonForm(instance=person).fields
    assert "organisation" in PersonForm().fields


def test_every_role_acts_within_its_reach_only(person, now):
    stranger = somebody("case_worker", level=2, orgs=[999_999])
    with as_web(), acting(stranger), pytest.raises(Hidden):
        NAMES.add(
            person, kind="FORMER", family="X", given="", patronymic="", until=None, by=stranger, now=now
        )


def test_a_day_to_come_is_no_day_somebody_was_asked(person, worker):
    answers = {
        name: "NONE" for name in ("seeing", "hearing", "walking", "remembering", "self_care", "communicating")
    }
    with pytest.raises(Refused, match="future"):
        do(record_functioning, worker, person, **answers, asked_on=str(date(2999, 1, 1)))
