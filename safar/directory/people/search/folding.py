"""How a name sounds, whatever alphabet, scheme of letters or ending it was written with. Pure: no database, no Django.

Each word of a name has a *sound* (script-free, vowels coarse, ending kept: what candidates are ranked by) and *bones* (the
consonants of its stem: what candidates are looked up by). `README.md` beside this file tells why, and from what sources.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: Longest word and most words looked at: a name has neither more letters nor more parts than this.
LETTERS, WORDS = 40, 8


class Sound(NamedTuple):
    """A word of a name as it sounds: ``sound`` to rank by, ``bones`` to look up by."""

    sound: str
    bones: str


def words(text: str) -> list[str]:
    """The words of a name in small letters of its own script, without those for son and daughter of; at most `WORDS`."""
    plain = unicodedata.normalize("NFC", text[: LETTERS * WORDS * 2]).casefold()
    plain = _S_APART_FROM_H.sub("sx", plain).translate(_SIGNS)
    return [word[:LETTERS] for word in plain.split() if word not in KIN][:WORDS]


def heard(text: str) -> tuple[Sound, ...]:
    """Every word of a name as it sounds, in order."""
    return tuple(found for word in words(text) if (found := sounded(word)).sound)


def sounds_of_name(name: str) -> str:
    """The sounds of a name's words, one space between: how a person's are stored."""
    return " ".join(found.sound for found in heard(name))


def bones_of_name(name: str) -> str:
    """The bones of a name's words, in the places of their sounds."""
    return " ".join(found.bones for found in heard(name))


@lru_cache(maxsize=65536)
def sounded(word: str) -> Sound:
    """One word (as `words` gives it) as it sounds."""
    sound = sound_of(word)
    return Sound(sound, bones_of(stem_of(sound)))


@lru_cache(maxsize=4096)
def other_bones(word: str) -> tuple[str, ...]:
    """Further bones a typed word may stand for: a letter with two readings, an ending mistyped or taken for the name's own."""
    sound = sound_of(word)
    stem = stem_of(sound)
    found = [bones_of(stem.replace(one, other)) for one, other in READINGS if one in stem]
    found += [
        bones_of(sound),
        bones_of(stem_of(sound[:-1])) if len(sound) > 5 else "",
        bones_of(stem[:-1]) if len(stem) > 4 else "",
    ]
    return tuple(dict.fromkeys(one for one in found if one and one != bones_of(stem)))


def deletions(bones: str) -> frozenset[str]:
    """The bones themselves and with each one letter left out: two bones one slip apart share one of these."""
    return frozenset([bones, *(bones[:at] + bones[at + 1 :] for at in range(len(bones)))]) - {""}


# -- letters -------------------------------------------------------------------------------------------------

#: Words that say whose child somebody is, apostrophes left out: written or left out as the form has it.
_KIN = """
ogli ugli oglu ugly ogly ugil ogil uli uly ulu uulu ulı oğlu oglı oğli oghli ughli oghlu ўғли угли
угил оғли оглы оглу огли углы ұлы улы уулу ули qizi kizi kyzy qyzy kizy qizy kyzi gizi gyzy kızı
qızı qızi қизи кизи кызы қызы гызы кизы қизы ңызы
"""
KIN = frozenset(_KIN.split())

#: Signs inside a word that are no letters: apostrophes of every kind.
_APOSTROPHES = "'`´ʹʻʼʽʾʿˈˊˋ˴΄՚׳‘’‛′‵＇"

#: Every Cyrillic letter of the region's alphabets, and what it sounds like. S is sh, C is ch, J is zh and dj, Y stands for
#: the glide before a vowel.
_CYRILLIC_LETTERS = """
а:a б:b в:v г:g ғ:g ґ:g ҕ:g д:d е:e ё:yo ж:J җ:J ӂ:J ҷ:J ӌ:J з:z ҙ:z и:i і:i ї:i ӣ:i й:y ј:y к:k қ:k
ҡ:k ҝ:k ӄ:k ҟ:k л:l љ:l м:m н:n ң:n ҥ:n њ:n о:o ө:o п:p р:r с:s ҫ:s т:t у:u ў:u ұ:u ү:u ӯ:u ф:f х:x
ҳ:x һ:x ц:s ч:C ћ:C ш:S щ:S ъ: ы:i ь: э:e ю:yu я:ya є:ye ѓ:g ќ:k ђ:J џ:J ѕ:z ә:a ѵ:i ѣ:e ӱ:u ӧ:o ӓ:a
ӗ:e ӑ:a ԓ:l
"""
_CYRILLIC = dict(pair.split(":") for pair in _CYRILLIC_LETTERS.split())
#: Latin letters with marks of their own sound; other marks are dropped.
_LATIN_LETTERS = """
š:S ş:S ș:S ś:S č:C ç:C ć:C ž:J ź:J ż:J ǰ:J đ:J ə:a ä:a ö:o ü:u ı:i ł:l ø:o å:o æ:e œ:e ß:s þ:t ð:d
ñ:n ŋ:n ŭ:u ğ:g ǵ:g ḥ:h ẖ:h ḫ:h
"""
_LATIN = dict(pair.split(":") for pair in _LATIN_LETTERS.split())


