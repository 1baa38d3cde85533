"""What is done to recruiters and their licences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import forms, rules, spelling
from safar.citizens.recruiters.models import Alias, Deposit, LicenceDecision, Recruiter, State
from safar.citizens.recruiters.words import LACKING, country_names
from safar.directory.organisations.models import Organisation, Type
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import chances, visible
from safar.foundation.actions import Refused, action, publish, store

MOVED = "recruiters.state"
Standing = LicenceDecision.Standing


# -- what the actions share ------------------------------------------------------------------------------------


def _may(act: str) -> Callable[[Recruiter, date], bool]:
    """Whether the rules let `act` be done to a licence in its state."""

    def allowed(recruiter: Recruiter, today: date) -> bool:
        return rules.transition(act, recruiter.state, today) is not None and not recruiter.withdrawal_proposed_on

    return allowed


def _why_not(recruiter: Recruiter, today: date) -> Any:
    if recruiter.withdrawal_proposed_on:
        return _("Not offered: a withdrawal is proposed and waits for the second signature.")
    return _now("Not offered for a licence in this state: %(state)s.") % {"state": recruiter.get_state_display()}


def _checked(act: str, recruiter: Recruiter, today: date, *, reason: str = "", order_number: str = "") -> rules.Transition:
    """The rule in force for the act, once the decision carries what the rule demands."""
    row = rules.transition(act, recruiter.state, today)
    if row is None:
        raise Refused(_why_not(recruiter, today))
    fields = {rules.Demand.REASON: "reason", rules.Demand.ORDER_NUMBER: "order_number"}
    for lacking in rules.missing(row, reason=reason, order_number=order_number, second_person=True):
        raise Refused(LACKING[lacking], field=fields[lacking])
    return row


def _decide(
    act: str, recruiter: Recruiter, *, by: Actor, now: datetime, reason: str = "", order_number: str = "",
    standing: str = Standing.IN_FORCE,
) -> LicenceDecision:  # fmt: skip
    """Move the licence as the rule says and keep the decision; a proposal moves nothing yet."""
    today = timezone.localdate(now)
    row = _checked(act, recruiter, today, reason=reason, order_number=order_number)
    before = recruiter.state
    if standing == Standing.IN_FORCE:
        _move(recruiter, row, reason=reason, order_number=order_number)
    return store(
        LicenceDecision(
            recruiter=recruiter, act=act, standing=standing, from_state=before, to_state=row.after, rule=row.ref,
            order_number=order_number, reason=reason, decided_on=today, effective_on=today,
            licensed_until=recruiter.licensed_until, decided_by_id=by.user_id, decided_by=by.name,
        ),
        by=by,
    )  # fmt: skip


def _move(recruiter: Recruiter, row: rules.Transition, *, reason: str, order_number: str) -> None:
    recruiter.state, recruiter.state_rule = State(row.after), row.ref
    recruiter.state_reason, recruiter.state_order = reason, order_number
    recruiter.stopped_on = None
    publish(MOVED, {"id": recruiter.pk, "state": recruiter.state})


def _remember(recruiter: Recruiter, kind: str, text: str, *, until: date, by: Actor) -> None:
    """Keep what the firm was called or numbered, so that the check can say what it is called now."""
    make = spelling.number_key if kind == Alias.Kind.OLD_NUMBER else spelling.name_key
    if not visible(by, Alias, "change").filter(recruiter=recruiter, kind=kind, exact_key=make(text)).exists():
        store(Alias(recruiter=recruiter, kind=kind, text=text, until=until), by=by)


def keeper_for(by: Actor, act: str = "apply_for_licence") -> Organisation | None:
    """The authority whose register the actor works on: of her grants, else the agency that is in the directory longest."""
    named = {org for _rule, scope in chances(by, Recruiter, act) for org in scope.orgs or ()}
    bodies = visible(by, Organisation)
    return (bodies.filter(pk__in=named) if named else bodies.filter(type=Type.AGENCY)).order_by("pk").first()


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
    icon="rotate-ccw", when=_may("apply_again"), why_not=_why_not,
)  # fmt: skip
def apply_again(recruiter: Recruiter, *, applied_on: date | None = None, by: Actor, now: datetime) -> None:
    """Take a refused firm's new application."""
    row = _checked("apply_again", recruiter, timezone.localdate(now))
    _move(recruiter, row, reason="", order_number="")
    recruiter.applied_on = applied_on or timezone.localdate(now)


