"""Text and tables of text: readable signs only, kept as UTF-8."""

from __future__ import annotations

import codecs
import re

from safar.foundation.files.kinds import Kind
from safar.foundation.files.refusals import NotText

#: In this order: what says itself what it is, then UTF-8, then what office programs write here in Cyrillic.
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def clean_text(content: bytes, kind: Kind) -> bytes:
    """The text in UTF-8, with the mark at its beginning that spreadsheets need to know it for a table."""
    text = _decoded(content)
    if _CONTROL.search(text):
        raise NotText
    return (codecs.BOM_UTF8 if kind.code == "CSV" else b"") + text.encode()


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKED:
        if content.startswith(mark):
            return _read(content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _read(content, "cp1251")


def _read(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText from error
