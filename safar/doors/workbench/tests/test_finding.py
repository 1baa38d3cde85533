"""Search, history, my day, keys and colours."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from safar.citizens.recruiters.actions import record_deposit
from safar.citizens.recruiters.demo import OFFICER
from safar.directory.staff.demo import client_of
from safar.directory.staff.models import Account
from safar.doors.workbench.day import heaps
from safar.doors.workbench.tests.conftest import GATE, NOISE, fields_of, html
from safar.foundation.actions import duties as duties_room
from safar.foundation.actions.duties import Duty, duties, provides_duties

LIST = "/en/desk/recruiters/"


def sought(browse, text, *, as_typed=False, language="en"):
    """What the one search answers; what is typed goes in the body."""
    headers = {"HX-Request": "true"} if as_typed else {}
    return browse.post(f"/{language}/desk/search/", {"q": text}, headers=headers)


def test_an_address_with_a_question_in_it_is_not_answered(desk, browse):
    assert "Silk Job" not in html(browse.get("/en/desk/search/?q=silk"))


def test_the_list_leads_a_search_on_to_an_address(desk, browse):
    answer = browse.post(LIST, {"q": "silk", "state": "SUSPENDED", "region": ""})
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?q=silk&state=SUSPENDED")


def test_one_search_finds_in_every_register_by_the_beginning(desk, browse):
    page = html(sought(browse, "silk"))
    assert f"{LIST}{desk.silk.pk}/" in page
    assert "Suspended" in page
    assert f"{LIST}{desk.silk.pk}/" in html(sought(browse, "304551"))
    assert f"{LIST}{desk.silk.pk}/" in html(sought(browse, "силк"))


def test_what_belongs_to_a_firm_is_found_under_the_firms_name(desk, browse):
    said = {"amount": Decimal(50_000), "currency": "USD", "checked_on": date(2026, 1, 5)}
    record_deposit(desk.silk, by=OFFICER, now=timezone.now(), **said)
    groups = sought(browse, "silk").context["groups"]
    (group,) = [group for group in groups if group.register.slug == "deposits"]
    assert [(hit.title, hit.detail) for hit in group.hits] == [("Silk Job", "USD")]


@pytest.mark.parametrize("typed", ["XM-0331", "xm0331", "XM 03", "304 551 870", "304551"])
def test_a_number_is_found_however_it_is_written(desk, browse, typed):
    assert f"{LIST}{desk.silk.pk}/" in html(sought(browse, typed))
    assert f"{LIST}{desk.silk.pk}/" in html(browse.get(LIST, {"q": typed}))


def test_search_is_one_query_whatever_is_found(desk, browse, counted):
    for text in ("silk", "namuna"):
        with CaptureQueriesContext(connection) as captured:
            sought(browse, text)
        assert sum(not q["sql"].startswith(NOISE) for q in captured) - GATE == 1


def test_search_never_finds_what_is_hidden(desk, browse):
    hidden = html(sought(browse, "maxfiy", as_typed=True))
    nothing = html(sought(browse, "nobody", as_typed=True))
    assert hidden.replace("maxfiy", "") == nothing.replace("nobody", "")


def test_as_one_types_only_the_findings_come(desk, browse):
    piece = sought(browse, "si", as_typed=True)
    assert "<html" not in html(piece)
    assert "Silk Job" in html(piece)
    assert html(sought(browse, "s", as_typed=True)).strip() == ""


@pytest.mark.parametrize("query", ["%", "' or 1=1", "x" * 10_000, "\x00", "oʻ", "  "])
def test_odd_questions_are_no_fault(desk, browse, query):
    assert sought(browse, query).status_code == 200


def test_the_history_tells_who_did_what_and_what_changed(desk, browse):
    address = f"{LIST}{desk.gold.pk}/edit/"
    browse.post(address, fields_of(browse.get(address)) | {"director": "A. Aliyev"})
    browse.post(address, fields_of(browse.get(address)) | {"director": "B. Karimov"})
    page = html(browse.get(f"{LIST}{desk.gold.pk}/history/"))
    assert "Barno Karimova" in page
    assert "<del" in page
    assert "A. Aliyev" in page
    assert "B. Karimov" in page


def test_two_versions_stand_beside_each_other(desk, browse):
    address = f"{LIST}{desk.gold.pk}/edit/"
    for director in ("A. Aliyev", "B. Karimov", "S. Qodirova"):
        browse.post(address, fields_of(browse.get(address)) | {"director": director})
    page = browse.get(f"{LIST}{desk.gold.pk}/history/")
    known = [version.id for version in page.context["versions"]]
    told = [(version.number, version.what) for version in page.context["versions"]]
    assert told[:3] == [(4, "Director"), (3, "Director"), (2, "Director")]
    assert ">4. Director, " in html(page)
    compared = browse.get(f"{LIST}{desk.gold.pk}/history/?earlier={known[2]}&later={known[0]}")
    assert [(s.before, s.after) for s in compared.context["steps"]] == [("A. Aliyev", "S. Qodirova")]


def test_a_version_is_named_by_the_act_that_led_to_it(desk, browse):
    address = f"{LIST}{desk.gold.pk}/do/suspend_licence/"
    browse.post(address, fields_of(browse.get(address)) | {"reason": "Fees", "order_number": "118"})
    versions = browse.get(f"{LIST}{desk.gold.pk}/history/").context["versions"]
    assert (versions[0].number, versions[0].what) == (2, "Suspend licence")


def test_a_number_no_version_has_is_no_fault(desk, browse):
    for query in ("earlier=9&later=x", "before=abc", "before=99999999999999999999"):
        assert browse.get(f"{LIST}{desk.gold.pk}/history/?{query}").status_code == 200


def test_the_log_is_for_those_who_watch_over_it(desk, browse):
    watcher = client_of(desk.auditor)
    browse.get(f"{LIST}{desk.hidden.pk}/")
    page = watcher.get("/en/desk/history/")
    assert "was refused" in html(page)
    assert watcher.get("/en/desk/history/?kind=nothing").status_code == 404
    assert "was refused" not in html(watcher.get("/en/desk/history/?kind=read"))
    own = html(browse.get("/en/desk/history/"))
    assert "was refused" in own
    assert "Dono Umarova" not in own


def test_an_officer_finds_in_the_log_only_what_she_did(desk, browse):
    client_of(desk.stranger).get(f"{LIST}{desk.gold.pk}/edit/")
    assert "was refused" not in html(browse.get("/en/desk/history/"))
    assert "was refused" in html(client_of(desk.auditor).get("/en/desk/history/"))


@pytest.fixture
def waiting(monkeypatch):
    """Services that wait for something, for the length of a test."""
    monkeypatch.setattr(duties_room, "_providers", [])
    return provides_duties


def test_my_day_puts_the_late_first_and_says_whose_move_it_is(desk, browse, waiting):
    @waiting
    def some(actor, today):
        yield Duty(title="Decide the application", url="/en/desk/", who="You", due=today, group="Recruiters")
        yield Duty(
            title="Read the answer", url="/en/desk/", who="You", due=today - timedelta(days=2), late=True
        )
        yield Duty(title="Wait for the firm", url="/en/desk/", who="Silk Job", due=today, mine=False)

    page = html(browse.get("/en/desk/"))
    assert page.index("Read the answer") < page.index("Decide the application")
    assert "2 days late" in page
    assert "Wait for the firm" not in page
    assert "Wait for the firm" in html(browse.get("/en/desk/?whose=others"))
    assert "2 things to do today" in page


def test_an_empty_day_says_so(desk, browse, waiting):
    page = html(browse.get("/en/desk/"))
    assert "Nothing is due today" in page
    assert "Nothing waits for you" in page


def test_a_service_that_never_stops_is_stopped(waiting):
    @waiting
    def endless(actor, today):
        while True:
            yield Duty(title="Again", url="/", who="", due=today)

    assert len(duties(None, date(2026, 11, 22))) == duties_room.MOST


def test_heaps_take_each_duty_once():
    today = date(2026, 11, 22)
    days = [today - timedelta(days=1), today, today + timedelta(days=3), today + timedelta(days=30), None]
    listed = [Duty(title=str(day), url="/", who="", due=day) for day in days]
    assert [len(heap.duties) for heap in heaps(listed, today)] == [1, 1, 1, 1, 1]


def test_colours_and_density_stay_with_the_person(desk, browse):
    answer = browse.post("/en/desk/look/", {"theme": "DARK", "next": LIST})
    assert answer["Location"] == LIST
    browse.post("/en/desk/look/", {"density": "TIGHT", "next": LIST})
    assert (
        Account.objects.get(pk=desk.officer.pk).theme,
        Account.objects.get(pk=desk.officer.pk).density,
    ) == ("DARK", "TIGHT")
    page = html(browse.get(LIST))
    assert "sf-theme-dark" in page
    assert "sf-table--tight" in page


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org", ""]
)
def test_a_choice_never_leads_elsewhere(desk, browse, elsewhere):
    assert browse.post("/en/desk/look/", {"theme": "DARK", "next": elsewhere})["Location"] == "/en/desk/"


def test_keys_are_chosen_and_switched_off(desk, browse):
    assert 'data-keys="find=%2F' in html(browse.get(LIST))
    browse.post(
        "/en/desk/look/", {"keys": "on", "key_next": "n", "key_previous": "n", "key_pick": "g", "next": LIST}
    )
    page = html(browse.get(LIST))
    assert "next=n" in page
    assert "previous=k" in page
    assert "pick=x" in page
    browse.post("/en/desk/look/", {"keys": "off", "next": LIST})
    assert "data-keys" not in html(browse.get(LIST))
