"""The check under attack: what resembles a licensed firm is never green."""

import json
import time
import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from safar.citizens.recruiters import check
from safar.citizens.recruiters.check import Caution, Firm, Question, Role, ask
from safar.citizens.recruiters.firms import Firms
from safar.citizens.recruiters.nearness import COMPARED_AT_MOST
from safar.citizens.recruiters.rules import Verdict
from safar.foundation.languages.letters import GREEK_LOOKS_LATIN, LOOKS_LATIN

TODAY = date(2026, 11, 23)
HOST = "safar.example"
ZARAFSHON = Firm(
    id=1, number="XM-0417", name="Zarafshon Ish", form="limited", stir="301234567", state="LICENSED",
    licensed_from=date(2026, 3, 15), licensed_until=date(2029, 3, 14), destinations=("DE", "TR", "QA"), works=("CARE",),
    former_names=("Samarqand Bandlik",), old_numbers=("AL-77",), branches=("Zarafshon Buxoro",), other_names=("Зарафшан Работа",),
)  # fmt: skip
OLTIN = Firm(
    id=2,
    number="XM-0288",
    name="Oltin Yoʻl",
    stir="900771940",
    state="SUSPENDED",
    stopped_on=date(2026, 11, 3),
)
ZARIF = Firm(
    id=3,
    number="XM-0099",
    name="Zarifshon Ish",
    stir="900118402",
    state="WITHDRAWN",
    stopped_on=date(2025, 5, 5),
)
SILK = Firm(id=4, number="SJ-1O0", name="Silk Job", stir="900551870", state="LICENSED", licensed_until=TODAY)
TWINS = [
    Firm(id=n, number=f"E-{n}", name="Egizak Firma", stir=f"90000000{n}", state="LICENSED") for n in (5, 6)
]
HEIR = Firm(id=7, number="XM-0700", name="Merosxoʻr", state="LICENSED")
GONE = Firm(id=8, number="XM-0701", name="Yangi Nom", state="WITHDRAWN", former_names=("Merosxoʻr",))
FIRMS = Firms([ZARAFSHON, OLTIN, ZARIF, SILK, *TWINS, HEIR, GONE])


def answer(text, **asked):
    return ask(Question(text=text, host=HOST, **asked), FIRMS, today=TODAY)


def names(found):
    return [one.firm.name for one in found.look_alikes]


# -- what is green ---------------------------------------------------------------------------------------------

GREEN = [
    "XM-0417", "xm-0417", "XM 0417", "xm0417", "№ XM-0417", "XM‑0417", "Licence XM-0417", "litsenziya raqami: XM-0417",
    "301234567", "301 234 567", "301-234-567", "STIR 301 234 567", "ИНН: 301234567", "  301234567\n",
    "Zarafshon Ish", "zarafshon ish", "ZARAFSHON  ISH", "«Zarafshon Ish»", '"Zarafshon Ish" MChJ', "ООО «Zarafshon Ish»",
    "Zarafshon Ish LLC", "Зарафшон Иш", "ЗАРАФШОН ИШ", "«Зарафшон Иш» МЧЖ", "Зарафшан Работа", "Zarafshon\u00a0Ish",
    f"https://{HOST}/c/XM-0417", f"http://{HOST}/c/XM-0417/",
]  # fmt: skip


@pytest.mark.parametrize("text", GREEN)
def test_the_firms_own_number_tax_number_and_whole_name_are_green(text):
    found = answer(text)
    assert found.is_green
    assert found.firm is ZARAFSHON


def test_green_is_given_for_what_was_asked_alone():
    assert answer("XM-0417", destination="DE", work="CARE").is_green
    assert answer("XM-0417", destination="PL").verdict is Verdict.NOT_FOR_THIS
    assert answer("Zarafshon Ish", work="TRADE").verdict is Verdict.NOT_FOR_THIS
    assert answer("XM-0417", destination="PL").firm.destinations == ("DE", "TR", "QA")


def test_green_ends_with_the_last_day():
    assert answer("Silk Job").is_green
    assert ask(Question(text="Silk Job"), FIRMS, today=TODAY + timedelta(days=1)).verdict is Verdict.EXPIRED


def test_apostrophes_of_every_kind_are_one():
    for sign in "ʻʼ'`’‘´":
        assert answer(f"Oltin Yo{sign}l").verdict is Verdict.SUSPENDED, sign


