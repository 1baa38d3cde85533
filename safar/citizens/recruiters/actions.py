"""What is done to recruiters and their licences."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import forms, rules, spelling
from safar.citizens.recruiters.deciding import (
    Standing,
    checked,
    decide,
    keeper_for,
    may_now,
    move_licence,
    remember,
    why_not,
)
from safar.citizens.recruiters.models import Alias, Deposit, LicenceDecision, Recruiter, State
from safar.citizens.recruiters.words import LACKING, country_names
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Refused, action, store

# -- applications ----------------------------------------------------------------------------------------------


@action(
    on=Recruiter, creates=True, label=_("Register application"), sentence=_("registered the application of %(name)s"),
    form=forms.ApplicationForm, icon="plus", primary=True,
)  # fmt: skip
def apply_for_licence(
    *, name: str, name_cyrl: str = "", name_ru: str = "", legal_form: str = "", stir: str = "", place: Place | None = None,
    address: str = "", phone: str = "", email: str = "", website: str = "", director: str = "",
    destinations: list[str] | None = None, works: list[str] | None = None, applied_on: date | None = None,
    by: Actor, now: datetime,
) -> Recruiter:  # fmt: skip
    """Enter a firm that asks for a licence. A STIR already in the register is refused."""
    if stir and visible(by, Recruiter).filter(stir=stir).exists():
        raise Refused(_("A firm with this STIR is in the register already."), field="stir")
    return Recruiter(
        name=name, name_cyrl=name_cyrl, name_ru=name_ru, legal_form=legal_form, stir=stir, place=place, address=address,
        phone=phone, email=email, website=website, director=director, destinations=destinations or [], works=works or [],
        applied_on=applied_on or timezone.localdate(now), keeper=keeper_for(by),
    )  # fmt: skip


@action(
    on=Recruiter, label=_("Application again"), sentence=_("registered that the firm applies again"), form=forms.AgainForm,
    icon="rotate-ccw", when=may_now("apply_again"), why_not=why_not,
)  # fmt: skip
def apply_again(recruiter: Recruiter, *, applied_on: date | None = None, by: Actor, now: datetime) -> None:
    """Take a refused firm's new application."""
    row = checked("apply_again", recruiter, timezone.localdate(now))
    move_licence(recruiter, row, reason="", order_number="")
    recruiter.applied_on = applied_on or timezone.localdate(now)


def _published_twin(recruiter: Recruiter, by: Actor) -> bool:
    firms = visible(by, Recruiter).filter(stir=recruiter.stir, is_public=True)
    return firms.exclude(pk=recruiter.pk).exists()


def _grant_detail(recruiter: Recruiter, inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": recruiter.number,
        "until": recruiter.licensed_until,
        "order_number": recruiter.state_order,
    }


