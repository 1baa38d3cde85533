"""What may not be merged, by whom, and what is left when the survivor is erased."""

# ruff: noqa: F811 - fixtures
from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from safar.directory.people.actions import (
    RELATIVES,
    add_paper,
    decide_later,
    erase_person,
    merge_people,
    not_the_same,
    propose_duplicate,
    unmerge_people,
)
from safar.directory.people.demo import make_person
from safar.directory.people.following import belongings
from safar.directory.people.models import (
    Merge,
    Person,
    PossibleDuplicate,
)
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_merging import (  # noqa: F401 - fixtures
    CONSENT,
    apart,
    both_desks,
    decide,
    merged,
    pair_of,
    she,
    twin,
)
from safar.directory.people.tests.test_papers import pinfl
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import Hidden, get, visible
from safar.foundation.actions import Refused, Stale
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys

pytestmark = pytest.mark.django_db


# -- what may not be -----------------------------------------------------------------------------------------------------------------


def test_nothing_is_merged_twice_nor_in_a_circle(she, twin, both_desks):
    pair = pair_of(she, twin, both_desks)
    decide(merge_people, both_desks, pair, survivor="FIRST")
    with pytest.raises(Stale), as_web(), acting(both_desks):
        merge_people(pair, survivor="FIRST", by=both_desks, now=timezone.now())
    with pytest.raises(Refused, match="merged already"):
        decide(merge_people, both_desks, pair, survivor="SECOND")
    assert Merge.unscoped.count() == 1
    stays, goes = (she, twin) if pair.person_id == she.pk else (twin, she)
    with pytest.raises(Hidden):
        do(propose_duplicate, both_desks, goes, other=stays.pk)


def test_relatives_and_two_pinfls_are_two_people(she, twin, both_desks, desk):
    do(RELATIVES.add, both_desks, she, kind="SIBLING", name="", relative=twin.pk)
    with pytest.raises(Refused, match="relative of the other"):
        merged(she, twin, both_desks)
    one = make_person("Sinovova", "Lola", organisation=desk)
    other = make_person("Sinovova", "Lola", organisation=desk)
    do(add_paper, both_desks, one, **pinfl("40201902050010"))
    do(add_paper, both_desks, other, **pinfl("31210632040244"))
    with pytest.raises(Refused, match="another PINFL"):
        merged(one, other, both_desks)


def test_who_does_not_see_both_does_not_merge_nor_know_of_the_pair(she, twin, both_desks, worker, desk):
    pair = pair_of(she, twin, both_desks)
    lead = somebody("protection_officer", level=2, orgs=None)
    operator = somebody("call_operator", place="UZ.1714.")
    for actor in (worker, operator, lead):
        with as_web(), acting(actor), pytest.raises(Hidden):
            get(actor, PossibleDuplicate, pair.pk, "merge_people")
        with as_web(), acting(actor):
            assert not visible(actor, PossibleDuplicate).exists()
    merge = merged(she, twin, both_desks)
    with pytest.raises(Refused, match="outside yours"):
        do(unmerge_people, worker, she, which=merge.pk)


def test_the_call_centre_proposes_and_decides_nothing(she, desk, region, both_desks):
    other = make_person("Namunova", "Dilnoza", organisation=desk, place=region)
    operator = somebody("call_operator", place="UZ.1714.")
    do(propose_duplicate, operator, she, other=other.pk)
    pair = PossibleDuplicate.unscoped.get()
    assert (pair.state, pair.found, pair.label_org) == ("OPEN", "PROPOSED", desk.pk)
    with as_web(), acting(both_desks):
        assert visible(both_desks, PossibleDuplicate).get() == pair
    with as_web(), acting(operator), pytest.raises(Hidden):
        get(operator, PossibleDuplicate, pair.pk, "not_the_same")


def test_what_was_decided_is_remembered_until_somebody_proposes_it_anew(she, twin, both_desks):
    pair = pair_of(she, twin, both_desks)
    decide(decide_later, both_desks, pair)
    decide(not_the_same, both_desks, pair)
    with pytest.raises(Refused, match="decided already"):
        decide(merge_people, both_desks, pair, survivor="FIRST")
    pair_of(she, twin, both_desks)
    assert PossibleDuplicate.unscoped.get().state == "OPEN"


# -- erased ----------------------------------------------------------------------------------------------------------------------------


def test_who_erases_the_survivor_erases_what_the_merge_kept(
    she, twin, both_desks, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        merge = merged(she, twin, both_desks)
        do(erase_person, both_desks, she, reason="request 17")
    both = Person.unscoped.filter(pk__in=(she.pk, twin.pk))
    assert {(row.full_name, row.place_id, row.external_id, row.spellings) for row in both} == {
        ("—", None, "", "")
    }
    assert keys.store().is_destroyed(merge.data_key)
    assert {keys.store().was_erased(f"person:{row.pk}") for row in both} == {True}
    left = [m for m in belongings() if m is not Merge and m.unscoped.filter(person__in=both).exists()]
    assert left == []
    with connection.cursor() as cursor:
        for table in (
            "people_personversion",
            "people_nameversion",
            "people_phoneversion",
            "people_mergeversion",
        ):
            cursor.execute(f"select count(*) from {table} t where t::text ~* 'Qodirova|Sinovova|0000003|K-7'")  # noqa: S608
            assert cursor.fetchone()[0] == 0, table
    with pytest.raises(Refused, match="erased for good"):
        apart(she, merge, both_desks)
