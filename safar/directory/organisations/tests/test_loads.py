"""Loading published lists of organisations."""

from __future__ import annotations

import json

import pytest

from safar.directory.organisations import actions
from safar.directory.organisations.demo import make_organisation
from safar.directory.organisations.loads import OrganisationLoad, UnknownCountry, load_organisations
from safar.directory.organisations.models import Organisation
from safar.directory.organisations.tests.conftest import somebody
from safar.foundation.access.actors import acting, public_actor
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.database.testing import as_web
from safar.foundation.history import versions
from safar.foundation.history.models import Event
from tests.samples import sample

pytestmark = pytest.mark.django_db
NAMES = [
    " Asian African Foods Ltd ",
    "BRANOS OXFORD LTD T/A LILO",
    "branos oxford  ltd t/a lilo",
    "GÉANT Association",
    "@ Home Ltd",
]


def load(path, loader, now, **options):
    with as_web():
        return load_organisations(OrganisationLoad(path, **options), by=loader, now=now)


@pytest.fixture
def names(tmp_path):
    path = tmp_path / "sponsors.json"
    path.write_text(json.dumps(NAMES))
    return path


def test_names_come_in_tidy_once_each_with_their_country_and_label(home, names, loader, now):
    report = load(names, loader, now, country="GB")
    assert (report.read, report.new, report.duplicates, report.bad) == (5, 4, 1, 0)
    row = Organisation.unscoped.select_related("country").get(trading_name="LILO")
    assert (row.type, row.country.code, row.label_place, row.source) == ("EMPLOYER", "GB", "GB.", "sponsors")
    assert row.label_org == row.pk
    assert (row.name_key, row.trading_key) == ("branos oxford ltd t a lilo", "lilo")
    assert Organisation.unscoped.filter(name="Asian African Foods Ltd").exists()
    with as_web(), acting(public_actor()):
        assert visible(public_actor(), Organisation).count() == 4


def test_a_second_run_doubles_nothing_and_a_new_spelling_is_a_change(home, names, loader, now):
    load(names, loader, now)
    second = load(names, loader, now)
    assert (second.new, second.changed, second.same) == (0, 0, 4)
    names.write_text(json.dumps(["ASIAN AFRICAN FOODS LTD", *NAMES[1:], "New Ltd"]))
    third = load(names, loader, now)
    assert (third.new, third.changed, third.same) == (1, 1, 3)
    assert Organisation.unscoped.get(name="ASIAN AFRICAN FOODS LTD").version == 2


def test_one_event_tells_of_the_load_and_a_preview_leaves_none(home, names, loader, now):
    assert load(names, loader, now, preview=True).new == 4
    assert not Organisation.unscoped.exists()
    assert not Event.unscoped.filter(kind="organisations.load").exists()
    load(names, loader, now)
    event = Event.unscoped.get(kind="organisations.load")
    assert event.detail["new"] == 4


def test_the_row_history_knows_every_row_loaded(home, names, loader, now):
    load(names, loader, now)
    with acting(loader):
        assert len(versions(loader, Organisation.unscoped.get(name="@ Home Ltd"))) == 1


def test_a_name_an_officer_gave_is_not_taken_back(home, names, loader, now, editor):
    load(names, loader, now)
    actions.rename(Organisation.unscoped.get(name="@ Home Ltd"), name="Home Ltd", by=editor, now=now)
    again = load(names, loader, now)
    assert (again.new, again.changed) == (0, 0)
    assert Organisation.unscoped.filter(name="Home Ltd").exists()


def test_columns_are_mapped_and_bad_rows_told(home, tmp_path, loader, now):
    make_organisation("Oldin bor", stir="309999999")
    path = tmp_path / "royxat.csv"
    path.write_text(
        'Nomi;INN;Reg\n"“Karvon” MChJ";301234567;1\nYoʻl MChJ;30123;2\n;301234568;3\nBor MChJ;309999999;4\n'
        f"{'x' * 10_000};;5\n=cmd|A1;;6\nTakror MChJ;301234567;7\nYaxshi MChJ;;8\n"
    )
    report = load(
        path,
        loader,
        now,
        columns={"registration_number": "Reg"},
        type="RECRUITER",
        errors=tmp_path / "bad.csv",
    )
    assert (report.new, report.bad, report.read) == (2, 6, 8)
    assert {p.row for p in report.problems} == {3, 4, 5, 6, 7, 8}
    assert Organisation.unscoped.get(registration_number="1").stir == "301234567"
    assert len((tmp_path / "bad.csv").read_text().splitlines()) == 7
    assert load(path, loader, now, columns={"registration_number": "Reg"}, type="RECRUITER").same == 2


def test_an_unknown_country_stops_the_load(home, names, loader, now):
    with pytest.raises(UnknownCountry, match="ZZ"):
        load(names, loader, now, country="ZZ")
    assert not Organisation.unscoped.exists()


def test_only_who_may_load_may_load(home, names, now):
    for actor in (public_actor(), somebody("directory_editor")):
        with pytest.raises(Hidden):
            load(names, actor, now)


def test_part_of_the_published_register_comes_in_and_twice_doubles_nothing(home, loader, now, tmp_path):
    published = json.loads(sample("registers/skilled_worker_2026-06-25.json").read_text())
    assert len(published) == 121_454
    path = tmp_path / "part.json"
    path.write_text(json.dumps(published[:6000] + published[-2000:]))
    report = load(path, loader, now, country="GB")
    assert report.read == 8000
    assert (report.new + report.duplicates, report.bad) == (8000, 0)
    assert Organisation.unscoped.count() == report.new
    assert load(path, loader, now, country="GB").same == report.new
