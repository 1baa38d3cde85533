"""One person is on record twice: a case worker is warned, merges the two at the desk, takes them apart, and all is as before."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser import looked_at, needs_chromium
from tests.installation import alone

pytestmark = [*needs_chromium, alone]

SAVED = re.compile(r"/desk/people/[0-9a-f-]{36}/")


def told(page: Any) -> str:
    """What a person's page says of her when it is opened anew, without what tells of the two records and their history."""
    page.goto(page.url.split("?")[0])
    return re.sub(r"\s+", " ", page.locator("main").inner_text().partition("Other records")[0])


def choose(page: Any, name: str, text: str) -> None:
    """Choose a record: from the list where there are few, by typing where there are many."""
    field = page.locator(f"#id_{name}")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(page.locator(f"#id_{name} option", has_text=text).first.get_attribute("value"))
    else:
        field.press_sequentially(text)
        field.fill(page.locator("datalist option[value*='" + text + "']").first.get_attribute("value"))


def write_down(page: Any, site: str, **typed: str) -> None:
    """Fill in the form of a new person."""
    page.goto(f"{site}/en/desk/people/add/")
    for name, text in typed.items():
        page.locator(f"#id_{name}").fill(text)
    page.locator("#id_sex").select_option("F")
    page.get_by_role("button", name="Add a person").click()


def test_a_case_worker_is_warned_merges_two_records_and_takes_them_apart(signed_in, site):
    worker = signed_in("case_worker")
    write_down(
        worker, site, family="Ertakova", given="Zebiniso", patronymic="Olim qizi", birth_date="1993-04-12"
    )
    worker.wait_for_url(SAVED)
    before, first = told(worker), worker.url
    write_down(worker, site, family="ЭРТАКОВА", given="Зебинисо", birth_date="1993-04-12")
    expect(worker.get_by_role("heading", name="On record already, and alike")).to_be_visible()
    assert looked_at(worker) == []
    worker.get_by_label("I have looked: this is somebody else").check()
    worker.get_by_role("button", name="Add a person").click()
    worker.wait_for_url(SAVED)
    second_before, second = told(worker), worker.url
    assert second != first

    worker.get_by_role("link", name="Same as another record").click()
    choose(worker, "other", "Ertakova Zebiniso Olim qizi")
    worker.get_by_role("button", name="Same as another record").click()
    worker.get_by_role("link", name="Ertakova Zebiniso Olim qizi").click()
    expect(worker.get_by_role("heading", name="Probably the same person")).to_be_visible()
    assert looked_at(worker) == []
    worker.get_by_role("link", name="Merge").first.click()
    assert looked_at(worker) == []
    worker.get_by_role("button", name="Merge").click()
    expect(worker.get_by_text("was merged into this record").first).to_be_visible()
    survivor = worker.url
    gone = second if survivor.startswith(first) else first
    worker.goto(gone)
    assert worker.url.split("?")[0] == survivor.split("?")[0], "the old address leads to the survivor"

    worker.get_by_role("link", name="Take a merged record apart").first.click()
    worker.get_by_role("button", name="Take a merged record apart").click()
    for address, was in ((first, before), (second, second_before)):
        worker.goto(address)
        assert (worker.url, told(worker)) == (address, was)
