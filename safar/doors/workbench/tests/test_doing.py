"""Doing something: once, against what was seen, with everything typed kept."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import LicenceDecision, Recruiter
from safar.directory.staff.demo import client_of, make_account
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.actions import declaration
from safar.foundation.history.models import Event
from safar.foundation.registers import register_by_slug

LIST = "/en/desk/recruiters/"
DECISION = {"reason": "Fees taken without a receipt", "order_number": "118"}


def suspension(desk, browse):
    """The address of suspending a licensed firm, and what its form would send."""
    address = f"{LIST}{desk.gold.pk}/do/suspend_licence/"
    return address, fields_of(browse.get(address)) | DECISION


def state(recruiter):
    """How the licence stands now."""
    return Recruiter.unscoped.get(pk=recruiter.pk).state


def test_an_action_is_done_and_leads_back_to_the_record(desk, browse):
    address, data = suspension(desk, browse)
    answer = browse.post(address, data)
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}{desk.gold.pk}/")
    assert state(desk.gold) == "SUSPENDED"
    page = html(browse.get(answer["Location"]))
    assert "Done: Suspend licence." in page
    assert "Fees taken without a receipt" in page
    assert "Barno Karimova" in page


@pytest.mark.parametrize("register", ["recruiter-branches", "recruiter-partners"])
def test_what_is_added_from_a_record_stands_prefilled_with_it_and_saves(desk, browse, register):
    """A key is no licence number: the firm that has it as its number is another one."""
    asks = make_recruiter("Yangi Ariza", keeper=desk.agency, place=desk.region, number="", state="APPLIED")
    make_recruiter("Boshqa", keeper=desk.agency, place=desk.region, number=str(desk.gold.pk))
    for firm, words in ((desk.gold, "XM-0288 · Oltin Yoʻl"), (asks, "Yangi Ariza")):
        address = f"/en/desk/{register}/add/?recruiter={firm.pk}"
        page = browse.get(address)
        assert f'value="{words}"' in html(page)
        shown = {name: value for name, value in fields_of(page).items() if value} | {"name": "Andijon"}
        if register == "recruiter-partners":
            shown["country"] = "KR"
        answer = browse.post(address, shown)
        assert answer.status_code == 302, answer.context["form"].errors
        model = register_by_slug(register).model
        assert model.unscoped.latest("pk").recruiter_id == firm.pk


def test_a_double_click_does_it_once(desk, browse):
    address, data = suspension(desk, browse)
    first, second = browse.post(address, data), browse.post(address, data)
    assert first["Location"] == second["Location"]
    assert Event.unscoped.filter(kind="recruiters.suspend_licence").count() == 1


def test_a_double_click_adds_once_even_where_a_second_record_would_be_refused(desk, browse):
    """The tax number is unique: the second sending must meet the first one's answer, not a complaint about its row."""
    found = fields_of(browse.get(f"{LIST}add/"))
    data = {name: value for name, value in found.items() if value} | {
        "name": "Yangi Firma",
        "stir": "900555001",
    }
    first, second = browse.post(f"{LIST}add/", data), browse.post(f"{LIST}add/", data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Recruiter.unscoped.filter(stir="900555001").count() == 1
    other = browse.post(f"{LIST}add/", data | {"name": "Boshqa Firma", "idempotency_key": "of-another-form"})
    assert other.status_code == 422


def test_a_name_of_ten_thousand_letters_is_refused_over_its_field_and_kept(desk, browse):
    long = "Oʻ" * 5_000
    answer = browse.post(f"{LIST}add/", fields_of(browse.get(f"{LIST}add/")) | {"name": long})
    page = html(answer)
    assert answer.status_code == 422
    assert 'href="#id_name"' in page
    assert long in page, "what was typed stays"
    assert not Recruiter.unscoped.filter(name__startswith="OʻOʻ").exists()


def test_the_same_form_with_other_words_is_not_taken_for_the_first(desk, browse):
    address, data = suspension(desk, browse)
    browse.post(address, data)
    again = browse.post(address, data | {"reason": "Another reason"})
    assert again.status_code in (409, 422)
    assert Event.unscoped.filter(kind="recruiters.suspend_licence").count() == 1


def test_a_form_without_its_key_changes_nothing(desk, browse):
    address, data = suspension(desk, browse)
    assert browse.post(address, data | {"idempotency_key": ""}).status_code == 400
    assert state(desk.gold) == "LICENSED"


def test_a_refusal_stands_over_its_field_and_what_was_typed_stays(desk, browse):
    address, data = suspension(desk, browse)
    answer = browse.post(address, data | {"reason": "", "order_number": "118-A"})
    page = html(answer)
    assert answer.status_code == 422
    assert "<title>Error: " in page
    assert 'href="#id_reason"' in page
    assert 'value="118-A"' in page
    assert browse.post(address, data).status_code == 302


def test_an_action_that_makes_no_sense_today_says_why_and_has_no_form(desk, browse):
    page = browse.get(f"{LIST}{desk.silk.pk}/do/suspend_licence/")
    assert page.status_code == 200
    assert "Nothing was changed." in html(page)
    assert 'name="reason"' not in html(page)


def test_editing_keeps_out_what_only_a_decision_changes(desk, browse):
    page = browse.get(f"{LIST}{desk.gold.pk}/edit/")
    assert 'name="state"' not in html(page)
    data = fields_of(page) | {"director": "S. Qodirova", "state": "WITHDRAWN", "number": "XM-9999"}
    assert browse.post(f"{LIST}{desk.gold.pk}/edit/", data).status_code == 302
    row = Recruiter.unscoped.get(pk=desk.gold.pk)
    assert (row.director, row.state, row.number) == ("S. Qodirova", "LICENSED", "XM-0288")


def test_who_comes_second_sees_both_versions_and_loses_nothing(desk, browse):
    address = f"{LIST}{desk.gold.pk}/edit/"
    mine, theirs = fields_of(browse.get(address)), fields_of(browse.get(address))
    browse.post(address, theirs | {"director": "B. Karimov"})
    answer = browse.post(address, mine | {"director": "S. Qodirova", "address": "Chilonzor 14"})
    page = html(answer)
    assert answer.status_code == 409
    assert "B. Karimov" in page
    assert 'value="S. Qodirova"' in page
    assert "Barno Karimova" in page
    again = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert browse.post(address, again).status_code == 302
    assert Recruiter.unscoped.get(pk=desk.gold.pk).director == "S. Qodirova"


def test_two_officers_cannot_both_decide(desk, browse):
    address, data = suspension(desk, browse)
    late = fields_of(browse.get(address)) | DECISION | {"reason": "Other words"}
    browse.post(address, data)
    answer = browse.post(address, late)
    assert answer.status_code == 409
    assert "Other words" in html(answer)
    assert Event.unscoped.filter(kind="recruiters.suspend_licence").count() == 1


def waiting(number):
    """Whether, within twenty seconds, so many connections to this database wait for a lock."""
    for _turn in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_locks l join pg_stat_activity a using (pid)"
                " where not l.granted and a.datname = current_database()"
            )
            if cursor.fetchone()[0] >= number:
                return True
        time.sleep(0.1)
    return False


