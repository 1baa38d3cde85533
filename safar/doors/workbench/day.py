"""My day: what waits, whose move it is, and by when; the late first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from safar import map as house
from safar.doors.workbench.gate import StaffRequest, answer, staff_page
from safar.doors.workbench.histories import told
from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import may
from safar.foundation.actions.duties import Duty, duties
from safar.foundation.registers import Register, register_by_slug

SHOWN = 50
RECENT = 6
SOON = timedelta(days=7)
MORNING_ENDS, DAY_ENDS = 12, 18

WHOSE = {
    "mine": (_("I act"), lambda duty: duty.mine),
    "others": (_("I wait for others"), lambda duty: not duty.mine and bool(duty.who)),
    "nobody": (_("Nobody’s"), lambda duty: not duty.mine and not duty.who),
}


@dataclass(frozen=True, slots=True)
class Heap:
    """Duties of one stretch of time."""

    title: Any
    is_late: bool
    duties: list[Duty]


@dataclass(frozen=True, slots=True)
class Tab:
    """Duties by whose move it is."""

    code: str
    title: Any
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Start:
    """Something new the person may begin from here."""

    title: Any
    url: str
    icon: str


@require_safe
@staff_page
def day(request: StaffRequest) -> HttpResponse:
    """Show what waits for the reader today."""
    now = timezone.localtime()
    today, actor = now.date(), request.actor
    found = duties(actor, today)
    whose = request.GET.get("whose", "mine")
    whose = whose if whose in WHOSE else "mine"
    listed = [duty for duty in found if WHOSE[whose][1](duty)]
    shown = listed if request.GET.get("all") else listed[:SHOWN]
    mine = [duty for duty in found if duty.mine]
    context = {
        "greeting": greeting(now.hour),
        "first_name": first_name(request.user),
        "today": today,
        "tabs": [
            Tab(code, title, sum(map(test, found)), code == whose) for code, (title, test) in WHOSE.items()
        ],
        "whose": whose,
        "heaps": heaps(shown, today),
        "count": len(listed),
        "left": len(listed) - len(shown),
        "due_today": sum(1 for duty in mine if duty.due and duty.due <= today),
        "late": sum(1 for duty in mine if is_late(duty, today)),
        "starts": starts(actor),
        "recent": told(actor, history.events(actor, user_id=actor.user_id, limit=RECENT)),
    }
    return answer(request, "workbench/day.html", context)


def heaps(listed: Iterable[Duty], today: date) -> list[Heap]:
    """Duties by stretch of time: late, today, the next seven days, later, without a day."""
    bounds = [
        (_("Late"), lambda d: is_late(d, today)),
        (_("Today"), lambda d: d.due == today),
        (_("In the next seven days"), lambda d: d.due is not None and d.due <= today + SOON),
        (_("Later"), lambda d: d.due is not None),
        (_("Without a day"), lambda d: True),
    ]
    left, found = list(listed), []
    for number, (title, belongs) in enumerate(bounds):
        taken = [duty for duty in left if belongs(duty)]
        left = [duty for duty in left if not belongs(duty)]
        if taken:
            found.append(Heap(title, number == 0, taken))
    return found


def is_late(duty: Duty, today: date) -> bool:
    """Whether its day has passed."""
    return duty.late or (duty.due is not None and duty.due < today)


def greeting(hour: int) -> Any:
    """A greeting that fits the hour."""
    if hour < MORNING_ENDS:
        return _("Good morning")
    return _("Good day") if hour < DAY_ENDS else _("Good evening")


def first_name(user: Any) -> str:
    """The name a person is greeted by: the first word of her full name."""
    return str(getattr(user, "full_name", "") or "").partition(" ")[0]


def starts(actor: Actor) -> list[Start]:
    """New records the person may make: one of each service, in the order of the map, two at most."""
    known = [
        found
        for service in house.SERVICES
        for slug in service.registers[:1]
        if (found := register_by_slug(slug))
    ]
    return [start for register in known for start in _starts(register, actor)[:1]][:2]


def _starts(register: Register, actor: Actor) -> list[Start]:
    own = register.add_action
    found = [
        Start(a.label, reverse("workbench:create", args=[register.slug, a.name]), a.icon)
        for a in register.actions
        if a.creates and a.primary and a is not own and may(actor, register.model, a.name)
    ]
    if own and may(actor, register.model, own.name):
        title = own.label if register.add else register.singular
        found.insert(0, Start(title, reverse("workbench:add", args=[register.slug]), own.icon))
    return found
