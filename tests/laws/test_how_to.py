"""The how-to is true: its code makes a working register, guarded by both walls, with not one line more."""

from __future__ import annotations

import re

import pytest
import typer
from django.apps import apps
from django.db import connection
from django.http import Http404, QueryDict
from django.utils import timezone

from safar.directory.organisations import models as organisations
from safar.doors.commands import application
from safar.foundation.access import policy as policy_room
from safar.foundation.access.actors import Actor, Scope, acting
from safar.foundation.access.visibility import get
from safar.foundation.access.wall import guard_statements
from safar.foundation.registers import registry
from safar.foundation.registers.exchange import export
from safar.foundation.registers.listing import list_page
from tests.laws.source import ROOT

PAGE = ROOT / "docs/how-to/add-a-register.md"


def blocks():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


def run(code, module):
    """Run one block as the module it belongs to, with nothing it does not import itself."""
    names = {"__name__": module}
    exec(compile(code, str(PAGE), "exec"), names)
    return names


def test_the_declaration_is_at_most_thirty_lines():
    assert len(blocks()[1].splitlines()) <= 30


@pytest.fixture
def association(db, monkeypatch):
    model, declaration, rules = blocks()
    policy = run(rules, "safar.config.howto")["POLICY"]
    monkeypatch.setattr(policy_room, "policy", lambda: policy)
    policy_room.rules.cache_clear()
    made = run(model, organisations.__name__)["Association"]
    monkeypatch.setattr(organisations, "Association", made, raising=False)
    declared = run(declaration, "safar.directory.organisations.howto")["ASSOCIATIONS"]
    with connection.schema_editor() as editor:
        editor.create_model(made)
    with connection.cursor() as cursor:
        for statement in guard_statements(made):
            cursor.execute(statement)
    yield declared
    registry._registers.pop("associations")
    apps.all_models["organisations"].pop("association")
    apps.clear_cache()
    policy_room.rules.cache_clear()


def test_the_page_makes_a_register_that_adds_lists_searches_and_exports(association):
    editor = Actor("staff", user_id=1, preset=(Scope("directory_editor", frozenset([1]), "UZ.", 1),))
    foreigner = Actor("staff", user_id=2, preset=(Scope("directory_editor", frozenset([2]), "UZ.", 1),))
    now = timezone.now()
    with acting(editor):
        row = association.add_action(
            by=editor, now=now, name="Doʻstlik uyushmasi", country="KR", members_count=40
        )
        association.add_action(by=editor, now=now, name="Vatandosh", country="TR", members_count=7)
        page = list_page(association, editor, QueryDict("q=дўстлик"))
        assert [r.name for r in page.rows] == ["Doʻstlik uyushmasi"]
        assert [r.name for r in list_page(association, editor, QueryDict("country=TR")).rows] == ["Vatandosh"]
        changed = association.change_action(
            row, by=editor, now=now, name="Doʻstlik", country="KR", members_count=41
        )
        assert (changed.version, changed.members_count) == (2, 41)
        assert b"Vatandosh" in b"".join(export(association, editor, QueryDict(), "csv", now=now))
    with acting(foreigner):
        assert list_page(association, foreigner, QueryDict()).rows == []
        with pytest.raises(Http404):
            get(foreigner, association.model, row.pk)


PAGES = sorted((ROOT / "docs/how-to").glob("*.md"))
SETTING = re.compile(r"\b(?:SAFAR|DATABASE|DJANGO)_[A-Z_]+[A-Z]\b")
COMMAND = re.compile(r"(?:^|[`/ ])safar ((?:[a-z]+ ?){1,2})", re.MULTILINE)
OPTION = re.compile(r"safar (serve|worker|restore|backup|migrate|check)((?: [A-Za-z0-9./:_-]+)*)")


def test_every_setting_a_page_names_is_read_somewhere():
    read = "".join(path.read_text() for path in (ROOT / "safar").rglob("*.py")) + (ROOT / "scripts").joinpath("environment.sh").read_text()  # fmt: skip
    read += (
        "".join(path.read_text() for path in (ROOT / "tests").glob("*.py")) + (ROOT / "Makefile").read_text()
    )
    missing = {
        (page.name, name) for page in PAGES for name in SETTING.findall(page.read_text()) if name not in read
    }
    assert not missing


def test_every_command_a_page_names_is_there():
    group = typer.main.get_command(application.build())
    missing = set()
    for page in PAGES:
        for command, rest in OPTION.findall(page.read_text()):
            offered = {o for p in group.commands[command].params for o in (*p.opts, *p.secondary_opts)}
            missing |= {(page.name, command, word) for word in rest.split() if word.startswith("--")} - {
                (page.name, command, option) for option in offered
            }
        for said in COMMAND.findall("\n".join(re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL))):
            if said.split()[0] not in group.commands:
                missing.add((page.name, said))
    assert not missing
    assert "--filled" in {o for p in group.commands["restore"].params for o in p.opts}
