"""The workbench in a real browser: no fault a program can find, no sideways scroll, keys, picking, and all without a script."""

from datetime import date

import pytest

from safar.citizens.recruiters.models import LicenceDecision, Recruiter
from safar.directory.organisations.models import Organisation
from safar.directory.staff.demo import client_of
from safar.directory.staff.models import Account
from safar.doors.workbench.tests.conftest import stored
from tests.browser import faults, listen, looked_at, needs_chromium

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]

DAY = date(2026, 11, 23)
PAGES = {
    "my day": "",
    "list": "recruiters/",
    "list, nothing found": "recruiters/?q=qqq",
    "list, empty": "recruiter-partners/",
    "list, long rows": "licence-decisions/",
    "list, long names": "organisations/",
    "record": "recruiters/{silk}/",
    "act": "recruiters/{gold}/do/suspend_licence/",
    "act, not today": "recruiters/{silk}/do/suspend_licence/",
    "edit": "recruiters/{gold}/edit/",
    "new": "recruiters/add/",
    "add": "recruiter-branches/add/",
    "history": "recruiters/{gold}/history/",
    "search": "search/",
    "keys": "keys/",
    "picked": "recruiters/picked/record_expiry/?pick={gold}",
    "absent": "recruiters/999999/",
}


@pytest.fixture
def opened(browser, live_server, desk):
    """Opens pages signed in as the officer; each remembers what the browser complained about."""
    contexts = []
    session = client_of(desk.officer).cookies["sessionid"].value

    def open_page(path="", *, width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.complaints = listen(page)
        page.goto(f"{live_server.url}/en/desk/{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def write_long_rows(desk):
    """Rows as the office has them: long names, decisions with a long reason, letters that may not be broken."""
    reason = "Взимание с граждан сборов, не предусмотренных законодательством, без выдачи квитанций"
    for number in range(3):
        stored(
            LicenceDecision(
                recruiter=desk.gold, act="change_destinations", from_state="SUSPENDED", to_state="SUSPENDED",
                standing="IN_FORCE", order_number=f"118-ФАОЛИЯТ/2026-{number}", reason=reason, decided_on=DAY,
                effective_on=DAY, licensed_until=DAY, decided_by_id=desk.officer.pk, decided_by="Муножатхон Абдураззокова",
            )
        )  # fmt: skip
        stored(
            Organisation(
                type="EMPLOYER", name=f"Tashqiiqtisodiyfaoliyatvamehnatmigratsiyasiagentligi {number}", place=desk.region,
                name_ru="Внешнеэкономическийцентртрудоустройства",
            )
        )  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_have_no_fault_at_any_width(opened, desk, live_server, theme):
    write_long_rows(desk)
    page, wrong = opened(color_scheme=theme), []
    for name, path in PAGES.items():
        page.goto(f"{live_server.url}/ru/desk/{path.format(gold=desk.gold.pk, silk=desk.silk.pk)}")
        wrong += [f"{name} {fault}" for fault in looked_at(page)]
    assert wrong == []
    assert [text for text in page.complaints if "404" not in text] == []


def test_what_opens_has_no_fault_either(opened, desk):
    page = opened(f"recruiters/{desk.gold.pk}/")
    page.get_by_text("More actions").locator("..").click()
    page.get_by_text("Whole history").wait_for()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert page.locator(".sf-pop[open]").count() == 0
    page.locator("button[popovertarget=me]").click()
    assert page.locator("#me").is_visible()
    assert faults(page) == []


def test_the_menu_of_a_telephone_opens_without_a_script(opened):
    page = opened("recruiters/", width=360, java_script_enabled=False)
    assert not page.locator("#menu").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.locator("#menu").is_visible()


def test_rows_are_walked_picked_and_opened_by_keys(opened):
    page = opened("recruiters/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.is-picked").count() == 1
    assert "Picked: 1" in page.locator(".sf-bulk").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recruiters/*/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    assert page.complaints == []


def test_finds_as_one_types_and_leads_there_by_arrow(opened, desk):
    page = opened("")
    page.locator("#find").press_sequentially("silk")
    page.locator("#found [data-hit]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/recruiters/{desk.silk.pk}/")
    assert page.complaints == []


def test_a_decision_is_made_without_a_script(opened, desk):
    page = opened(f"recruiters/{desk.gold.pk}/do/suspend_licence/", width=360, java_script_enabled=False)
    page.locator("#id_reason").fill("Fees taken without a receipt")
    page.locator("#id_order_number").fill("118")
    page.get_by_role("button", name="Suspend licence").click()
    assert "Suspended" in page.locator("h1").inner_text()
    assert Recruiter.unscoped.get(pk=desk.gold.pk).state == "SUSPENDED"


def test_a_lost_line_keeps_what_was_typed(opened, desk):
    page = opened(f"recruiters/{desk.gold.pk}/do/suspend_licence/")
    page.locator("#id_reason").fill("Fees taken without a receipt")
    page.locator("#id_order_number").fill("118")
    page.context.set_offline(True)
    page.get_by_role("button", name="Suspend licence").click()
    assert "No connection" in page.locator("[data-draft-note]").inner_text()
    assert page.locator("#id_reason").input_value() == "Fees taken without a receipt"
    page.context.set_offline(False)
    page.locator("#id_reason").press("Control+Enter")
    page.wait_for_url(f"**/recruiters/{desk.gold.pk}/")
    assert "Suspended" in page.locator("h1").inner_text()


def test_a_dark_page_stays_dark(opened, desk):
    page = opened("recruiters/")
    page.locator("button[popovertarget=me]").click()
    page.get_by_role("button", name="Dark").click()
    assert "sf-theme-dark" in page.locator("html").get_attribute("class")
    assert Account.objects.get(pk=desk.officer.pk).theme == "DARK"


def test_what_is_printed_has_no_menu_and_no_buttons(opened, desk):
    page = opened(f"recruiters/{desk.silk.pk}/")
    page.emulate_media(media="print")
    for part in (".sf-side", ".sf-top", ".sf-actions"):
        assert not page.locator(part).first.is_visible()
    assert page.locator("h1").is_visible()
