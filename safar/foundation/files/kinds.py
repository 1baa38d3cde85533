"""The kinds of files accepted, with the signs they are known by and the most they may hold; the table of the how-to page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: `magic` are its first bytes (text has none), `most` its size, `unpacked_most` its size unpacked."""

    code: str
    label: Promise
    content_type: str
    extensions: tuple[str, ...]
    most: int
    unpacked_most: int
    magic: bytes = b""
    pixels_most: int = 0


KINDS = (
    Kind("PDF", _("PDF document"), "application/pdf", ("pdf",), 20 * MB, 100 * MB, b"%PDF-"),
    Kind(
        "JPEG", _("JPEG picture"), "image/jpeg", ("jpg", "jpeg"), 15 * MB, 150 * MB, b"\xff\xd8\xff", 50 * MB
    ),
    Kind("PNG", _("PNG picture"), "image/png", ("png",), 15 * MB, 100 * MB, b"\x89PNG\r\n\x1a\n", 25 * MB),
    Kind(
        "XLSX",
        _("Excel workbook"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
        10 * MB,
        100 * MB,
        b"PK\x03\x04",
    ),
    Kind("CSV", _("CSV table"), "text/csv; charset=utf-8", ("csv",), 10 * MB, 10 * MB),
    Kind("TEXT", _("plain text"), "text/plain; charset=utf-8", ("txt",), 2 * MB, 2 * MB),
)
BY_CODE = {kind.code: kind for kind in KINDS}
#: The largest file of any kind: an upload beyond it is refused before it is read.
LARGEST = max(kind.most for kind in KINDS)


def by_content(head: bytes) -> Kind | None:
    """The kind whose sign the content begins with; None for text, and for kinds nobody accepts."""
    return next((kind for kind in KINDS if kind.magic and head.startswith(kind.magic)), None)


def by_extension(name: str) -> Kind | None:
    """The kind a file name claims to be."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind for kind in KINDS if extension in kind.extensions), None)
