"""Every string has its words in every language: complete, compiled, in the right letters."""

import re
from collections.abc import Iterator

import polib
import pytest
from django.core.management import CommandError, call_command

from safar.foundation.languages import collecting
from safar.foundation.languages.letters import APOSTROPHES, STAYS_LATIN, TURNED_COMMA, TUTUQ

LANGUAGES = sorted(collecting.PLURALS)
#: A value's place, a tag, an entity: no words.
NO_WORDS = re.compile(
    r"%\(\w+\)[a-z]|%[a-z](?![a-z])|\{\w*\}|<[^>]+>|&\w+;|“safar [^”]+”|chmod -R go-rwx|--map state|--[a-z-]+"
)
#: What stays Latin in Cyrillic text: abbreviations and names compared letter by letter with a paper or a screen.
LATIN_IN_CYRILLIC = {word for entry in STAYS_LATIN for word in re.findall("[A-Za-z]+", entry)} - {
    "safar",
    "chmod",
    "go",
    "rwx",
    "map",
    "state",
}
#: Patterns of dates are letters for the program, not for people.
PATTERNS_OF_DATES = {"l, j E Y"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd](?![a-z])|\{\w*\}")
TAG = re.compile(r"</?[a-z]+[^<>]*>")


def entries(language: str) -> list[polib.POEntry]:
    return list(polib.pofile(str(collecting.path_of(language))))


def key(entry: polib.POEntry) -> tuple[str | None, str, str | None]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or None


def translations(entry: polib.POEntry) -> list[str]:
    return (
        [text for _n, text in sorted(entry.msgstr_plural.items())] if entry.msgid_plural else [entry.msgstr]
    )


def words(language: str) -> Iterator[tuple[str, str]]:
    """(English, translation without values, tags and commands) of each entry."""
    for entry in entries(language):
        for text in translations(entry) if entry.msgid not in PATTERNS_OF_DATES else []:
            yield entry.msgid, NO_WORDS.sub(" ", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_the_source_is_translated(language):
    assert not collecting.lacking()[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_fuzzy(language):
    assert not [e.msgid for e in entries(language) if e.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_and_tags_are_those_of_the_source(language):
    wrong = []
    for entry in entries(language):
        source = entry.msgid_plural or entry.msgid
        wanted = set(PLACEHOLDER.findall(source)) | set(PLACEHOLDER.findall(entry.msgid))
        for text in translations(entry):
            found = set(PLACEHOLDER.findall(text))
            # The number may be left to the words where there is one form for one thing.
            if not found <= wanted or (wanted - found and not entry.msgid_plural):
                wrong.append((entry.msgid, text))
            if sorted(TAG.findall(text)) != sorted(TAG.findall(source)):
                wrong.append((entry.msgid, text))
    assert not wrong, wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    path = collecting.path_of(language)
    compiled = {key(e): translations(e) for e in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == {key(e): translations(e) for e in entries(language) if e.translated()}


def test_cyrillic_is_written_from_latin():
    by_hand = dict(collecting._by_hand())
    latin = {key(e): translations(e) for e in entries("uz")}
    cyrillic = {key(e): translations(e) for e in entries("uz_Cyrl")}
    assert cyrillic == {
        k: [by_hand.get(text, "") or collecting.to_cyrillic(text) for text in texts]
        for k, texts in latin.items()
    }


def test_uzbek_latin_holds_no_cyrillic_letter():
    assert not [pair for pair in words("uz") if re.search("[\u0400-\u04ff]", pair[1])]


def test_uzbek_cyrillic_holds_no_latin_word():
    strange = {
        (word, english)
        for english, text in words("uz_Cyrl")
        for word in re.findall(f"[A-Za-z{TURNED_COMMA}]+", text)
        if word not in LATIN_IN_CYRILLIC
    }
    assert not strange, strange


def test_uzbek_letters_are_written_with_their_own_signs():
    others = re.escape("".join(set(APOSTROPHES) - {TURNED_COMMA, TUTUQ}))
    wrong = [
        (english, text)
        for english, text in words("uz")
        if re.search(f"[{others}]|(?<![oOgG]){TURNED_COMMA}|(?<=[oOgG]){TUTUQ}|{TUTUQ}(?![a-zA-Z])", text)
    ]
    assert not wrong, wrong


def test_the_command_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(collecting, "lacking", lambda: {"uz": [], "ru": ["Save"]})
    with pytest.raises(CommandError):
        call_command("translations", "--check")
    assert "'Save'" in capsys.readouterr().out