# -- what is not -----------------------------------------------------------------------------------------------

TRICKS = [
    "Zаrafshon Ish",  # Cyrillic а
    "Zarafshоn Ish",  # Cyrillic о
    "ZARAFSHON ІSH",  # Ukrainian І
    "Zarαfshon Ish",  # Greek alpha
    "Zarafshon lsh",  # small L for I
    "Zarafshon 1sh", "Zara\u200bfshon Ish", "Zarafshon\u200d Ish", "\u202eZarafshon Ish", "Zarafshon Ish\ufeff",
    "Zara\u00adfshon Ish", "Zarafshon\u2060Ish", "Zarafs\u034fhon Ish", "Zarafshon \u3164Ish", "Ｚarafshon Ish",
    "Ⓩarafshon Ish", "Zaráfshon Ish", "Zara\u0336fshon Ish", "ℤarafshon Ish", "Zarafſhon Ish", "Zarafshon lsh",
    "Ish Zarafshon", "Zarafshon Ish Plyus", "Zarafshon", "Ish", "ZarafshonIsh", "Zarafshon-Ish", "Zarafshon.Ish",
    "Zarafshon Ish XK", "AJ Zarafshon Ish", "Zarafshon Ish 2", "Yangi Zarafshon Ish", "Zarafshon Ish MChJ MChJ",
    "Zarafshon Ish, Silk Job", "Zarafshon Ish XM-0417",
    "ХМ-0417",  # both letters Cyrillic
    "XМ-0417", "XM-O417", "XM-04l7", "XM-417", "XM-00417", "XM-04170", "XM-0418", "XM-0471", "ＸＭ-0417", "XM-０４１７",
    "XM-٠٤١٧", "XM-041⁷", "XM-04①7", "X\u200bM-0417", "3O1234567", "301234568", "30123456", "3012345670", "٣٠١٢٣٤٥٦٧",
    "301234567 ва бошқа", "301.234.567,0",
    "http://evil.example/c/XM-0417", f"http://{HOST}.evil.example/c/XM-0417", f"http://{HOST}@evil.example/c/XM-0417",
    f"http://user@{HOST}/c/XM-0417", f"https://{HOST}/x/XM-0417", f"https://{HOST}/c/XM-0417/qr.svg", "http://[bad/c/XM-0417",
    "javascript:XM-0417", f"https://{HOST}/c/%EF%BC%B8M-0417", f"https://{HOST}/c/X%E2%80%8BM-0417",
]  # fmt: skip


@pytest.mark.parametrize("text", TRICKS)
def test_what_only_resembles_is_never_green(text):
    found = answer(text)
    assert not found.is_green
    assert found.firm is None


@pytest.mark.parametrize("text", [t for t in TRICKS if "arafshon Ish" in t and "," not in t])
def test_what_resembles_is_answered_with_the_firm_it_resembles(text):
    assert "Zarafshon Ish" in names(answer(text))


#: Quotation marks, brackets and the sign of a number part words as a space does.
QUOTES = '"«»“”„‟‹›❝❞〝〞＂()[]{}№'


@given(st.integers(0, 12), st.characters(codec="utf-8"))
@example(9, "{")
def test_one_other_letter_anywhere_is_never_green(place, letter):
    name = "Zarafshon Ish"
    typed = name[:place] + letter + name[place + 1 :]
    parted = unicodedata.normalize("NFC", typed).lower().translate(dict.fromkeys(map(ord, QUOTES), " "))
    assume(parted.split() != name.lower().split())
    assert not answer(typed).is_green


@given(st.integers(0, 13), st.characters(codec="utf-8"))
def test_one_letter_more_is_never_green_unless_it_is_no_letter(place, letter):
    assume(not letter.isspace() and letter not in '.,;:!?-/\\|*_"«»“”„‟‹›❝❞〝〞＂()[]{}№‐‑‒–—−')
    assert not answer("Zarafshon Ish"[:place] + letter + "Zarafshon Ish"[place:]).is_green


@given(st.sampled_from(range(7)), st.characters(codec="utf-8"))
def test_one_other_sign_in_a_number_is_never_green(place, sign):
    typed = "XM-0417"[:place] + sign + "XM-0417"[place + 1 :]
    assume(typed.upper() != "XM-0417")
    assume(place != 2 or sign.isalnum())
    assert not answer(typed).is_green


