"""Firms a text resembles, found in a bounded number of look-ups whatever the length of the text or of the register.

A firm stands in the index under the bones (the consonants) of each word of its names and of each two of them, and whole names
and numbers under themselves and each spelling with one letter left out, so that one letter more, less, changed or swapped
leads to it. A misspelt word leads to its bones in the same way. The rarest entries name the candidates; only those are
compared letter by letter. The index holds hints: what a firm is called and how it stands is read from the firm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio, token_set_ratio
from rapidfuzz.process import extract

from safar.citizens.recruiters import spelling
from safar.citizens.recruiters.check import Firm, LooseName
from safar.foundation.languages.text import bones

#: Firms compared with one text.
COMPARED_AT_MOST = 40
WORDS_AT_MOST, LETTERS_AT_MOST = 8, 24
#: How alike (of 100) a name must be to be shown.
ALIKE = 70.0


@dataclass(frozen=True, slots=True)
class Loose:
    """A text as ear and eye take it, worked out once for finding candidates and comparing them."""

    name: LooseName
    number: str

    @classmethod
    def of(cls, text: str) -> Loose:
        """The loose forms of a text."""
        return cls(LooseName.of(spelling.loose_name(text)), spelling.loose_number(text))


class Nearness:
    """Who resembles what. Firms are added; those that are gone or renamed are passed over by whoever asks."""

    def __init__(self) -> None:
        self._bones: dict[str, tuple[str, ...]] = {}
        self._firms: dict[str, tuple[int, ...]] = {}

    def add(self, firm: Firm) -> None:
        """Make a firm findable under all its names and numbers."""
        entries = {entry for number in firm.loose_numbers for entry in _whole("#", number)}
        for name in firm.loose_names:
            words = _words(name)
            for word in words:
                _append(self._bones, _misspelt(word), bones(word))
            entries.update(_alone_and_in_pairs([(bones(word),) for word in words]), _whole("=", name.joined))
        _append(self._firms, entries, firm.id)

    def candidates(self, text: Loose) -> set[int]:
        """Ids of the firms worth comparing with a text: those under the rarest entries that it leads to."""
        entries = {*_whole("=", text.name.joined), *_whole("#", text.number)}
        entries.update(_alone_and_in_pairs([self._bones_near(word) for word in _words(text.name)]))
        found: set[int] = set()
        for holders in sorted(filter(None, map(self._firms.get, entries)), key=lambda ids: (len(ids), ids)):
            found.update(holders[: COMPARED_AT_MOST - len(found)])
            if len(found) >= COMPARED_AT_MOST:
                break
        return found

    def _bones_near(self, word: str) -> set[str]:
        """The bones of a word, and of the words it may be a misspelling of."""
        near = filter(None, map(self._bones.get, _misspelt(word)))
        return {bones(word), *(bone for some in near for bone in some)}


def nearest(text: Loose, firms: Iterable[Firm], limit: int) -> list[Firm]:
    """The firms most like a text, best first; those only vaguely like it are left out."""
    firms, scored = list(firms), dict[Firm, float]()
    for firm, score in (*_alike_by_name(text.name, firms), *_alike_by_number(text.number, firms)):
        scored[firm] = max(score, scored.get(firm, 0.0))
    return sorted(scored, key=lambda firm: (-scored[firm], firm.name, firm.id))[:limit]


def _alike_by_number(number: str, firms: Iterable[Firm]) -> Iterator[tuple[Firm, float]]:
    """Firms with a number that is this one but for one sign, with how alike (of 100) that makes them."""
    if len(number) >= 4:
        known = [(other, firm) for firm in firms for other in firm.loose_numbers]
        numbers = [other for other, _firm in known]
        for _other, _distance, place in extract(
            number, numbers, scorer=OSA.distance, score_cutoff=1, limit=None
        ):
            yield known[place][1], 97.0


def _alike_by_name(text: LooseName, firms: Iterable[Firm]) -> Iterator[tuple[Firm, float]]:
    """Firms alike by a name: by its letters, its words in any order, all in one word, its bones, or most of its words."""
    known = [(name, firm) for firm in firms for name in firm.loose_names]
    whole = [name.name for name, _firm in known]

    def alike(asked: str, names: list[str], scorer: Any, worth: float) -> Iterator[tuple[int, float]]:
        for _name, score, place in extract(asked, names, scorer=scorer, score_cutoff=ALIKE, limit=None):
            yield place, score * worth

    found = [
        *alike(text.name, whole, ratio, 1.0),
        *alike(text.in_order, [name.in_order for name, _firm in known], ratio, 0.99),
        *alike(text.joined, [name.joined for name, _firm in known], ratio, 0.98),
    ]
    if len(text.bones) > 3:
        found += [(place, 88.0) for place, (name, _firm) in enumerate(known) if name.bones == text.bones]
    for place, score in alike(text.name, whole, token_set_ratio, 0.9):
        if _share_enough(text.words, known[place][0].words):
            found.append((place, score))
    return ((known[place][1], score) for place, score in found if score >= ALIKE)


def _share_enough(name: frozenset[str], known: frozenset[str]) -> bool:
    """Whether the words in common are more than a trade's usual word: six letters together."""
    return sum(map(len, name & known)) >= 6


def _words(name: LooseName) -> list[str]:
    return [word[:LETTERS_AT_MOST] for word in name.name.split()[:WORDS_AT_MOST]]


def _alone_and_in_pairs(words: Sequence[Collection[str]]) -> Iterator[str]:
    """The entries of words, each given as the bones it may have: each by itself, and each two of different words."""
    for some in words:
        yield from some
    for some, others in combinations(words, 2):
        for one, other in product(some, others):
            yield f"{one} {other}" if one < other else f"{other} {one}"


def _misspelt(word: str) -> list[str]:
    """The ways to write a word that still mean it: itself, and with a letter left out where it can bear that."""
    return [word] if len(word) < 4 or word.isdigit() else [word, *_one_left_out(word)]


def _whole(sign: str, text: str) -> list[str]:
    """The entries of a whole name or number: itself, and with a letter left out."""
    text = text[: 2 * LETTERS_AT_MOST]
    return [sign + text, *(sign + spelt for spelt in _one_left_out(text))] if len(text) > 2 else []


def _one_left_out(text: str) -> list[str]:
    return [text[:place] + text[place + 1 :] for place in range(len(text))]


def _append(index: dict[str, tuple[Any, ...]], entries: Iterable[str], value: Any) -> None:
    """Let each entry lead to a value as well; what others are reading stays as it was."""
    for entry in entries:
        known = index.get(entry, ())
        if value not in known:
            index[entry] = (*known, value)
