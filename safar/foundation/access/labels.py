"""The label every protected row carries, as plain numbers and text: this room knows no organisation and no place."""

from dataclasses import dataclass
from uuid import UUID

PUBLIC, PERSONAL, SENSITIVE, PROTECTED, SEALED = range(5)


@dataclass(frozen=True, slots=True)
class Label:
    """Where a row belongs: organisation id, place path (``UZ.1714.``), level 0..4 and, from level 3, its case."""

    org: int | None = None
    place: str = ""
    level: int = PUBLIC
    case: UUID | None = None
