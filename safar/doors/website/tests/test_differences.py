"""What differs between two names is shown letter by letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.doors.website.differences import changed_letters, extra_words, pieces


def marked(name, typed):
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces(name, typed=typed))


@pytest.mark.parametrize(
    ("name", "typed", "shown"),
    [
        ("Zarafshon Ish", "Zarafshon Ish Plyus", "Zarafshon Ish"),
        ("Zarifshon Ish", "Zarafshon Ish Plyus", "Zar[i]fshon Ish"),
        ("Zarafshon Ish", "Zarafshon Migrant", "Zarafshon [Ish]"),
        ("Zarafshon Hamkor", "Zarafshon Migrant", "Zarafshon [Hamkor]"),
        ("Zarafshon Ish", "zarafshonish", "Zarafshon[ ]Ish"),
        ("Oltin Yoʻl", "OLTIN YO'L", "Oltin Yoʻl"),
        ("Zarafshon Ish", "301 234 567", "Zarafshon Ish"),
    ],
)
def test_letters_that_differ_are_marked(name, typed, shown):
    assert marked(name, typed) == shown


def test_a_word_too_many_is_named_as_it_was_typed():
    assert extra_words("Zarifshon Ish", typed="Zarafshon Ish PLYUS") == ("PLYUS",)


def test_letters_of_a_word_that_is_nearly_the_same_are_named_in_pairs():
    assert changed_letters("Zarifshon Ish", typed="Zarafshon Ish Plyus") == (("a", "i"),)
    assert changed_letters("Zarafshon Job", typed="Zarafshon Jab") == (("a", "o"),)
    assert changed_letters("Zarafshon Ish", typed="zarafshon ish") == ()


@given(name=st.text(max_size=40), typed=st.text(max_size=40))
def test_the_name_is_whole_whatever_was_typed(name, typed):
    assert "".join(piece.text for piece in pieces(name, typed=typed)) == name
    extra_words(name, typed=typed)
    changed_letters(name, typed=typed)
