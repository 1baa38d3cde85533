"""Exact keys of names and numbers, for the one question where nearly the same is not the same.

`languages.text.fold` reads look-alike letters as what they look like, which is right for finding and wrong for a green
answer. The keys here forgive only what changes no letter: case, spaces, quotation marks, the kind of apostrophe, and the
form of ownership before or after the name. A letter of another script, a full-width digit, a Kelvin sign or anything
invisible makes a different key, or none.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

from safar.foundation.languages.letters import APOSTROPHES, LOOKS_LATIN, visible_sign
from safar.foundation.languages.text import fold, to_cyrillic, to_latin

#: Longer texts name no firm and are not looked for.
LONGEST = 200

#: Forms of ownership in the spellings people use; a name that states another form is another firm's.
FORMS = {
    "limited": "mchj мчж ooo ооо llc ltd limited",
    "joint_stock": "aj аж ao ао jsc",
    "private": "xk хк чп chp",
    "family": "ok ок",
    "joint_venture": "qk қк сп jv",
    "state": "duk дук гуп",
    "entrepreneur": "yatt ятт ип",
}
FORM_WORDS = frozenset(word for words in FORMS.values() for word in words.split())
_FORM_OF = {word: form for form, words in FORMS.items() for word in words.split()}

_QUOTES = '"«»“”„‟‹›❝❞〝〞＂()[]{}'
_ONE_SIGN = str.maketrans(
    dict.fromkeys(APOSTROPHES, "ʻ") | dict.fromkeys(_QUOTES, " ") | dict.fromkeys("‐‑‒–—−", "-") | {"№": " "}
)
_EDGES = ".,;:!?-/\\|*_"
_NUMBER_NOISE = re.compile(r"[\s.\-/\\#:]+")
_NUMBER_LABEL = re.compile(
    r"^(?:stir|inn|tin|стир|инн|litsenziya|лицензия|licen[cs]e|номер|raqami?)\b[\s.:#-]*(?:raqami?\b|номер\b|number\b)?[\s.:#-]*",
    re.IGNORECASE,
)
_LOOKS = str.maketrans(LOOKS_LATIN)
_DIGITS = str.maketrans("oli", "011")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def name_key(name: str) -> str:
    """The words of a name that count, in their own letters; empty if none are left."""
    return split_name(name)[0]


def split_name(name: str) -> tuple[str, str]:
    """The key of a name, and the form of ownership it states (a key of `FORMS`, or empty)."""
    text = unicodedata.normalize("NFC", name).translate(_ONE_SIGN).lower()
    words = [word for raw in text.split() if (word := raw.strip(_EDGES))]
    form = ""
    for end in (-1, 0):
        if len(words) > 1 and words[end] in _FORM_OF and not form:
            form = _FORM_OF[words.pop(end)]
    return " ".join(words), form


def number_key(number: str) -> str:
    """A licence number without spaces, dashes and dots, in small letters."""
    return _NUMBER_NOISE.sub("", unicodedata.normalize("NFC", number).translate(_ONE_SIGN)).lower()


def typed_number_keys(text: str) -> list[str]:
    """Keys of the number a person may have typed: the whole text, and the text without a word such as "STIR" before it."""
    whole = number_key(text)
    bare = _NUMBER_LABEL.sub("", text.translate(_ONE_SIGN).strip(), count=1)
    return [key for key in (whole, number_key(bare) if bare != text else "") if key]


def loose_name(name: str) -> str:
    """A name as the ear takes it: in Latin letters, without marks and forms of ownership."""
    return fold(name[:LONGEST], drop=FORM_WORDS)


def loose_number(number: str) -> str:
    """A number as the eye takes it: O for 0, l and I for 1, Cyrillic letters for the Latin ones they look like."""
    return fold(number[:LONGEST].translate(_LOOKS)).replace(" ", "").translate(_DIGITS)


def is_hiding(text: str) -> bool:
    """Whether the text holds signs nobody sees."""
    if text.isascii() and text.isprintable():
        return False
    return any(visible_sign(sign) != sign and not sign.isspace() for sign in text)


def has_stand_ins(text: str) -> bool:
    """Whether a letter or digit stands in for another: full-width, circled, a Kelvin sign, digits of another script."""
    return not text.isascii() and any(not sign.isascii() and _is_stand_in(sign) for sign in text)


def has_disguised_word(text: str) -> bool:
    """Whether a word all of Cyrillic letters that look Latin stands beside Latin letters or digits (ХМ-0417, Silk Јоb)."""
    words = re.findall(r"[^\W\d_]+", text)
    beside = any(sign.isascii() and sign.isalnum() for sign in text)
    return beside and any(
        word.lower() not in FORM_WORDS and all(map(LOOKS_LATIN.__contains__, word)) for word in words
    )


def _is_stand_in(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category in ("Nd", "No", "Nl"):
        return True
    return category[0] == "L" and sign not in APOSTROPHES and unicodedata.normalize("NFKC", sign) != sign


def scanned_number(text: str, *, host: str) -> tuple[str, bool]:
    """The licence number in the address a printed code holds, and whether the address is another site's.

    A text that is no address comes back with no number and False. Only our own host's addresses are believed.
    """
    if not text[:8].lower().startswith(("http://", "https://")):
        return "", False
    try:
        parts = urlsplit(text)
        found = (parts.hostname or "").lower()
    except ValueError:
        return "", True
    *way, number = parts.path.strip("/").split("/")
    is_ours = found == host.lower() and parts.username is None and way == ["c"] and bool(number)
    return unquote(number), not is_ours


# -- keys as the database keeps them -------------------------------------------------------------------------------


def other_script(name: str) -> str:
    """The name in the other Uzbek script, by the official table; nothing if it is written in both at once."""
    if not _CYRILLIC.search(name):
        return to_cyrillic(name)
    return "" if re.search("[A-Za-z]", name) else to_latin(name)


def other_script_key(name: str) -> str:
    """The exact key of the name in the other Uzbek script."""
    return name_key(other_script(name))
