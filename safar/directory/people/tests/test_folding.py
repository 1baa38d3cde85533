"""How a name sounds: one name in every alphabet and scheme is found under the same bones, or one slip away."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.directory.people.search.folding import (
    LETTERS,
    WORDS,
    bones_of_name,
    deletions,
    heard,
    other_bones,
    sounded,
    sounds_of_name,
    words,
)

ROOT = Path(__file__).resolve().parents[4]
HAND_WRITTEN = ROOT / "benchmarks" / "data" / "uzbek_spellings.tsv"


def one_word(text):
    (word,) = words(text)
    return sounded(word)


@pytest.mark.parametrize(
    "spellings",
    [
        "Yoʻldoshev Yo'ldoshev Юлдашев Йўлдошев Yuldashev Iuldashev Youldachev Juldaschew Юлдашева Yoldosheva",
        "Qodirov Кадыров Қодиров Kadirov Kodirov Kadyrova",
        "Joʻrayev Жўраев Джураев Juraev Djuraev Zhuraev",
        "Xoʻjayev Хужаев Ходжаев Khodjaev Hojaev Khodzhaev",
        "Gʻulomov Гуламов Ғуломов Gulyamov Гулямов",
        "Isʼhoqov Исҳоқов Исхаков Iskhakov Isxoqov",
        "Karimovich Karimovna Karim Карим Каримович",
        "Ergashev Эргашев Irgashev Иргашев",
        "Xurshid Хуршид Khurshid Hurshid",
        "Abdulloh Abdullo Абдуллоҳ Абдулло Abdulla Abdullah",
    ],
)
def test_one_name_in_every_scheme_has_the_same_bones(spellings):
    assert len({one_word(spelling).bones for spelling in spellings.split()}) == 1


def test_names_somebody_else_spelt_are_within_reach():
    """The list was written by hand by somebody who had not seen the rules; who searches reads each word in other ways too."""
    groups = defaultdict(set)
    with HAND_WRITTEN.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            groups[row["written"]] |= {row["written"], row["also_written"]}
    pairs = [(one, other) for group in groups.values() for one in group for other in group if one != other]
    reached = sum(is_within_reach(words(one), words(other)) for one, other in pairs)
    assert len(pairs) > 5000
    assert reached / len(pairs) > 0.98


def is_within_reach(typed, kept):
    if not typed or not kept:
        return False
    near = {
        slip for reading in (sounded(typed[0]).bones, *other_bones(typed[0])) for slip in deletions(reading)
    }
    return bool(near & deletions(sounded(kept[0]).bones))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Karimov Aziz Rustam oʻgʻli", ["karimov", "aziz", "rustam"]),
        ("КАРИМОВА  Азиза  Рустам қизи", ["каримова", "азиза", "рустам"]),
        ("Асанов Бакыт Асан уулу", ["асанов", "бакыт", "асан"]),
        ("Abdu-Rahmon, Ali", ["abdu", "rahmon", "ali"]),
        ("oʻgʻli", []),
        ("", []),
        ("123 -- !", []),
    ],
)
def test_words_of_a_name_leave_out_who_is_whose_child(text, expected):
    assert words(text) == expected


@given(st.text(max_size=400))
def test_whatever_is_typed_has_few_short_words_and_no_space_in_a_sound(text):
    found = heard(text)
    assert len(found) <= WORDS
    for sound, bones in found:
        assert sound
        assert bones
        assert not (set(sound + bones) - set("abcdefghijklmnopqrstuvwxyzSCJY")), (sound, bones)
        assert len(sound) <= 2 * LETTERS
    assert len(sounds_of_name(text).split()) == len(bones_of_name(text).split()) == len(found)


@given(st.text(alphabet="bdhklmnrstaSJ", min_size=2, max_size=8), st.integers(0, 7))
def test_bones_one_slip_apart_share_a_key(bones, at):
    slipped = bones[: at % len(bones)] + bones[at % len(bones) + 1 :]
    assert not slipped or deletions(bones) & deletions(slipped)
