"""What journeys share: one installation that runs, and browsers signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def site(installation: Any) -> Iterator[str]:
    """The address of an installation that runs: its web server, its worker, its database."""
    with installation.running() as address:
        yield address


@pytest.fixture
def signed_in(browser: Any, site: str, installation: Any) -> Iterator[Callable[[str], Any]]:
    """The browser of somebody with a role, signed in with password and code."""
    with ExitStack() as until_the_end:

        def page_of(role: str) -> Any:
            context = browser.new_context(viewport=DESK, accept_downloads=True)
            until_the_end.callback(context.close)
            page, login = context.new_page(), installation.login(role)
            page.goto(f"{site}/en/account/login/")
            page.get_by_label("Username").fill(login["username"])
            page.get_by_label("Password", exact=True).fill(login["password"])
            page.keyboard.press("Enter")
            page.locator("input[name=code]").fill(installation.login(role)["code"])
            page.keyboard.press("Enter")
            page.wait_for_url("**/desk/**")
            return page

        yield page_of
