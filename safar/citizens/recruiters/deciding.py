"""What decisions about licences share: the rule looked up, its demands met, the licence moved, the decision kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import rules, spelling
from safar.citizens.recruiters.models import Alias, LicenceDecision, Recruiter, State
from safar.citizens.recruiters.words import LACKING
from safar.directory.organisations.models import Organisation, Type
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import chances, visible
from safar.foundation.actions import Refused, publish, store

MOVED = "recruiters.state"
Standing = LicenceDecision.Standing
#: The field in which a decision carries what a rule demands.
FIELDS = {rules.Demand.REASON: "reason", rules.Demand.ORDER_NUMBER: "order_number"}


def may_now(act: str) -> Callable[[Recruiter, date], bool]:
    """Whether the rules let `act` be done to a licence in its state."""

    def allowed(recruiter: Recruiter, today: date) -> bool:
        return (
            rules.transition(act, recruiter.state, today) is not None and not recruiter.withdrawal_proposed_on
        )

    return allowed


def why_not(recruiter: Recruiter, today: date) -> Any:
    """Why a decision is not offered for a licence as it stands."""
    if recruiter.withdrawal_proposed_on:
        return _("Not offered: a withdrawal is proposed and waits for the second signature.")
    return _now("Not offered for a licence in this state: %(state)s.") % {
        "state": recruiter.get_state_display()
    }


def checked(
    act: str,
    recruiter: Recruiter,
    today: date,
    *,
    reason: str = "",
    order_number: str = "",
    second_person: bool = False,
) -> rules.Transition:
    """The rule in force for the act, once the decision carries what the rule demands."""
    row = rules.transition(act, recruiter.state, today)
    if row is None:
        raise Refused(why_not(recruiter, today))
    for lacking in rules.missing(row, reason=reason, order_number=order_number, second_person=second_person):
        raise Refused(LACKING[lacking], field=FIELDS.get(lacking, ""))
    return row


def decide(
    act: str, recruiter: Recruiter, *, by: Actor, now: datetime, reason: str = "", order_number: str = "",
    standing: str = Standing.IN_FORCE,
) -> LicenceDecision:  # fmt: skip
    """Move the licence as the rule says and keep the decision; a proposal moves nothing yet."""
    today = timezone.localdate(now)
    row = checked(
        act,
        recruiter,
        today,
        reason=reason,
        order_number=order_number,
        second_person=standing == Standing.PROPOSED,
    )
    before = recruiter.state
    if standing == Standing.IN_FORCE:
        move_licence(recruiter, row, reason=reason, order_number=order_number)
    return store(
        LicenceDecision(
            recruiter=recruiter, act=act, standing=standing, from_state=before, to_state=row.after, rule=row.ref,
            order_number=order_number, reason=reason, decided_on=today, effective_on=today,
            licensed_until=recruiter.licensed_until, decided_by_id=by.user_id, decided_by=by.name,
        ),
        by=by,
    )  # fmt: skip


def move_licence(recruiter: Recruiter, row: rules.Transition, *, reason: str, order_number: str) -> None:
    """Put the licence into the state the rule leads to, and say so to who subscribed."""
    recruiter.state, recruiter.state_rule = State(row.after), row.ref
    recruiter.state_reason, recruiter.state_order = reason, order_number
    recruiter.stopped_on = None
    publish(MOVED, {"id": recruiter.pk, "state": recruiter.state})


def remember(recruiter: Recruiter, kind: str, text: str, *, until: date, by: Actor) -> None:
    """Keep what the firm was called or numbered, so that the check can say what it is called now."""
    make = spelling.number_key if kind == Alias.Kind.OLD_NUMBER else spelling.name_key
    if not visible(by, Alias, "change").filter(recruiter=recruiter, kind=kind, exact_key=make(text)).exists():
        store(Alias(recruiter=recruiter, kind=kind, text=text, until=until), by=by)


def keeper_for(by: Actor, act: str = "apply_for_licence") -> Organisation | None:
    """The authority whose register the actor works on: of her grants, else the agency that is in the directory longest."""
    named = {org for _rule, scope in chances(by, Recruiter, act) for org in scope.orgs or ()}
    bodies = visible(by, Organisation)
    return (bodies.filter(pk__in=named) if named else bodies.filter(type=Type.AGENCY)).order_by("pk").first()
