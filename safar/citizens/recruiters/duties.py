"""What recruiters wait for: applications and suspensions to decide, withdrawals to sign, licences that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import rules, words
from safar.citizens.recruiters.models import LicenceDecision, Recruiter, State
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions.duties import MOST, Duty, provides_duties

ICONS = {
    rules.Move.DECIDE_APPLICATION: "inbox",
    rules.Move.DECIDE_SUSPENSION: "gavel",
    rules.Move.SIGN_WITHDRAWAL: "signature",
    rules.Move.RENEW: "calendar-clock",
    rules.Move.RECORD_EXPIRY: "calendar-x",
}
#: Whose move is the licensing officer's own.
OURS = frozenset({rules.Party.OFFICER, rules.Party.SECOND_OFFICER})


@provides_duties
def licensing(actor: Actor, today: date) -> Iterator[Duty]:
    """For who may grant licences: everything undecided in her scope, and licences about to end, the firm's to renew.

    A withdrawal she proposed herself waits for somebody else's signature.
    """
    waiting = (
        Q(state__in=[State.APPLIED, State.SUSPENDED], next_due_on__isnull=False)
        | Q(withdrawal_proposed_on__isnull=False)
        | Q(state=State.LICENSED, next_due_on__lte=rules.renewed_until(today))
    )
    own = visible(actor, LicenceDecision).filter(
        recruiter=OuterRef("pk"), standing=LicenceDecision.Standing.PROPOSED, decided_by_id=actor.user_id
    )
    rows = visible(actor, Recruiter, "grant_licence").filter(waiting).annotate(is_own_proposal=Exists(own))
    for recruiter in rows.order_by("next_due_on", "id")[:MOST]:
        step = rules.next_step(recruiter.progress, today)
        yield Duty(
            title=words.MOVES[step.move],
            detail=recruiter.name,
            url=reverse("workbench:record", args=["recruiters", recruiter.pk]),
            who=words.PARTIES[step.party],
            mine=step.party in OURS
            and not (step.move == rules.Move.SIGN_WITHDRAWAL and recruiter.is_own_proposal),
            due=step.due_on,
            group=_("Recruiters"),
            icon=ICONS.get(step.move, "circle"),
        )
