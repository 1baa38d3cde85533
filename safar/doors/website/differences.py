"""Which letters of a firm's name differ from the name a person typed.

Cheats add a word to a known name or change one letter of it; the answer shows the difference instead of leaving the
reader to find it.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rapidfuzz.distance import Indel

_NEAR = 0.7
"""How alike two words must be to be one word mistyped."""

_ALIKE = 0.5
"""How alike two whole names must be for their differences to be worth showing."""

_APOSTROPHES = dict.fromkeys(map(ord, "ʻʼ'`‘’´"), "ʻ")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of letters of a name, and whether it differs from what was typed."""

    text: str
    differs: bool


def pieces(name: str, *, typed: str) -> tuple[Piece, ...]:
    """Cut `name` into runs that are, or are not, in `typed`. Case and the kind of apostrophe do not count.

    A name that has little in common with what was typed (a number, another language) is left in one run unmarked.
    """
    if _likeness(name, typed) < _ALIKE:
        return (Piece(text=name, differs=False),)
    runs: list[Piece] = []
    for operation, start, end, _from, _to in _compare(name, typed):
        if start < end:
            runs.append(Piece(text=name[start:end], differs=operation != "equal"))
    return tuple(runs)


def extra_words(name: str, *, typed: str) -> tuple[str, ...]:
    """The typed words that no word of `name` comes near to, as they were typed."""
    return tuple(word for word in typed.split() if _nearest(word, name=name) is None)


def changed_letters(name: str, *, typed: str) -> tuple[tuple[str, str], ...]:
    """Pairs of the letters typed and those of `name` in their place, one for each word that is near but not the same."""
    pairs = ((word, _nearest(word, name=name)) for word in typed.split())
    return tuple(
        _change(word, near) for word, near in pairs if near is not None and _fold(word) != _fold(near)
    )


def _nearest(word: str, *, name: str) -> str | None:
    """The word of `name` most like `word`, or nothing where none is like it."""
    ranked = sorted(((_likeness(word, other), other) for other in name.split()), reverse=True)
    return ranked[0][1] if ranked and ranked[0][0] >= _NEAR else None


def _likeness(one: str, other: str) -> float:
    return Indel.normalized_similarity(_fold(one), _fold(other))


def _change(word: str, near: str) -> tuple[str, str]:
    """What stands between the letters two words begin with and the letters they end with."""
    here, there = _fold(word), _fold(near)
    start = next(
        (place for place, (a, b) in enumerate(zip(here, there, strict=False)) if a != b),
        min(len(here), len(there)),
    )
    end = next(
        (
            place
            for place, (a, b) in enumerate(zip(here[start:][::-1], there[start:][::-1], strict=False))
            if a != b
        ),
        min(len(here), len(there)) - start,
    )
    return word[start : len(word) - end], near[start : len(near) - end]


def _compare(name: str, typed: str) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, _fold(name), _fold(typed), autojunk=False).get_opcodes()


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    """Fold letter by letter, so that places in the folded text are places in the text."""
    return "".join(_fold_letter(letter) for letter in text)


def _fold_letter(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).casefold().translate(_APOSTROPHES)
    return folded if len(folded) == 1 else letter