@pytest.mark.django_db(transaction=True)
def test_two_officers_cannot_both_decide_at_once(desk):
    """Two connections, both past the form when the row is let go: a check made before the lock would pass for both."""
    colleague = make_account("licensing_officer", desk.agency, full_name="Laylo Nazarova", level=2)
    sent = []
    for officer in (desk.officer, colleague):
        browser = client_of(officer)
        address, data = suspension(desk, browser)
        sent.append((browser, address, data | {"reason": f"As {officer.full_name} sees it"}))

    def press(browser, address, data):
        try:
            return browser.post(address, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), acting(system_actor("test")):
            Recruiter.unscoped.select_for_update().get(pk=desk.gold.pk)
            both = [pool.submit(press, *one) for one in sent]
            assert waiting(2)
        assert sorted(one.result(60) for one in both) == [302, 409]
    assert state(desk.gold) == "SUSPENDED"
    assert Event.unscoped.filter(kind="recruiters.suspend_licence").count() == 1


def test_an_act_that_fails_after_its_first_write_leaves_nothing(desk, browse, monkeypatch):
    """The decision and the licence are written by then; the act's own event is what fails. It can be sent again."""
    address, data = suspension(desk, browse)
    decisions = LicenceDecision.unscoped.filter(recruiter=desk.gold)
    before, written = (desk.gold.version, decisions.count()), []

    def breaks(kind, row, **_rest):
        written.append((kind, state(row), row.version, decisions.count()))
        raise RuntimeError("broke in the middle")

    with monkeypatch.context() as broken:
        broken.setattr(declaration.history, "record", breaks)
        browse.raise_request_exception = False
        answer = browse.post(address, data)
    assert written == [("recruiters.suspend_licence", "SUSPENDED", before[0] + 1, before[1] + 1)]
    assert answer.status_code == 500
    row = Recruiter.unscoped.get(pk=desk.gold.pk)
    assert (row.state, row.version, decisions.count()) == ("LICENSED", *before)
    assert not Event.unscoped.filter(kind="recruiters.suspend_licence").exists()
    assert browse.post(address, data).status_code == 302, "with the very same form"
    assert state(desk.gold) == "SUSPENDED"


