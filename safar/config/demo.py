"""The demo world: every room's made-up people and records, in the order they stand on each other.

Seeded: each loading makes the same world, and a second loading changes nothing. Nothing in it is real; the site says so on
every page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from safar.citizens.recruiters import demo as recruiters
from safar.directory.organisations import demo as organisations
from safar.directory.people import demo as people
from safar.directory.places import demo as places
from safar.directory.staff import demo as staff
from safar.doors.api import demo as api


def load(*, report: Callable[[str], None] = lambda line: None) -> None:
    """Make the whole demo world; `report` is told each step in words."""
    now = timezone.now()
    report("places")
    places.load(now=now)
    report("organisations")
    organisations.load(now=now)
    report("staff")
    staff.load(now=now)
    report("people")
    people.load(now=now)
    report("recruiters")
    recruiters.load(now=now)
    report("access tokens")
    api.load(now=now)


def logins() -> list[dict[str, Any]]:
    """Who may sign in to the demo, by role, with the second factor's code of this moment."""
    return staff.logins()


def names() -> dict[str, str]:
    """What to ask the demo for, by what the answer will be (for pictures and journeys)."""
    return recruiters.names()
