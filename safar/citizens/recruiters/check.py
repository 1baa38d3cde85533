"""The check "before you pay": what a typed name or number is answered with. No database, no clock, no request.

Green is given to exactly one thing: the number, the tax number or the whole present name, letter by letter, of exactly
one firm whose licence holds today for what was asked. Everything that merely resembles (a former name, an old number, a
branch, one other letter, a letter of another script, a sign nobody sees) is answered with the firms it resembles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from safar.citizens.recruiters import codes, spelling
from safar.citizens.recruiters.rules import NextStep, Progress, State, Verdict, next_step, verdict
from safar.foundation.languages.text import bones, has_mixed_scripts

SHOWN_AT_MOST = 5


class Role(StrEnum):
    """What a name or number is to a firm."""

    CURRENT = "current"
    OLD_NAME = "old_name"
    OLD_NUMBER = "old_number"
    BRANCH = "branch"


class Caution(StrEnum):
    """What is wrong with the text itself."""

    HIDDEN = "hidden"
    LETTERS = "letters"
    OTHER_SITE = "other_site"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class LooseName:
    """A name as the ear takes it, made ready for comparing: as it is, its words, in their order, in one word, its bones."""

    name: str
    words: frozenset[str]
    in_order: str
    joined: str
    bones: str

    @classmethod
    def of(cls, loose: str) -> LooseName:
        """Of a loose name (`spelling.loose_name`)."""
        words = loose.split()
        return cls(loose, frozenset(words), " ".join(sorted(words)), "".join(words), bones(loose))


@dataclass(frozen=True, slots=True, kw_only=True)
class NameKeys:
    """Exact keys of a firm's names, where they have been worked out before: present names, former ones, branches."""

    present: tuple[str, ...]
    former: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Firm:
    """A firm as the public may know it. Immutable: a change makes another Firm, so a verdict is never half old."""

    id: int
    number: str
    name: str
    state: str
    stir: str = ""
    form: str = ""
    other_names: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    old_numbers: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    licensed_from: date | None = None
    licensed_until: date | None = None
    stopped_on: date | None = None
    reason: str = ""
    decision: str = ""
    destinations: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    website: str = ""
    deposit_paid: bool | None = None
    stored: NameKeys | None = None

    @cached_property
    def keys(self) -> dict[str, tuple[Role, str]]:
        """Every exact key of the firm (``n:`` numbers, ``a:`` names) with what it is to it and the form it states."""
        return _keys(self)

    @cached_property
    def loose_names(self) -> tuple[LooseName, ...]:
        """Every name of the firm as the ear takes it."""
        names = (self.name, *self.other_names, *self.former_names, *self.branches)
        return tuple(
            map(LooseName.of, dict.fromkeys(loose for name in names if (loose := spelling.loose_name(name))))
        )

    @cached_property
    def loose_numbers(self) -> tuple[str, ...]:
        """Every number of the firm as the eye takes it."""
        numbers = (self.number, self.stir, *self.old_numbers)
        return tuple(dict.fromkeys(loose for number in numbers if (loose := spelling.loose_number(number))))

    @property
    def awaits(self) -> NextStep | None:
        """The next decision about a suspended licence: when it is due, and by which rule."""
        if self.state != State.SUSPENDED or self.stopped_on is None:
            return None
        return next_step(Progress(state=self.state, suspended_on=self.stopped_on), self.stopped_on)

    @property
    def decides_by(self) -> date | None:
        """When the next decision about a suspended licence is due."""
        step = self.awaits
        return step.due_on if step else None


