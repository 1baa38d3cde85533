"""The look keeps its rules: every icon exists, no colour but the tokens', no address but our own."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

from safar.doors import website
from safar.doors.website.guides import GUIDES
from safar.doors.website.templatetags.look import icon, tag
from safar.map import SERVICES, STAGES

DOOR = Path(website.__file__).parent
DOORS = DOOR.parent
STATIC = DOOR / "static" / "safar"
TEMPLATES = sorted(DOORS.glob("*/templates/**/*.html"))
SPRITE = set(re.findall(r'<symbol[^>]* id="([^"]+)"', (STATIC / "icons.svg").read_text()))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(")
ADDRESS = re.compile(r"""(?:href|src|action|srcset)=["'](?:https?:)?//""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(DOORS)))
class TestEveryTemplate:
    def test_names_no_colour(self, path):
        assert COLOUR.findall(path.read_text()) == []

    def test_has_no_style_and_no_script_of_its_own(self, path):
        source = path.read_text()
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)|javascript:|data:image", source
        )

    def test_leads_to_no_other_site(self, path):
        assert not ADDRESS.search(path.read_text())

    def test_draws_only_icons_of_the_sprite(self, path):
        drawn = re.findall(r"""{% icon ["']([^"']+)["']""", path.read_text())
        assert set(drawn) <= SPRITE


def test_every_stage_and_service_has_its_icon():
    assert {one.icon for one in (*STAGES, *SERVICES)} <= SPRITE


def test_every_stage_of_the_road_has_its_guide():
    assert [guide.stage for guide in GUIDES] == [stage.code for stage in STAGES]
    assert all(guide.do and guide.do_not for guide in GUIDES)


def test_an_icon_is_hidden_from_those_who_hear_the_page():
    drawn = icon("phone")
    assert 'aria-hidden="true"' in drawn
    assert "icons.svg#phone" in drawn


def test_a_state_is_a_word_first():
    assert tag("ok", "Licence valid").endswith("Licence valid</strong>")
    assert "&lt;b&gt;" in tag("stop", "<b>")


def test_the_style_sheets_load_only_files_that_are_there(tmp_path):
    """Collecting with fingerprints follows every address in a style sheet and fails on one that leads nowhere."""
    storage = ManifestStaticFilesStorage(location=tmp_path)
    paths = {f"safar/{path.relative_to(STATIC)}": None for path in STATIC.rglob("*") if path.is_file()}
    for name in paths:
        storage.save(name, open(finders.find(name), "rb"))  # noqa: SIM115 (the storage closes it)
    for _name, _hashed, processed in storage.post_process({name: (storage, name) for name in paths}):
        assert not isinstance(processed, Exception), processed


def test_the_style_sheets_hold_no_picture_and_load_nothing_from_elsewhere():
    for sheet in ("safar.css", "workbench.css"):
        source = (STATIC / sheet).read_text()
        assert not re.search(r"""(?:url\(|@import)\s*["']?(?:data:|https?:|//)""", source)


def test_the_versions_of_the_front_end_are_pinned():
    lock = json.loads((DOORS.parents[1] / "front-end" / "package-lock.json").read_text())
    assert lock["packages"]["node_modules/govuk-frontend"]["version"] == "6.6.0"
    assert not any("resolved" in entry for entry in lock["packages"].values()), "no download addresses in git"
