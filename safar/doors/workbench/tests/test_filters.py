"""What a list is narrowed by: typed places, ticked states, and what nobody could understand."""

import csv
import io
from datetime import date

import pytest

from safar.citizens.recruiters.demo import make_recruiter
from safar.directory.places.models import Level, Place
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.conftest import html, stored

LIST = "/en/desk/recruiters/"
PAST = {"licensed_from": date(2020, 1, 1), "licensed_until": date(2021, 1, 1)}


@pytest.fixture
def places(desk):
    """A city in the desk's region, and another region, with a firm whose licence has run out in each."""
    city = stored(
        Place(level=Level.DISTRICT, code="1714401", path="UZ.1714.1714401.", name_uz="Namangan shahri",
              parent=desk.region)
    )  # fmt: skip
    bukhara = stored(
        Place(level=Level.REGION, code="1706", path="UZ.1706.", name_uz="Buxoro", parent=desk.region.parent)
    )
    for place in (city, bukhara):
        make_recruiter(f"Firma {place.name_uz}", keeper=desk.agency, place=place, **PAST)
    return {"city": city, "bukhara": bukhara}


def names(page):
    return {row.title for row in page.context["screen"].rows}


def test_a_region_takes_in_its_districts_and_no_other_region(desk, places, browse):
    everywhere = names(browse.get(LIST))
    assert everywhere >= {"Firma Namangan shahri", "Firma Buxoro", "Silk Job"}
    assert names(browse.get(f"{LIST}?in=1714")) == everywhere - {"Firma Buxoro"}
    assert names(browse.get(f"{LIST}?in=Namangan+shahri")) == {"Firma Namangan shahri"}


def test_what_is_typed_narrows_export_bulk_act_and_the_way_through_the_records(desk, places, browse):
    exported = csv.reader(io.StringIO(body(browse.get(f"{LIST}export.csv?in=Buxoro"))))
    assert [row[0] for row in exported][1:] == ["Firma Buxoro"]
    picked = browse.get(f"{LIST}picked/record_expiry/?all=1&in=Buxoro").context["picked"]
    assert [row.name for row in picked.possible] == ["Firma Buxoro"]
    first = picked.possible[0].pk
    onward = browse.get(f"{LIST}{first}/next/?in=Buxoro", follow=True)
    assert "This is the last record of the list." in html(onward)


def test_a_place_nobody_knows_fits_nothing_and_is_asked_about(desk, places, browse):
    page = browse.get(f"{LIST}?in=Namang&state=LICENSED")
    assert names(page) == set()
    text = html(page)
    assert "Nothing is known under “Namang”. Write the code, or the whole name." in text
    assert 'value="Namang"' in text
    assert [value for _label, value, _query in page.context["screen"].page.active] == ["Licensed"]
    assert body(browse.get(f"{LIST}export.csv?in=Namang")).count("\n") == 1
    assert not browse.get(f"{LIST}picked/record_expiry/?all=1&in=Namang").context["picked"].possible


def test_an_organisation_typed_narrows_what_leaves_as_it_narrows_the_list(desk):
    """A reference that is no place is understood by how its name begins."""
    browse = client_of(desk.auditor)
    shown = names(browse.get("/en/desk/staff/?organisation=Boshqa"))
    exported = csv.reader(io.StringIO(body(browse.get("/en/desk/staff/export.csv?organisation=Boshqa"))))
    assert len(shown) == len(list(exported)) - 1 == 1


@pytest.mark.parametrize("query", ["in=zzz", "state=BAD", "country=ZZ"])
def test_a_filter_that_is_not_understood_is_shown_to_be_mended_not_as_an_empty_register(desk, browse, query):
    text = html(browse.get(f"{LIST}?{query}"))
    assert "Nothing here yet" not in text
    assert "Nothing fits these filters" in text
    assert 'id="filter_q"' in text


def test_several_states_are_ticked(desk, browse):
    assert names(browse.get(f"{LIST}?state=SUSPENDED&state=WITHDRAWN")) == {"Silk Job"}
    assert names(browse.get(f"{LIST}?state=SUSPENDED&state=LICENSED")) == {
        "Silk Job", "Oltin Yoʻl", "Zarafshon Ish"
    }  # fmt: skip


def test_a_country_is_chosen_by_its_name(desk, browse):
    form = browse.get(LIST).context["screen"].page.filterset.form
    assert ("DE", "Germany") in list(form.fields["country"].choices)


def test_a_country_our_forms_do_not_offer_is_found_if_a_list_named_it(desk, browse):
    make_recruiter("Dakka Ish", keeper=desk.agency, place=desk.region, destinations=["BD"])
    assert names(browse.get(f"{LIST}?country=BD")) == {"Dakka Ish"}


def body(answer):
    return b"".join(answer.streaming_content).decode("utf-8-sig")
