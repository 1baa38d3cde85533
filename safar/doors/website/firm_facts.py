"""What the register says of a firm, as labels and values ready to be shown.

What the register does not say is not shown. A date may be given as text and is then shown as it is.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.citizens.recruiters.check import Firm
from safar.citizens.recruiters.models import KindOfWork
from safar.citizens.recruiters.rules import BASE_UNIT, DEPOSITS
from safar.citizens.recruiters.words import country_names
from safar.foundation.rules import is_assumed

from .context import telephone_link


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and a value; kind is empty, "number", "phone", "ok", "warn" or "stop"."""

    label: str
    value: str
    kind: str = ""
    href: str = ""


STATES = {
    "licensed": ("ok", "check", gettext_lazy("Licence valid")),
    "not_for_this": ("warn", "triangle-alert", gettext_lazy("Licensed, but not for this")),
    "suspended": ("stop", "octagon-pause", gettext_lazy("Suspended")),
    "withdrawn": ("stop", "octagon-x", gettext_lazy("Withdrawn")),
    "expired": ("stop", "octagon-alert", gettext_lazy("Expired")),
    "not_yet": ("warn", "clock", gettext_lazy("Not in force yet")),
    "old_name": ("quiet", "triangle-alert", gettext_lazy("An old name")),
    "old_number": ("quiet", "triangle-alert", gettext_lazy("An old number")),
    "branch": ("quiet", "triangle-alert", gettext_lazy("A branch")),
    "several": ("quiet", "circle-help", gettext_lazy("Several firms have this name")),
    "not_found": ("quiet", "circle-help", gettext_lazy("Not found in the register")),
}
"""How a firm's verdict looks as a mark beside its name: kind, icon, word."""


def firm_facts(firm: Firm) -> tuple[Fact, ...]:
    """A licensed firm: its licence, how to reach it, what its licence is good for, whether its deposit stands."""
    return (
        Fact(label=_("Licence"), value=_licence_until(firm), kind="number"),
        *_optional(_("STIR"), grouped_stir(firm.stir), kind="number"),
        *_optional(_("Address"), firm.address),
        *_telephone(firm.phone),
        *_optional(_("Website"), firm.website),
        *_optional(_("Destinations"), country_names(firm.destinations)),
        *_optional(_("Kinds of work"), ", ".join(sorted(map(work_name, firm.works)))),
        *_deposit(firm.deposit_paid),
    )


def stop_facts(firm: Firm) -> tuple[Fact, ...]:
    """A firm that may not work: since when, why, and what comes next."""
    number = _("%(number)s, STIR %(stir)s") % {"number": firm.number, "stir": grouped_stir(firm.stir)}
    number = number if firm.stir else firm.number
    return (
        *_optional(_("Since when"), day(firm.stopped_on)),
        *_optional(_("Reason"), firm.reason),
        Fact(label=_("Licence"), value=number, kind="number"),
        *_optional(_("What comes next"), _decision(firm)),
    )


def _decision(firm: Firm) -> str:
    step = firm.awaits
    if step is None or step.due_on is None:
        return ""
    if is_assumed(step.rule):
        words = _("A decision is due by %(day)s (our working rule, not yet checked against the law)")
    else:
        words = _("A decision is due by %(day)s")
    return words % {"day": day(step.due_on)}


def _licence_until(firm: Firm) -> str:
    if not firm.licensed_until:
        return str(firm.number)
    return _("%(number)s, until %(day)s") % {"number": firm.number, "day": day(firm.licensed_until)}


def _optional(label: str, value: str, *, kind: str = "") -> tuple[Fact, ...]:
    return (Fact(label=label, value=value, kind=kind),) if value else ()


def _telephone(number: str) -> tuple[Fact, ...]:
    if not number:
        return ()
    return (Fact(label=_("Telephone"), value=number, kind="phone", href=telephone_link(number)),)


def _deposit(paid: bool | None) -> tuple[Fact, ...]:
    if paid is None:
        return ()
    value, kind = (_("Paid in full"), "ok") if paid else (_("Not paid in full"), "warn")
    if is_assumed(*DEPOSITS[-1:], *BASE_UNIT[-1:]):
        value = _("%(paid)s (by an amount not yet checked against its decree)") % {"paid": value}
    return (Fact(label=_("Deposit"), value=value, kind=kind),)


def work_name(code: str) -> str:
    """A kind of work in the language now active; a code nobody knows as it stands."""
    return str(KindOfWork(code).label) if code in KindOfWork else code


def day(value: date | str | None) -> str:
    """A date as people write it; a text is taken as it is."""
    if not value:
        return ""
    return value if isinstance(value, str) else format_date(value, "d.m.Y")


def grouped_stir(stir: str) -> str:
    """A taxpayer's number in groups of three, as it is read aloud."""
    return (
        " ".join(stir[start : start + 3] for start in range(0, 9, 3))
        if len(stir) == 9 and stir.isdigit()
        else stir
    )


def state_word(verdict: str) -> str:
    """A verdict in two words, as it stands beside a firm's name."""
    return str(STATES.get(verdict, STATES["not_found"])[2])
