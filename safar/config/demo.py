"""The demo world: every room's made-up people and records, in the order they stand on each other.

Seeded: each loading makes the same world, and a second loading changes nothing. Nothing in it is real; the site says so on
every page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from safar.citizens.recruiters import demo as recruiters
from safar.directory.organisations import demo as organisations
from safar.directory.people import demo as people
from safar.directory.places import demo as places
from safar.directory.staff import demo as staff
from safar.directory.staff.models import Account
from safar.doors.api.actions import issue_token
from safar.doors.api.models import Token
from safar.foundation.access.actors import Actor, acting


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
    _token(now)


def _token(now: datetime) -> None:
    """One token of the analyst's, whose secret nobody keeps."""
    account = Account.objects.get(username="demo-tahlil")
    actor = Actor("staff", user_id=account.pk, name=str(account))
    with acting(actor):
        if not Token.objects.exists():
            issue_token(
                purpose="Namoyish: reyestr nusxasi",
                resources=["recruiters.recruiter"],
                may_write=False,
                expires_on=timezone.localdate(now) + timedelta(days=90),
                by=actor,
                now=now,
            )


def logins() -> list[dict[str, Any]]:
    """Who may sign in to the demo, by role, with the second factor's code of this moment."""
    return staff.logins()


def names() -> dict[str, str]:
    """What to ask the demo for, by what the answer will be (for pictures and journeys)."""
    return recruiters.names()