def test_a_new_record_is_made_by_an_action_of_its_own(desk, browse):
    address = f"{LIST}add/"
    data = fields_of(browse.get(address)) | {"name": "Yangi Firma", "destinations": ["DE"], "works": ["CARE"]}
    answer = browse.post(address, data)
    assert answer.status_code in (302, 422), html(answer)[:500]
    if answer.status_code == 302:
        assert Recruiter.unscoped.filter(name="Yangi Firma", state="APPLIED").count() == 1


def test_what_is_shown_once_is_shown_once(desk, browse):
    address = "/en/desk/tokens/new/issue_token/"
    page = browse.get(address)
    resource = page.context["form"].fields["resources"].choices[0][0]
    data = fields_of(page) | {"purpose": "Statistics", "resources": [resource], "expires_on": "2026-12-31"}
    for name in ("may_write", "fields"):  # no box is ticked
        data.pop(name, None)
    answer = browse.post(address, data)
    assert answer.status_code == 302, answer.context["form"].errors
    shown = html(browse.get(answer["Location"]))
    assert "safar_" in shown
    assert "it is shown only once" in shown
    assert "it is shown only once" not in html(browse.get(answer["Location"]))


def test_who_proposed_a_withdrawal_is_told_before_the_form_that_another_signs(desk, browse):
    address = f"{LIST}{desk.gold.pk}/do/propose_withdrawal/"
    assert browse.post(address, fields_of(browse.get(address)) | DECISION).status_code == 302
    record = browse.get(f"{LIST}{desk.gold.pk}/").context["screen"]
    assert "withdraw_licence" not in {b.action.name for b in [*record.buttons, *record.more]}
    whys = {b.action.name: str(b.why) for b in record.refusals}
    assert whys["withdraw_licence"] == "You proposed this withdrawal, so somebody else must sign it."
    page = html(browse.get(f"{LIST}{desk.gold.pk}/do/withdraw_licence/"))
    assert "somebody else must sign" in page
    assert 'name="version"' not in page


def test_what_a_decision_demands_is_not_marked_optional(desk, browse):
    page = html(browse.get(f"{LIST}{desk.gold.pk}/do/suspend_licence/"))
    assert "Order number" in page
    assert "(optional)" not in page
