"""A call-centre officer finds people in a real browser, and looks at messages that did not arrive."""

from __future__ import annotations

from datetime import date

import pytest

from safar.directory.people.actions import PHONES, send_message, set_safe_contact
from safar.directory.people.demo import make_person
from safar.directory.people.tests.conftest import desk, person, region, worker  # noqa: F401 - fixtures
from safar.directory.people.tests.test_belongings import do
from safar.directory.people.tests.test_writing import ALWAYS, failed, outbox
from safar.directory.staff.demo import client_of
from tests.browser import listen, looked_at, needs_chromium
from tests.people import person as account_of

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def zulfiya(desk, region, worker):  # noqa: F811
    made = make_person("Yoʻldosheva", "Zulfiya", birth_date=date(1991, 4, 3), organisation=desk, place=region)
    for number in range(20):
        make_person("Namunov", ("Jasur", "Sardor")[number % 2], organisation=desk, place=region)
    do(PHONES.add, worker, made, number="+998 90 123 45 67", whose="OWN")
    do(set_safe_contact, worker, made, **ALWAYS)
    return made


@pytest.fixture
def opened(browser, live_server, region):  # noqa: F811
    """Opens pages signed in as an operator of the call centre of the region."""
    account = account_of("operator", role="call_operator", place_path=region.path, max_level=1)
    session = client_of(account).cookies["sessionid"].value
    contexts = []

    def open_page(path="", *, width=1280, language="en", **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.complaints = listen(page)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"{live_server.url}/{language}/desk/{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("typed", ["yuld zul", "Юлдаш", "123 45 67", "901234567"])
def test_half_a_name_or_the_last_digits_lead_to_her_and_stand_in_no_address(zulfiya, opened, typed):
    page = opened("")
    page.locator("#find").press_sequentially(typed)
    page.locator(f"#found [data-hit][href$='/people/{zulfiya.pk}/']").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{zulfiya.pk}/")
    assert page.complaints == []
    assert not [
        url
        for url in page.asked
        if "?q=" in url or "45" in url.rpartition("/desk/")[2].replace(str(zulfiya.pk), "")
    ]


def test_without_a_script_the_number_is_looked_up_by_a_form(zulfiya, opened):
    page = opened("people/", width=360, java_script_enabled=False)
    page.locator("details.sf-filter summary").first.click()
    page.locator("#filter_q").fill("901234567")
    page.get_by_role("button", name="Apply").click()
    assert page.url.endswith("/en/desk/people/")
    assert page.locator("tr[data-row]").count() == 1
    page.locator("#find").fill("90 123 45 67")
    page.locator("#find").press("Enter")
    assert page.url.endswith("/en/desk/search/")
    assert page.locator(f"a[href$='/people/{zulfiya.pk}/']").count() == 1


def test_the_pages_have_no_fault_at_any_width(zulfiya, opened, worker, live_server):  # noqa: F811
    for state in ("FAILED", "UNCERTAIN"):
        do(send_message, worker, zulfiya, text="news")
        failed(next(one for one in outbox() if one.state == "WAITING"), state)
    page, wrong = opened("messages/", language="ru"), []
    record = f"people/{zulfiya.pk}/do/"
    for path in ("messages/", f"{record}send_message/", f"{record}send_again/", "search/"):
        page.goto(f"{live_server.url}/ru/desk/{path}")
        wrong += [f"{path} {fault}" for fault in looked_at(page)]
    assert (wrong, page.complaints) == ([], [])
