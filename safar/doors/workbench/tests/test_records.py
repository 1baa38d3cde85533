"""A record's page: what is known, who acts next, what may be done, its neighbours, and its secrets."""

import re

from safar.citizens.recruiters.demo import make_branch
from safar.citizens.recruiters.models import Deposit
from safar.directory.staff.demo import client_of
from safar.doors.workbench.naming import link_of
from safar.doors.workbench.tests.conftest import fields_of, html, stored
from safar.foundation.access.actors import public_actor
from safar.foundation.history.models import Event

LIST = "/en/desk/recruiters/"
SECRET = "20208000900000004417"


def a_deposit(desk):
    """A deposit with a bank account only some may see."""
    return stored(
        Deposit(
            recruiter=desk.gold,
            amount=4000,
            currency="USD",
            bank="Namuna bank",
            bank_account=SECRET,
            checked_on="2026-11-01",
        )
    )


def test_a_record_says_what_it_is_in_its_heading_and_who_acts_next(desk, browse):
    page = html(browse.get(f"{LIST}{desk.silk.pk}/"))
    assert re.search(r"<h1>Silk Job <strong class=\"sf-tag sf-tag--stop\">", page)
    assert "Next:" in page
    assert page.count("<h1") == 1


def test_a_missing_button_says_why(desk, browse):
    page = html(browse.get(f"{LIST}{desk.silk.pk}/"))
    assert "do/suspend_licence/" not in page
    assert "“Suspend licence”: " in page


def test_neighbours_follow_the_list_the_record_was_opened_from(desk, browse):
    ahead = browse.get(f"{LIST}{desk.gold.pk}/next/")
    assert ahead["Location"] == f"{LIST}{desk.silk.pk}/"
    licensed = browse.get(f"{LIST}{desk.gold.pk}/next/?state=LICENSED")
    assert licensed["Location"] == f"{LIST}{desk.zarafshon.pk}/?state=LICENSED"
    last = browse.get(f"{LIST}{desk.zarafshon.pk}/next/", follow=True)
    assert "the last record" in html(last)
    first = browse.get(f"{LIST}{desk.gold.pk}/previous/", follow=True)
    assert "the first record" in html(first)


def test_the_way_back_names_the_view(desk, browse):
    page = html(browse.get(f"{LIST}{desk.silk.pk}/?state=SUSPENDED"))
    assert f'<a href="{LIST}?state=SUSPENDED">Suspended</a>' in page


def test_a_secret_is_masked_until_asked_for_and_the_look_is_recorded(desk, browse):
    deposit = a_deposit(desk)
    address = f"/en/desk/deposits/{deposit.pk}/"
    assert SECRET not in html(browse.get(address))
    before = Event.unscoped.filter(kind="revealed").count()
    assert browse.get(f"{address}show/bank_account/").status_code == 405
    assert SECRET in html(browse.post(f"{address}show/bank_account/"))
    piece = browse.post(f"{address}show/bank_account/", headers={"HX-Request": "true"})
    assert SECRET in html(piece)
    assert "<html" not in html(piece)
    assert "no-store" in piece["Cache-Control"]
    assert Event.unscoped.filter(kind="revealed").count() == before + 2
    assert SECRET not in html(browse.get(f"{address}history/"))


def test_only_a_secret_field_is_shown_this_way(desk, browse):
    deposit = a_deposit(desk)
    assert browse.post(f"/en/desk/deposits/{deposit.pk}/show/bank/").status_code == 404


def test_who_may_not_see_a_secret_finds_no_mask_either(desk):
    deposit = a_deposit(desk)
    auditor = client_of(desk.auditor)
    page = html(auditor.get(f"/en/desk/deposits/{deposit.pk}/"))
    assert "••••" not in page
    assert auditor.post(f"/en/desk/deposits/{deposit.pk}/show/bank_account/").status_code == 404


def test_rows_that_belong_to_it_stand_on_its_page(desk, browse):
    make_branch(desk.gold, "Oltin Yoʻl Chust")
    page = html(browse.get(f"{LIST}{desk.gold.pk}/"))
    assert "Oltin Yoʻl Chust" in page
    assert f"/en/desk/recruiter-branches/add/?recruiter={desk.gold.pk}" in page


def test_the_form_of_a_belonging_row_opens_with_its_owner_filled_in(desk, browse):
    page = browse.get(f"/en/desk/recruiter-branches/add/?recruiter={desk.gold.pk}")
    assert page.context["form"]["recruiter"].value() == "XM-0288 · Oltin Yoʻl"


def test_a_link_leads_only_where_the_reader_may_go(desk, browse):
    assert link_of(desk.gold, public_actor()) != ""
    assert link_of(desk.officer, public_actor()) == ""


def test_a_record_costs_four_queries_whatever_belongs_to_it(desk, browse, counted):
    address = f"{LIST}{desk.gold.pk}/do/suspend_licence/"
    browse.post(address, fields_of(browse.get(address)) | {"reason": "Fees", "order_number": "118"})
    browse.get(f"{LIST}{desk.gold.pk}/")
    few = counted(browse, f"{LIST}{desk.gold.pk}/")
    for number in range(30):
        make_branch(desk.gold, f"Filial {number}")
    assert counted(browse, f"{LIST}{desk.gold.pk}/") == few <= 4