def _grant_detail(recruiter: Recruiter, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"number": recruiter.number, "until": recruiter.licensed_until, "order_number": recruiter.state_order}


@action(
    on=Recruiter, label=_("Grant licence"), sentence=_("granted the licence %(number)s until %(until)s, order %(order_number)s"),
    form=forms.GrantForm, icon="badge-check", primary=True, when=_may("grant_licence"), why_not=_why_not, detail=_grant_detail,
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
    ends, last = licensed_until or rules.licence_ends(begins), rules.licence_ends(begins)
    if not begins <= ends <= last:
        raise Refused(_now("The licence ends by %(day)s at the latest.") % {"day": last}, field="licensed_until")
    if recruiter.number and spelling.number_key(recruiter.number) != key:
        _remember(recruiter, Alias.Kind.OLD_NUMBER, recruiter.number, until=today, by=by)
    recruiter.number, recruiter.licensed_from, recruiter.licensed_until = number, begins, ends
    _decide("grant_licence", recruiter, by=by, now=now, order_number=order_number)


@action(
    on=Recruiter, label=_("Refuse application"), sentence=_("refused the application: %(reason)s"), form=forms.DecisionForm,
    icon="octagon-x", destructive=True, when=_may("refuse_application"), why_not=_why_not,
)  # fmt: skip
def refuse_application(recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime) -> None:
    """Refuse a licence, for a reason."""
    _decide("refuse_application", recruiter, by=by, now=now, reason=reason, order_number=order_number)


# -- licences --------------------------------------------------------------------------------------------------


@action(
    on=Recruiter, label=_("Suspend licence"), sentence=_("suspended the licence: %(reason)s, order %(order_number)s"),
    form=forms.DecisionForm, icon="octagon-pause", destructive=True, when=_may("suspend_licence"), why_not=_why_not,
    hint=_("The public check turns red at once."),
)  # fmt: skip
def suspend_licence(recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime) -> None:
    """Stop the firm from sending people until the suspension is decided."""
    _decide("suspend_licence", recruiter, by=by, now=now, reason=reason, order_number=order_number)
    recruiter.stopped_on = timezone.localdate(now)


@action(
    on=Recruiter, label=_("Reinstate licence"), sentence=_("reinstated the licence: %(reason)s, order %(order_number)s"),
    form=forms.DecisionForm, icon="circle-check", primary=True, when=_may("reinstate_licence"), why_not=_why_not,
)  # fmt: skip
def reinstate_licence(recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime) -> None:
    """Let a suspended firm work again."""
    _decide("reinstate_licence", recruiter, by=by, now=now, reason=reason, order_number=order_number)
    recruiter.state_reason = ""


def _may_renew(recruiter: Recruiter, today: date) -> bool:
    holds = recruiter.licensed_until is not None and recruiter.licensed_until >= today
    return _may("renew_licence")(recruiter, today) and holds


def _why_not_renew(recruiter: Recruiter, today: date) -> Any:
    if recruiter.state == State.LICENSED and recruiter.licensed_until is None:
        return _("Not offered: the register does not know when this licence ends.")
    if recruiter.state == State.LICENSED and not recruiter.withdrawal_proposed_on:
        return _("Not offered: the licence has ended. Record that, then grant a new one.")
    return _why_not(recruiter, today)


def _renew_detail(recruiter: Recruiter, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"until": recruiter.licensed_until, "order_number": recruiter.state_order}


@action(
    on=Recruiter, label=_("Renew licence"), sentence=_("renewed the licence until %(until)s, order %(order_number)s"),
    form=forms.RenewForm, icon="calendar-plus", when=_may_renew, why_not=_why_not_renew, detail=_renew_detail,
)  # fmt: skip
def renew_licence(
    recruiter: Recruiter, *, licensed_until: date | None = None, order_number: str = "", by: Actor, now: datetime
) -> None:
    """Prolong a licence that still holds, by one term of the law at most."""
    ended = recruiter.licensed_until
    assert ended is not None  # `_may_renew` saw to it
    last = rules.licence_ends(ended) if licensed_until is None else licensed_until
    if not ended < last <= rules.licence_ends(ended):
        raise Refused(_("The new end lies after the present one, by one term at most."), field="licensed_until")
    recruiter.licensed_until = last
    _decide("renew_licence", recruiter, by=by, now=now, order_number=order_number)


def _has_ended(recruiter: Recruiter, today: date) -> bool:
    return _may("record_expiry")(recruiter, today) and bool(recruiter.licensed_until and recruiter.licensed_until < today)


@action(
    on=Recruiter, label=_("Record expiry"), sentence=_("recorded that the licence has ended"), form=forms.SignatureForm,
    icon="calendar-x", when=_has_ended, why_not=lambda recruiter, today: _("Not offered: the licence has not ended."),
    bulk=True,
)  # fmt: skip
def record_expiry(recruiter: Recruiter, *, by: Actor, now: datetime) -> None:
    """Enter that a licence has run out. The check says so from the first minute after its last day, recorded or not."""
    _decide("record_expiry", recruiter, by=by, now=now)


@action(
    on=Recruiter, label=_("Change destinations"), sentence=_("changed destinations to: %(destinations)s, order %(order_number)s"),
    form=forms.DestinationsForm, icon="globe", when=lambda recruiter, today: recruiter.state in (State.APPLIED, State.LICENSED),
    why_not=_why_not,
    detail=lambda r, inputs: {"destinations": country_names(r.destinations), "order_number": inputs.get("order_number", "")},
)  # fmt: skip
def change_destinations(
    recruiter: Recruiter, *, destinations: list[str], works: list[str], order_number: str = "", by: Actor, now: datetime
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
    form=forms.DecisionForm, icon="gavel", destructive=True, when=_may("withdraw_licence"), why_not=_why_not,
    hint=_("Nothing changes until a second person signs. Suspend the licence if people are in danger now."),
)  # fmt: skip
def propose_withdrawal(recruiter: Recruiter, *, reason: str = "", order_number: str = "", by: Actor, now: datetime) -> None:
    """Propose to end a licence for good; it holds until somebody else signs."""
    _decide(
        "withdraw_licence", recruiter, by=by, now=now, reason=reason, order_number=order_number, standing=Standing.PROPOSED
    )
    recruiter.withdrawal_proposed_on = timezone.localdate(now)


def _is_proposed(recruiter: Recruiter, today: date) -> bool:
    return recruiter.withdrawal_proposed_on is not None


def _nothing_proposed(recruiter: Recruiter, today: date) -> Any:
    return _("Not offered: nobody has proposed to withdraw this licence.")


def _proposal(recruiter: Recruiter, by: Actor) -> LicenceDecision:
    return visible(by, LicenceDecision, "change").select_for_update().get(recruiter=recruiter, standing=Standing.PROPOSED)


@action(
    on=Recruiter, label=_("Sign withdrawal"), sentence=_("signed the withdrawal of the licence"), form=forms.SignatureForm,
    icon="signature", destructive=True, when=_is_proposed, why_not=_nothing_proposed,
    hint=_("The public check turns red at once. This cannot be undone."),
)  # fmt: skip
def withdraw_licence(recruiter: Recruiter, *, by: Actor, now: datetime) -> None:
    """Put a second signature under a proposed withdrawal and end the licence; the one who proposed it cannot."""
    proposal = _proposal(recruiter, by)
    if by.user_id == proposal.decided_by_id:
        raise Refused(_("You proposed this withdrawal, so somebody else must sign it."))
    today = timezone.localdate(now)
    row = _checked("withdraw_licence", recruiter, today, reason=proposal.reason, order_number=proposal.order_number)
    recruiter.withdrawal_proposed_on = None
    _move(recruiter, row, reason=proposal.reason, order_number=proposal.order_number)
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
            _remember(recruiter, Alias.Kind.FORMER_NAME, former, until=today, by=by)
    recruiter.name, recruiter.name_cyrl, recruiter.name_ru = name, name_cyrl, name_ru


@action(
    on=Recruiter, label=_("Record deposit"), sentence=_("recorded the deposit: %(amount)s %(currency)s"),
    form=forms.DepositForm, icon="banknote", secret_inputs=frozenset({"bank_account", "bank"}),
    when=lambda recruiter, today: recruiter.state not in (State.REFUSED, State.WITHDRAWN), why_not=_why_not,
)  # fmt: skip
def record_deposit(
    recruiter: Recruiter, *, amount: Decimal, currency: str, bank: str = "", bank_account: str = "", checked_on: date,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Enter what the special account holds. The public learns whether it is the whole sum of the law, and nothing more."""
    demanded = rules.deposit_required(checked_on)
    deposit = visible(by, Deposit, "change").filter(recruiter=recruiter).first() or Deposit(recruiter=recruiter)
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
