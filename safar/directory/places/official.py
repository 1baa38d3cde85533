"""Reading official lists: SOATO, regions, districts and mahallas by code, whatever their headings and habits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.directory.places.found import (
    DISTRICT,
    HOME,
    LEVEL_OF_LENGTH,
    MAHALLA,
    REGION,
    SETTLEMENT,
    Found,
    parent_code,
)
from safar.foundation.languages.letters import LOOKS_CYRILLIC, LOOKS_LATIN
from safar.foundation.languages.text import fold
from safar.foundation.registers.loading import Bad, Entry, Field, Problem, Problems

#: Mahallas of the capital are numbered so: 102-0037.
MAHALLA_CODE = re.compile(r"[0-9]{3}-[0-9]{4}")
CODE_HEADINGS = ("code", "soato", "kod", "код", "код соато", "mhobt kodi", "cod")
CODE_KEYS = frozenset(map(fold, CODE_HEADINGS))


def _code(text: str) -> str:
    if not text[:3].isdecimal() and fold(text) in CODE_KEYS:
        return ""
    if MAHALLA_CODE.fullmatch(text):
        return text
    if not text.isdecimal() or not text.isascii():
        raise Bad(_("the code is not a number"))
    if len(text) not in LEVEL_OF_LENGTH:
        raise Bad(
            _("a code has 2, 4, 7 or 10 digits (SOATO) or 8 (mahalla), this one has %(n)s") % {"n": len(text)}
        )
    return text


FIELDS = (
    Field("code", gettext_lazy("code"), required=True, limit=60, also=CODE_HEADINGS, clean=_code),
    Field(
        "name_uz",
        gettext_lazy("name in Uzbek"),
        required=True,
        limit=150,
        also=("uz", "name", "nomi", "obyektning nomi"),
    ),
    Field(
        "name_uz_cyrl", gettext_lazy("name in Uzbek, Cyrillic"), limit=150, also=("uz_cyrl", "oz", "name_oz")
    ),
    Field("name_ru", gettext_lazy("name in Russian"), limit=150, also=("ru", "наименование объекта")),
    Field("name_en", gettext_lazy("name in English"), limit=150, also=("en",)),
    Field(
        "parent",
        gettext_lazy("code of what it lies in"),
        limit=20,
        also=("district", "district_code", "parent_code"),
    ),
)

#: Last digits of SOATO codes under which stand no places but the heading of the group that follows.
GROUPS = {7: ("200", "260", "400"), 10: ("360", "500", "550", "800")}
CENTRE = re.compile(r"\s*\(\s*(?:markaz|центр)\b.*$", re.IGNORECASE)
CYRILLIC_LETTER, LATIN_LETTER = re.compile("[А-яЁёЎўҚқҒғҲҳ]"), re.compile("[A-Za-z]")
MEND = {"name_uz": LOOKS_LATIN, "name_ru": LOOKS_CYRILLIC}


@dataclass(frozen=True, slots=True)
class Kind:
    """How the list's bare names of one group are written in full, and the words that show they already are."""

    uz: str
    ru: str
    words: tuple[str, ...]


CITY = Kind("{} shahri", "город {}", ("shahri", "shahar", "tumani", "город", "район"))
URBAN = Kind("{} shaharchasi", "посёлок {}", ("shaharchasi", "посёлок"))
RURAL = Kind("{} QFY", "сельский сход граждан {}", ("QFY", "ССГ"))


@dataclass
class Tally:
    """What was passed over or mended while reading."""

    headings: int = 0
    mended: int = 0
    repeated: int = 0
    duplicates: int = 0


def found_in(entries: Iterable[Entry], problems: Problems, tally: Tally) -> Iterator[Found]:
    """Places of an official list, in its order; headings of groups are passed over, a code twice is told."""
    seen: dict[str, tuple[int, str]] = {}
    for entry in entries:
        code = entry.values["code"]
        if not code or code[4:] in GROUPS.get(len(code), ()) or code[7:] in GROUPS.get(len(code), ()):
            tally.headings += 1
            continue
        found = _place(entry, code, tally)
        if code in seen:
            tally.duplicates += 1
            number, name = seen[code]
            if fold(name) != fold(found.names["name_uz"]):
                reason = _("the code stands already in row %(row)s, for %(name)s") % {
                    "row": number,
                    "name": name,
                }
                problems.add(Problem(entry.number, "code", reason, code), entry.cells)
            continue
        seen[code] = (entry.number, found.names["name_uz"])
        yield found


