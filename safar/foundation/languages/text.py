"""Text as people type it, made tidy, comparable and sortable.

`normalise` is what is stored; `fold` says whether two names are the same name in another script or spelling of its
apostrophes; `skeleton` finds names that merely look or sound alike; `uzkey` sorts; `to_latin` and `to_cyrillic` turn one
Uzbek script into the other. All of them take time in proportion to the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import alifbo

from safar.foundation.languages.letters import (
    APOSTROPHES,
    CYRILLIC,
    CYRILLIC_ABBREVIATIONS,
    CYRILLIC_ORDER,
    CYRILLIC_SEAMS,
    CYRILLIC_STEMS,
    CYRILLIC_WORDS,
    GREEK_LOOKS_LATIN,
    LATIN_RANGE,
    LOOKS_CYRILLIC,
    LOOKS_LATIN,
    MARKS_OF_TRADE,
    STAYS_LATIN,
    TURNED_COMMA,
    TUTUQ,
    Table,
    base_letter,
    key_sign,
    visible_sign,
    word_sign,
)

#: More marks on one letter than any script needs; sorting a long run of them takes quadratic time.
MARKS_AT_MOST = 10

_VISIBLE = Table(visible_sign)
_WORDS = Table(word_sign)
_KEY = Table(key_sign)
_GONE = {ord(sign): None for sign in APOSTROPHES + MARKS_OF_TRADE}
_SIGN = f"[{re.escape(APOSTROPHES)}]"
_TURNED = re.compile(f"(?<=[oOgG])(?:{_SIGN}+(?=[{LATIN_RANGE}])|{_SIGN})")
_TUTUQ = re.compile(f"(?<=[{LATIN_RANGE}])(?<![oOgG]){_SIGN}+(?=[{LATIN_RANGE}])")

#: Letters that are one sign each, spaces and hyphens: most names are made of these alone, and stored as they stand.
_PLAIN = re.compile("[A-Za-zА-Яа-яЁёЎўҚқҒғҲҳ -]*")


def normalise(text: str, *, lines: bool = False, limit: int | None = None) -> str:
    """Return the text as it is stored: NFC, visible signs only, single spaces, Uzbek apostrophes by the rules.

    After o and g every sign of an apostrophe becomes U+02BB (oʻ, gʻ); between two other Latin letters U+02BC (tutuq).
    With `lines` the breaks between lines stay (at most one empty line together); `limit` cuts at that many characters.
    """
    if not _PLAIN.fullmatch(text) or "  " in text or text != text.strip():
        text = _normalised(text, lines)
    return text if limit is None else text[:limit].rstrip()


def _normalised(text: str, lines: bool) -> str:
    text = unicodedata.normalize("NFC", _seen(text))
    text = _TUTUQ.sub(TUTUQ, _TURNED.sub(TURNED_COMMA, text))
    tidy = [" ".join(line.split()) for line in (text.splitlines() if lines else (text,))]
    return re.sub("\n{3,}", "\n\n", "\n".join(tidy)).strip("\n")


def fold(text: str, *, drop: frozenset[str] = frozenset()) -> str:
    """Return the key under which one name is found however it was typed: script, case, apostrophes, look-alikes apart.

    Uzbek and Russian Cyrillic become Latin; letters of another script slipped into a word are read as what they look
    like (Greek ones always); ye/e and ts/s count as one, since Cyrillic е and ц are written both ways. `drop` names words or phrases, in any
    spelling, that do not count (forms of ownership, say), unless nothing else is left. Different keys do not prove
    different names: spelling is `skeleton`'s business.
    """
    words = _folded_words(text)
    return " ".join(_without(words, _phrases(drop)) if drop else words)


def skeleton(text: str, *, drop: frozenset[str] = frozenset()) -> str:
    """Return a coarse key for finding names that look or sound alike: consonants of each word, words in order of letters.

    Swapped words, other vowels, doubled letters, kh/x/h, q/k, zh/dj/j, w/v and 0 or 1 for o or l give the same skeleton.
    It finds candidates to show to a person; it never decides that two names are the same.
    """
    return bones(fold(text, drop=drop))


def bones(folded: str) -> str:
    """The skeleton of a text that is folded already."""
    return " ".join(sorted(map(_bones, folded.split())))


def has_mixed_scripts(text: str) -> bool:
    """Whether any single word mixes letters of two scripts (Sаfar with a Cyrillic а); two words in two scripts do not."""
    words = unicodedata.normalize("NFKC", _seen(text)).translate(_WORDS).split()
    return any(len(_scripts(word)) > 1 for word in words)


def uzkey(text: str) -> str:
    """Return a key whose order by code point is the order of the Uzbek alphabets: z oʻ gʻ sh ch, and я ў қ ғ ҳ.

    Latin comes before Cyrillic, case, marks and the tutuq are passed over. Kept in a stored column and indexed.
    """
    letters = normalise(text).casefold().translate(_SORTABLE)
    ordered = _DIGRAPH.sub(lambda found: _AFTER_Z[found[0]], letters)
    return " ".join(ordered.translate(_ORDER).split())


def to_latin(text: str) -> str:
    """Write Uzbek Cyrillic in the Latin letters in use (oʻ gʻ sh ch); addresses and {placeholders} stay as they are."""
    return _outside_placeholders(text, _latin_prose)


def to_cyrillic(text: str) -> str:
    """Write Uzbek Latin in Cyrillic letters; addresses, {placeholders}, tags and foreign words stay as they are."""
    return _outside_placeholders(text, _cyrillic_prose)


# -- how -----------------------------------------------------------------------------------------------------


def _seen(text: str) -> str:
    """The text without what nobody sees, and without heaps of marks."""
    if text.isascii():
        return text.translate(_VISIBLE)
    calm, heap = [], 0
    for sign in text.translate(_VISIBLE):
        heap = heap + 1 if unicodedata.combining(sign) else 0
        if heap <= MARKS_AT_MOST:
            calm.append(sign)
    return "".join(calm)


_SAME_SOUND = re.compile("(?<!y)(y+)e|(?<!t)t+s(?!h)")
_SOFT_GLIDE = re.compile("ь(?=[аоуэў])")


def _folded_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", _seen(text).translate(_GONE))
    return [key for word in _seen(plain).translate(_WORDS).split() if (key := _folded(word))]


def _folded(word: str) -> str:
    if not word.isascii():
        word = _SOFT_GLIDE.sub("й", _one_script(word).casefold()).translate(_KEY)
    return _SAME_SOUND.sub(lambda found: "e" if found[1] else "s", word.casefold())


def _one_script(word: str) -> str:
    """The word with look-alikes read in the script of the letters that leave no doubt; each by itself if both do."""
    word = word.translate(_GREEK_TO_LATIN)
    latin = {sign for sign in word if sign.isascii() and sign.isalpha()}
    cyrillic = {sign for sign in word if sign.lower() in CYRILLIC}
    if not latin or not cyrillic:
        return word
    surely_latin = bool(latin - LOOKS_CYRILLIC.keys())
    surely_cyrillic = bool(cyrillic - LOOKS_LATIN.keys())
    if surely_latin and surely_cyrillic:
        return word
    if not surely_latin and not surely_cyrillic:
        surely_cyrillic = sum(sign in cyrillic for sign in word) > sum(sign in latin for sign in word)
    return word.translate(_TO_CYRILLIC if surely_cyrillic else _TO_LATIN)


_TO_CYRILLIC = str.maketrans(LOOKS_CYRILLIC)
_TO_LATIN = str.maketrans(LOOKS_LATIN)
_GREEK_TO_LATIN = str.maketrans(GREEK_LOOKS_LATIN)


@lru_cache(maxsize=32)
def _phrases(drop: frozenset[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words) for phrase in drop if (words := _folded_words(phrase)))


def _without(words: list[str], phrases: frozenset[tuple[str, ...]]) -> list[str]:
    longest = max(map(len, phrases), default=0)
    kept, at = [], 0
    while at < len(words):
        size = next((n for n in range(longest, 0, -1) if tuple(words[at : at + n]) in phrases), 0)
        if not size:
            kept.append(words[at])
        at += size or 1
    return kept or words


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch|sh", "w"),
        ("tch|ch", "č"),
        ("dzh|zh|dj|j", "j"),
        ("kh|x", "h"),
        ("gh", "g"),
        ("ph", "f"),
        ("ck|q", "k"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("č", "c"),
        (r"([^\W\d])\1+", r"\1"),
    )
)
_VOWELS = re.compile("[aeiouy]")


@lru_cache(maxsize=8192)
def _bones(word: str) -> str:
    if not word.isdigit():
        word = word.replace("0", "o").replace("1", "l")
    word = word.replace("w", "v")
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    begins = "a" if word[0] in "aeiouy" else ""
    return begins + _VOWELS.sub("", word)


#: Scripts written together in one word as a matter of course.
_TOGETHER = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "HANGUL": "CJK",
    "BOPOMOFO": "CJK",
    "KATAKANA-HIRAGANA": "CJK",
}


def _scripts(word: str) -> set[str]:
    names = (
        unicodedata.name(s, "").split(" ")[0]
        for s in word
        if unicodedata.category(s) in ("Lu", "Ll", "Lt", "Lo")
    )
    return {_TOGETHER.get(name, name) for name in names if name}


_DIGRAPH = re.compile(f"[og]{TURNED_COMMA}|[sc]h|[öğşșç]")
_AFTER_Z = {f"o{TURNED_COMMA}": "{", f"g{TURNED_COMMA}": "|", "sh": "}", "ch": "~"}
_AFTER_Z |= {"ö": "{", "ğ": "|", "ş": "}", "ș": "}", "ç": "~"}
_IN_ORDER = {letter: chr(0x400 + place) for place, letter in enumerate(CYRILLIC_ORDER)}


def _sortable(sign: str) -> str | None:
    return sign if sign in (TURNED_COMMA, TUTUQ) else word_sign(sign)


_SORTABLE = Table(_sortable)


def _order_sign(sign: str) -> str | None:
    if sign in (TURNED_COMMA, TUTUQ):
        return None
    base = base_letter(sign)
    return _IN_ORDER.get(sign) or _IN_ORDER.get(base, base)


_ORDER = Table(_order_sign)

_PLACEHOLDER = re.compile(
    r"(%\([^)]{0,80}\)[a-z]|%[sd](?![A-Za-z])|\{[^{}]{0,80}\}|</?[A-Za-z][^<>]{0,200}>|&#?\w{1,20};)"
)
_S_BEFORE_H = re.compile("([сС])(?=[ҳҲ])")


def _outside_placeholders(text: str, change: Callable[[str], str]) -> str:
    parts = _PLACEHOLDER.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def _latin_prose(text: str) -> str:
    # Without a tutuq between them с and ҳ (Исҳоқ) would come out as the one letter sh.
    return alifbo.to_old_latin(alifbo.from_cyrillic(_S_BEFORE_H.sub(r"\1ъ", text)).text).text


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BEFORE, _AFTER = f"(?<![{LATIN_RANGE}{TURNED_COMMA}{TUTUQ}])", f"(?![{LATIN_RANGE}{TURNED_COMMA}{TUTUQ}])"
_OWN_WAY = re.compile(
    f"{_BEFORE}(?P<latin>{_any_of(STAYS_LATIN)}){_AFTER}"
    f"|{_BEFORE}(?P<short>{_any_of(CYRILLIC_ABBREVIATIONS)})(?![A-Z])"
    f"|{_BEFORE}(?P<word>(?i:{_any_of(CYRILLIC_WORDS)})){_AFTER}"
    f"|{_BEFORE}(?P<stem>(?i:{_any_of(CYRILLIC_STEMS)}))"
    + "".join(f"|(?P<seam{number}>{pattern})" for number, pattern in enumerate(CYRILLIC_SEAMS))
)
_SEAMS = {f"seam{number}": cyrillic for number, cyrillic in enumerate(CYRILLIC_SEAMS.values())}


def _cyrillic_prose(text: str) -> str:
    parts, at = [], 0
    for found in _OWN_WAY.finditer(text):
        parts += [alifbo.to_cyrillic(text[at : found.start()]).text, _own_way(found)]
        at = found.end()
    return "".join(parts) + alifbo.to_cyrillic(text[at:]).text


def _own_way(found: re.Match[str]) -> str:
    latin, kind = found[0], found.lastgroup or ""
    if kind == "latin":
        return latin
    if kind == "short":
        return CYRILLIC_ABBREVIATIONS[latin]
    cyrillic = _SEAMS.get(kind) or (CYRILLIC_WORDS if kind == "word" else CYRILLIC_STEMS)[latin.lower()]
    if latin.isupper():
        return cyrillic.upper()
    return cyrillic.capitalize() if latin[0].isupper() else cyrillic
