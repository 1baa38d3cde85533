"""The pages in a real browser: no fault a program can find, no sideways scroll, the way out by keyboard."""

import pytest

from safar.doors.website import verdicts
from safar.doors.website.tests.firms import QUESTIONS, answered
from safar.map import STAGES
from tests.browser import listen, looked_at, needs_chromium

pytestmark = [*needs_chromium, pytest.mark.django_db]

PATHS = (
    "",
    "check/",
    "check/?q=30123456",
    "check/?q=Nobody",
    "check/code/",
    *(f"road/{stage.code}/" for stage in STAGES),
    "privacy/",
    "accessibility/",
    "licences/",
    "nothing/",
)


@pytest.fixture
def page(browser):
    """A page that remembers what the browser complained about."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    opened = context.new_page()
    opened.complaints = listen(opened)
    yield opened
    context.close()


def open_verdict(page, live_server, question):
    """Open the verdict on a question about the invented firms, in Russian, whose words are the longest."""
    whole = verdicts.render(answered(**question), language="ru", query="q=x", checked_at="23.11.2026 09:14")
    address = f"{live_server.url}/ru/check/?q=x"
    page.unroute_all()
    page.route(address, lambda route: route.fulfill(body=whole, content_type="text/html"))
    page.goto(address)


@pytest.mark.parametrize("language", ["uz", "ru"])
def test_pages_have_no_fault_at_any_width(page, live_server, language):
    wrong = {}
    for path in PATHS:
        page.goto(f"{live_server.url}/{language}/{path}")
        wrong[path] = looked_at(page) + [text for text in page.complaints if "404" not in text]
    assert {path: faults for path, faults in wrong.items() if faults} == {}


def test_verdicts_have_no_fault_and_are_never_cut(page, live_server):
    wrong = {}
    for verdict, question in QUESTIONS.items():
        open_verdict(page, live_server, question)
        wrong[verdict] = looked_at(page)
        page.set_viewport_size({"width": 320, "height": 800})
        heading, card = (page.locator(part).bounding_box() for part in ("h1", ".sf-verdict__head"))
        if heading["x"] + heading["width"] > card["x"] + card["width"]:
            wrong[verdict].append("the heading is cut")
    assert {verdict: faults for verdict, faults in wrong.items() if faults} == {}


def test_the_check_works_without_a_script(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/")
    page.get_by_label("Firm’s name, STIR or licence number").fill("Nobody at all")
    page.get_by_role("button", name="Check now").click()
    assert page.locator("h1").inner_text() == "NOT in the register"
    page.get_by_role("link", name="Рус").click()
    assert page.url.startswith(f"{live_server.url}/ru/check/?q=Nobody+at+all")
    context.close()


def test_the_way_out_is_the_second_thing_a_keyboard_meets(page, live_server):
    page.goto(f"{live_server.url}/en/road/trouble/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Tab")
    assert "exit-this-page" in page.evaluate("document.activeElement.className")


def test_pressing_shift_three_times_leaves(page, live_server, settings):
    settings.SAFAR_EXIT_URL = f"{live_server.url}/robots.txt"
    page.goto(f"{live_server.url}/en/road/trouble/")
    for _time in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/robots.txt")


def test_an_error_takes_the_reader_to_the_field(page, live_server):
    page.goto(f"{live_server.url}/en/check/?q=30123456")
    page.get_by_role("link", name="STIR has 9 digits, you have 8").click()
    assert page.evaluate("document.activeElement.id") == "id_q"


def test_a_verdict_prints_on_one_sheet_in_black_and_white(page, live_server):
    open_verdict(page, live_server, QUESTIONS["suspended"])
    page.emulate_media(media="print")
    assert page.locator(".sf-footer").is_hidden()
    assert page.locator(".sf-printonly").is_visible()
    drawn = page.locator(".sf-verdict__head").evaluate("element => getComputedStyle(element).backgroundColor")
    assert drawn == "rgba(0, 0, 0, 0)"
    sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert sheets == 1
