"""A file of people with forty faults: checked, saved without them, mended through the errors file, brought in again, taken back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser import looked_at, needs_chromium
from tests.installation import alone
from tests.journeys.conftest import DESK

pytestmark = [*needs_chromium, alone]
WORKER = 60_000
"""Milliseconds the worker is waited for; how fast it is, `benchmarks.people_load` says."""
HEADER = "external_id,family_name,given_names,patronymic,sex,birth_date,phone,place_code\n"
GOOD = "".join(f"SINOV-{n},Sinovchiyev,Namuna,,M,199{n % 10},,\n" for n in range(60))
FAULTY = "".join(f"XATO-{n},Хатоев,Намуна,,M,{30 + n % 2}.02.1990,,\n" for n in range(40))


@pytest.fixture
def officer(signed_in):
    """A case worker's browser."""
    return signed_in("case_worker")


def bring(page: Any, site: str, path: Path) -> None:
    """Bring a file in and wait for its check."""
    page.goto(f"{site}/en/desk/people/import/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Read the file").click()
    if page.url.endswith("/columns/"):
        page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("heading", name="What will happen").wait_for(timeout=WORKER)


def press(page: Any, button: str, then: str) -> None:
    """Press a button and wait for what the worker makes of it."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("heading", name=re.compile(f"^{then}")).wait_for(timeout=WORKER)


def counted(page: Any) -> list[str]:
    """The numbers of the report: new, changed, the same, left out."""
    return page.locator("dl.sf-strip").last.locator("dd").all_inner_texts()


def test_a_file_with_forty_faults_is_mended_through_its_errors_file(officer, site, tmp_path):
    file, errors = tmp_path / "ministry.csv", tmp_path / "errors.csv"
    file.write_text(HEADER + GOOD + FAULTY)
    bring(officer, site, file)
    assert officer.locator("h1").inner_text() == "60 rows are ready, 40 need you"
    assert "there is no such day in the calendar" in officer.locator("main").inner_text()
    check = officer.url
    for language in ("uz", "ru"):
        officer.goto(check.replace("/en/", f"/{language}/"))
        assert looked_at(officer) == []
    officer.set_viewport_size(DESK)
    officer.goto(check)
    with officer.expect_download() as download:
        officer.get_by_role("link", name="Download the 40 rows with reasons").click()
    download.value.save_as(errors)
    press(officer, "Save 60 rows", "Saved")
    assert counted(officer) == ["60", "0", "0", "40"]

    errors.write_text(
        errors.read_text(encoding="utf-8-sig").replace(".02.1990", ".01.1990"), encoding="utf-8"
    )
    bring(officer, site, errors)
    assert officer.locator("h1").inner_text() == "40 rows are ready"
    press(officer, "Save 40 rows", "Saved")
    bring(officer, site, file)
    assert officer.locator(".sf-key").inner_text().count("60") == 1, (
        "the sixty are the same, nothing is doubled"
    )

    officer.goto(f"{site}/en/desk/files/")
    officer.get_by_role("link", name="errors.csv").first.click()
    officer.get_by_role("link", name="Take the whole file back").click()
    assert looked_at(officer) == []
    officer.set_viewport_size(DESK)
    press(officer, "Take the whole file back", "Taken back")
    assert officer.locator("dl.sf-strip").first.locator("dd").all_inner_texts() == ["40", "0", "0"]
    assert looked_at(officer) == []
