"""Who gets in, and what a browser may keep."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of
from safar.doors.workbench.naming import neutral_title
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.doors.workbench.urls import urlpatterns
from safar.foundation.history.models import Event
from safar.foundation.registers import register_by_slug

EXAMPLES = {"slug": "recruiters", "pk": 1, "name": "suspend_licence", "way": "next", "kind": "csv"}


def addresses():
    """Every address of the workbench, filled with examples."""
    found = []
    for pattern in urlpatterns:
        if getattr(pattern, "name", None):
            wanted = pattern.pattern.converters
            with translation.override("en"):
                found.append(reverse(f"workbench:{pattern.name}", kwargs={k: EXAMPLES[k] for k in wanted}))
    return found


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", addresses())
def test_a_stranger_is_led_to_the_door_from_every_address(db, client, address, method):
    response = getattr(client, method)(address)
    if response.status_code == 405:
        return
    assert response.status_code == 302
    assert response["Location"].startswith("/en/account/login/")
    assert "no-store" in response["Cache-Control"]


def test_a_stranger_cannot_tell_a_register_from_none(db, client):
    assert (
        client.get("/en/desk/recruiters/1/").status_code
        == client.get("/en/desk/nothing/1/").status_code
        == 302
    )


@pytest.mark.parametrize("path", ["", "recruiters/", "search/", "keys/"])
def test_nothing_is_kept_by_the_browser(browse, path):
    assert "no-store" in browse.get(f"/en/desk/{path}")["Cache-Control"]


def test_hidden_and_absent_are_the_same_page(desk, browse):
    hidden = browse.get(f"/en/desk/recruiters/{desk.hidden.pk}/")
    absent = browse.get("/en/desk/recruiters/987654/")
    assert hidden.status_code == absent.status_code == 404
    hidden_page = once(hidden).replace(f"/recruiters/{desk.hidden.pk}/", "/recruiters/n/")
    assert hidden_page == once(absent).replace("/recruiters/987654/", "/recruiters/n/")
    assert "Barno Karimova" in hidden_page


def once(response):
    """The page without what differs each time it is made."""
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", html(response))


@pytest.mark.parametrize("path", ["", "history/", "edit/", "do/suspend_licence/", "next/", "show/stir/"])
def test_every_page_of_a_hidden_record_is_absent(desk, browse, path):
    address = f"/en/desk/recruiters/{desk.hidden.pk}/{path}"
    assert browse.get(address).status_code in (404, 405)
    assert browse.post(address, {"idempotency_key": "k" * 12}).status_code in (404, 405)


def test_a_reader_may_not_do_what_only_an_officer_may(desk):
    reader = client_of(desk.auditor)
    page = html(reader.get(f"/en/desk/recruiters/{desk.gold.pk}/"))
    assert "Suspend licence" not in page
    assert "/edit/" not in page
    assert reader.get(f"/en/desk/recruiters/{desk.gold.pk}/do/suspend_licence/").status_code == 404
    assert reader.get(f"/en/desk/recruiters/{desk.gold.pk}/edit/").status_code == 404


@pytest.mark.parametrize("path", ["do/suspend_licence", "do/propose_withdrawal", "edit"])
def test_what_a_reader_sends_past_the_page_is_not_done(desk, path):
    """The very form that is taken from an officer: from a reader it is not, and that she sent it is written down."""
    address = f"/en/desk/recruiters/{desk.gold.pk}/{path}/"
    officer, reader = client_of(desk.officer), client_of(desk.auditor)
    data = fields_of(officer.get(address)) | {"reason": "Fees taken", "order_number": "118", "director": "X"}
    before = Recruiter.unscoped.filter(pk=desk.gold.pk).values().get()
    assert reader.post(address, data).status_code == 404
    assert Recruiter.unscoped.filter(pk=desk.gold.pk).values().get() == before
    refused = Event.unscoped.get(kind="refused", actor=f"staff.{desk.auditor.pk}")
    assert refused.subject_id == str(desk.gold.pk)
    assert officer.post(address, data).status_code == 302


def test_the_menu_shows_only_what_opens(desk):
    officer, auditor = client_of(desk.officer), client_of(desk.auditor)
    for browser in (officer, auditor):
        page = browser.get("/en/desk/")
        for _title, entries in page.wsgi_request.shell.groups:
            for entry in entries:
                assert browser.get(entry.url).status_code == 200, entry.url


def test_the_language_switch_keeps_the_page_and_its_question(browse):
    page = html(browse.get("/en/desk/recruiters/?state=SUSPENDED"))
    assert "/ru/desk/recruiters/?state=SUSPENDED" in page


def test_titles_name_no_person(desk, browse):
    register = register_by_slug("recruiters")
    desk.gold.label_level = 1
    assert "Oltin" not in neutral_title(register, desk.gold)
