"""A call-centre officer hears half a name, types it in her own script, and the person's page stands before her."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import looked_at, needs_chromium
from tests.installation import alone

pytestmark = [*needs_chromium, alone]
PERSON = "[data-hit][href*='/desk/people/']"


def test_an_operator_finds_a_person_by_half_a_name_and_its_slip(signed_in, site):
    page = signed_in("call_operator")
    page.keyboard.press("/")
    page.keyboard.type("хаёл")
    hits = page.locator(f"{PERSON} strong")
    expect(hits.first).to_have_text(re.compile("^Xayolova? "))
    for name in hits.all_inner_texts():
        assert name.startswith("Xayolov"), "half a name finds those who have it, and nobody else"
    name = hits.first.inner_text()
    hits.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert looked_at(page) == []

    family, given = name.split()[:2]
    page.keyboard.press("/")
    page.keyboard.type(f"{given} {family[:3]}{family[4:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Found for")
    expect(page.locator(f"main {PERSON} strong").first).to_have_text(name)
    assert looked_at(page) == []
