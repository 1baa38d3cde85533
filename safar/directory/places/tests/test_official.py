"""Reading official lists row by row. Expected values: the SOATO classifier and ISO 3166, not the code's own output."""

from __future__ import annotations

import pytest

from safar.directory.places.found import parent_code
from safar.directory.places.official import FIELDS, Tally, found_by_name, found_in, is_uzbplaces
from safar.foundation.registers.loading import Entry, Problems, columns_for, entries
from safar.foundation.registers.sheets import open_sheet

HEADER = "CODE\tUZ\tRU\tEN\n"


def read(tmp_path, text):
    path = tmp_path / "list.tsv"
    path.write_text(HEADER + text)
    sheet, problems, tally = open_sheet(path), Problems(), Tally()
    rows = entries(sheet, FIELDS, columns_for(sheet, FIELDS, {}), problems)
    return list(found_in(rows, problems, tally)), problems, tally


@pytest.mark.parametrize(
    ("code", "above"),
    [("1714", "UZ"), ("1714204", "1714"), ("1714204550", "1714204"), ("17150085", ""), ("17", "")],
)
def test_a_soato_code_says_what_it_lies_in_and_a_mahalla_number_does_not(code, above):
    assert parent_code(code) == above


@pytest.mark.parametrize(
    ("code", "level"),
    [("17", "COUNTRY"), ("1714", "REGION"), ("1714204", "DISTRICT"), ("17150085", "MAHALLA"), ("102-0037", "MAHALLA"),
     ("1714204551", "SETTLEMENT")],
)  # fmt: skip
def test_the_length_of_a_code_says_its_level(tmp_path, code, level):
    found, _problems, _tally = read(tmp_path, f"{code}\tNom\tИмя\t\n")
    assert found[0].level == level


def test_the_second_header_row_and_headings_of_groups_are_passed_over(tmp_path):
    found, problems, tally = read(
        tmp_path,
        "Код СОАТО\tOb’yektning nomi\tНаименование объекта\t\n"
        "1703200\tAndijon viloyatining tumanlari\tРайоны Андижанской области\t\n"
        "1703202550\tOltinko‘l tumanining shaharchalari\tГородские поселки\t\n"
        "1703202800\tOltinko‘l tumanining QFYlari\tСельские сходы\t\n"
        "1703202\tOltinko‘l tumani (Markaz -Oltinko‘l a.p.)\tАлтынкульский район (Центр - нп Алтынкуль)\t\n",
    )
    assert [(f.code, f.names["name_uz"], f.names["name_ru"]) for f in found] == [
        ("1703202", "Oltinkoʻl tumani", "Алтынкульский район")
    ]
    assert (tally.headings, problems.rows) == (4, 0)


def test_bare_names_of_cities_and_settlements_are_written_in_full_by_their_group(tmp_path):
    found, _problems, _tally = read(
        tmp_path,
        "1703401\tAndijon\tАндижан\t\n1703224501\tAsaka\tАсака\t\n1703202552\tBo‘ston\tБустон\t\n1703202813\tJalabek\tДжалабек\t\n"
        "1714401365\tDavlatobod tumani\tДавлатободский район\t\n",
    )
    assert [f.names["name_uz"] for f in found] == [
        "Andijon shahri", "Asaka shahri", "Boʻston shaharchasi", "Jalabek QFY", "Davlatobod tumani",
    ]  # fmt: skip
    assert found[0].names["name_ru"] == "город Андижан"


def test_letters_of_the_other_script_that_look_alike_are_put_right(tmp_path):
    found, _problems, tally = read(
        tmp_path, "1703217\tUlug‘nor tumani\tУлугноpский район\t\n18130018\tQоrаqutchi MFY\t\t\n"
    )
    assert found[0].names["name_ru"] == "Улугнорский район"
    assert found[1].names["name_uz"] == "Qoraqutchi MFY"
    assert tally.mended == 2


def test_an_uzbek_name_repeated_as_the_russian_one_is_no_russian_name(tmp_path):
    found, _problems, tally = read(tmp_path, "17150085\tUzumzor MFY\tUzumzor MFY\tUzumzor MFY\n")
    assert found[0].names["name_ru"] == found[0].names["name_en"] == ""
    assert tally.repeated == 1


def test_a_code_twice_is_told_if_the_names_differ(tmp_path):
    found, problems, tally = read(
        tmp_path, "1714\tNamangan viloyati\t\t\n1714\tNAMANGAN VILOYATI\t\t\n1714\tAndijon viloyati\t\t\n"
    )
    assert (len(found), tally.duplicates, problems.rows) == (1, 2, 1)
    assert "row 2" in problems.first[0].reason


@pytest.mark.parametrize("code", ["17x4", "171", "１７１４", "=1714", "", "1714\0", "9" * 5000])
def test_a_code_that_is_none_is_a_bad_row(tmp_path, code):
    found, problems, _tally = read(tmp_path, f"{code}\tNom\t\t\n")
    assert (found, problems.rows) == ([], 1)


def test_a_list_with_numbers_of_its_own_is_matched_by_name():
    rows = [
        Entry(
            1,
            {
                "model": "uzbplaces.province",
                "pk": "3",
                "name_uz": "Namangan Viloyati",
                "name_ru": "",
                "name_en": "",
            },
        ),
        Entry(
            2,
            {
                "model": "uzbplaces.region",
                "pk": "9",
                "name_uz": "Pop tumani",
                "name_ru": "",
                "name_en": "",
                "province": "3",
            },
        ),
        Entry(
            3,
            {
                "model": "uzbplaces.region",
                "pk": "8",
                "name_uz": "Yoʻq tumani",
                "name_ru": "",
                "name_en": "",
                "province": "3",
            },
        ),
    ]
    known = {("REGION", "UZ"): "1714", ("DISTRICT", "1714"): "1714219"}
    found = list(
        found_by_name(
            rows, lambda level, parent, names: "" if "Yoʻq" in names["name_uz"] else known[level, parent]
        )
    )
    assert [(f.code, f.parent, f.matched) for f in found] == [
        ("1714", "UZ", True), ("1714219", "1714", True), ("uzbplaces.region:8", "1714", False),
    ]  # fmt: skip
    assert is_uzbplaces(["model", "pk", "name", "name_uz", "name_ru"])
