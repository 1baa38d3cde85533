"""Letter tables behind `text`: what is invisible, what counts as an apostrophe, what looks like what, what sounds like what.

Sources: Unicode 16 `confusables.txt` (Technical Standard 39, read through the `confusable_homoglyphs` package: the tests
hold every pair against it), `DerivedCoreProperties.txt` (Default_Ignorable_Code_Point); Uzbek and Russian letters by the
`alifbo` package; the further Cyrillic alphabets of the region by the table below (ALA-LC, marks left out).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import alifbo

TURNED_COMMA, TUTUQ = "\u02bb", "\u02bc"

#: Every sign that stands for an apostrophe when people type oʻ, gʻ or the tutuq mark.
APOSTROPHES = (
    "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u02f4\u0374\u0384\u055a\u055d\u05f3"
    "\u2018\u2019\u201b\u2032\u2035\u1fbd\u1fbf\u1ffe\u1fef\u1ffd\ua78b\ua78c\uff07\uff40"
)
#: Signs that hang on a name and are no part of it.
MARKS_OF_TRADE = "™®©℠℗"

#: Invisible without being format characters (category Cf): fillers, joiners, variation selectors.
_INVISIBLE = (
    (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2065, 0x2065), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF),
)  # fmt: skip
_BLANK = "\u2800"

#: Cyrillic letters as the Latin letter they look like. Capitals and small letters differ: н is no h, Н is an H.
LOOKS_LATIN = dict(
    zip("АВЕЅІЈКМНОРСТУХЬԌԜѴҮӀаеѕіјорсухгһҽӏԁԛԝѡѵү", "ABESIJKMHOPCTYXbGWVYIaesijopcyxrheidqwwvy", strict=True)
)
#: The same for Greek, which nobody here reads: a Greek letter in a name is there for its looks.
GREEK_LOOKS_LATIN = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϜϺͿαγινορσυϲϳ", "ABEZHIKMNOPTYXCFMJayivopoucj", strict=True))
#: Latin letters as the ordinary Cyrillic letter they look like, for Cyrillic words typed with a Latin letter among them.
LOOKS_CYRILLIC = dict(zip("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху", strict=True))

_UZBEK_AND_RUSSIAN = "абвгдёжзийклмнопрстуфхчшщъыьэюяўқғҳ"
#: е and ц are written in two ways each (ye or e, ts or s, by place): `text.fold` makes one of both, so here they have one.
_ONE_WAY = {"е": "e", "ц": "s", "ь": "", "ъ": ""}
_NEIGHBOURS = {
    "ә": "a", "ө": "o", "ү": "u", "ұ": "u", "ң": "ng", "һ": "h", "і": "i", "ї": "yi", "є": "e", "ґ": "g", "ӣ": "i",
    "ӯ": "u", "ҷ": "j", "җ": "j", "ҥ": "ng", "ѓ": "g", "ѐ": "e", "ѝ": "i", "ј": "j", "љ": "l", "њ": "n", "ѕ": "s",
    "џ": "j", "ћ": "ch", "ђ": "j", "ќ": "k", "ѣ": "e", "ѳ": "f", "ѵ": "i", "ҡ": "q", "ҫ": "s", "ҙ": "z",
    "ӏ": "i", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ѡ": "o", "ҽ": "ch", "ԍ": "g",
}  # fmt: skip
#: Cyrillic small letters to the letters of a comparison key.
CYRILLIC = _NEIGHBOURS | _ONE_WAY


def _by_alifbo(letter: str) -> str:
    latin = alifbo.to_old_latin(alifbo.from_cyrillic(letter).text).text
    return latin.replace(TURNED_COMMA, "").replace(TUTUQ, "")


CYRILLIC |= {letter: _by_alifbo(letter) for letter in _UZBEK_AND_RUSSIAN if letter not in _ONE_WAY}

#: Latin small letters that are more than a plain letter with a mark: the alphabet of 2026, Turkic neighbours, small capitals.
LATIN = {
    "ş": "sh", "ș": "sh", "ç": "ch", "ı": "i", "ə": "a", "ŋ": "ng", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ɪ": "i", "ƅ": "b", "ꞵ": "b", "ᴀ": "a",
    "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m",
    "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
    "ƶ": "z", "ɨ": "i", "ɵ": "o", "ƣ": "gh",
}  # fmt: skip

#: The order of the Uzbek Cyrillic alphabet, Russian letters in their places.
CYRILLIC_ORDER = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяўқғҳ"


class Table(dict[int, str | None]):
    """A table for ``str.translate`` that works each sign out once, from a rule, and remembers it."""

    def __init__(self, rule: Callable[[str], str | None]) -> None:
        super().__init__()
        self.rule = rule

    def __missing__(self, code: int) -> str | None:
        answer = self.rule(chr(code))
        # A text holding every sign there is must not fill the memory for ever.
        if code < 0x3000:
            self[code] = answer
        return answer


def visible_sign(sign: str) -> str | None:
    """None for what nobody sees and for halves of characters, the sign itself otherwise."""
    code = ord(sign)
    if sign == _BLANK:
        return " "
    category = unicodedata.category(sign)
    if category in ("Cf", "Cs") or (category == "Cc" and not sign.isspace()):
        return None
    return None if any(first <= code <= last for first, last in _INVISIBLE) else sign


def base_letter(sign: str) -> str:
    """The letter without its marks (é to e); a sign that is no marked letter comes back as it is."""
    parts = unicodedata.normalize("NFD", sign)
    return parts[0] if all(unicodedata.category(mark)[0] == "M" for mark in parts[1:]) else sign


def key_sign(sign: str) -> str | None:
    """What a casefolded sign is in a comparison key: Latin letters of ASCII where it has any, None for marks."""
    if sign.isascii():
        return sign
    if unicodedata.category(sign)[0] == "M" or sign in APOSTROPHES:
        return None
    for table in (CYRILLIC, LATIN, GREEK_LOOKS_LATIN):
        if sign in table:
            return table[sign]
    base = base_letter(sign)
    return key_sign(base) if base != sign else sign


def word_sign(sign: str) -> str | None:
    """Letters as they are, digits of any script as 0-9, marks and apostrophes gone, everything else a space."""
    category = unicodedata.category(sign)
    if category[0] == "M" or sign in APOSTROPHES:
        return None
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    return sign if sign.isalnum() else " "


#: Latin letters in the sense of spelling rules (Latin-1, Extended-A and -B, Additional).
LATIN_RANGE = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"
LATIN_LETTER = re.compile(f"[{LATIN_RANGE}]")

#: Stay Latin in Cyrillic text: what people compare with a paper or a screen letter by letter, and names of programs.
STAYS_LATIN = (
    "STIR", "PINFL", "QR", "API", "JSON", "CSV", "XLSX", "PDF", "PNG", "JPEG", "UTF", "NUL", "ISO", "ILO", "WCAG", "CLDR",
    "AA", "A4", "A1", "A2", "B1", "B2", "C1", "C2", "HTTPS", "URL", "IP", "MIT", "ISC", "GOV.UK Frontend", "GOV.UK", "OneID", "Apache", "Excel", "Unicode",
    "Lucide", "Telegram", "Shift", "Enter", "Ctrl", "Esc", "Tab", "cookie", "passkey", "null", "COPY", "XM-[0-9]+",
    "OpenAPI", "docs/openapi.json", "/api/v1/openapi.json", "RateLimit-Remaining", "Retry-After", "Standard Webhooks",
    "clients/python", "https", "Python",
    "(?<=“)safar [^”]+", "chmod -R go-rwx", "(?:--map state|--[a-z][a-z-]*)", "licensed", "suspended", "withdrawn", "expired",
)  # fmt: skip
#: Words that keep a spelling of their own in Cyrillic, whatever ending follows.
CYRILLIC_STEMS = {
    "kompyuter": "компьютер", "obyekt": "объект", "subyekt": "субъект", "filtr": "фильтр", "film": "фильм",
    "albom": "альбом", "sexi": "цехи", "sexlar": "цехлар", "aksiya": "акция", "funksiya": "функция",
    "inspeksiya": "инспекция", "instruksiya": "инструкция", "stansiya": "станция", "kvitansiya": "квитанция",
    "konferensiya": "конференция", "konsert": "концерт", "redaksiya": "редакция", "intervyu": "интервью",
    "sudya": "судья", "sentabr": "сентябр", "oktabr": "октябр",
}  # fmt: skip
#: Words that end in a soft sign as long as no ending follows.
CYRILLIC_WORDS = {
    "yanvar": "январь", "fevral": "февраль", "aprel": "апрель", "iyun": "июнь", "iyul": "июль", "sentabr": "сентябрь",
    "oktabr": "октябрь", "noyabr": "ноябрь", "dekabr": "декабрь", "parol": "пароль", "rol": "роль", "model": "модель",
    "profil": "профиль", "kalendar": "календарь", "sex": "цех",
}  # fmt: skip
#: Abbreviations with a Cyrillic form of their own.
CYRILLIC_ABBREVIATIONS = {"MChJ": "МЧЖ", "YaTT": "ЯТТ", "JShShIR": "ЖШШИР"}
#: Where letters that belong to two parts of a word would come out as one: hujjat-siz, ket-sa, boshlan-gʻich.
CYRILLIC_SEAMS = {
    "(?<=[a-z\u02bb])ts(?=(?:iz(?!m)[a-z]*|a|am|ang|angiz|alar|ak|in)(?![a-z\u02bb]))": "тс",
    "ng\u02bb(?=[a-z])": "нғ",
}
