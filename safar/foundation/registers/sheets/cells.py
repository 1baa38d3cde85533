"""Cells of the tables we hand out: no spreadsheet runs one, and read back each is what it was."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# A cell may be split where it is opened: spreadsheets of Russian and Uzbek locales part at a semicolon, whatever is quoted.
_BEGINS = r"(?:^|(?<=[;\t|\r\n]))"
_RUNS = r"[\s\"'\0]*[=+\-@]"
_CONTROL = r"'*[\t\r\0]"
_BARE = re.compile(rf"^(?={_CONTROL})|{_BEGINS}(?={_RUNS})")
_GUARDED = re.compile(rf"^'(?={_CONTROL})|{_BEGINS}'(?={_RUNS})")


def safe_cell(value: Any) -> str:
    """A cell no spreadsheet will run: a quote stands before what begins like a formula, also behind a separator (ASVS 1.2.10)."""
    return _BARE.sub("'", "" if value is None else str(value))


def plain_cell(text: str) -> str:
    """The text of a cell without the quotes that `safe_cell`, or a spreadsheet, put before its formulas."""
    return _GUARDED.sub("", text) if "'" in text else text


def text_cell(sheet: Any, value: str) -> WriteOnlyCell:
    """A cell of a workbook that says it is text, without the control characters that no workbook can hold."""
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"
    return cell
