"""Which letters of a firm's name differ from the name a person typed.

Cheats add a word to a known name or change one letter of it; the answer shows the difference instead of leaving the
reader to find it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby

from django.utils.safestring import SafeString
from rapidfuzz.distance import Indel
from rapidfuzz.process import extractOne

_NEAR = 0.66
"""How alike two words must be to be one word mistyped: one letter of three may differ."""

_ALIKE = 0.5
"""How alike two whole names must be for their differences to be worth showing."""

_WORD = re.compile(r"\S+")

_APOSTROPHES = dict.fromkeys(map(ord, "ʻʼ'`‘’´"), "ʻ")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A run of letters of a name, and whether it differs from what was typed."""

    text: str
    differs: bool


def pieces(name: str, *, typed: str) -> tuple[Piece, ...]:
    """Cut `name` into runs that are, or are not, in `typed`, so that the fewest letters differ.

    Case and the kind of apostrophe do not count. A word of which half the letters differ is another word, and differs as a
    whole. A name that has little in common with what was typed (a number, another language) is left in one run unmarked.
    """
    here, there = _fold(name), _fold(typed)
    if Indel.normalized_similarity(here, there) < _ALIKE:
        return (Piece(text=name, differs=False),)
    differs = [False] * len(name)
    for step in Indel.opcodes(here, there):
        differs[step.src_start : step.src_end] = [step.tag != "equal"] * (step.src_end - step.src_start)
    for word in _WORD.finditer(name):
        if 2 * sum(differs[word.start() : word.end()]) >= len(word.group()):
            differs[word.start() : word.end()] = [True] * len(word.group())
    runs = groupby(zip(name, differs, strict=True), key=lambda letter: letter[1])
    return tuple(Piece(text="".join(letter for letter, _ in run), differs=is_other) for is_other, run in runs)


def marked(name: str, *, typed: str) -> SafeString:
    """The name as markup: the letters that differ from what was typed stand out."""
    runs = [(escape(piece.text), piece.differs) for piece in pieces(name, typed=typed)]
    return SafeString("".join([f"<mark>{run}</mark>" if differs else run for run, differs in runs]))


def extra_words(name: str, *, typed: str) -> tuple[str, ...]:
    """The typed words that no word of `name` comes near to, as they were typed."""
    return tuple(word for word, near in _beside(name, typed) if near is None)


def changed_letters(name: str, *, typed: str) -> tuple[tuple[str, str], ...]:
    """Pairs of the letters typed and those of `name` in their place, one for each word that is near but not the same."""
    return tuple(
        _change(word, near)
        for word, near in _beside(name, typed)
        if near is not None and _fold(word) != _fold(near)
    )


@lru_cache(maxsize=64)
def _beside(name: str, typed: str) -> tuple[tuple[str, str | None], ...]:
    """Each typed word, and the word of `name` most like it; nothing where none is like it."""
    words = sorted(name.split(), reverse=True)
    folded = [_fold(word) for word in words]
    found = []
    for word in typed.split():
        near = extractOne(_fold(word), folded, scorer=Indel.normalized_similarity, score_cutoff=_NEAR)
        found.append((word, words[near[2]] if near else None))
    return tuple(found)


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


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    """Fold letter by letter, so that places in the folded text are places in the text."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    return "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    folded = unicodedata.normalize("NFKC", letter).casefold().translate(_APOSTROPHES)
    return folded if len(folded) == 1 else letter