def _place(entry: Entry, code: str, tally: Tally) -> Found:
    level = LEVEL_OF_LENGTH[len(code)]
    names = {
        field: CENTRE.sub("", entry.values.get(field) or "")
        for field in ("name_uz", "name_uz_cyrl", "name_ru", "name_en")
    }
    mended = {field: _one_script(names[field], table) for field, table in MEND.items()}
    tally.mended += any(names[field] != text for field, text in mended.items())
    names.update(mended)
    for field in ("name_ru", "name_en"):
        if names[field] == names["name_uz"]:
            tally.repeated += field == "name_ru"
            names[field] = ""
    if kind := _kind(level, code):
        names["name_uz"] = _in_full(names["name_uz"], kind.uz, kind.words)
        names["name_ru"] = _in_full(names["name_ru"], kind.ru, kind.words)
    parent = entry.values.get("parent") or parent_code(code)
    return Found(entry.number, level, HOME if level == "COUNTRY" else code, names, parent)


def _kind(level: str, code: str) -> Kind | None:
    if level == DISTRICT:
        return CITY if code[4] == "4" else None
    if level == SETTLEMENT:
        return RURAL if code[7] in "89" else CITY if code[7:] < "550" else URBAN
    return None


def _in_full(name: str, pattern: str, words: tuple[str, ...]) -> str:
    if not name or any(word.casefold() in name.casefold() for word in words):
        return name
    return pattern.format(name)


def _one_script(text: str, looks: dict[str, str]) -> str:
    """Letters of the other script that look like this one's, typed by mistake in a word of this script, put right."""
    of_column = CYRILLIC_LETTER if looks is LOOKS_CYRILLIC else LATIN_LETTER
    table = str.maketrans(looks)
    words = [word.translate(table) if of_column.search(word) else word for word in text.split(" ")]
    return " ".join(words)


# -- a list with codes of its own -----------------------------------------------------------------------------

UZBPLACES = ("model", "pk", "name_uz", "name_ru")
UZBPLACES_FIELDS = (
    Field("model", gettext_lazy("model"), required=True, limit=60),
    Field("pk", gettext_lazy("number"), required=True, limit=20),
    Field("name_uz", gettext_lazy("name in Uzbek"), required=True, limit=150),
    Field("name_ru", gettext_lazy("name in Russian"), limit=150),
    Field("name_en", gettext_lazy("name in English"), limit=150),
    Field("province", gettext_lazy("province"), limit=20),
)

Known = Callable[[str, str, dict[str, str]], str]


def found_by_name(entries: Iterable[Entry], known: Known) -> Iterator[Found]:
    """Places of a django-uzbplaces export, matched by name: `known` gives the code of (level, parent, names) or ''."""
    regions: dict[str, str] = {}
    for entry in entries:
        names = {field: entry.values.get(field) or "" for field in ("name_uz", "name_ru", "name_en")}
        is_region = entry.values["model"].endswith(".province")
        parent = HOME if is_region else regions.get(entry.values.get("province") or "", "")
        level = REGION if is_region else DISTRICT
        code = known(level, parent, names)
        if is_region:
            regions[entry.values["pk"]] = code
        label = f"{entry.values['model']}:{entry.values['pk']}"
        yield Found(entry.number, level, code or label, names, parent, matched=bool(code))


def is_uzbplaces(columns: Iterable[str]) -> bool:
    """Whether the columns are those of a django-uzbplaces export."""
    return set(UZBPLACES) <= set(columns)


__all__ = ["FIELDS", "MAHALLA", "Tally", "UZBPLACES_FIELDS", "found_by_name", "found_in", "is_uzbplaces"]
