"""Numbers about recruiters, by code."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters.models import LicenceDecision, Recruiter, State
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.indicators import indicator


@indicator(
    "recruiters.licensed",
    _("Licensed recruiters"),
    _("firms"),
    disaggregations=("place", "destination", "work", "on"),
)
def licensed(
    actor: Actor, *, place: str = "", destination: str = "", work: str = "", on: date | None = None
) -> int:
    """Firms whose licence holds on a day: in a place (its path), for a country, for a kind of work."""
    rows: Any = visible(actor, Recruiter)
    rows = rows.licensed_on(on or timezone.localdate())
    if place:
        rows = rows.filter(label_place__gte=place, label_place__lt=f"{place[:-1]}/")
    if destination:
        rows = rows.filter(destinations__contains=[destination])
    return rows.filter(works__contains=[work]).count() if work else rows.count()


@indicator("recruiters.suspended", _("Suspended recruiters"), _("firms"), disaggregations=("place",))
def suspended(actor: Actor, *, place: str = "") -> int:
    """Firms whose licence is suspended now."""
    rows = visible(actor, Recruiter).filter(state=State.SUSPENDED)
    return (rows.filter(label_place__gte=place, label_place__lt=f"{place[:-1]}/") if place else rows).count()


@indicator(
    "recruiters.withdrawn", _("Licences withdrawn"), _("decisions"), disaggregations=("since", "until")
)
def withdrawn(actor: Actor, *, since: date | None = None, until: date | None = None) -> int:
    """Withdrawals in force, by the day of the second signature."""
    rows = visible(actor, LicenceDecision).filter(
        act=LicenceDecision.Act.WITHDRAW, standing=LicenceDecision.Standing.IN_FORCE
    )
    if since:
        rows = rows.filter(effective_on__gte=since)
    return (rows.filter(effective_on__lte=until) if until else rows).count()