_S_APART_FROM_H = re.compile(f"s[{_APOSTROPHES}]h")


class _Signs(dict[int, "str | None"]):
    """For ``str.translate``: letters stay, apostrophes and marks go, anything else parts words."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        gone = sign in _APOSTROPHES or unicodedata.category(sign) in ("Mn", "Me", "Cf", "Lm")
        self[code] = None if gone else sign if sign.isalpha() else " "
        return self[code]


class _Sounds(dict[int, str]):
    """For ``str.translate``: each letter as Latin small letters and the capitals of `_CYRILLIC`."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        found = _CYRILLIC.get(sign, _LATIN.get(sign))
        if found is None:
            base = unicodedata.normalize("NFD", sign)[0]
            found = base if base.isascii() and base.isalpha() else _CYRILLIC.get(base, "")
        self[code] = found
        return found


_SIGNS, _SOUNDS = _Signs(), _Sounds()

#: Spelling schemes of Latin (Uzbek, passports of every decade, English, German, French, Polish, Turkish), the longest first.
#: Each with letters of which a word must have one for the rule to be worth trying.
_SPELLINGS = (
    ("sS", "schtsch|shch|szcz|SC|stch", "S"),
    ("t", "tsch|tch|tS", "C"),
    ("z", "cz", "C"),
    ("dz", "dsch|dzh|dj|dJ|zh|dg(?=[eik])", "J"),
    ("s", "sch|sh|sz", "S"),
    ("c", "ch", "C"),
    ("x", "x", "h"),
    ("h", "kh", "h"),
    ("h", "gh", "g"),
    ("p", "ph", "f"),
    ("h", "th", "t"),
    ("t", "ts|tz", "s"),
    ("kc", "(?:ck|cz?k|[tz]k)(?=(?:i[jy]?|yj?|a[jyi]?a?)$)", "sk"),
    ("q", "q", "k"),
    ("c", "ck", "k"),
    ("c", "c(?=[eiy])", "s"),
    ("c", "c", "k"),
    ("w", "w", "v"),
    ("f", "(?<=[oe])ff?$", "v"),
    ("o", "ou|oo", "u"),
    ("yjiJ", "^(?:[yji][ou]|J[ou])", "Y"),
    ("j", "(?<=[lt])j(?=[ua])|(?<=n)j(?=u)|j(?=e[vf])|(?<=[aeouiy])j(?=a$|evi|ovi)|(?<=i)j(?=[ao])", "y"),
    ("j", "j$|j(?=[bdfghklmnprstvzSCJ])", "y"),
    ("yi", "^[yi](?=[ae])", ""),
)
_RULES = tuple((frozenset(letters), re.compile(pattern), sound) for letters, pattern, sound in _SPELLINGS)
#: Coarse vowels, and the j that is left.
_COARSE = str.maketrans("jyoe", "Jiai")
_RUNS = re.compile(r"(.)\1+")
_GLIDE = re.compile("i(?=[au])")

#: Letters that one scheme or one language reads otherwise than the fold: tried when a name is looked for, not when it is kept.
_OTHER_READINGS = """
S:sh J:i J:k C:S C:h C:k h: h:ks h:C ks:h g:h h:g h:k s:z z:s s:k s:S S:s v: v:b f:v Y:J Y:a Y:hu J:z n:ng gi:Ji dz:J J:dz
su:tu tu:su fu:hu hu:fu C:t ti:Ci Ji:gi ki:Ci
"""
READINGS = tuple(tuple(pair.split(":")) for pair in _OTHER_READINGS.split())

_ENDINGS = re.compile(
    "(?:i?[aiu]v|[ai]v)(?:a|iC|na|iCna|ic|i)?$|(?:iC|iCna|in[ai]?|ski|skai?a|skii|zada|zadi|u?gli|kizi)$|(?<=[aiu])h$"
)
#: Consonants that schemes and tongues exchange: s and z, sh and ch, g and h, v and f; vowels and Y are left out.
_KINDRED = str.maketrans({"z": "s", "C": "S", "g": "h", "f": "v", "a": "", "i": "", "u": "", "Y": ""})


def sound_of(word: str) -> str:
    """A word without script: Latin small letters with S, C, J, Y; a for a and o, i for e, i and y, u."""
    found = word.translate(_SOUNDS)
    letters = set(found)
    for needed, pattern, sound in _RULES:
        if not needed.isdisjoint(letters):
            changed = pattern.sub(sound, found)
            if changed != found:
                found, letters = changed, set(changed)
    return _GLIDE.sub("", _RUNS.sub(r"\1", found.translate(_COARSE)))


def stem_of(sound: str) -> str:
    """The sound without the ending that makes a family name or a patronymic of it; whole if too little would be left."""
    stem = _ENDINGS.sub("", sound)
    return stem if len(stem) > 2 else sound


def bones_of(sound: str) -> str:
    """The consonants, each run of one letter once; a vowel at the beginning, or a glide, stands as a."""
    if not sound:
        return ""
    bones = sound[1:].translate(_KINDRED)
    if sound[0] in "aiuYJ":
        return "a" + _RUNS.sub(r"\1", bones)
    return _RUNS.sub(r"\1", sound[0].translate(_KINDRED) + bones)
