"""The demo world of the directory: what the documents name is there, what is invented says so, twice doubles nothing."""

from __future__ import annotations

import pytest
from django.db.models import Count
from django.utils import timezone

from safar.directory.organisations import demo as organisations
from safar.directory.organisations.models import FocalPoint, Office, Organisation
from safar.directory.people import demo as people
from safar.directory.people.models import (
    Consent,
    Fact,
    Identifier,
    Name,
    Person,
    Phone,
    Relation,
    SafeContact,
    SpokenLanguage,
)
from safar.directory.people.rules import PinflFault, pinfl_fault
from safar.directory.places import demo as places
from safar.directory.places.models import Difference, Place
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message

pytestmark = pytest.mark.django_db
#: Bodies that the capabilities (1 to 39) name, by a word of their English names.
NAMED = (
    "Migration Agency", "Ministry of Poverty Reduction and Employment", "Ministry of Internal Affairs", "Ministry of Foreign",
    "Prosecutor General", "Central Bank", "International Organization for Migration", "Academy of Public Administration",
    "Monocentre", "Rehabilitation", "Gangmasters and Labour Abuse Authority", "Fair Work Agency", "Network on Migration",
    "shelter", "mahalla", "Embassy", "Namangan",
)  # fmt: skip


@pytest.fixture
def world(db):
    places.load()
    organisations.load()
    people.load()


def test_sixty_organisations_with_the_bodies_the_documents_name(world):
    names = list(Organisation.unscoped.values_list("name_en", flat=True))
    assert len(names) == 60
    assert [word for word in NAMED if not any(word in name for name in names)] == []
    assert not Organisation.unscoped.filter(name_uz_cyrl="").exists()
    assert not Organisation.unscoped.filter(name_ru="").exists()


def test_firms_and_associations_say_that_they_are_invented(world):
    private = Organisation.unscoped.filter(
        type__in=[
            "EMPLOYER",
            "NGO",
            "SHELTER",
            "LEGAL_AID",
            "DIASPORA",
            "DONOR",
            "MEDICAL",
            "MEDIA",
            "LOCAL_ADMINISTRATION",
        ]
    )
    assert private.count() >= 12
    assert [row.name_en for row in private if "invented" not in row.name_en] == []
    assert all("oʻylab topilgan" in address for address in Office.unscoped.values_list("address", flat=True))
    assert all(
        phone.startswith("+998 00 000") for phone in FocalPoint.unscoped.values_list("phone", flat=True)
    )


def test_public_bodies_have_no_address_or_number_of_their_own(world):
    agency = organisations.organisation("agency")
    assert not Office.unscoped.filter(organisation=agency).exists()


def test_the_shelter_is_in_bukhara_and_nowhere_closer(world):
    shelter = organisations.organisation("shelter")
    assert (shelter.label_level, shelter.label_place, shelter.is_public) == (2, "UZ.1706.", False)


def test_every_register_has_rows_enough_to_be_tried(world):
    for model in (Place, Difference, Organisation, Office, FocalPoint, Person, Fact):
        assert model.unscoped.count() >= 21, model
    assert Place.unscoped.filter(level="MAHALLA", name_uz__contains="oʻylab topilgan").count() == 12


def test_the_world_is_the_same_each_time_and_twice_doubles_nothing(world):
    models = (Place, Difference, Organisation, Office, FocalPoint, Person, Fact)
    before = [model.unscoped.count() for model in models]
    first = Person.unscoped.order_by("sort_key", "birth_date").values_list("family", "given", "birth_date")[0]
    places.load()
    organisations.load()
    people.load()
    assert [model.unscoped.count() for model in models] == before
    assert (
        first
        == Person.unscoped.order_by("sort_key", "birth_date").values_list("family", "given", "birth_date")[0]
    )


BELONGINGS = (Name, Phone, Identifier, Relation, Consent, SafeContact, SpokenLanguage)


def test_people_have_what_belongs_to_people_and_twice_doubles_nothing(world):
    before = [model.unscoped.count() for model in BELONGINGS]
    assert min(before) >= 21, before
    people.load()
    assert [model.unscoped.count() for model in BELONGINGS] == before


def test_messages_wait_or_failed_and_one_nobody_answered_for(world):
    with acting(MESSENGER):
        states = set(visible(MESSENGER, Message).values_list("state", flat=True))
    assert states == {"WAITING", "FAILED", "UNCERTAIN"}


def test_numbers_are_false_and_their_check_digits_right(world):
    today = timezone.localdate()
    numbers = {row.number: row for row in Identifier.unscoped.all()}
    for number, row in numbers.items():
        if row.type == "PINFL":
            assert number[7:10] == "000", "no place of birth has this code"
            assert pinfl_fault(number, today=today) is None
            assert (
                pinfl_fault(number[:-1] + str((int(number[-1]) + 1) % 10), today=today)
                is PinflFault.CHECK_DIGIT
            )
        else:
            assert number.startswith("ZZ")
    shared = Phone.unscoped.values("number").annotate(people=Count("person")).filter(people__gt=1)
    assert shared.count() >= 10
    assert all(
        number.startswith(("+998000", "+998001"))
        for number in Phone.unscoped.values_list("number", flat=True)
    )


def test_a_person_with_other_spellings_is_found_by_each(world):
    named = Name.unscoped.filter(kind="FORMER").first()
    assert named.full_name in Person.unscoped.get(pk=named.person_id).spellings.split("\n")
    assert Consent.unscoped.filter(withdrawn_at__isnull=False).exists()
    assert Consent.unscoped.filter(expires_on__lt=timezone.localdate()).exists()
