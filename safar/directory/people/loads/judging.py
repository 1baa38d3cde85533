"""What a cell of a file of people may hold, and what it comes to. Each function takes the text of a cell and raises `Bad`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.directory.people.models import LETTERS, NAME, Precision, Sex
from safar.directory.people.phones import BadLength, BadNumber, e164
from safar.directory.people.search.folding import heard
from safar.foundation.languages.text import uzkey
from safar.foundation.registers.loading import Bad, Field, checked

LOAD = "load_people"
"""The policy's word for loading a file of people."""
OLDEST = date(1900, 1, 1)
NAMES = ("family_name", "given_names", "patronymic")

FIELDS = (
    Field(
        "external_id",
        gettext_lazy("number in their records"),
        required=True,
        limit=100,
        also=("id", "raqam", "номер", "number"),
    ),
    Field(
        "family_name",
        gettext_lazy("family name"),
        limit=100,
        also=("surname", "last name", "family", "familiya", "familiyasi", "фамилия"),
    ),
    Field(
        "given_names",
        gettext_lazy("given name"),
        limit=100,
        also=("given name", "first name", "given", "name", "ism", "ismi", "имя"),
    ),
    Field(
        "patronymic",
        gettext_lazy("patronymic"),
        limit=100,
        also=("middle name", "otasining ismi", "sharifi", "отчество"),
    ),
    Field("sex", gettext_lazy("sex"), limit=20, also=("gender", "jinsi", "jins", "пол")),
    Field(
        "birth_date",
        gettext_lazy("date of birth"),
        limit=20,
        also=("date of birth", "birth date", "tugʻilgan sanasi", "дата рождения"),
    ),
    Field("phone", gettext_lazy("telephone"), limit=40, also=("telephone", "mobile", "telefon", "телефон")),
    Field(
        "place_code",
        gettext_lazy("place code"),
        limit=20,
        also=("soato", "place", "hudud kodi", "код территории", "соато"),
    ),
)

_SEXES = {
    Sex.FEMALE: "f female woman ayol xotin-qiz аёл ж жен женский женщина 2 w",
    Sex.MALE: "m male man erkak эркак м муж мужской мужчина 1",
    Sex.UNKNOWN: "u unknown 0 nomaʼlum неизвестно ?",
}
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words.split()}
_DATE = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>\d{4})"
    r"|(?P<m3>\d{1,2})[./](?P<y3>\d{4})|(?P<y4>\d{4})-(?P<m4>\d{1,2})|(?P<y5>\d{4})"
)
_MIDNIGHT = re.compile(r"[T ]00:00(:00)?$")


def name(text: str) -> tuple[str, str, str, str]:
    """A name as it is stored, its sounds, its bones, its place in the order of the alphabets."""
    tidy = checked(text, 100)
    if tidy and not LETTERS.search(tidy):
        raise Bad(str(NAME.message))
    words = heard(tidy)
    return tidy, " ".join(w.sound for w in words), " ".join(w.bones for w in words), uzkey(tidy)


def sex(text: str) -> tuple[str]:
    """F, M or U."""
    found = _SEX_OF.get(checked(text, 20).lower().rstrip("."))
    if found is None:
        raise Bad(_("write F or M for the sex"))
    return (str(found),)


def birth(text: str, today: date) -> tuple[str, str]:
    """The date in ISO form and how much of it is known: 1990-05-17, 17.05.1990, 05.1990, 1990."""
    found = _DATE.fullmatch(_MIDNIGHT.sub("", checked(text, 30)))
    if not found:
        raise Bad(_("write the date as 17.05.1990 or 1990-05-17, or the year alone"))
    part = {key[0]: int(value) for key, value in found.groupdict().items() if value}
    precision = Precision.DAY if "d" in part else Precision.MONTH if "m" in part else Precision.YEAR
    try:
        born = date(part["y"], part.get("m", 1), part.get("d", 1))
    except ValueError as error:
        raise Bad(_("there is no such day in the calendar")) from error
    if not OLDEST <= born <= today:
        raise Bad(_("the date of birth lies before 1900 or in the future"))
    return born.isoformat(), str(precision)


def phone(text: str) -> tuple[str]:
    """The number with its country code (E.164); one without is read as Uzbek."""
    try:
        return (e164(checked(text, 40)),)
    except BadLength as error:
        raise Bad(_("a telephone number has another number of digits")) from error
    except BadNumber as error:
        raise Bad(_("this is no telephone number")) from error


def number(text: str) -> tuple[str]:
    """A number in their records, tidy."""
    return (checked(text, 100),)


def or_reason(judge: Callable[..., Sequence[Any]], made: int, *more: Any) -> Callable[[str], Sequence[Any]]:
    """The judge with its refusal told in a last column instead of raised; `made` columns come before it."""

    def judged(text: str) -> Sequence[Any]:
        try:
            return [*judge(text, *more), None]
        except Bad as refused:
            return [*[None] * made, str(refused)]

    return judged