def _keys(firm: Firm) -> dict[str, tuple[Role, str]]:
    """What is current wins over what was."""
    names = firm.stored or _worked_out(firm)
    form = firm.form or spelling.split_name(firm.name)[1]
    found: dict[str, tuple[Role, str]] = {f"a:{key}": (Role.BRANCH, "") for key in names.branches}
    found |= {f"a:{key}": (Role.OLD_NAME, "") for key in names.former}
    found |= {f"n:{spelling.number_key(number)}": (Role.OLD_NUMBER, "") for number in firm.old_numbers}
    found |= {f"a:{key}": (Role.CURRENT, form) for key in names.present}
    found |= {f"n:{number}": (Role.CURRENT, "") for number in (spelling.number_key(firm.number), firm.stir)}
    return {key: value for key, value in found.items() if len(key) > 2}


def _worked_out(firm: Firm) -> NameKeys:
    """Each name in its own letters and, but for a second present name, in the other Uzbek script."""

    def both(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(make(name) for name in names for make in (spelling.name_key, spelling.other_script_key))

    present = (*both([firm.name]), *map(spelling.name_key, firm.other_names))
    return NameKeys(present=present, former=both(firm.former_names), branches=both(firm.branches))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: the text, and where and for what kind of work, if that was said; `host` is this site's own name."""

    text: str
    destination: str | None = None
    work: str | None = None
    host: str = ""


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A firm the text resembles, how that firm stands today, and what the text is to it if it is more than a likeness."""

    firm: Firm
    verdict: Verdict
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the check says; only `Verdict.LICENSED` is green."""

    verdict: Verdict
    text: str
    destination: str | None = None
    work: str | None = None
    firm: Firm | None = None
    look_alikes: tuple[LookAlike, ...] = ()
    searched: int = 0
    warning: str = ""
    code: str = ""

    def with_code(self, code: str) -> Answer:
        """The same answer under a number."""
        return replace(self, code=code)

    @property
    def is_green(self) -> bool:
        """Whether the firm may do what was asked."""
        return self.verdict is Verdict.LICENSED


class Source(Protocol):
    """Where firms are looked up: a snapshot in memory, or the database."""

    def exact(self, keys: Sequence[str]) -> Sequence[Firm]:
        """Firms that have one of the exact keys, by id."""

    def near(self, text: str, limit: int) -> Sequence[Firm]:
        """Firms whose names or numbers resemble the text, the nearest first."""

    def licensed(self, today: date) -> int:
        """How many firms hold a licence today."""


def nobodys(text: str) -> bool:
    """No text is an answer's number."""
    return False


def ask(
    question: Question, source: Source, *, today: date, is_answer_number: Callable[[str], bool] = nobodys
) -> Answer:
    """Answer a check, on a day in Asia/Tashkent; `is_answer_number` knows the numbers this site gave its answers."""
    text = " ".join(question.text[: spelling.LONGEST + 1].split())
    if not text:
        return Answer(verdict=Verdict.EMPTY, text="")
    if len(question.text) > spelling.LONGEST:
        return _not_found(question, text[:60], source, today, Caution.TOO_LONG)
    number, is_foreign = spelling.scanned_number(text, host=question.host)
    wanted = number or text
    warning = _warning(wanted, is_foreign)
    may_be_exact = warning not in (Caution.HIDDEN, Caution.OTHER_SITE) and not spelling.has_stand_ins(wanted)
    if may_be_exact and (exact := _exact(wanted, source)):
        return _found(question, text, exact, today)
    if is_answer_number(text):
        return Answer(verdict=Verdict.ANSWER_NUMBER, text=text)
    return _not_found(question, text, source, today, warning, near=wanted)


def _warning(text: str, is_foreign: bool) -> str:
    if is_foreign:
        return Caution.OTHER_SITE
    if text.isascii() and text.isprintable():
        return ""
    if spelling.is_hiding(text):
        return Caution.HIDDEN
    is_odd = spelling.has_stand_ins(text) or has_mixed_scripts(text) or spelling.has_disguised_word(text)
    return Caution.LETTERS if is_odd else ""


def _exact(text: str, source: Source) -> tuple[tuple[Firm, Role], ...]:
    """Each firm the text exactly names, with what it is to the firm; present names and numbers where there are any."""
    key, form = spelling.split_name(text)
    keys = [f"n:{number}" for number in spelling.typed_number_keys(text)]
    if key:
        keys.append(f"a:{key}")
    found: list[tuple[Firm, Role]] = []
    for firm in source.exact(keys):
        roles = [firm.keys[k][0] for k in keys if k in firm.keys and _same_form(form, firm.keys[k], k)]
        if roles:
            found.append((firm, Role.CURRENT if Role.CURRENT in roles else roles[0]))
    return tuple(found)


def _same_form(form: str, known: tuple[Role, str], key: str) -> bool:
    """A name that states a form of ownership is only the name of a firm of that form."""
    return key[0] != "a" or not form or known[0] is not Role.CURRENT or known[1] == form


def _found(question: Question, text: str, exact: Sequence[tuple[Firm, Role]], today: date) -> Answer:
    asked: dict[str, Any] = {"text": text, "destination": question.destination, "work": question.work}
    if len(exact) > 1:
        return Answer(
            verdict=Verdict.SEVERAL, look_alikes=_as_they_stand(exact[:SHOWN_AT_MOST], today), **asked
        )
    firm, role = exact[0]
    if role is not Role.CURRENT:
        return Answer(
            verdict=Verdict(role.value), firm=firm, look_alikes=_as_they_stand(exact, today), **asked
        )
    says = verdict(firm, today=today, destination=question.destination, work=question.work)
    return Answer(verdict=says, firm=firm, **asked)


def _not_found(
    question: Question, text: str, source: Source, today: date, warning: str, *, near: str = ""
) -> Answer:
    resembled = source.near(near, SHOWN_AT_MOST) if near else ()
    return Answer(
        verdict=Verdict.NOT_FOUND,
        text=text,
        destination=question.destination,
        work=question.work,
        look_alikes=_as_they_stand([(firm, None) for firm in resembled], today),
        searched=source.licensed(today),
        warning=warning,
    )


def _as_they_stand(firms: Iterable[tuple[Firm, Role | None]], today: date) -> tuple[LookAlike, ...]:
    return tuple(LookAlike(firm, verdict(firm, today=today), role) for firm, role in firms)


def published(answer: Answer, *, at: datetime) -> dict[str, Any]:
    """An answer as plain values, for machines."""
    return {
        "verdict": answer.verdict.value,
        "is_green": answer.is_green,
        "asked": {"text": answer.text, "destination": answer.destination, "work": answer.work},
        "answered_at": at.isoformat(timespec="minutes"),
        "answer_number": answer.code,
        "warning": str(answer.warning),
        "firm": _facts(answer.firm) if answer.firm else None,
        "look_alikes": [{**_identity(one.firm), "verdict": one.verdict.value} for one in answer.look_alikes],
    }


def _identity(firm: Firm) -> dict[str, Any]:
    return {"name": firm.name, "number": firm.number, "stir": firm.stir}


def _facts(firm: Firm) -> dict[str, Any]:
    days = {
        name: getattr(firm, name) for name in ("licensed_from", "licensed_until", "stopped_on", "decides_by")
    }
    return {
        **_identity(firm),
        "state": str(firm.state),
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "reason": firm.reason,
        "order": firm.decision,
        "destinations": list(firm.destinations),
        "works": list(firm.works),
        "address": firm.address,
        "phone": firm.phone,
        "website": firm.website,
        "deposit_paid": firm.deposit_paid,
    }


# -- an answer asked about again -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was answered then and when, and how the same firm stands now; the firm is None if there was or is none."""

    verdict_then: Verdict
    answered_at: datetime
    firm: Firm | None
    verdict_now: Verdict


def recheck(said: codes.Said, firm: Firm | None, *, today: date) -> Recheck:
    """What a genuine code said, beside how its firm stands on a day."""
    now = verdict(firm, today=today) if firm else Verdict.NOT_FOUND
    return Recheck(said.verdict, said.at, firm, now)
