"""Firms a text resembles, found in a bounded number of look-ups whatever the length of the text or of the register.

Each word of a name stands in a vocabulary under itself and under each spelling with one letter left out (so one letter
more, less, changed or swapped is found), and under its skeleton. The rarest words of a query name the candidates; only
those are compared letter by letter. The index holds hints: what a firm is called and how it stands is read from the firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nlargest

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio, token_set_ratio

from safar.citizens.recruiters import spelling
from safar.citizens.recruiters.check import Firm, LooseName

#: Entries of the index read for one text, and firms compared with it.
READ_AT_MOST, COMPARED_AT_MOST = 250, 24
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

    @property
    def words(self) -> set[str]:
        """The words of the index it may be found under."""
        return {*_name_words(self.name), *_number_words((self.number,))}


class Nearness:
    """Who resembles what. Firms are added; those that are gone or renamed are passed over by whoever asks."""

    def __init__(self) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._firms: dict[str, dict[int, None]] = {}

    def add(self, firm: Firm) -> None:
        """Make a firm findable under all its names and numbers."""
        words = {word for name in firm.loose_names for word in _name_words(name)}
        for word in words | _number_words(firm.loose_numbers):
            if word not in self._firms:
                for spelt in _spelt(word):
                    self._words[spelt] = (*self._words.get(spelt, ()), word)
            self._firms.setdefault(word, {})[firm.id] = None

    def candidates(self, text: Loose) -> set[int]:
        """Ids of the firms worth comparing with a text: those that share the most and the rarest words with it."""
        words = {
            word for asked in text.words for spelt in _spelt(asked) for word in self._words.get(spelt, ())
        }
        weights: dict[int, float] = {}
        left = READ_AT_MOST
        for word in sorted(words, key=lambda word: (len(self._firms[word]), word)):
            holders = tuple(self._firms[word])[:left]
            weight = 1 / (4 + len(holders))
            for firm_id in holders:
                weights[firm_id] = weights.get(firm_id, 0.0) + weight
            left -= len(holders)
            if left <= 0:
                break
        return set(nlargest(COMPARED_AT_MOST, weights, key=lambda firm_id: (weights[firm_id], -firm_id)))


def nearest(text: Loose, firms: Iterable[Firm], limit: int) -> list[Firm]:
    """The firms most like a text, best first; those only vaguely like it are left out."""
    scored = [(likeness(text, firm), firm) for firm in firms]
    best = sorted((-score, firm.name, firm.id, firm) for score, firm in scored if score >= ALIKE)
    return [firm for _score, _name, _id, firm in best[:limit]]


def likeness(text: Loose, firm: Firm) -> float:
    """How alike a text is to a firm, 0 to 100: by its names, letters, words in any order, or by its numbers."""
    if len(text.number) >= 4 and any(
        OSA.distance(text.number, known, score_cutoff=1) <= 1 for known in firm.loose_numbers
    ):
        return 97.0
    return max((_names_alike(text.name, known) for known in firm.loose_names), default=0.0)


def _names_alike(name: LooseName, known: LooseName) -> float:
    whole = max(ratio(name.name, known.name), ratio(name.in_order, known.in_order) * 0.99)
    best = max(whole, ratio(name.joined, known.joined) * 0.98)
    if best < 88.0 and len(name.bones) > 3 and name.bones == known.bones:
        best = 88.0
    if best < 90.0 and _share_enough(name.words, known.words):
        best = max(best, token_set_ratio(name.name, known.name) * 0.9)
    return best


def _share_enough(name: frozenset[str], known: frozenset[str]) -> bool:
    """Whether the words in common are more than a trade's usual word: six letters together."""
    return not name.isdisjoint(known) and sum(map(len, name & known)) >= 6


def _name_words(name: LooseName) -> Iterator[str]:
    yield from (word[:LETTERS_AT_MOST] for word in name.name.split()[:WORDS_AT_MOST])
    if name.joined:
        yield f"={name.joined[: 2 * LETTERS_AT_MOST]}"
    yield from (f"~{bone[:LETTERS_AT_MOST]}" for bone in name.bones.split()[:WORDS_AT_MOST] if len(bone) > 2)


def _number_words(numbers: Iterable[str]) -> set[str]:
    return {f"#{number}" for number in numbers if 3 <= len(number) <= LETTERS_AT_MOST}


def _spelt(word: str) -> set[str]:
    """The word, and every spelling of it with one letter left out where it is long enough to bear that."""
    if word[0] == "~" or len(word) < 4:
        return {word}
    keep = 1 if word[0] in "=#" else 0
    return {word, *(word[:place] + word[place + 1 :] for place in range(keep, len(word)))}
