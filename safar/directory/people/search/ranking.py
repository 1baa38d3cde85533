"""How well a person answers a question: sounds compared word by word, then the date of birth. Pure; scores run from 0 to 1.

The likeness of two sounds is the mean of Jaro-Winkler (beginnings weigh more) and optimal string alignment (slips of the
hand count once, swapped letters too), both by `rapidfuzz`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from safar.directory.people.search.asking import Born

#: Below this a person is no answer.
LEAST = 0.6
#: What a word of the person's that was not typed costs, and a date that is unknown, a year beside or another date.
UNTYPED, UNKNOWN, BESIDE, OTHER_DAY, ELSEWHEN = 0.004, 0.02, 0.06, 0.01, 0.25


class Candidate(NamedTuple):
    """A person looked up: her number, her sounds with a space between, her date of birth and how much of it is known."""

    number: int
    sounds: str
    born: date | None
    precision: str

    @classmethod
    def of(cls, number: str, sounds: str, born: str, precision: str) -> Candidate:
        """A candidate as the database writes one, in a line with tabs between."""
        return cls(int(number), sounds, date.fromisoformat(born) if born else None, precision)


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """How alike two sounds are, 0 to 1."""
    if one == other:
        return 1.0
    return (JaroWinkler.similarity(one, other) + OSA.normalized_similarity(one, other)) / 2


def named(typed: Sequence[str], sounds: str, *, opening: str = "") -> float:
    """How well a name answers: each typed sound with the word most like it, no word twice; `opening` may be a beginning."""
    left = sounds.split(" ")
    total = weight = 0.0
    for sound in typed:
        best, at = 0.0, -1
        for place, word in enumerate(left):
            found = 1.0 if sound == opening and word.startswith(sound) else likeness(sound, word)
            if found > best:
                best, at = found, place
        if at >= 0 and best > 0.5:
            del left[at]
        counts = 2.0 if len(sound) > 2 else 1.0
        total, weight = total + best * counts, weight + counts
    return (total / weight if weight else 0.0) - UNTYPED * len(left)


def score(
    typed: Sequence[str], candidate: Candidate, born: Born | None = None, *, opening: str = ""
) -> float:
    """How well a candidate answers: her name, less what the date speaks against her."""
    return max(0.0, named(typed, candidate.sounds, opening=opening) - against(born, candidate))


def against(asked: Born | None, candidate: Candidate) -> float:
    """What the date of birth speaks against a candidate: nothing if it fits as far as both are known."""
    if asked is None:
        return 0.0
    born = candidate.born
    if born is None:
        return UNKNOWN
    if born.year != asked.year:
        return BESIDE if abs(born.year - asked.year) == 1 else ELSEWHEN
    if asked.month and candidate.precision != "YEAR" and born.month != asked.month:
        swapped = asked.day == born.month and asked.month == born.day
        return OTHER_DAY if swapped else 3 * OTHER_DAY
    if asked.day and candidate.precision == "DAY" and born.day != asked.day:
        return OTHER_DAY * 2
    return 0.0