@action(
    on=Recruiter, label=_("Grant licence"), sentence=_("granted the licence %(number)s until %(until)s, order %(order_number)s"),
    form=forms.GrantForm, icon="badge-check", primary=True, when=may_now("grant_licence"), why_not=why_not, detail=_grant_detail,
    hint=_("The public check is green from the day the licence begins. It also says whether a deposit in full is recorded."),
)  # fmt: skip
def grant_licence(
    recruiter: Recruiter, *, number: str, licensed_from: date | None = None, licensed_until: date | None = None,
    order_number: str = "", by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Give the firm a licence for the term of the law or a shorter one. A number is given once; an old one is remembered."""
    today = timezone.localdate(now)
    key = spelling.number_key(number)
    if visible(by, Recruiter).filter(number_key=key).exclude(pk=recruiter.pk).exists():
        raise Refused(_("This licence number is given already."), field="number")
    begins = licensed_from or today
    last = _last_day(begins)
    ends = licensed_until or last
    if ends < begins:
        raise Refused(_("The licence would end before it begins."), field="licensed_until")
    if ends > last:
        latest = _now("The licence ends by %(day)s at the latest.") % {"day": format_date(last, "d.m.Y")}
        raise Refused(latest, field="licensed_until")
    if recruiter.stir and _published_twin(recruiter, by):
        raise Refused(_("Another firm has this STIR."), field="stir")
    if recruiter.number and spelling.number_key(recruiter.number) != key:
        remember(recruiter, Alias.Kind.OLD_NUMBER, recruiter.number, until=today, by=by)
    recruiter.number, recruiter.licensed_from, recruiter.licensed_until = number, begins, ends
    decide("grant_licence", recruiter, by=by, now=now, order_number=order_number)


def _last_day(begins: date) -> date:
    try:
        return rules.licence_ends(begins)
    except ValueError as fault:
        unknown = _("No term of licences is known for that day. Write a later one.")
        raise Refused(unknown, field="licensed_from") from fault


@action(
    on=Recruiter, label=_("Refuse application"), sentence=_("refused the application: %(reason)s"), form=forms.RefusalForm,
    icon="octagon-x", destructive=True, when=may_now("refuse_application"), why_not=why_not,
)  # fmt: skip
def refuse_application(
    recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime
) -> None:
    """Refuse a licence, for a reason."""
    decide("refuse_application", recruiter, by=by, now=now, reason=reason, order_number=order_number)


# -- licences --------------------------------------------------------------------------------------------------


@action(
    on=Recruiter, label=_("Suspend licence"), sentence=_("suspended the licence: %(reason)s, order %(order_number)s"),
    form=forms.SuspensionForm, icon="octagon-pause", destructive=True, when=may_now("suspend_licence"), why_not=why_not,
    hint=_("The public check turns red at once."),
)  # fmt: skip
def suspend_licence(
    recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime
) -> None:
    """Stop the firm from sending people until the suspension is decided."""
    decide("suspend_licence", recruiter, by=by, now=now, reason=reason, order_number=order_number)
    recruiter.stopped_on = timezone.localdate(now)


@action(
    on=Recruiter, label=_("Reinstate licence"), sentence=_("reinstated the licence: %(reason)s, order %(order_number)s"),
    form=forms.ReinstatementForm, icon="circle-check", primary=True, when=may_now("reinstate_licence"), why_not=why_not,
)  # fmt: skip
def reinstate_licence(
    recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime
) -> None:
    """Let a suspended firm work again."""
    decide("reinstate_licence", recruiter, by=by, now=now, reason=reason, order_number=order_number)
    recruiter.state_reason = ""


def _may_renew(recruiter: Recruiter, today: date) -> bool:
    holds = recruiter.licensed_until is not None and recruiter.licensed_until >= today
    return may_now("renew_licence")(recruiter, today) and holds


def _why_not_renew(recruiter: Recruiter, today: date) -> Any:
    if recruiter.state == State.LICENSED and recruiter.licensed_until is None:
        return _("Not offered: the register does not know when this licence ends.")
    if recruiter.state == State.LICENSED and not recruiter.withdrawal_proposed_on:
        return _("Not offered: the licence has ended. Record that, then grant a new one.")
    return why_not(recruiter, today)


def _renew_detail(recruiter: Recruiter, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"until": recruiter.licensed_until, "order_number": recruiter.state_order}


@action(
    on=Recruiter, label=_("Renew licence"), sentence=_("renewed the licence until %(until)s, order %(order_number)s"),
    form=forms.RenewForm, icon="calendar-plus", when=_may_renew, why_not=_why_not_renew, detail=_renew_detail,
)  # fmt: skip
def renew_licence(
    recruiter: Recruiter,
    *,
    licensed_until: date | None = None,
    order_number: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Prolong a licence that still holds, by one term of the law at most."""
    ended = recruiter.licensed_until
    assert ended is not None  # `_may_renew` saw to it
    last = rules.licence_ends(ended) if licensed_until is None else licensed_until
    if not ended < last <= rules.licence_ends(ended):
        raise Refused(
            _("The new end lies after the present one, by one term at most."), field="licensed_until"
        )
    recruiter.licensed_until = last
    decide("renew_licence", recruiter, by=by, now=now, order_number=order_number)


def _has_ended(recruiter: Recruiter, today: date) -> bool:
    return may_now("record_expiry")(recruiter, today) and bool(
        recruiter.licensed_until and recruiter.licensed_until < today
    )


@action(
    on=Recruiter, label=_("Record expiry"), sentence=_("recorded that the licence has ended"), form=forms.SignatureForm,
    icon="calendar-x", when=_has_ended, why_not=lambda recruiter, today: _("Not offered: the licence has not ended."),
    bulk=True,
)  # fmt: skip
def record_expiry(recruiter: Recruiter, *, by: Actor, now: datetime) -> None:
    """Enter that a licence has run out. The check says so from the first minute after its last day, recorded or not."""
    decide("record_expiry", recruiter, by=by, now=now)


@action(
    on=Recruiter, label=_("Change destinations"), sentence=_("changed destinations to: %(destinations)s, order %(order_number)s"),
    form=forms.DestinationsForm, icon="globe", when=lambda recruiter, today: recruiter.state in (State.APPLIED, State.LICENSED),
    why_not=why_not,
    detail=lambda r, inputs: {"destinations": country_names(r.destinations), "order_number": inputs.get("order_number", "")},
)  # fmt: skip
def change_destinations(
    recruiter: Recruiter,
    *,
    destinations: list[str],
    works: list[str],
    order_number: str = "",
    by: Actor,
    now: datetime,
) -> None:
    """Say for which countries and kinds of work the licence is good; of a granted licence this is a decision in an order."""
    if recruiter.state == State.LICENSED and not order_number.strip():
        raise Refused(LACKING[rules.Demand.ORDER_NUMBER], field="order_number")
    recruiter.destinations, recruiter.works = sorted(set(destinations)), sorted(set(works))
    if recruiter.state != State.LICENSED:
        return
    today = timezone.localdate(now)
    store(
        LicenceDecision(
            recruiter=recruiter, act="change_destinations", from_state=recruiter.state, to_state=recruiter.state,
            order_number=order_number, reason=country_names(recruiter.destinations), decided_on=today, effective_on=today,
            decided_by_id=by.user_id, decided_by=by.name,
        ),
        by=by,
    )  # fmt: skip


# -- withdrawal: one proposes, another signs -------------------------------------------------------------------


@action(
    on=Recruiter, label=_("Propose withdrawal"), sentence=_("proposed to withdraw the licence: %(reason)s"),
    form=forms.ProposalForm, icon="gavel", destructive=True, when=may_now("withdraw_licence"), why_not=why_not,
    hint=_("Nothing changes until a second person signs. Suspend the licence if people are in danger now."),
)  # fmt: skip
def propose_withdrawal(
    recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime
) -> None:
    """Propose to end a licence for good; it holds until somebody else signs."""
    decide(
        "withdraw_licence",
        recruiter,
        by=by,
        now=now,
        reason=reason,
        order_number=order_number,
        standing=Standing.PROPOSED,
    )
    recruiter.withdrawal_proposed_on = timezone.localdate(now)


def _is_proposed(recruiter: Recruiter, today: date) -> bool:
    return recruiter.withdrawal_proposed_on is not None


def _nothing_proposed(recruiter: Recruiter, today: date) -> Any:
    return _("Not offered: nobody has proposed to withdraw this licence.")


def _proposal(recruiter: Recruiter, by: Actor) -> LicenceDecision:
    return (
        visible(by, LicenceDecision, "change")
        .select_for_update()
        .get(recruiter=recruiter, standing=Standing.PROPOSED)
    )


def _proposed_it(recruiter: Recruiter, by: Actor) -> Any:
    own = Q(recruiter=recruiter, standing=Standing.PROPOSED, decided_by_id=by.user_id)
    if by.user_id is not None and visible(by, LicenceDecision).filter(own).exists():
        return _("You proposed this withdrawal, so somebody else must sign it.")
    return ""


@action(
    on=Recruiter, label=_("Sign withdrawal"), sentence=_("signed the withdrawal of the licence"), form=forms.SignatureForm,
    icon="signature", destructive=True, when=_is_proposed, why_not=_nothing_proposed, barred=_proposed_it,
    hint=_("The public check turns red at once. This cannot be undone."),
)  # fmt: skip
def withdraw_licence(recruiter: Recruiter, *, by: Actor, now: datetime) -> None:
    """Put a second signature under a proposed withdrawal and end the licence; the one who proposed it cannot."""
    proposal = _proposal(recruiter, by)
    if by.user_id == proposal.decided_by_id:
        raise Refused(_("You proposed this withdrawal, so somebody else must sign it."))
    today = timezone.localdate(now)
    row = checked(
        "withdraw_licence",
        recruiter,
        today,
        reason=proposal.reason,
        order_number=proposal.order_number,
        second_person=True,
    )
    recruiter.withdrawal_proposed_on = None
    move_licence(recruiter, row, reason=proposal.reason, order_number=proposal.order_number)
    recruiter.stopped_on = today
    proposal.recruiter = recruiter
    proposal.standing, proposal.effective_on = Standing.IN_FORCE, today
    proposal.signed_by_id, proposal.signed_by, proposal.signed_on = by.user_id, by.name, today
    store(proposal, by=by)


@action(
    on=Recruiter, label=_("Leave unsigned"), sentence=_("did not sign the withdrawal: %(reason)s"), form=forms.UnsignedForm,
    icon="x", when=_is_proposed, why_not=_nothing_proposed,
)  # fmt: skip
def reject_withdrawal(recruiter: Recruiter, *, reason: str, by: Actor, now: datetime) -> None:
    """Leave a proposed withdrawal unsigned; the licence stays as it was. Who proposed it may take it back."""
    proposal = _proposal(recruiter, by)
    proposal.recruiter = recruiter
    proposal.standing, proposal.signed_by = Standing.REJECTED, by.name
    proposal.reason = f"{proposal.reason} / {reason}"[:500]
    recruiter.withdrawal_proposed_on = None
    store(proposal, by=by)


# -- names and money -------------------------------------------------------------------------------------------


@action(
    on=Recruiter, label=_("Rename"), sentence=_("renamed the firm: %(name)s"), form=forms.RenameForm, icon="pencil",
)  # fmt: skip
def rename_recruiter(
    recruiter: Recruiter, *, name: str, name_cyrl: str = "", name_ru: str = "", by: Actor, now: datetime
) -> None:
    """Give the firm its new names. The former ones are answered with the new ones and are never green."""
    today = timezone.localdate(now)
    present = {spelling.name_key(text) for text in (name, name_cyrl, name_ru)}
    for former in (recruiter.name, recruiter.name_cyrl, recruiter.name_ru):
        if former and spelling.name_key(former) not in present:
            remember(recruiter, Alias.Kind.FORMER_NAME, former, until=today, by=by)
    recruiter.name, recruiter.name_cyrl, recruiter.name_ru = name, name_cyrl, name_ru


@action(
    on=Recruiter, label=_("Record deposit"), sentence=_("recorded the deposit: %(amount)s %(currency)s"),
    form=forms.DepositForm, icon="banknote", secret_inputs=frozenset({"bank_account", "bank"}),
    when=lambda recruiter, today: recruiter.state not in (State.REFUSED, State.WITHDRAWN), why_not=why_not,
)  # fmt: skip
def record_deposit(
    recruiter: Recruiter, *, amount: Decimal, currency: str, bank: str = "", bank_account: str = "", checked_on: date,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Enter what the special account holds. The public learns whether it is the whole sum of the law, and nothing more."""
    demanded = rules.deposit_required(checked_on)
    deposit = visible(by, Deposit, "change").filter(recruiter=recruiter).first() or Deposit(
        recruiter=recruiter
    )
    deposit.recruiter = recruiter
    deposit.amount, deposit.currency, deposit.bank, deposit.checked_on = amount, currency, bank, checked_on
    deposit.rule = demanded.rule.ref if demanded else ""
    if bank_account:
        deposit.bank_account = bank_account
    is_comparable = demanded is not None and demanded.currency == currency
    recruiter.deposit_paid = amount >= demanded.value if demanded and is_comparable else None
    recruiter.deposit_checked_on = checked_on
    store(deposit, by=by)


#: The actions in the order the record page offers them.
ORDER = (
    "grant_licence", "suspend_licence", "reinstate_licence", "renew_licence", "withdraw_licence",
    "reject_withdrawal", "propose_withdrawal", "change_destinations", "record_deposit", "rename_recruiter",
    "refuse_application", "apply_again", "record_expiry",
)  # fmt: skip
