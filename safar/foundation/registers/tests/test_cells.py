"""Cells of the tables we hand out: run by no spreadsheet, wherever it parts them, and read back as they were."""

import itertools
import re

import pytest

from safar.foundation.registers.sheets.cells import plain_cell, safe_cell

SEPARATORS = r"[;|\t\r\n]"
"""Where the spreadsheets of some locale part a line of ours: a semicolon in Russian and Uzbek ones, a tab in what is pasted."""


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Firma;=HYPERLINK(1)", "Firma;'=HYPERLINK(1)"), ("Firma; =1+1", "Firma;' =1+1"), ('Firma;"=1+1"', "Firma;'\"=1+1\""),
        ("Firma\t@SUM(1)", "Firma\t'@SUM(1)"), ("Firma|-1", "Firma|'-1"), ("Firma\n+1", "Firma\n'+1"),
        ("=1;=2", "'=1;'=2"), ("=1", "'=1"), ("  =1", "'  =1"), ("\tA", "'\tA"), (None, ""), (7, "7"),
    ],
)  # fmt: skip
def test_a_sign_that_begins_a_formula_is_quoted_wherever_a_cell_may_begin(text, cell):
    assert safe_cell(text) == cell


@pytest.mark.parametrize(
    "text", ["Oʻktam", "Firma; Toshkent", "a=b", "Anna-Mariya", "info@example.org", "1;2|3"]
)
def test_what_begins_no_formula_is_left_as_it_is(text):
    assert safe_cell(text) == text


def texts():
    """Every short text of letters, quotes, spaces, separators and signs."""
    for length in range(6):
        yield from map("".join, itertools.product("a;\t\n' =\"", repeat=length))


def test_no_piece_of_a_cell_begins_like_a_formula():
    run = [
        t for t in texts() for piece in re.split(SEPARATORS, safe_cell(t)) if piece.lstrip(' "')[:1] == "="
    ]
    assert run == []


def test_what_is_read_back_is_what_was_handed_out():
    assert [t for t in texts() if plain_cell(safe_cell(t)) != t] == []
