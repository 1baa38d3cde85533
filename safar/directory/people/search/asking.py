"""What was typed to find a person, taken apart: words of a name, a date of birth as far as it was given, numbers. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from safar.directory.people.search.folding import words

LONGEST = 200
OLDEST, YOUNGEST = 1900, 2100

_DATE = re.compile(
    r"(?<!\d)(?:(?P<day>\d{1,2})[./-](?P<month>\d{1,2})[./-](?P<year>\d{4})"
    r"|(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<only_month>\d{1,2})[./-](?P<of_year>\d{4})|(?P<only_year>(?:19|20)\d{2}))(?!\d)"
)
#: Latin letters, and the Cyrillic ones that a keyboard left in Russian writes for them.
_LETTER = "[A-Za-zАВЕКМНОРСТУХавекмнорстух]"
_NUMBER = re.compile(rf"(?<![^\W\d_])(?:{_LETTER}{{1,3}})?[+(]?\d[\d ()-]{{3,24}}\d")
#: A passport's letters and digits written apart; the letters may as well be a short name, and the digits a telephone's last.
_APART = re.compile(rf"(?<![^\W\d_])({_LETTER}{{2}}) (\d{{7}})(?!\d)")
_SIGN = re.compile(r"(?:[№#] ?)?(\S*\d\S*)")


@dataclass(frozen=True, slots=True)
class Born:
    """A date of birth as far as it was given: a year, a year and a month, or all."""

    year: int
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is sought: `words` in the order typed, `born`, `numbers` without spaces; `open` if the last word may go on.

    `sign` is a text of one piece with a digit in it: perhaps somebody's number, ours or another's.
    """

    words: tuple[str, ...] = ()
    born: Born | None = None
    numbers: tuple[str, ...] = ()
    open: bool = False
    sign: str = ""


def asked(text: str, *, as_typed: bool = False) -> Question:
    """The question a text asks. `as_typed`: it is still being typed, so its last word may be a beginning."""
    text = text[:LONGEST].replace("\0", " ")
    born, rest = _born(text)
    numbers = [re.sub(r"[ ()-]", "", found[0]) for found in _NUMBER.finditer(rest)]
    numbers += ["".join(found.groups()) for found in _APART.finditer(rest)]
    sign = _SIGN.fullmatch(rest.strip()) if born is None else None
    rest = _NUMBER.sub(" ", rest)
    return Question(
        tuple(dict.fromkeys(words(rest))),
        born,
        tuple(dict.fromkeys(numbers)),
        as_typed and bool(rest) and rest[-1].isalpha(),
        sign[1] if sign else "",
    )


def holds_a_number(text: str) -> bool:
    """Whether a text holds what may be a telephone's, a paper's or the state's number of somebody: no address may carry it."""
    return bool(asked(text).numbers)


def _born(text: str) -> tuple[Born | None, str]:
    for found in _DATE.finditer(text):
        part = {name: int(value) for name, value in found.groupdict().items() if value}
        year = part.get("year") or part.get("iso_year") or part.get("of_year") or part.get("only_year") or 0
        month = part.get("month") or part.get("iso_month") or part.get("only_month")
        day = part.get("day") or part.get("iso_day")
        if _is_date(year, month, day):
            return Born(year, month, day), text[: found.start()] + " " + text[found.end() :]
    return None, text


def _is_date(year: int, month: int | None, day: int | None) -> bool:
    if not OLDEST <= year <= YOUNGEST:
        return False
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return False
    return True
