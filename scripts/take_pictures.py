"""Take the pictures of docs/pictures from a running demo: `make run` in one window, `make pictures` in another.

Uses Debian's chromium by playwright (development requirements). Signs in with the demo log-ins, code and all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from urllib.parse import quote_plus

import django
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTHS = {360: 800, 1280: 900}
TALLEST = {360: 2600, 1280: 1500}
"""Where a long page is cut, in pixels."""


@dataclass(frozen=True)
class Picture:
    """One picture: its name, where it is taken, in which language, width and theme, and by whom."""

    name: str
    path: str
    language: str
    width: int
    role: str = ""
    dark: bool = False
    caption: str = ""

    @property
    def file(self) -> str:
        """File name."""
        return f"{self.name}-{self.language}-{self.width}{'-dark' if self.dark else ''}.png"


PUBLIC = [
    ("home", "", "The home page: check a recruiter first, then the road"),
    ("licensed", "check/?q={licensed}", "A licensed recruiter"),
    ("suspended", "check/?q={suspended}", "A suspended recruiter: do not pay"),
    ("look-alike", "check/?q={look_alike}", "Not found, with the names it could be mistaken for"),
]
STAFF = [
    ("day", "desk/", "An officer's day: who acts next, by when"),
    ("recruiters", "desk/recruiters/", "The register of recruiters"),
    ("record", "desk/recruiters/?q={suspended}", "A recruiter's record"),
    ("import", "desk/recruiters/import/", "Bringing a file in"),
    ("organisations", "desk/organisations/", "The directory of organisations"),
    ("policy", "desk/policy/", "Who may do what"),
]


def pictures() -> list[Picture]:
    """Every picture of the page."""
    found = [Picture(n, p, lang, w, caption=c) for n, p, c in PUBLIC for lang in ("uz", "ru") for w in WIDTHS]
    found += [Picture(n, p, "en", 1280, "licensing_officer", caption=c) for n, p, c in STAFF]
    found += [Picture(n, p, "uz", 360, "licensing_officer", caption=c) for n, p, c in STAFF[:3]]
    found += [Picture(n, p, "ru", 1280, "licensing_officer", dark=True, caption=c) for n, p, c in STAFF[:3]]
    return found


def sign_in(page: Page, address: str, login: dict[str, str]) -> None:
    """Password, then the code of the moment."""
    page.goto(f"{address}/en/account/login/")
    page.fill("input[name=login]", login["username"])
    page.fill("input[name=password]", login["password"])
    page.press("input[name=password]", "Enter")
    page.fill("input[name=code]", code_of(login["username"]))
    page.press("input[name=code]", "Enter")
    page.wait_for_url("**/desk/**")


def code_of(username: str) -> str:
    """The six digits of this half minute, from the command line."""
    return next(one["code"] for one in logins() if one["username"] == username)


def logins() -> list[dict[str, str]]:
    """The demo log-ins, from the command line."""
    done = subprocess.run(
        [sys.executable, "-m", "safar", "demo", "logins", "--json"],
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def take(browser: Browser, address: str, wanted: list[Picture], names: dict[str, str]) -> None:
    """Take each picture, signing in once for each role, width and theme."""
    people = logins()
    states: dict[str, object] = {}
    for one in wanted:
        context = browser.new_context(
            viewport={"width": one.width, "height": WIDTHS[one.width]},
            color_scheme="dark" if one.dark else "light",
            storage_state=states.get(one.role),
            device_scale_factor=1,
        )
        page = context.new_page()
        if one.role and one.role not in states:
            sign_in(page, address, next(x for x in people if x["role"] == one.role))
            states[one.role] = context.storage_state()
        page.goto(f"{address}/{one.language}/{one.path.format(**names)}")
        if one.name == "record":
            page.click("tbody th a")
        height = min(TALLEST[one.width], page.evaluate("document.documentElement.scrollHeight"))
        seen = {"x": 0, "y": 0, "width": one.width, "height": height}
        page.screenshot(path=FOLDER / one.file, full_page=True, clip=seen)
        context.close()


def demo_names() -> dict[str, str]:
    """What to ask the demo for, by what the answer will be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
    django.setup()
    return import_module("safar.config.demo").names()


def side_by_side(left: str, right: str, file: str, height: int = 1300) -> None:
    """Two phones beside each other, for the front page."""
    one, two = (Image.open(FOLDER / name).convert("RGB") for name in (left, right))
    both = Image.new("RGB", (one.width + two.width + 40, height), "white")
    both.paste(one, (0, 0))
    both.paste(two, (one.width + 40, 0))
    both.save(FOLDER / file, optimize=True)


def write_index(wanted: list[Picture]) -> None:
    """docs/pictures/README.md: every picture with its caption."""
    lines = [
        "# Pictures",
        "",
        "Made from the demo world by `make pictures`; every name and number is made up.",
        "",
    ]
    for one in wanted:
        lines += [
            f"## {one.caption} ({one.language}, {one.width} px{', dark' if one.dark else ''})",
            "",
            f"![{one.caption}]({one.file})",
            "",
        ]
    (FOLDER / "README.md").write_text("\n".join(lines))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = {key: quote_plus(value) for key, value in demo_names().items()}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        take(browser, options.address, pictures(), names)
    side_by_side("home-uz-360.png", "licensed-uz-360.png", "readme-phone.png")
    write_index(pictures())


if __name__ == "__main__":
    main()
