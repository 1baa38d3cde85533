"""No word of a record somebody may not see reaches her on any page, in any file or over the API."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from django.db import transaction
from django.test import override_settings

from safar.config import demo
from safar.foundation.access.policy import roles
from safar.foundation.database.testing import as_web
from tests.crawl.canaries import attach_songs, plant, vary_the_rest
from tests.crawl.crawling import crawl
from tests.crawl.likeness import mann_whitney, median, times, unlike
from tests.laws.test_access_matrix import application_scoping_off
from tests.laws.world import build
from tests.people import person

pytestmark = pytest.mark.django_db
#: In the suite one role crawls; ``python -m tests.crawl`` sends all of them, further.
ALL = sorted(role for role in roles() if not role.startswith("system"))
FEW = ["call_operator"]
FULL = os.environ.get("SAFAR_CRAWL", "") == "full"
ROLES = ALL if FULL else FEW
MOST, EVERY = (400, 1) if FULL else (20, 40)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    kept = override_settings(SAFAR_FILES=tmp_path_factory.mktemp("files"))
    with django_db_blocker.unblock(), kept, transaction.atomic():
        demo.load()
        made = build(person)
        vary_the_rest(made)
        made.canaries = plant(made)
        made.canaries.files = attach_songs(made, made.canaries)
        yield made
        transaction.set_rollback(True)


def tell(name, heard):
    formats = ", ".join(f"{count} {kind}" for kind, count in heard.formats.most_common())
    print(
        f"{name}: {heard.pages:,} answers, {heard.bytes:,} bytes ({formats}); {len(heard.songs):,} canaries of her own seen"
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_foreign_canary_sings(world, role):
    with as_web():
        heard = crawl(world, world.canaries, role, most=MOST, every=EVERY)
    tell(role, heard)
    assert not heard.finds, f"{len(heard.finds)} finds, first: {heard.finds[:10]}"
    assert not {status: n for status, n in heard.statuses.items() if status >= 500}
    assert heard.pages > 100
    assert {"text/html", "application/json"} <= heard.formats.keys()


def test_there_is_something_to_hear(world):
    """Canaries stand in hundreds of records, and who may see some of them does."""
    print(
        f"{len(world.canaries.of_row):,} canaries in {world.canaries.texts:,} texts of {len(world.rows)} tables"
    )
    assert len(world.canaries.of_row) > 300
    with as_web():
        heard = crawl(world, world.canaries, "directory_editor", most=0, every=EVERY)
    assert len(heard.songs) > 5
    assert any(kind.endswith("sheet") for kind in heard.formats), "workbooks were unpacked"


def test_files_that_were_attached_are_given_out_and_read(world):
    """Who works with people takes out the PDFs kept with those she sees, and their words are read off the page."""
    with as_web():
        heard = crawl(world, world.canaries, "case_worker", most=0, every=EVERY)
    assert heard.formats["application/pdf"]
    assert heard.formats["log lines"], "the log was heard"
    # People are found behind a third wall, in the database's own functions; that she hears her own there shows that it is asked.
    assert any("/people/search {" in place for place in heard.places)


def test_with_both_walls_down_the_crawl_hears_it(world, monkeypatch):
    """A crawl that cannot fail proves nothing."""
    with application_scoping_off(monkeypatch):
        heard = crawl(world, world.canaries, "call_operator", most=0, every=EVERY)
    places = Counter(find.split(" has ")[0].split("/")[-1] for find in heard.finds)
    print(f"with both walls down: {len(heard.finds):,} finds")
    assert len(heard.finds) > 100
    assert any(name.endswith(".csv") for name in places)
    assert any(name.endswith(".xlsx") for name in places)
    assert any("by token" in find for find in heard.finds)
    for place in ("/file/", "/desk/search/ {", "/choices/?field=x {"):
        assert any(place in find for find in heard.finds), f"nothing was heard at {place}"


def test_hidden_is_like_absent(world):
    with as_web():
        found = [unlike(world, role) for role in ROLES]
    assert sum(count for count, _unlike in found) > 5
    assert not [one for _count, several in found for one in several]


def test_the_measure_of_time_tells_different_from_alike():
    """Against a table: n = m = 10, U = 0 (all below), and two samples taken turn by turn from one row of numbers."""
    below, above = [float(n) for n in range(10)], [float(n) for n in range(10, 20)]
    assert mann_whitney(below, above)[0] == 0
    assert mann_whitney(below, above)[1] < 0.001
    share, p = mann_whitney([float(n) for n in range(0, 40, 2)], [float(n) for n in range(1, 40, 2)])
    assert abs(share - 0.5) < 0.05
    assert p > 0.5


@pytest.mark.skipif(not FULL, reason="times are printed by python -m tests.crawl, never asserted")
def test_times_are_printed(world):
    with as_web():
        hidden, absent = times(world, "case_worker", rounds=60)
    share, p = mann_whitney(hidden, absent)
    print(
        f"time of hidden {median(hidden):.2f} ms, of absent {median(absent):.2f} ms (medians of {len(hidden)} each, in turns); "
        f"hidden was slower in {share:.1%} of comparisons (50 %: no telling), Mann-Whitney p = {p:.2f}"
    )
