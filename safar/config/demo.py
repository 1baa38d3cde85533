"""The demo world: every room's made-up people and records, in the order they stand on each other.

Seeded: each loading makes the same world. Nothing in it is real; the site says so on every page.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.utils import timezone

#: Modules with ``load(*, now)``, in order.
ROOMS = (
    "safar.directory.places.demo",
    "safar.directory.organisations.demo",
    "safar.directory.staff.demo",
    "safar.directory.people.demo",
    "safar.citizens.recruiters.demo",
    "safar.doors.demo",
)


def load(*, report: Callable[[str], None] = lambda line: None) -> None:
    """Make the whole demo world; `report` is told each step in words."""
    now = timezone.now()
    for room in ROOMS:
        report(room.split(".")[-2])
        import_module(room).load(now=now)


def logins() -> list[dict[str, Any]]:
    """Who may sign in to the demo, by role, with the second factor's code of this moment."""
    return import_module("safar.directory.staff.demo").logins()


def names() -> dict[str, str]:
    """What to ask the demo for, by what the answer will be (for pictures and journeys)."""
    return import_module("safar.citizens.recruiters.demo").names()