@given(st.integers(0, 8), st.characters(codec="utf-8", exclude_characters="0123456789"))
def test_a_tax_number_with_one_sign_that_is_no_plain_digit_is_never_green(place, sign):
    assert not answer("301234567"[:place] + sign + "301234567"[place + 1 :]).is_green


@given(st.data())
def test_letters_of_other_scripts_that_look_the_same_are_never_green(data):
    looks = {}
    for table in (LOOKS_LATIN, GREEK_LOOKS_LATIN):
        for strange, latin in table.items():
            looks.setdefault(latin, []).append(strange)
    typed = list("Zarafshon Ish")
    places = [place for place, letter in enumerate(typed) if letter in looks]
    for place in data.draw(st.sets(st.sampled_from(places), min_size=1)):
        typed[place] = data.draw(st.sampled_from(looks[typed[place]]))
    found = answer("".join(typed))
    assert not found.is_green
    assert found.warning == Caution.LETTERS
    assert "Zarafshon Ish" in names(found)


def test_what_nobody_sees_is_named_as_the_reason():
    assert answer("Zara\u200bfshon Ish").warning == Caution.HIDDEN
    assert answer("http://evil.example/c/XM-0417").warning == Caution.OTHER_SITE
    assert answer("Zarafshon Ish Plyus").warning == ""
    assert answer("ХМ-0417").warning == answer("Zarafshon Іѕһ").warning == Caution.LETTERS
    assert answer("ООО Zarafshon Plyus").warning == answer("Рос Кор").warning == ""


def test_a_wholly_cyrillic_name_of_two_scripts_is_no_trick():
    assert answer("Зарафшон Иш").warning == ""


# -- names and numbers of before -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Samarqand Bandlik", Verdict.OLD_NAME), ("Самарқанд Бандлик", Verdict.OLD_NAME), ("AL-77", Verdict.OLD_NUMBER),
        ("al77", Verdict.OLD_NUMBER), ("Zarafshon Buxoro", Verdict.BRANCH), ("«Zarafshon Buxoro» MChJ", Verdict.BRANCH),
    ],
)  # fmt: skip
def test_what_a_firm_was_called_or_its_branch_is_leads_to_the_firm_and_is_not_green(text, says):
    found = answer(text, destination="DE")
    assert (found.verdict, found.firm, found.is_green) == (says, ZARAFSHON, False)
    assert found.look_alikes[0].verdict is Verdict.LICENSED


def test_a_name_two_firms_bear_is_not_green():
    found = answer("Egizak Firma")
    assert found.verdict is Verdict.SEVERAL
    assert {one.firm.id for one in found.look_alikes} == {5, 6}


def test_a_name_that_was_a_withdrawn_firms_before_is_not_green_for_its_heir():
    found = answer("Merosxoʻr")
    assert found.verdict is Verdict.SEVERAL
    assert {(one.firm.id, one.role) for one in found.look_alikes} == {(7, Role.CURRENT), (8, Role.OLD_NAME)}
    assert answer("XM-0700").is_green


# -- the rest --------------------------------------------------------------------------------------------------


def test_stopped_firms_say_so():
    assert answer("XM-0288").verdict is Verdict.SUSPENDED
    assert answer("XM-0288").firm.decides_by == date(2026, 12, 3)
    assert answer("Zarifshon Ish", destination="DE").verdict is Verdict.WITHDRAWN


def test_nothing_asked_is_no_answer():
    assert answer("").verdict is answer(" \n\t ").verdict is Verdict.EMPTY
    assert answer("«»").verdict is Verdict.NOT_FOUND


def test_an_answers_number_is_told_from_a_name_of_twenty_letters():
    text = "Baraka Baraka 486 Plyus"
    assert answer(text).verdict is Verdict.NOT_FOUND
    asked = ask(Question(text=text), FIRMS, today=TODAY, is_answer_number=lambda typed: typed == text)
    assert asked.verdict is Verdict.ANSWER_NUMBER


@pytest.mark.parametrize(
    "text", ["7K3M-22AB-9QXY-PLMN-4455", "7k3m-22ab-9qxy-plmn-445", "7K3M 22AB 9QXY PLMN 44555"]
)
def test_a_number_nobody_gave_is_told_apart_from_a_name_nobody_has(text):
    asked = ask(Question(text=text), FIRMS, today=TODAY)
    assert (asked.verdict, asked.warning) == (Verdict.NOT_FOUND, Caution.NO_ANSWER)


