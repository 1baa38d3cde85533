"""Weight and words: what a first view costs a slow line, and that every sign named has a drawing."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from safar.citizens.recruiters.demo import make_recruiter
from safar.doors.workbench.tests.conftest import html
from safar.foundation.actions import all_actions
from safar.foundation.history.kinds import known_kinds
from safar.foundation.registers import all_registers

PACKAGE = Path(__file__).resolve().parents[4]
STATIC = re.compile(r'(?:src|href)="/static/([^"#]+)')
KILOBYTE = 1000


def packed(data):
    """Bytes on the line."""
    return len(gzip.compress(data, 9))


def static(name):
    """A static file as it stands in the source."""
    return Path(finders.find(name)).read_bytes()


def test_a_first_view_is_light(desk, browse):
    for _number in range(50):
        make_recruiter(keeper=desk.agency, place=desk.region)
    page = html(browse.get("/en/desk/recruiters/"))
    files = {name: packed(static(name)) for name in set(STATIC.findall(page))}
    drawn = {"safar/assets/abr-band.svg": packed(static("safar/assets/abr-band.svg"))}
    page_weight = packed(page.encode())
    assert page_weight <= 10 * KILOBYTE
    assert page_weight + sum({**files, **drawn}.values()) <= 70 * KILOBYTE
    assert len(files) + 2 <= 10


@pytest.mark.parametrize(
    ("name", "most"), [("safar/workbench.css", 7), ("workbench/desk.js", 3), ("safar/icons.svg", 7)]
)
def test_a_file_stays_within_its_budget(name, most):
    assert packed(static(name)) <= most * 1024


def test_every_sign_named_is_drawn():
    drawn = set(re.findall(r'id="([a-z0-9-]+)"', static("safar/icons.svg").decode()))
    named = {r.icon for r in all_registers()} | {a.icon for a in all_actions().values()}
    named |= {k.icon for k in known_kinds().values()}
    named |= {tone[1] for r in all_registers() for tones in r.tones.values() for tone in tones.values()}
    for template in (PACKAGE / "safar").rglob("*.html"):
        named |= set(re.findall(r'\{% icon "([a-z0-9-]+)"', template.read_text()))
    assert named - drawn == set()


def test_no_script_is_made_of_words():
    script = static("workbench/desk.js").decode()
    assert not re.search(
        r"\beval\b|new Function|innerHTML|document\.write|localStorage|sessionStorage|https?://", script
    )
