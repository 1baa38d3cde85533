"""What was typed, taken apart; and how well somebody answers it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.directory.people.search.asking import Born, asked
from safar.directory.people.search.ranking import Candidate, likeness, score


@pytest.mark.parametrize(
    ("text", "names", "born", "numbers"),
    [
        ("Karimov Aziz 1990", ("karimov", "aziz"), Born(1990), ()),
        ("1990 karimov", ("karimov",), Born(1990), ()),
        ("Karimov 17.05.1990", ("karimov",), Born(1990, 5, 17), ()),
        ("Karimov 1990-05-17", ("karimov",), Born(1990, 5, 17), ()),
        ("Karimov 05.1990", ("karimov",), Born(1990, 5), ()),
        ("Karimov 31.02.1990", ("karimov",), None, ("31.02.1990",)),
        ("+998 90 123 45 67", (), None, ("+998901234567",)),
        ("AA1234567", (), None, ("AA1234567",)),
        ("31210632040244", (), None, ("31210632040244",)),
        ("", (), None, ()),
    ],
)
def test_a_question_is_taken_apart(text, names, born, numbers):
    question = asked(text)
    assert (question.words, question.born) == (names, born)
    if born or not names:
        assert question.numbers == numbers


@given(st.text(max_size=500))
def test_nothing_typed_is_too_odd_to_be_asked(text):
    asked(text, as_typed=True)


def test_the_last_word_may_be_a_beginning_only_while_it_is_typed():
    assert asked("Karimov Az", as_typed=True).open
    assert not asked("Karimov Az ", as_typed=True).open
    assert not asked("Karimov Az").open


def somebody(*sounds, born=date(1990, 5, 17), precision="DAY"):
    return Candidate(1, " ".join(sounds), born, precision)


def test_the_order_of_the_words_does_not_matter():
    one = somebody("karimav", "aziz", "rustam")
    assert score(["karimav", "aziz"], one) == score(["aziz", "karimav"], one) > 0.99


def test_who_is_as_typed_comes_before_who_is_like_it():
    as_typed, like, other = (
        somebody("karimav", "aziz"),
        somebody("karimava", "aziza"),
        somebody("kamilav", "asis"),
    )
    scores = [score(["karimav", "aziz"], one) for one in (as_typed, like, other)]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_a_date_counts_as_far_as_both_are_known():
    exact, unknown = somebody("aziz"), somebody("aziz", born=None)
    beside, elsewhen = somebody("aziz", born=date(1991, 1, 1)), somebody("aziz", born=date(1960, 1, 1))
    year_alone = somebody("aziz", born=date(1990, 1, 1), precision="YEAR")
    born = Born(1990, 5, 17)
    scores = [score(["aziz"], one, born) for one in (exact, unknown, beside, elsewhen)]
    assert scores == sorted(scores, reverse=True)
    assert score(["aziz"], year_alone, born) == score(["aziz"], exact, born)


@given(
    st.lists(st.text(alphabet="abdhiklmnrstuzSCJY", min_size=1, max_size=9), min_size=1, max_size=4),
    st.integers(1900, 2020),
)
def test_scores_run_from_nothing_to_one(sounds, year):
    one = somebody(*sounds)
    assert 0.0 <= score(list(dict.fromkeys(sounds)), one, Born(year)) <= 1.0
    assert score(list(dict.fromkeys(sounds)), one) > 0.9
    assert all(likeness(a, b) == likeness(b, a) for a in sounds for b in sounds)
