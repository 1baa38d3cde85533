"""Making the catalogues: collect every string from code and templates, write Uzbek Cyrillic from Uzbek, compile.

Needs no gettext programs: Babel reads the source, polib writes the catalogues. English is the language of the source, so
it has no catalogue; ``uz_Cyrl`` is written from ``uz`` by rule, and lines in ``cyrillic_by_hand.tsv`` overrule the rule.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from django.utils.translation.template import templatize

from safar.foundation.languages.text import to_cyrillic

HERE = Path(__file__).parent
CATALOGUES = HERE / "catalogues"
PACKAGE = HERE.parents[1]
TRANSLATED = ("uz", "ru")
PLURALS = {
    "uz": "nplurals=1; plural=0;",
    "uz_Cyrl": "nplurals=1; plural=0;",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_now": None,
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def sources() -> Iterator[tuple[str, str]]:
    """(name, Python-like text) of each file that may hold strings."""
    for path in sorted(PACKAGE.rglob("*")):
        if (
            "tests" in path.parts
            or "migrations" in path.parts
            or path.suffix not in (".py", ".html", ".txt", ".svg")
        ):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            if "{%" not in text:
                continue
            text = "\n".join(line.strip() for line in templatize(text).splitlines())
        yield path.relative_to(PACKAGE.parent).as_posix(), text


def collected() -> dict[tuple[str | None, str, str | None], list[str]]:
    """Every string of the source as (context, singular, plural), with the files it stands in."""
    found: dict[tuple[str | None, str, str | None], list[str]] = {}
    for name, text in sources():
        for _line, function, message, _comments in extract_python(
            io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf-8"}
        ):
            key = _key(str(function), message)
            if key and name not in found.setdefault(key, []):
                found[key].append(name)
    return found


def _key(
    function: str, message: str | Sequence[str | None] | None
) -> tuple[str | None, str, str | None] | None:
    parts = (message,) if isinstance(message, str) else message or ()
    with_context, counted = "pgettext" in function, function.startswith(("ngettext", "npgettext"))
    # What is no string literal (the number of an ngettext) comes as None, after the strings.
    wanted = [part for part in parts[: 1 + with_context + counted] if part]
    if len(wanted) < 1 + with_context + counted:
        return None
    context = wanted.pop(0) if with_context else None
    return (context, wanted[0], wanted[1] if counted else None)


def update() -> dict[str, int]:
    """Bring each catalogue up to the source, write Cyrillic from Latin, compile; how many strings are untranslated in each."""
    strings = collected()
    for language in TRANSLATED:
        _merge(language, strings)
    _write_cyrillic()
    for language in PLURALS:
        catalogue = polib.pofile(str(path_of(language)))
        catalogue.save_as_mofile(str(path_of(language).with_suffix(".mo")))
    return {language: len(missing(language)) for language in PLURALS}


def path_of(language: str) -> Path:
    """The catalogue of a language."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def missing(language: str) -> list[str]:
    """Strings of the catalogue without a translation, or whose placeholders differ from the source's."""
    return [e.msgid for e in polib.pofile(str(path_of(language))) if not complete(e)]


def lacking() -> dict[str, list[str]]:
    """What each catalogue lacks: strings of the source it does not hold, or holds without a translation."""
    strings = collected()
    answer = {}
    for language in PLURALS:
        entries = {
            (e.msgctxt, e.msgid, e.msgid_plural or None): e for e in polib.pofile(str(path_of(language)))
        }
        answer[language] = [key[1] for key in strings if key not in entries or not complete(entries[key])]
    return answer


def complete(entry: polib.POEntry) -> bool:
    """Whether an entry is translated in every plural with the placeholders of the source."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    may_lack = {"%(count)s", "%(count)d", "%(counter)s"} if entry.msgid_plural else set()
    return (
        all(t and set(PLACEHOLDER.findall(t)) | may_lack == wanted | may_lack for t in texts)
        and not entry.fuzzy
    )


def _merge(language: str, strings: dict[tuple[str | None, str, str | None], list[str]]) -> None:
    path = path_of(language)
    old = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    new = _empty(language)
    for (context, singular, plural), files in sorted(
        strings.items(), key=lambda item: (item[1][0], item[0][1])
    ):
        entry = polib.POEntry(msgctxt=context, msgid=singular, occurrences=[(f, "") for f in files])
        before = old.get((context, singular))
        if plural:
            count = int(PLURALS[language].removeprefix("nplurals=")[0])
            entry.msgid_plural = plural
            entry.msgstr_plural = {
                n: (before.msgstr_plural.get(n, "") if before else "") for n in range(count)
            }
        elif before:
            entry.msgstr = before.msgstr
        if any(PLACEHOLDER.findall(singular)):
            entry.flags = ["python-format"] if "%(" in singular else []
        new.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))


def _write_cyrillic() -> None:
    by_hand = dict(_by_hand())
    new = _empty("uz_Cyrl")
    for entry in polib.pofile(str(path_of("uz"))):
        if entry.msgid_plural:
            entry.msgstr_plural = {
                n: by_hand.get(t, "") or to_cyrillic(t) for n, t in entry.msgstr_plural.items()
            }
        else:
            entry.msgstr = by_hand.get(entry.msgstr, "") or to_cyrillic(entry.msgstr)
        new.append(entry)
    path_of("uz_Cyrl").parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path_of("uz_Cyrl")))


def _by_hand() -> Iterator[tuple[str, str]]:
    path = HERE / "cyrillic_by_hand.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t"):
            if len(row) == 2:
                yield row[0], row[1]


def _empty(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = {
        "Project-Id-Version": "safar",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue
