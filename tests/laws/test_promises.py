"""What the documents promise is there: each ASVS row names its proofs, each link of the front page leads somewhere."""

import ast
import csv
import re
from collections import Counter

import pytest

from safar.directory.staff.passwords import HOUSE_WORDS
from tests.laws.source import ROOT

ROWS = list(csv.DictReader((ROOT / "docs/asvs.csv").open(encoding="utf-8")))
#: How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has, chapter by chapter.
SECTIONS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}
#: Requirements of level 3 the project takes on: three chapters whole, and some by themselves.
WHOLE_CHAPTERS = ("8", "14", "16")
BY_THEMSELVES = {
    "1.2.10", "1.3.12", "2.3.5", "3.5.8", "5.2.4", "5.2.5", "5.2.6", "5.3.3", "6.3.8", "7.5.3", "11.3.4", "15.4.2",
}  # fmt: skip


def order(requirement):
    return tuple(int(part) for part in requirement.split("."))


def test_every_requirement_of_levels_one_and_two_stands_in_the_file_once():
    """OWASP ASVS 5.0.0 has 345 requirements: 70 of level 1, 183 of level 2, 92 of level 3."""
    ids = [row["requirement"] for row in ROWS]
    assert ids == sorted(set(ids), key=order)
    assert Counter(row["level"] for row in ROWS if row["level"] != "3") == {"1": 70, "2": 183}
    found = Counter(tuple(order(row["requirement"])[:2]) for row in ROWS if row["level"] != "3")
    assert found == {(chapter, section): n for chapter, of in SECTIONS.items() for section, n in of.items()}
    third = {row["requirement"] for row in ROWS if row["level"] == "3"}
    assert {one for one in third if one.split(".")[0] not in WHOLE_CHAPTERS} == BY_THEMSELVES
    assert Counter(one.split(".")[0] for one in third if one.split(".")[0] in WHOLE_CHAPTERS) == {
        "8": 6, "14": 4, "16": 1,
    }  # fmt: skip


def anchors(page):
    """Headings of a page as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def named_in(file):
    """Names of the tests of a file."""
    found = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {
        node.name for node in found if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["requirement"])
def test_a_requirement_names_its_proof_or_says_why_not(row):
    assert row["about"]
    if row["applicable"] != "yes":
        assert row["applicable"] in ("no", "later")
        assert row["why"]
        assert not row["proof"]
        return
    assert not row["why"]
    assert row["proof"]
    for proof in row["proof"].split(" "):
        if "::" in proof:
            file, name = proof.split("::")
            assert name in named_in(ROOT / file)
        else:
            page, anchor = proof.split("#")
            assert page.startswith("docs/")
            assert anchor in anchors(ROOT / page)


def test_words_not_for_passwords_are_those_written_down():
    page = (ROOT / "docs/controls.md").read_text(encoding="utf-8")
    written = page.split("## Words not for passwords")[1].split("\n\n## ")[0].split(":", 1)[1]
    assert set(re.findall(r"\w+", written.split(".")[0])) == set(HOUSE_WORDS)


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/decisions/README.md",
        "docs/controls.md",
        "docs/pictures/README.md",
    ],
)
def test_links_of_a_page_lead_somewhere(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text()) + re.findall(
        r"`(docs/[\w./-]+)`", path.read_text()
    )
    missing = [link for link in links if not (path.parent / link).exists() and not (ROOT / link).exists()]
    assert missing == []
