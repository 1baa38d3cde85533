"""Lists: what is shown, in which order, under which filters, and at what cost."""

import pytest
from django.http import QueryDict

from safar.citizens.recruiters.demo import make_recruiter
from safar.directory.staff.demo import client_of
from safar.doors.workbench.lists import SIZE
from safar.doors.workbench.models import SavedFilter
from safar.doors.workbench.tests.conftest import html

LIST = "/en/desk/recruiters/"


def names(response):
    """First cells of the list, in order."""
    return [row.title for row in response.context["screen"].rows]


def test_an_officer_sees_her_own_and_the_published(desk, browse):
    assert names(browse.get(LIST)) == ["Oltin Yoʻl", "Silk Job", "Zarafshon Ish"]


def test_a_column_beneath_another_keeps_its_own_sorting(desk, browse):
    page = browse.get(f"{LIST}?sort=-stir")
    assert names(page) == ["Oltin Yoʻl", "Silk Job", "Zarafshon Ish"]
    assert 'aria-sort="descending"' in html(page)
    assert names(browse.get(f"{LIST}?sort=stir")) == ["Zarafshon Ish", "Silk Job", "Oltin Yoʻl"]


def test_a_filter_is_named_and_can_be_dropped(desk, browse):
    page = browse.get(f"{LIST}?state=SUSPENDED&q=silk")
    assert names(page) == ["Silk Job"]
    assert 'href="?q=silk"' in html(page)
    assert 'href="?state=SUSPENDED"' in html(page)


def test_nothing_found_is_another_page_than_nothing_here(desk, browse):
    assert "Nothing found for" in html(browse.get(f"{LIST}?q=qqqqq"))
    assert "Nothing fits these filters" in html(browse.get(f"{LIST}?state=WITHDRAWN"))
    empty = html(browse.get("/en/desk/recruiter-partners/"))
    assert "Nothing here yet" in empty
    assert "Drop the filters" not in empty


def test_the_current_view_carries_the_count(desk, browse):
    page = browse.get(f"{LIST}?state=SUSPENDED")
    current = [tab for tab in page.context["screen"].tabs if tab.is_current]
    assert [str(tab.title) for tab in current] == ["Suspended"]


def test_pages_turn_both_ways_over_each_row_once(desk, browse):
    for number in range(SIZE * 2):
        make_recruiter(f"Qator {number:03}", keeper=desk.agency)
    seen, address = [], LIST
    while address:
        page = browse.get(address)
        seen += names(page)
        screen = page.context["screen"]
        address, last = (f"{LIST}{screen.next_url}" if screen.next_url else ""), address
    assert len(seen) == len(set(seen)) == SIZE * 2 + 3
    assert (screen.start, screen.end) == (SIZE * 2 + 1, SIZE * 2 + 3)
    back = browse.get(f"{LIST}{screen.previous_url}")
    assert names(back) == seen[SIZE : SIZE * 2]
    assert back.context["screen"].start == SIZE + 1
    assert last


def test_a_list_costs_the_same_for_three_rows_and_for_sixty(desk, browse, counted):
    few = counted(browse, LIST)
    for number in range(60):
        make_recruiter(f"Qator {number:03}", keeper=desk.agency, place=desk.region)
    assert counted(browse, LIST) == few <= 4


def test_columns_are_put_away_and_stay_away_when_sorted(desk, browse):
    page = browse.get(f"{LIST}?col=state")
    assert [column.name for column in page.context["screen"].columns] == ["name", "state"]
    assert "col=state" in page.context["screen"].columns[0].headings[0].url
    assert not QueryDict(page.context["screen"].query).get("at")


def test_a_person_keeps_a_filter_for_herself(desk, browse):
    page = browse.get(f"{LIST}?state=SUSPENDED&q=silk")
    form = page.context["screen"].save_form
    data = {name: form[name].value() for name in form.fields} | {"title": "Silk, stopped"}
    answer = browse.post(f"{LIST}filters/", data)
    assert answer.status_code == 302
    kept = browse.get(answer["Location"])
    assert [str(t.title) for t in kept.context["screen"].tabs if t.is_current] == ["Silk, stopped"]
    assert browse.post(f"{LIST}filters/", data)["Location"] == answer["Location"]
    assert SavedFilter.unscoped.count() == 1
    assert "Silk, stopped" not in html(client_of(desk.auditor).get(LIST))


def test_a_kept_filter_is_let_go_by_its_owner_alone(desk, browse):
    form = browse.get(f"{LIST}?state=SUSPENDED&q=silk").context["screen"].save_form
    browse.post(f"{LIST}filters/", {n: form[n].value() for n in form.fields} | {"title": "Mine"})
    kept = SavedFilter.unscoped.get()
    address = f"{LIST}filters/{kept.pk}/drop/"
    assert client_of(desk.auditor).post(address, {"idempotency_key": "k" * 12}).status_code == 404
    assert browse.post(address, {"idempotency_key": "k" * 12}).status_code == 302
    assert "Mine" not in html(browse.get(LIST))


def test_a_filter_without_a_name_says_so_beside_the_list(desk, browse):
    form = browse.get(f"{LIST}?state=SUSPENDED&q=silk").context["screen"].save_form
    answer = browse.post(f"{LIST}filters/", {n: form[n].value() for n in form.fields} | {"title": ""})
    assert answer.status_code == 422
    assert names(answer) == ["Silk Job"]
    assert "govuk-error-summary" in html(answer)


def test_dangerous_acts_are_not_offered_in_bulk_and_it_says_why(desk, browse):
    page = html(browse.get(LIST))
    assert "picked/suspend_licence" not in page
    assert "one at a time, from the record" in page
    assert browse.get(f"{LIST}picked/suspend_licence/?pick={desk.gold.pk}").status_code == 404


def test_a_reader_picks_nothing(desk):
    assert 'name="pick"' not in html(client_of(desk.auditor).get(LIST))


@pytest.mark.parametrize(
    "query",
    [
        "after=zzz",
        "before=%FF",
        "at=-5",
        "sort=nothing",
        "sort=label_org",
        "col=nothing",
        "state=NO",
        "q=%00",
    ],
)
def test_a_mangled_address_is_no_fault(desk, browse, query):
    assert browse.get(f"{LIST}?{query}").status_code == 200


def test_a_filter_by_reference_is_typed(desk):
    auditor = client_of(desk.auditor)
    page = html(auditor.get("/en/desk/staff/"))
    assert 'list="id_organisation_found"' in page
    typed = auditor.get("/en/desk/staff/?organisation=namuna")
    assert len(typed.context["screen"].rows) == 2
    assert f"Namuna agentligi [{desk.agency.pk}]" in html(typed)
    suggested = auditor.post("/en/desk/organisations/choices/?field=organisation", {"organisation": "boshqa"})
    assert f"Boshqa agentlik [{desk.other.pk}]" in html(suggested)


def test_a_line_of_a_services_own_suggests_as_well(desk, browse):
    form = html(browse.get(f"{LIST}add/"))
    assert "/en/desk/places/choices/?field=place&amp;by=code" in form
    suggested = html(browse.post("/en/desk/places/choices/?field=place&by=code", {"place": "naman"}))
    assert "1714 · Namangan" in suggested
