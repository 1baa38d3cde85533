"""Two officers merge the same two records crosswise in the same moment: one does it, the other is told so."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone

from safar.directory.people.actions import merge_people
from safar.directory.people.demo import make_person
from safar.directory.people.models import Merge, Person, PossibleDuplicate
from safar.directory.people.tests.conftest import somebody
from safar.directory.people.tests.test_merging import pair_of
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, get
from safar.foundation.actions import Refused, Stale
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """What came of each work, all begun together, each on a connection of its own."""
    ready, found = threading.Barrier(len(works)), {}

    def run(at, work):
        try:
            ready.wait(30)
            found[at] = work()
        except (Stale, Refused, Hidden) as error:
            found[at] = type(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [found.get(at) for at in range(len(works))]


def merging(actor, pair, survivor):
    def work():
        mine = Actor("staff", user_id=actor.user_id)
        with as_web(), acting(mine):
            row = get(mine, PossibleDuplicate, pair.pk, "merge_people")
            merge_people(row, survivor=survivor, by=mine, now=timezone.now())
        return "merged"

    return work


def test_crosswise_one_wins_and_the_other_is_told(desk):
    officers = [somebody("case_worker", level=2, orgs=[desk.pk]) for _one in range(2)]
    for _round in range(5):
        one, other = (make_person("Namunova", "Dilnoza", organisation=desk) for _one in range(2))
        pair = pair_of(one, other, officers[0])
        came = at_once(merging(officers[0], pair, "FIRST"), merging(officers[1], pair, "SECOND"))
        assert sorted(map(str, came)) in (
            sorted(map(str, ("merged", Stale))), sorted(map(str, ("merged", Refused))),
        ), came  # fmt: skip
        assert Merge.unscoped.filter(merged__in=(one, other)).count() == 1
        assert Person.unscoped.filter(pk__in=(one.pk, other.pk), merged_into=None).count() == 1


def test_a_ring_of_three_is_never_closed(desk):
    officers = [somebody("case_worker", level=2, orgs=[desk.pk]) for _one in range(3)]
    three = [make_person("Namunova", "Dilnoza", organisation=desk) for _one in range(3)]
    pairs = [pair_of(three[at], three[(at + 1) % 3], officers[0]) for at in range(3)]
    works = []
    for at, pair in enumerate(pairs):
        stays = "FIRST" if pair.person_id == three[at].pk else "SECOND"
        works.append(merging(officers[at], pair, stays))
    came = at_once(*works)
    assert came.count("merged") in (1, 2), came
    standing = Person.unscoped.filter(pk__in=[one.pk for one in three], merged_into=None)
    assert standing.count() == 3 - came.count("merged")
    assert Merge.unscoped.filter(undone_at=None).count() == came.count("merged")
