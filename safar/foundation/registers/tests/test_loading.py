"""Matching columns, judging cells, and telling the truth about what was refused."""

from __future__ import annotations

import csv

import pytest

from safar.foundation.registers.loading import (
    Bad,
    BadMapping,
    Field,
    Problem,
    Problems,
    Report,
    asked_mapping,
    checked,
    columns_for,
    entries,
)
from safar.foundation.registers.sheets import open_sheet

FIELDS = (Field("name", "name", required=True, also=("company name",)), Field("number", "number", limit=10))


def sheet_of(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    return open_sheet(path)


def loaded(tmp_path, text, asked=None):
    sheet, problems, report = sheet_of(tmp_path, text), Problems(), Report("list.csv")
    good = list(entries(sheet, FIELDS, columns_for(sheet, FIELDS, asked or {}), problems, report=report))
    return good, problems, report


def test_columns_are_found_by_their_own_names_in_any_case(tmp_path):
    sheet = sheet_of(tmp_path, "NUMBER,Company  Name\n1,A\n")
    assert columns_for(sheet, FIELDS, {}) == {"name": "Company  Name".replace("  ", " "), "number": "NUMBER"}


def test_columns_are_taken_as_asked():
    assert asked_mapping("number=rl_no, name=Firm name") == {"number": "rl_no", "name": "Firm name"}


@pytest.mark.parametrize("text", ["number", "=x", "number="])
def test_a_mapping_typed_wrongly_is_refused(text):
    with pytest.raises(BadMapping):
        asked_mapping(text)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    sheet = sheet_of(tmp_path, "firm,no\nA,1\n")
    with pytest.raises(BadMapping, match="firm, no"):
        columns_for(sheet, FIELDS, {"name": "title"})
    with pytest.raises(BadMapping, match="No column for name"):
        columns_for(sheet, FIELDS, {})
    with pytest.raises(BadMapping, match="no field colour"):
        columns_for(sheet, FIELDS, {"colour": "no"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A\0B", "NUL"),
        ("x" * 10_000, "10000 characters"),
        ("x" * 301, "301 characters"),
        ('=HYPERLINK("http://x")', "formula"),
        ("+cmd|' /C calc'!A0", "formula"),
        ("@SUM(1)", "formula"),
        ("-2+3+cmd|' /C calc'!A0", ""),
    ],
)
def test_dangerous_cells_are_refused_with_the_reason(text, reason):
    if not reason:
        assert checked(text, 300)
        return
    with pytest.raises(Bad, match=reason):
        checked(text, 300)


@pytest.mark.parametrize(
    "text", ["@ Architect UK Ltd", "@@@ FILER LIMITED", "- Dash Ltd", "+998 71 200 00 00"]
)
def test_names_that_only_look_odd_are_taken(text):
    assert checked(text, 300) == text


def test_a_bad_row_is_told_with_row_column_and_reason_and_counts_once(tmp_path):
    good, problems, report = loaded(tmp_path, 'name,number\nA,1\n,12345678901\nB,2\n"=A1()",3\n')
    assert [entry.values for entry in good] == [{"name": "A", "number": "1"}, {"name": "B", "number": "2"}]
    assert [(p.row, p.column) for p in problems.first] == [(3, "name"), (3, "number"), (5, "name")]
    assert (report.read, problems.rows) == (4, 2)


def test_the_errors_file_holds_every_refusal_and_no_formula(tmp_path):
    path = tmp_path / "errors.csv"
    problems = Problems(path)
    problems.of(sheet_of(tmp_path, "name,number\nA,1\n"))
    for row in range(50):
        problems.add(Problem(row, "name", "formula", "=1+1"), {"name": "=1+1", "number": "7"})
    problems.close()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 51
    assert rows[0] == ["!row", "!column", "!reason", "name", "number"]
    assert rows[1] == ["0", "name", "formula", "'=1+1", "7"]
    assert path.stat().st_mode & 0o077 == 0
    assert len(problems.first) == 20


def test_a_row_with_several_bad_cells_is_one_line_of_the_errors_file(tmp_path):
    path = tmp_path / "errors.csv"
    problems, sheet = Problems(path), sheet_of(tmp_path, "name,number\n,12345678901\nB,2\n=A1(),3\n")
    list(entries(sheet, FIELDS, columns_for(sheet, FIELDS, {}), problems))
    problems.close()
    with path.open(encoding="utf-8-sig", newline="") as file:
        _head, first, second = csv.reader(file)
    assert (first[:2], second[:2]) == (["2", "name, number"], ["4", "name"])
    assert "; " in first[2]
    assert (first[3:], second[3:]) == (["", "12345678901"], ["'=A1()", "3"])


def test_the_quote_before_a_telephone_number_is_no_part_of_it():
    assert checked("'+998 90 123 45 67", 40) == "+998 90 123 45 67"
    assert checked("'Oltin", 40).endswith("Oltin")
    with pytest.raises(Bad):
        checked("'=1+1", 40)


def test_an_errors_file_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(Exception, match="cannot be written"):
        Problems(tmp_path / "no" / "such" / "errors.csv")
