"""Finding people by what somebody typed, among those the actor may see: three lookups at most, each wider than the one before.

First the pairs of words as they sound and in the other readings of their letters; then with one slip in any word; then single
words. Whoever is found is ranked by `ranking`. No lookup touches a person the actor may not see, and none counts her.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest

from django.db import connection
from django.db.models import F, Func, IntegerField, QuerySet, Value

from safar.directory.people.search.asking import Born, Question, asked
from safar.directory.people.search.folding import Sound, deletions, other_bones, sounded
from safar.directory.people.search.numbers import numbered
from safar.directory.people.search.ranking import LEAST, Candidate, against, likeness, named
from safar.directory.people.search.tables import FIRST_YEAR
from safar.foundation.registers.listing import RANK

#: How many candidates a lookup brings to be ranked, and how many readings of a word, pairs and beginnings it tries.
CANDIDATES, READINGS, BEGINNINGS = 150, 32, 40
#: How many pairs of readings the first two lookups try.
FEW, MANY = 24, 120
#: How many readings of a word are looked up without another word.
ALONE = 4
#: A list of nobody's number: asked for like any other, so that finding nobody costs the same questions.
NOBODY = (0,)
#: What a reading that is not a word's own counts less.
OTHER_READING = 0.1
#: What somebody found by a number is worth before her name and date are looked at.
HALF = 0.5
#: The score that ends the search after each lookup: all sounds as typed; a slip or two; anybody.
ENOUGH = (0.95, 0.93, 0.0)

CANDIDATES_SQL = "select search.candidates(%s, %s, %s::int, %s::int)"
NEIGHBOURS_SQL = "select slip, bones from search.neighbours(%s)"
BEGINNING_SQL = "select sound, bones from search.beginning(%s, %s, %s::int)"

#: For each word typed, the words it may stand for, the likeliest first.
Readings = Sequence[Sequence[Sound]]


@dataclass(frozen=True, slots=True)
class Match:
    """The number of a person found, how well she answers, 0 to 1, and the codes of the numbers that are hers."""

    number: int
    score: float
    why: tuple[str, ...] = ()


def matches(question: Question, *, limit: int = 10) -> list[Match]:
    """The people who answer best, the best first; asked in the open transaction, in the eyes of whoever acts.

    Numbers decide who is found, words and date only in which order. A sign of one piece is tried beside the words.
    """
    by_number = _by_number(question) if question.numbers or question.sign else []
    if question.numbers or by_number:
        return nsmallest(limit, by_number, key=lambda match: (-match.score, match.number))
    return _by_words(question, limit)


def _by_number(question: Question) -> list[Match]:
    typed = [sounded(word).sound for word in question.words] if not question.sign else []
    return [
        Match(one.candidate.number, HALF + HALF * _worth(typed, question.born, one.candidate), one.why)
        for one in numbered(question)
    ]


def _worth(typed: Sequence[str], born: Born | None, one: Candidate) -> float:
    worth = named(typed, one.sounds, opening="") if typed else 1.0
    return min(1.0, max(0.0, worth - against(born, one)))


def _by_words(question: Question, limit: int) -> list[Match]:
    said = {sounded(word): word for word in question.words}
    typed = list(said)
    opening = typed[-1] if question.open and typed else None
    if not typed:
        return []
    found = _Answers(question.born, [sound.sound for sound in typed], opening.sound if opening else "")
    for enough, (readings, pairs) in zip(
        ENOUGH, _ever_wider(list(said.values()), typed, opening, dated=bool(question.born)), strict=False
    ):
        # Asked even without a pair: that somebody out of sight has a word must not show in how often the database is asked.
        found.take(_look_up(readings, question.born, pairs))
        if found.top >= enough:
            break
    return found.best(limit)


def numbers_of(text: str, most: int) -> list[int]:
    """Numbers of the people who answer a text still being typed best, the best first."""
    return [match.number for match in matches(asked(text, as_typed=True), limit=most)]


def among(rows: QuerySet, text: str, most: int) -> QuerySet:
    """Those of the rows (people) who answer a text best, at most so many; their place among them stands beside them."""
    numbers = numbers_of(text, most) or list(NOBODY)
    place = Func(Value(numbers), F("number"), function="array_position", output_field=IntegerField())
    return rows.filter(number__in=numbers).annotate(**{RANK: place})


among.do_not_call_in_templates = True  # type: ignore[attr-defined]  # a template asks whether there is a search


class _Answers:
    """Candidates gathered so far, each scored once; those of one name are compared once."""

    def __init__(self, born: Born | None, typed: Sequence[str], opening: str) -> None:
        self.born, self.typed, self.opening = born, typed, opening
        self.names: dict[str, float] = {}
        self.scored: dict[int, float] = {}
        self.top = 0.0

    def take(self, candidates: Iterable[Candidate]) -> None:
        for one in candidates:
            worth = self.names.get(one.sounds)
            if worth is None:
                worth = self.names[one.sounds] = named(self.typed, one.sounds, opening=self.opening)
            self.scored[one.number] = worth = max(0.0, worth - against(self.born, one))
            self.top = max(self.top, worth)

    def best(self, limit: int) -> list[Match]:
        good = [(-worth, number) for number, worth in self.scored.items() if worth >= LEAST]
        return [Match(number, -worth) for worth, number in nsmallest(limit, good)]


def _ever_wider(
    words: list[str], typed: list[Sound], opening: Sound | None, *, dated: bool
) -> Iterable[tuple[Readings, int]]:
    """What each lookup reads, and how many pairs of them (none: single words); made only when the one before was not enough.

    That one of three words and no date is right says nothing of anybody: then single words are not looked up.
    """
    own = [
        [sound, *(Sound(sound.sound, bones) for bones in other_bones(word))]
        for word, sound in zip(words, typed, strict=True)
    ]
    if opening:
        own[-1][1:] = _begun(opening.sound)
    yield own, FEW if len(typed) > 1 else 0
    readings = _readings(words, typed)
    if len(typed) > 1:
        yield readings, MANY
    if len(typed) < 3 or dated:
        yield [options[:ALONE] for options in readings], 0


def _readings(words: Sequence[str], typed: Sequence[Sound]) -> list[list[Sound]]:
    """For each word, the bones it may stand for among those anybody has: its own, its other readings, one slip away."""
    own = [
        [(bones, deletions(bones)) for bones in (sound.bones, *other_bones(word))]
        for word, sound in zip(words, typed, strict=True)
    ]
    slips = sorted({slip for options in own for _bones, slips in options for slip in slips})
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS_SQL, [" ".join(slips)])
        known = {slip: bones.split(" ") for slip, bones in cursor.fetchall()}
    return [
        [Sound(sound.sound, bones) for bones in _nearest(options, known)]
        for options, sound in zip(own, typed, strict=True)
    ]


def _nearest(options: Sequence[tuple[str, frozenset[str]]], known: Mapping[str, list[str]]) -> list[str]:
    """Of the bones anybody has a slip away from a word's own, or from another reading of it, those most alike."""
    far: dict[str, float] = {}
    less = 0.0
    for reading, slips in options:
        for bones in {bones for slip in slips for bones in known.get(slip, ())}:
            worth = likeness(reading, bones) - less
            if worth > far.get(bones, 0.0):
                far[bones] = worth
        less = OTHER_READING
    return nlargest(READINGS, far, key=far.__getitem__)


def _begun(opening: str) -> list[Sound]:
    """The words anybody the actor may see has that begin so, the shortest first."""
    if not opening:
        return []
    with connection.cursor() as cursor:
        cursor.execute(BEGINNING_SQL, [opening, opening + "\U0010ffff", BEGINNINGS])
        return [Sound(*row) for row in cursor.fetchall()]


def _look_up(readings: Readings, born: Born | None, pairs: int) -> list[Candidate]:
    said = ";".join(" ".join(f"{sound.bones},{sound.sound}" for sound in options) for options in readings)
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES_SQL, [said, pairs, born.year - FIRST_YEAR if born else None, CANDIDATES])
        (lines,) = cursor.fetchone()
    return [Candidate.of(*line.split("\t")) for line in lines.split("\n")] if lines else []
