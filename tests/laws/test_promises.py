"""What the documents promise is there: each ASVS row names a test that exists, each link of the front page leads somewhere."""

import csv
import re

import pytest

from tests.laws.source import ROOT


@pytest.mark.parametrize(
    "row", list(csv.DictReader((ROOT / "docs/asvs.csv").open())), ids=lambda row: row["requirement"]
)
def test_each_requirement_names_a_test_that_exists(row):
    file, name = row["test"].split("::")
    assert re.search(rf"def {name}\(", (ROOT / file).read_text())


@pytest.mark.parametrize(
    "page",
    ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/decisions/README.md", "docs/pictures/README.md"],
)
def test_links_of_a_page_lead_somewhere(page):
    path = ROOT / page
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text()) + re.findall(
        r"`(docs/[\w./-]+)`", path.read_text()
    )
    missing = [link for link in links if not (path.parent / link).exists() and not (ROOT / link).exists()]
    assert missing == []
