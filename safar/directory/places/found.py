"""A place as some source tells of it, before it is compared with the directory."""

from __future__ import annotations

from dataclasses import dataclass, field

HOME = "UZ"
COUNTRY, REGION, DISTRICT, SETTLEMENT, MAHALLA = "COUNTRY", "REGION", "DISTRICT", "SETTLEMENT", "MAHALLA"
LEVELS = (COUNTRY, REGION, DISTRICT, SETTLEMENT, MAHALLA)
#: Digits of an official code, and the level they mean: SOATO has 2, 4, 7 and 10 of them, the mahalla list 8.
LEVEL_OF_LENGTH = {2: COUNTRY, 4: REGION, 7: DISTRICT, 8: MAHALLA, 10: SETTLEMENT}


@dataclass(slots=True)
class Found:
    """One place in a source: the row it stands in, its official code, its names by field, and its parent's code.

    A source without official codes gives its own `code` and says by `matched` whether the directory knows the place.
    """

    number: int
    level: str
    code: str
    names: dict[str, str]
    parent: str = ""
    iso: dict[str, str] = field(default_factory=dict)
    matched: bool = True


def parent_code(code: str) -> str:
    """The code of what a SOATO code lies in; empty for a country and for a mahalla, whose number does not say."""
    level = LEVEL_OF_LENGTH.get(len(code))
    if level == REGION:
        return HOME
    if level in (DISTRICT, SETTLEMENT):
        return code[:4] if level == DISTRICT else code[:7]
    return ""
