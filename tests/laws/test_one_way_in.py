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
        "safar/foundation/registers/sheets/columnar.py": "a cursor of DuckDB, over the cells of one file",
        "safar/directory/people/search/": "asks functions of the database that judge by the policy themselves",
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


#: Attribute names that write rows, and plain names that do.
WRITES = {
    "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "store", "update", "update_or_create",
}  # fmt: skip
#: Rooms and files outside actions that may, each with the reason; none of them is a visitor's way round an action.
WRITERS = {
    "safar/foundation/actions/": "the one way in itself, and the answers it keeps so that none is given twice",
    "safar/foundation/encryption/rotation.py": "seals what stands there anew under the next key; no value changes",
    "safar/foundation/registers/importing/": "keeps the file and how far it is done; each row goes through an action",
    "safar/foundation/messages/": "the outbox: queued by actions, moved on by the job that sends; nobody else sees a row of it",
    "safar/doors/api/webhooks/": "what is to be told, noted and moved on by the job that tells; what is told was done by actions",
    "safar/doors/api/ending.py": "ends a person's tokens with her sessions, called from the acts that lock her out; each is an event",
    "safar/citizens/recruiters/deciding.py": "what the licence actions share: the decision and the former names",
    "safar/citizens/recruiters/loads.py": "loads the published list as the loader of the system, many firms in one statement",
    "safar/directory/people/actions/": "the actions on people, a file for each part of what is known of them",
    "safar/directory/people/duplicates/": "what the actions of merging share, and the queue, which a job of the system fills",
    "safar/directory/people/timeline.py": "the act of leaving a fact, which other rooms call from their actions",
    "safar/directory/places/loads.py": "loads thousands of places in one go, as the system's loader",
    "safar/directory/staff/granting.py": "what the staff actions share: grants follow from posts and leaves",
    "safar/directory/staff/models.py": "the manager that makes an account, for actions and the first administrator",
    "safar/directory/staff/passwords.py": "a new password of one's own, at sign-in, before anybody may act",
    "safar/directory/staff/second_factor.py": "sets up one's own second factor at sign-in; the action that confirms a reset takes it away here",
    "safar/directory/staff/session_store.py": "a browser's session, under a digest of its key, for the framework",
    "safar/directory/staff/sessions.py": "who is signed in where and was last seen; that all sessions of an account end, for actions on accounts",
    "safar/directory/staff/timekeeping.py": "the job of the system that ends posts and leaves on their days",
    "safar/doors/commands/working.py": "the queue's own table: what a killed worker left running",
    "safar/doors/workbench/signing_in.py": "a new password of one's own, before anybody may act",
}
#: Calls by the same names that write no row: dictionaries, digests, pictures, workbooks, the store of keys.
NO_ROWS = {
    "safar/citizens/recruiters/nearness.py": {"entries.update", "found.update"},
    "safar/citizens/recruiters/snapshot.py": {"found.update"},
    "safar/directory/organisations/loads.py": {"staging.update"},
    "safar/directory/people/loads/taking_back.py": {"staging.update"},
    "safar/directory/places/official.py": {"names.update"},
    "safar/doors/commands/loading.py": {"progress.update"},
    "safar/doors/commands/programs.py": {"digest.update"},
    "safar/doors/commands/running.py": {"status.update"},
    "safar/doors/commands/statics.py": {"digest.update"},
    "safar/doors/website/pages.py": {"drawing.save"},
    "safar/doors/workbench/histories.py": {"_names.update"},
    "safar/foundation/access/gathering.py": {"wanted.setdefault(field.related_model, set()).update"},
    "safar/foundation/database/backend/base.py": {"parameters.update"},
    "safar/foundation/database/configuration.py": {"settings.update"},
    "safar/foundation/database/testing.py": {"digest.update"},
    "safar/foundation/encryption/blind.py": {"keys.store"},
    "safar/foundation/encryption/fields.py": {"keys.store"},
    "safar/foundation/encryption/keys.py": {"store"},
    "safar/foundation/encryption/rehearsing.py": {"keys.store"},
    "safar/foundation/encryption/sampling.py": {"keys.store"},
    "safar/foundation/files/keeping.py": {"keys.store"},
    "safar/foundation/files/pictures.py": {"plain.save"},
    "safar/foundation/history/chain.py": {"store"},
    "safar/foundation/history/comparing.py": {
        "names.update",
        "wanted.setdefault(field.related_model, set()).update",
    },
    "safar/foundation/history/sealer.py": {"mac.update"},
    "safar/foundation/history/verification.py": {"mac.update"},
    "safar/foundation/languages/collecting.py": {"new.save"},
    "safar/foundation/languages/management/commands/translations.py": {"collecting.update"},
    "safar/foundation/registers/exchange.py": {"book.save"},
}


def writes(path):
    """What a file calls, by a name that could write a row, and the line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if called in WRITES:
                yield ast.unparse(node.func), node.lineno


def test_no_write_happens_outside_actions():
    found, used = [], set()
    for path in python_files():
        where = place(path)
        if path.stem in ("actions", "demo"):
            continue
        for call, line in writes(path):
            room = next((start for start in WRITERS if where.startswith(start)), "")
            if room or call in NO_ROWS.get(where, set()):
                used.add(room or (where, call))
            else:
                found.append(f"{where}:{line} {call}")
    assert not found, f"written outside actions: {found}"
    listed = {*WRITERS, *((where, call) for where, calls in NO_ROWS.items() for call in calls)}
    assert not listed - used, "an exception that nothing needs any more leaves the list"


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
