"""An answer given earlier, found again by its number: what was said then, and what holds now."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from safar.citizens.recruiters.check import Recheck

from .firm_facts import STATES, Fact, state_word


@dataclass(frozen=True, kw_only=True)
class Again:
    """The plain content of the page about an answer given earlier."""

    kind: str
    sign: str
    heading: str
    sentence: str
    facts: tuple[Fact, ...]
    source: str
    url: str = ""


def again(earlier: Recheck, *, now: str) -> Again:
    """The context of the page about an earlier answer: what was said then, and what holds now (`now`, as text)."""
    firm, today = earlier.firm, str(earlier.verdict_now)
    edge, sign = _EDGES.get(today, ("none", "circle-help"))
    then = format_date(timezone.localtime(earlier.answered_at), "d.m.Y H:i")
    return Again(
        kind=edge,
        sign=sign,
        heading=_("Today: %(state)s") % {"state": state_word(today)} if firm else _("The answer is genuine"),
        sentence=(
            _("The answer is genuine. It was about %(firm)s") % {"firm": firm.name}
            if firm
            else _("It was about a name that was not in the register")
        ),
        facts=(
            Fact(
                label=_("Said on %(moment)s") % {"moment": then}, value=state_word(str(earlier.verdict_then))
            ),
            *((Fact(label=_("Holds now"), value=state_word(today), kind=_mark(today)),) if firm else ()),
            *((Fact(label=_("Licence"), value=str(firm.number), kind="number"),) if firm else ()),
        ),
        source=_("From the register, as at %(moment)s.") % {"moment": now},
        url=f"{reverse('website:check')}?{urlencode({'q': firm.number})}" if firm else "",
    )


_EDGES = {
    "licensed": ("", "circle-check"),
    "suspended": ("stop", "octagon-pause"),
    "withdrawn": ("stop", "octagon-x"),
    "expired": ("stop", "octagon-alert"),
}
"""Edge and sign of a card by what holds now; everything else is dashed and asks."""


def _mark(verdict: str) -> str:
    kind = STATES.get(verdict, STATES["not_found"])[0]
    return kind if kind in ("ok", "stop", "warn") else ""
