"""Chromium for the tests that look at pages as people do: one for a whole run, and what is asked of every page.

`browser` is a pytest fixture, offered by the root ``conftest.py``; the functions take a page of Playwright.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("SAFAR_CHROMIUM", "/usr/bin/chromium")
WIDTHS = (320, 360, 1280)
LOOKED_AT = (360, 1280)
"""The widths axe looks at; nothing may be too wide at any of `WIDTHS`."""

needs_chromium = (
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no chromium at {CHROMIUM}: pages not looked at"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One chromium for all pages."""
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def listen(page: Any) -> list[str]:
    """What the browser complains about on a page, as it does."""
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def faults(page: Any) -> list[str]:
    """What axe finds, as short lines."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def sideways(page: Any) -> int:
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def looked_at(page: Any) -> list[str]:
    """What is wrong with the page that is open, at every width: axe on the narrow and the wide screen."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if sideways(page) > 0:
            wrong.append(f"{width}: {sideways(page)} px too wide")
        if width in LOOKED_AT:
            wrong += [f"{width}: {fault}" for fault in faults(page)]
    return wrong
