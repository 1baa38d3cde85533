"""What is allowed of organisations, by pure rules."""

from __future__ import annotations

import re

STIR = re.compile(r"[0-9]{9}")


def is_stir(text: str) -> bool:
    """Whether the text has the form of a STIR, the nine-digit tax number of Uzbekistan (no check digit is published)."""
    return STIR.fullmatch(text) is not None


def tells_too_much(*, is_shelter: bool, place_path: str) -> bool:
    """Whether a place says more about where a shelter is than its region (country and region: two steps of the path)."""
    return is_shelter and place_path.count(".") > 2


def would_circle(own: int, above: list[int]) -> bool:
    """Whether putting an organisation under one whose own chain upwards is `above` would make it its own superior."""
    return own in above
