"""The people found, with their names and why each of them was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.directory.people.models import PaperType, Person, Precision
from safar.directory.people.search.asking import Born, Question, asked
from safar.directory.people.search.finding import NOBODY, matches
from safar.directory.people.search.folding import sounded, words
from safar.directory.people.search.ranking import likeness
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible

#: Which number of hers was typed, in words; never the number itself.
WHY = {
    "phone": gettext_lazy("telephone"),
    "own": gettext_lazy("number"),
    "record": gettext_lazy("number in their records"),
    "pinfl": PaperType.PINFL.label,
    "paper": gettext_lazy("paper"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A person found: herself, how well she answers (0 to 1), and in words why."""

    person: Person
    score: float
    why: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """What a machine is told."""
        person = self.person
        return {
            "id": str(person.pk),
            "external_id": person.external_id,
            "number": person.number,
            "names": person.full_name,
            "score": round(self.score, 3),
            "why": list(self.why),
        }


def answers(actor: Actor, text: str, *, limit: int = 10, as_typed: bool = False) -> list[Answer]:
    """The people the actor may see who answer a text best, the best first. In an open transaction of the actor's."""
    question = asked(text, as_typed=as_typed)
    found = matches(question, limit=limit)
    numbers = [match.number for match in found] or NOBODY
    people = {row.number: row for row in visible(actor, Person).filter(number__in=numbers)}
    return [
        Answer(
            people[match.number],
            match.score,
            (*(str(WHY[code]) for code in match.why), *reasons(question, people[match.number])),
        )
        for match in found
        if match.number in people
    ]


def reasons(question: Question, person: Person) -> list[str]:
    """Why a person was found, a reason for each word typed and for the date."""
    names = words(f"{person.full_name} {person.spellings}")
    found = []
    for word in question.words:
        sound = sounded(word).sound
        near = max(names, key=lambda name: likeness(sound, sounded(name).sound), default="")
        alike = likeness(sound, sounded(near).sound) if near else 0.0
        if near == word:
            found.append(_("%(name)s: as typed") % {"name": near.title()})
        elif alike == 1.0:
            found.append(_("%(name)s: sounds like %(word)s") % {"name": near.title(), "word": word.title()})
        elif alike > 0.6:
            found.append(_("%(name)s: close to %(word)s") % {"name": near.title(), "word": word.title()})
    return [*found, *_of_birth(question.born, person)]


def _of_birth(born: Born | None, person: Person) -> list[str]:
    if born is None:
        return []
    if person.birth_date is None:
        return [_("date of birth unknown")]
    if person.birth_date.year != born.year:
        return [_("born in %(year)s") % {"year": person.birth_date.year}]
    full = born.day and person.birth_precision == Precision.DAY
    if full and (person.birth_date.month, person.birth_date.day) == (born.month, born.day):
        return [_("born on this day")]
    if full:
        return [_("born on %(day)s") % {"day": date_format(person.birth_date, "SHORT_DATE_FORMAT")}]
    return [_("born in this year")]
