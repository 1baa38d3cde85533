"""Protected rows have one way in and one way out; what goes round it stands in a list that only shrinks."""

import ast
import re

import pytest

from tests.laws.source import PACKAGE, place, python_files, templates, tree

#: Attribute names nobody may use, and the rooms or files that may, with the reason.
FORBIDDEN = {
    "unscoped": {
        "safar/foundation/access/": "the room that scopes",
        "safar/foundation/history/reading.py": "events have a wall of their own and no label",
        "safar/foundation/actions/storing.py": "shows the conflict page what overtook the writer",
    },
    "cursor": {
        "safar/foundation/database/": "the room that knows SQL",
        "safar/foundation/access/wall.py": "raises the wall",
    },
    "raw": {},
    "extra": {},
    "RawSQL": {},
    "mark_safe": {},
    "csrf_exempt": {},
    "_base_manager": {},
    "_default_manager": {},
}

#: Named system jobs: they run without a visitor, over all rows, and are reviewed by name.
SYSTEM_JOBS = {
    "unscoped": {},
    "cursor": {
        "safar/foundation/history/": "appends, reads and verifies the sealed book, which no manager offers"
    },
}


def allowed(name: str, where: str) -> bool:
    return any(where.startswith(start) for start in (*FORBIDDEN[name], *SYSTEM_JOBS.get(name, {})))


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_nothing_goes_round_the_gate(name):
    found = []
    for path in python_files():
        where = place(path)
        if allowed(name, where) or path.name == "demo.py":
            continue
        for node in ast.walk(tree(path)):
            named = isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
            if named or isinstance(node, ast.Attribute) and node.attr == name:
                if name in ("raw", "extra", "cursor") and not _is_call(node, tree(path)):
                    continue
                found.append(f"{where}:{node.lineno}")
    assert not found, f"{name} is used outside the rooms that may: {found}"


def _is_call(node: ast.AST, module: ast.Module) -> bool:
    return any(isinstance(n, ast.Call) and n.func is node for n in ast.walk(module)) and not isinstance(
        node, ast.Name
    )


DOMAIN_WORDS = re.compile(
    r"\b(migrants?|migration agency|recruiters?|visas?|licen[cs]es?|licen[cs]ing|trafficking|destinations?|employers?|"
    r"vacanc(?:y|ies)|consulates?|shelters?|remittances?|mahallas?|orientation|reintegration|passports?)\b",
    re.IGNORECASE,
)
#: "licence" is also what software is published under.
NOT_OF_THE_DOMAIN = re.compile(r"LICENSE|SPDX|MIT licen|Unicode licen", re.IGNORECASE)


def test_the_foundation_speaks_of_no_domain():
    found = []
    for path in (PACKAGE / "foundation").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if DOMAIN_WORDS.search(line) and not NOT_OF_THE_DOMAIN.search(line):
                found.append(f"{place(path)}:{number} {line.strip()[:80]}")
    assert not found, found


def test_no_application_is_fetched_by_name_outside_migrations():
    found = [place(p) for p in python_files() if ".get_model(" in p.read_text()]
    assert not found, found


COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![\w-])|\brgba?\(")
INLINE = re.compile(r"""\son[a-z]+\s*=\s*["']|\sstyle\s*=|<style\b|javascript:|<script(?![^>]*\bsrc=)""")
ELSEWHERE = re.compile(r"""(?:src|href|action)\s*=\s*["']https?://""")


@pytest.mark.parametrize(
    ("law", "pattern"),
    [("no colour literal", COLOUR), ("nothing inline", INLINE), ("no third party", ELSEWHERE)],
)
def test_templates_keep_the_law(law, pattern):
    found = []
    for path in templates():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            hit = pattern.search(re.sub(r"href=\"#[\w-]*\"|\{%.*?%\}|\{#.*?#\}|&#\d+;", "", line))
            if hit:
                found.append(f"{place(path)}:{number} {hit.group(0)}")
    assert not found, f"{law}: {found}"
