"""A recruiter is checked before anybody pays: a citizen with a phone, an officer at a desk, one running installation."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from safar.citizens.recruiters.demo import NAMES
from tests.browser import looked_at, needs_chromium
from tests.installation import alone

pytestmark = [*needs_chromium, alone]

PHONE = {"width": 360, "height": 800}
SOON = 10_000
"""Milliseconds a browser is given; how fast it is, `benchmarks.public_check` says."""

VERDICTS = {
    "uz": {"licensed": "Litsenziyasi BOR", "suspended": "TOʻXTATILGAN: pul bermang", "look_alike": "Roʻyxatda YOʻQ"},
    "ru": {"licensed": "Лицензия ЕСТЬ", "suspended": "ПРИОСТАНОВЛЕНА: не платите", "look_alike": "В реестре НЕТ"},
}  # fmt: skip


@pytest.fixture
def phone(browser, site):
    """A citizen's browser."""
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


@pytest.fixture
def officer(signed_in):
    """A licensing officer's browser."""
    return signed_in("licensing_officer")


def check(page: Any, text: str) -> str:
    """Type into the check of the page that is open, and read the verdict."""
    page.locator("input[name=q]").first.fill(text)
    page.locator("input[name=q]").first.press("Enter")
    page.locator(".sf-verdict").wait_for()
    return page.locator("h1").inner_text()


@pytest.mark.parametrize("language", VERDICTS)
def test_a_citizen_checks_three_firms_from_the_home_page(phone, site, language):
    said, wrong = {}, {}
    for kind in VERDICTS[language]:
        phone.set_viewport_size(PHONE)
        phone.goto(f"{site}/{language}/")
        said[kind] = check(phone, NAMES[kind])
        wrong[kind] = looked_at(phone)
    assert said == VERDICTS[language]
    assert wrong == {kind: [] for kind in said}


def test_an_officer_licenses_a_firm_and_suspends_it_and_each_check_says_so(officer, phone, site):
    def decide(action: str, **typed: str) -> None:
        officer.goto(f"{site}/en/desk/recruiters/?q={NAMES['applied']}")
        officer.locator("tbody th a").first.click()
        officer.get_by_role("link", name=action).first.click()
        for name, text in typed.items():
            officer.locator(f"#id_{name}").fill(text)
        officer.get_by_role("button", name=action).click()
        expect(officer.locator(".sf-done, [role=status], .govuk-notification-banner").first).to_be_visible()

    def verdict() -> str:
        phone.goto(f"{site}/en/check/?q={NAMES['applied']}")
        return phone.locator("h1").inner_text()

    assert verdict() == "NOT in the register"
    decide("Grant licence", number="XM-7777", order_number="301")
    expect_verdict(phone, verdict, "This firm IS licensed")
    decide("Suspend licence", reason="Fees taken without a receipt", order_number="302")
    expect_verdict(phone, verdict, "SUSPENDED: do not pay")
    assert "Fees taken without a receipt" in phone.locator(".sf-verdict").inner_text()
    assert [looked_at(phone), looked_at(officer)] == [[], []]


def expect_verdict(page: Any, verdict: Any, wanted: str) -> None:
    """Ask again until the check says so; it must within a browser's patience."""
    for _time in range(SOON // 250):
        if verdict() == wanted:
            return
        page.wait_for_timeout(250)
    assert verdict() == wanted
