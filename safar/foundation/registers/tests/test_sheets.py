"""Files as people send them: every common shape is read, every dangerous one refused with a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from safar.foundation.registers.sheets import (
    Limits,
    Unreadable,
    detect_delimiter,
    detect_encoding,
    leftovers,
    open_sheet,
)


def read(path, **options):
    sheet = open_sheet(path, **options)
    return sheet, [(row.number, *row.values.values()) for row in sheet.rows]


def written(tmp_path, content, name="list.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1251", "cp1251")],
)
def test_cyrillic_is_read_in_whatever_encoding_it_comes(tmp_path, encoding, found):
    path = written(tmp_path, "код;название\r\n1;Ташкентская область\r\n".encode(encoding))
    sheet, rows = read(path)
    assert detect_encoding(path) == found
    assert sheet.columns == ("код", "название")
    assert rows == [(2, "1", "Ташкентская область")]


def test_western_letters_are_not_taken_for_cyrillic(tmp_path):
    path = written(tmp_path, "name,city\nCafé Zoë,Zürich\n".encode("cp1252"))
    assert read(path)[1] == [(2, "Café Zoë", "Zürich")]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_the_delimiter_is_found(delimiter):
    assert (
        detect_delimiter(
            f"a{delimiter}b{delimiter}c\n1{delimiter}2,5{delimiter}3\n4{delimiter}5{delimiter}6\n"
        )
        == delimiter
    )


def test_a_row_is_numbered_by_the_line_it_begins_on(tmp_path):
    path = written(tmp_path, 'name,note\nA,"two\nlines"\n\nB,x\n')
    assert read(path)[1] == [(2, "A", "two\nlines"), (5, "B", "x")]


def test_a_row_longer_than_the_header_has_a_problem(tmp_path):
    sheet = open_sheet(written(tmp_path, "a,b\n1,2,3\n4\n"))
    rows = list(sheet.rows)
    assert "3 cells" in rows[0].problem
    assert not rows[1].problem
    assert rows[1].values == {"a": "4", "b": ""}


def test_nameless_and_repeated_columns_get_names_of_their_own(tmp_path):
    assert len(set(open_sheet(written(tmp_path, "a,,a,\n1,2,3,4\n")).columns)) == 4


def test_a_quotation_mark_that_never_closes_is_named_with_its_line(tmp_path):
    path = written(tmp_path, 'name\nA\n"B' + "x\n" * 4000)
    with pytest.raises(Unreadable, match="Line 3"):
        read(path, limits=Limits(cell_chars=5000))


def test_a_json_list_of_names_has_one_column(tmp_path):
    path = written(tmp_path, json.dumps([" A Ltd ", "B"]), "names.json")
    assert read(path)[1] == [(1, " A Ltd "), (2, "B")]


def test_json_objects_and_django_rows_become_columns(tmp_path):
    path = written(
        tmp_path,
        '[{"model": "m.p", "pk": 1, "fields": {"name": "X", "code": 7}}, {"model": "m.p", "pk": 2, "fields": {}}]',
    )
    sheet, _rows = read(path)
    assert sheet.columns == ("model", "pk", "name", "code")


def test_a_long_json_list_is_read_whole_across_pieces(tmp_path):
    names = [f'Фирма {n} \\ "{n}"' for n in range(60_000)]
    path = written(tmp_path, json.dumps(names, ensure_ascii=False))
    assert path.stat().st_size > 1_048_576
    assert [name for _n, name in read(path)[1]] == names


@pytest.mark.parametrize("text", ['{"a": 1}', '["a", ', "[" * 100_000, '["a" x]', "[]"])
def test_json_that_is_no_list_of_rows_is_refused(tmp_path, text):
    with pytest.raises(Unreadable):
        read(written(tmp_path, text))


def workbook(tmp_path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    path = tmp_path / "book.xlsx"
    book.save(path)
    return path


def test_a_workbook_is_read_as_text_with_its_row_numbers(tmp_path):
    path = workbook(
        tmp_path, [["name", "stir", "since"], ["A", 301234567, date(2026, 3, 1)], [], ["B", 1.5, None]]
    )
    assert read(path)[1] == [(2, "A", "301234567", "2026-03-01"), (4, "B", "1.5", "")]


def test_an_unknown_sheet_is_refused_with_the_names_there_are(tmp_path):
    with pytest.raises(Unreadable, match="it has: Sheet"):
        open_sheet(workbook(tmp_path, [["a"], [1]]), sheet="Nope")


def packed(tmp_path, parts):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_before_it_is_opened(tmp_path):
    path = packed(tmp_path, {"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})
    assert path.stat().st_size < 100_000
    with pytest.raises(Unreadable, match="unpacks to far more"):
        open_sheet(path)


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relation(kind, target):
    return f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}"/></Relationships>'


def handmade(tmp_path, cells, *, sheet="worksheets/sheet1.xml", dimension="", shared="", **parts):
    """A workbook the reader would open, whose sheet holds just these cells."""
    strings = {"xl/sharedStrings.xml": f"<sst>{shared}</sst>"} if shared else {}
    return packed(
        tmp_path,
        {
            "_rels/.rels": relation("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relation("worksheet", sheet),
            f"xl/{sheet}": f"<worksheet>{dimension}<sheetData>{cells}</sheetData></worksheet>",
            **strings,
            **parts,
        },
    )


NAME = "<row r='1'><c r='A1'><v>1</v></c></row>"
FAR = "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"


@pytest.mark.parametrize(
    "cells",
    [
        '<row><c r="A1"/><c r="XFD1048576"/></row>',
        '<row><c r="XFD1048576"/><c r="A1"/></row>',
        "<row><c r='ZZ9'/></row>",
        '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        '<row><c r = "XFD1000000"><v>1</v></c></row>',
        "<row><c\nr\t=\n'xFd1000000'><v>1</v></c></row>",
        '<row><c r="&#88;FD1000000"><v>1</v></c></row>',
        '<row><c r="XFD&#49;000000"><v>1</v></c></row>',
        '<row><c r="A00000001"/><c r="XFD00001000000"/></row>',
        '<x:row><x:c r="xfd1048576"><x:v>1</x:v></x:c></x:row>',
        "<row>" + "<c><v>1</v></c>" * 600 + "</row>",
        '<row r="900000"><c r="zz1"/><c><v>1</v></c></row>',
    ],
)
def test_a_small_workbook_that_spreads_over_billions_of_cells_is_refused(tmp_path, cells):
    with pytest.raises(Unreadable, match="too many cells"):
        open_sheet(handmade(tmp_path, NAME + cells))


@pytest.mark.parametrize("sheet", ["elsewhere/list.bin", "WORKSHEETS/Sheet1.XML", "media/picture.png"])
def test_a_sheet_is_judged_wherever_it_lies_in_the_workbook(tmp_path, sheet):
    with pytest.raises(Unreadable, match="too many cells"):
        open_sheet(handmade(tmp_path, FAR, sheet=sheet))


def test_a_sheet_that_says_it_spreads_too_far_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="too many cells"):
        open_sheet(handmade(tmp_path, NAME, dimension="<dimension ref = 'a1:xfd1048576'/>"))


@pytest.mark.parametrize(
    "cells",
    [
        "<row><c r=' B3'/></row>",
        "<row><c r='3B'/></row>",
        "<row><c r='A1' r='xfd1048576'/></row>",
        "<row><c x='&' r='xfd1048576'/></row>",
        "<row><c r='A1'></row>" + FAR,
        "\xff" + FAR,
    ],
)
def test_a_sheet_that_cannot_be_parsed_is_refused(tmp_path, cells):
    with pytest.raises(Unreadable, match="damaged|too many cells"):
        open_sheet(handmade(tmp_path, cells))


def test_a_sheet_in_a_code_page_or_with_a_document_type_hides_nothing(tmp_path):
    for start in ("<?xml version='1.0' encoding='cp037'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>"):
        part = f"{start}<worksheet><sheetData>{FAR}</sheetData></worksheet>"
        with pytest.raises(Unreadable, match="damaged|too many cells"):
            open_sheet(handmade(tmp_path, "", **{"xl/worksheets/sheet1.xml": part}))


@pytest.mark.parametrize("other", ["content.xml", "xl/workbook.bin", "XL\\Workbook.BIN"])
def test_a_packed_file_that_is_two_kinds_at_once_is_refused(tmp_path, other):
    with pytest.raises(Unreadable, match="no XLSX"):
        open_sheet(handmade(tmp_path, NAME, **{other: "<x/>"}))


def test_cells_and_rows_that_do_not_say_where_they_stand_are_read(tmp_path):
    cells = "<row><c t='inlineStr'><is><t>name</t></is></c></row><row r='3'><c r='a3'><v>7</v></c></row>"
    assert read(handmade(tmp_path, cells))[1] == [(3, "7")]


def test_one_long_text_named_by_many_cells_is_refused(tmp_path):
    cells = "".join(f"<row><c r='A{n}' t='s'><v>0</v></c></row>" for n in range(1, 60_001))
    path = handmade(tmp_path, cells, shared=f"<si><t>{'x' * 90_000}</t></si>")
    assert path.stat().st_size < 400_000
    with pytest.raises(Unreadable, match="5400 million characters"):
        open_sheet(path)


@pytest.mark.parametrize("index", ["1", " 1 ", "01", "<!-- -->1", "none"])
def test_a_shared_text_is_counted_however_it_is_named(tmp_path, index):
    cells = f"<row><c r='A1' t='s'><v>{index}</v></c></row>" * 100
    path = handmade(tmp_path, cells, shared=f"<si><r><t>{'y' * 50}</t></r></si><si><t>{'x' * 50}</t></si>")
    with pytest.raises(Unreadable, match="million characters"):
        open_sheet(path, limits=Limits(text=4_999))


def test_a_cell_in_the_last_row_is_refused_by_its_reference(tmp_path):
    with pytest.raises(Unreadable, match="more than 200000 lines"):
        open_sheet(
            handmade(tmp_path, "<row><c r='A1048576'><v>1</v></c></row>"), limits=Limits(lines=200_000)
        )


def test_blank_lines_are_counted(tmp_path):
    path = written(tmp_path, "name\nA\n" + "\n" * 300_000)
    with pytest.raises(Unreadable, match="more than 200000 lines"):
        read(path, limits=Limits(lines=200_000))
    assert read(written(tmp_path, "a\n\n1"), limits=Limits(lines=3))[1] == [(3, "1")]


def test_a_header_of_many_columns_is_refused_at_once(tmp_path):
    path = written(tmp_path, "a," * 80_000 + "\n")
    started = time.process_time()
    with pytest.raises(Unreadable, match="80001 columns"):
        open_sheet(path)
    assert time.process_time() - started < 2


def test_a_name_given_to_a_repeated_column_is_not_one_there_is(tmp_path):
    assert open_sheet(written(tmp_path, "a (4),a,a\n1,2,3\n")).columns == ("a (4)", "a", "a (5)")


@pytest.mark.parametrize(
    "text", ['[{"stir": ' + "9" * 4_000_000 + "}]", '[{"a": 1}, {"stir": ' + "9" * 5_000 + "}]"]
)
def test_a_number_of_millions_of_digits_is_refused(tmp_path, text):
    with pytest.raises(Unreadable, match="not a JSON list"):
        read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\n <!doctype html>\n<table><tr><td>name</td></tr></table>", "web page"),
        (bytes(range(32)) * 40, "not a table"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(tmp_path, content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        open_sheet(written(tmp_path, content))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="no XLSX"):
        open_sheet(packed(tmp_path, {"readme.txt": "hello"}))


def test_a_missing_file_and_one_too_large_are_refused(tmp_path):
    with pytest.raises(Unreadable, match="There is no file"):
        open_sheet(tmp_path / "none.csv")
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.write(b"name\n")
        file.truncate(300_000_000)
    with pytest.raises(Unreadable, match="at most 200 MB"):
        open_sheet(big, limits=Limits(file_bytes=200_000_000))


def test_more_columns_than_anybody_needs_are_refused(tmp_path):
    with pytest.raises(Unreadable, match="600 columns"):
        open_sheet(written(tmp_path, ",".join(f"c{n}" for n in range(600)) + "\n"))


def test_a_wrong_encoding_asked_for_is_refused(tmp_path):
    path = written(tmp_path, "имя\nАнвар\n")
    with pytest.raises(Unreadable, match="--encoding"):
        read(path, encoding="ascii")
    with pytest.raises(Unreadable, match="--encoding"):
        read(path, encoding="no-such-code")


def test_cells_a_killed_load_left_behind_go_with_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers.tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen(["true"])
    gone.wait()
    for name in (f"safar-load-{gone.pid}-a", f"safar-load-{os.getpid()}-b", "others"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "people.csv").write_text("somebody")
    assert leftovers.forget_left() == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["others", f"safar-load-{os.getpid()}-b"]
    )
