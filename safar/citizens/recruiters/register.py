"""The registers of recruiters and of what belongs to them."""

from datetime import date
from typing import Any

import django_filters
from django.forms import CheckboxSelectMultiple
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext_lazy as _

from safar.citizens.recruiters import actions, forms, rules, words
from safar.citizens.recruiters.models import (
    Branch,
    Deposit,
    ForeignPartner,
    LicenceDecision,
    Recruiter,
    State,
)
from safar.directory.places.filters import InPlace
from safar.foundation.languages.territories import country_choices
from safar.foundation.registers import Child, Register, Section, View

STATES = {
    "APPLIED": ("info", "inbox"),
    "LICENSED": ("ok", "check"),
    "SUSPENDED": ("stop", "octagon-pause"),
    "WITHDRAWN": ("stop", "octagon-x"),
    "EXPIRED": ("quiet", "calendar-x"),
    "REFUSED": ("quiet", "circle-x"),
}
NAMES = ("name", "name_cyrl", "name_ru")
LICENCE = (
    "state",
    "number",
    "state_order",
    "licensed_from",
    "licensed_until",
    "destination_names",
    "work_names",
    "applied_on",
)
WHY = ("stopped_on", "state_reason", "withdrawal_proposed_on")
DEPOSIT = ("deposit_paid", "deposit_checked_on")


def next_step(recruiter: Recruiter, today: date) -> str:
    """Who acts next and by when, in words."""
    step = rules.next_step(recruiter.progress, today)
    return words.step_in_words(step, format_date(step.due_on, "d.m.Y") if step.due_on else "")


class InStates(django_filters.MultipleChoiceFilter):
    """Recruiters in any of the states ticked."""

    def __init__(self) -> None:
        super().__init__("state", choices=State.choices, widget=CheckboxSelectMultiple, distinct=False)


class ForCountry(django_filters.ChoiceFilter):
    """Recruiters licensed for a country."""

    def __init__(self) -> None:
        super().__init__("destinations", label=_("Licensed for"), choices=country_choices)

    def filter(self, rows: Any, value: str) -> Any:
        """The rows that name the country."""
        return rows.filter(destinations__contains=[value]) if value else rows


SECTIONS = (
    Section(_("Firm"), (*NAMES, "legal_form", "stir")),
    Section(_("Licence"), LICENCE),
    Section(_("Why it was stopped"), WHY),
    Section(_("Where it is"), ("place", *forms.CONTACTS)),
    Section(_("Deposit"), DEPOSIT),
    Section(_("Register"), ("keeper", "organisation", "source")),
)
VIEWS = (
    View(_("Applications to decide"), "state=APPLIED"),
    View(_("Licensed"), "state=LICENSED"),
    View(_("Suspended"), "state=SUSPENDED"),
)
CHILDREN = (
    Child(
        LicenceDecision,
        "recruiter",
        _("Decisions"),
        ("act", "standing", "decided_on", "order_number", "reason"),
        ("-id",),
    ),
    Child(Deposit, "recruiter", _("Deposit"), ("amount", "currency", "bank", "checked_on")),
    Child(Branch, "recruiter", _("Branches"), ("name", "place", "address", "phone")),
    Child(ForeignPartner, "recruiter", _("Partners abroad"), ("name", "country", "licence", "until")),
)

RECRUITERS = Register(
    model=Recruiter,
    slug="recruiters",
    title=_("Recruiters"),
    singular=_("Recruiter"),
    icon="shield-check",
    columns=("name", "stir", "state", "number", "licensed_until", "place", "next_due_on"),
    under={"name": ("stir",), "state": ("number",)},
    sections=SECTIONS,
    search=("name_key", "ru_name_key", "number_key", "stir"),
    filters={
        "state": InStates(),
        "country": ForCountry(),
        "in": InPlace(),
        "deposit_paid": None,
    },
    action_only=(*NAMES, *LICENCE, *WHY, *DEPOSIT, "keeper", "organisation", "source"),
    actions=tuple(getattr(actions, act) for act in actions.ORDER),
    views=VIEWS,
    children=CHILDREN,
    strip=("number", "licensed_until", "destination_names", "deposit_paid"),
    tones={"state": STATES},
    next_step=next_step,
    order=("sort_key", "id"),
    form=forms.RecruiterForm,
    import_key="stir",
    add=actions.apply_for_licence,
)

DECISIONS = Register(
    model=LicenceDecision,
    slug="licence-decisions",
    title=_("Decisions about licences"),
    singular=_("Decision"),
    icon="gavel",
    columns=("recruiter", "act", "standing", "decided_on", "order_number", "decided_by", "signed_by"),
    sections=(
        Section(
            _("Decision"),
            ("recruiter", "act", "standing", "from_state", "to_state", "rule", "order_number", "reason"),
        ),
        Section(_("Time"), ("decided_on", "effective_on", "licensed_until", "signed_on")),
        Section(_("Who"), ("decided_by", "signed_by")),
    ),
    search=("order_key",),
    filters=("standing", "act"),
    tones={
        "standing": {
            "PROPOSED": ("warn", "hourglass"),
            "IN_FORCE": ("ok", "check"),
            "REJECTED": ("quiet", "x"),
        }
    },
    views=(View(_("Waiting for the second signature"), "standing=PROPOSED"),),
    order=("-decided_on", "-id"),
    may_add=False,
    may_change=False,
)

DEPOSITS = Register(
    model=Deposit,
    slug="deposits",
    title=_("Deposits"),
    singular=_("Deposit"),
    icon="banknote",
    columns=("recruiter", "amount", "currency", "bank", "checked_on"),
    sections=(
        Section(
            _("Deposit"), ("recruiter", "amount", "currency", "bank", "bank_account", "checked_on", "rule")
        ),
    ),
    search=("recruiter_key",),
    filters=("currency",),
    secret=("bank_account",),
    order=("-checked_on", "-id"),
    may_add=False,
    may_change=False,
)

BRANCHES = Register(
    model=Branch,
    slug="recruiter-branches",
    title=_("Branches of recruiters"),
    singular=_("Branch"),
    icon="house",
    columns=("name", "recruiter", "place", "phone", "open_until"),
    sections=(
        Section(_("Branch"), ("recruiter", "name", "place", "address", "phone")),
        Section(_("Time"), ("open_since", "open_until")),
    ),
    search=("name_key",),
    order=("name_key", "id"),
    form=forms.BranchForm,
)

PARTNERS = Register(
    model=ForeignPartner,
    slug="recruiter-partners",
    title=_("Partners abroad"),
    singular=_("Partner abroad"),
    icon="handshake",
    columns=("name", "country", "recruiter", "licence", "until"),
    sections=(
        Section(_("Partner"), ("recruiter", "name", "country", "licence")),
        Section(_("Time"), ("since", "until")),
    ),
    search=("name_key",),
    filters=("country",),
    order=("name_key", "id"),
    form=forms.PartnerForm,
)