@pytest.mark.parametrize(
    "text", ["Oltin yoʻl katta ishlar markaz", "AB12-CD34", "alfa beta gama delta omega"]
)
def test_a_name_is_not_taken_for_the_number_of_an_answer(text):
    assert ask(Question(text=text), FIRMS, today=TODAY).warning != Caution.NO_ANSWER


def test_an_unpublished_firm_is_not_there():
    firms = Firms(
        [
            Firm(id=1, number="", name="Sir Firma", state="APPLIED"),
            Firm(id=2, number="", name="Rad Firma", state="REFUSED"),
        ]
    )
    for text in ("Sir Firma", "Rad Firma", "Sir Firm"):
        assert ask(Question(text=text), firms, today=TODAY) == check.Answer(
            verdict=Verdict.NOT_FOUND, text=text
        )


def test_the_likeness_of_names_finds_typos_swapped_joined_and_added_words():
    for text in (
        "Zarafshn Ish",
        "Zarrafshon Ish",
        "Zafarshon Ish",
        "ish zarafshon",
        "zarafshonish",
        "Zarafshon Ishi",
        "Зарафшан Иш",
    ):
        assert names(answer(text))[0] == "Zarafshon Ish", text
    assert names(answer("Oltin Yol"))[0] == "Oltin Yoʻl"
    assert names(answer("XM-0289"))[0] == "Oltin Yoʻl"
    assert names(answer("Qwerty Uiop")) == []


def test_a_text_of_ten_thousand_letters_is_answered_at_once_and_cut():
    for text in (
        "Zarafshon " * 1000,
        "x" * 10_000,
        "ʻ" * 10_000,
        "http://" + "a" * 10_000,
        "\u200b" * 10_000,
        "9 " * 5000,
    ):
        began = time.process_time()
        found = answer(text)
        assert time.process_time() - began < 0.5
        assert found.warning == Caution.TOO_LONG
        assert len(found.text) <= 60


@given(st.text(max_size=220))
def test_whatever_is_typed_is_answered(text):
    found = answer(text)
    assert not found.is_green or found.firm in FIRMS._firms.values()


def test_many_firms_of_one_word_cost_no_more_than_a_few():
    firms = Firms(
        Firm(id=n, number=f"N-{n}", name=f"Global Ish {n}", state="LICENSED") for n in range(1, 3001)
    )
    assert len(firms.candidates("Global Ish Xizmati")) <= COMPARED_AT_MOST
    assert ask(Question(text="Global Ish 2999"), firms, today=TODAY).is_green
    assert ask(Question(text="Global Ish"), firms, today=TODAY).verdict is Verdict.NOT_FOUND


def test_a_firm_put_anew_replaces_what_it_was():
    firms = Firms([ZARAFSHON])
    firms.put(
        Firm(id=1, number="XM-0999", name="Boshqa Nom", state="SUSPENDED", former_names=("Zarafshon Ish",))
    )
    assert ask(Question(text="XM-0417"), firms, today=TODAY).verdict is Verdict.NOT_FOUND
    assert ask(Question(text="Zarafshon Ish"), firms, today=TODAY).verdict is Verdict.OLD_NAME
    assert ask(Question(text="Boshqa Nom"), firms, today=TODAY).verdict is Verdict.SUSPENDED
    firms.put(Firm(id=1, number="XM-0999", name="Boshqa Nom", state="APPLIED"))
    assert len(firms) == 0
    assert ask(Question(text="Boshqa Nom"), firms, today=TODAY).verdict is Verdict.NOT_FOUND


def test_how_many_firms_were_searched_is_counted_for_the_day():
    firms = Firms([ZARAFSHON, SILK, OLTIN])
    assert ask(Question(text="yoʻq"), firms, today=TODAY).searched == 2
    assert ask(Question(text="yoʻq"), firms, today=TODAY + timedelta(days=1)).searched == 1


def test_the_published_form_holds_plain_values():
    at = datetime(2026, 11, 23, 4, 14, tzinfo=UTC)
    plain = json.loads(json.dumps(check.published(answer("XM-0288"), at=at)))
    assert plain["verdict"] == "suspended"
    assert plain["is_green"] is False
    assert plain["firm"]["stopped_on"] == "2026-11-03"
    assert plain["firm"]["decides_by"] == "2026-12-03"
