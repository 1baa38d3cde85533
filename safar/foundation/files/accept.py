"""Judging a file before anything is kept of it: is it what it says, is it small enough, can it do harm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.files.base import File

from safar.foundation.files.kinds import BY_CODE, MB, Kind, by_content, by_extension
from safar.foundation.files.names import tidy_name
from safar.foundation.files.pdf import check_pdf
from safar.foundation.files.pictures import clean_picture
from safar.foundation.files.refusals import EmptyFile, TooLarge, UnknownKind, WrongKind
from safar.foundation.files.texts import clean_text
from safar.foundation.files.workbooks import clean_workbook

_CLEANING: dict[str, Callable[[bytes, Kind], bytes]] = {
    "PDF": check_pdf,
    "JPEG": clean_picture,
    "PNG": clean_picture,
    "XLSX": clean_workbook,
    "CSV": clean_text,
    "TEXT": clean_text,
}


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept: cleaned content, tidy name, kind."""

    name: str = field(repr=False)
    kind: Kind
    content: bytes = field(repr=False)

    def __str__(self) -> str:
        # Goes into histories and logs: the name may name a person.
        return f"{self.kind.code}, {len(self.content)} B"


def accept(
    upload: File[Any] | IO[bytes], *, name: str = "", kinds: Iterable[str] = tuple(BY_CODE)
) -> Accepted:
    """Return the file cleaned, or raise the `FileRefused` that says why not. What the sender calls its type is not believed.

    Re-encoding may change bytes: pictures lose their metadata and stand upright, workbooks are packed anew, text is UTF-8.
    """
    allowed = tuple(BY_CODE[code] for code in kinds)
    name = name or getattr(upload, "name", "") or ""
    content = _read(upload, most=max(kind.most for kind in allowed))
    kind = _kind_of(content, name, allowed)
    if len(content) > kind.most:
        raise TooLarge(most=kind.most // MB)
    return Accepted(name=tidy_name(name, kind), kind=kind, content=_CLEANING[kind.code](content, kind))


def _read(upload: File[Any] | IO[bytes], *, most: int) -> bytes:
    """All of the file, unless it is larger than `most`: then nothing of it stays in memory."""
    if (getattr(upload, "size", None) or 0) > most:
        raise TooLarge(most=most // MB)
    upload.seek(0)
    content = bytes(upload.read(most + 1))
    if len(content) > most:
        raise TooLarge(most=most // MB)
    if not content:
        raise EmptyFile
    return content


def _kind_of(content: bytes, name: str, allowed: tuple[Kind, ...]) -> Kind:
    found, claimed = by_content(content[:16]), by_extension(name)
    if claimed is None or claimed not in allowed:
        raise UnknownKind(accepted=", ".join(str(kind.label) for kind in allowed))
    if found is not claimed and (found is not None or claimed.magic):
        raise WrongKind(claimed=claimed.label)
    return claimed
