"""File names as they are kept and given out: readable, short, and harmless on every system."""

from __future__ import annotations

import re

from safar.foundation.files.kinds import Kind
from safar.foundation.languages.text import normalise

LONGEST = 120
_NO_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def tidy_name(name: str, kind: Kind) -> str:
    """The name without folders, signs that mean something to a system, and hidden ones; it ends as its kind does."""
    stem = normalise(re.split(r"[/\\]", name)[-1])
    for extension in kind.extensions:
        stem = re.sub(rf"(?i)\.{extension}$", "", stem)
    stem = _NO_NAME.sub("_", stem).strip(" ._")[: LONGEST - 6].rstrip(" ._")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"file_{stem}".rstrip("_")
    return f"{stem}.{kind.extensions[0]}"
