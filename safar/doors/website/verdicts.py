"""The answer to a check, said in words: what the page of each verdict shows, and nothing it could not know.

`page` turns an answer of `safar.citizens.recruiters.check` into the plain context of
`website/check/verdict.html`; `render` makes the whole page without a request, for the fast path.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from .context import furniture, telephone_link
from .countries import country_name
from .differences import Piece, changed_letters, extra_words, pieces

TEMPLATE = "website/check/verdict.html"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and a value; kind is empty, "number", "phone", "ok", "warn" or "stop"."""

    label: str
    value: str
    kind: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class SimilarFirm:
    """Another firm whose name is nearly the one typed: what differs, and how it stands today."""

    name: str
    pieces: tuple[Piece, ...]
    kind: str
    state: str
    icon: str
    stir: str
    note: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The plain content of a verdict page. Every value is text, or a list of texts, ready to be shown."""

    code: str
    kind: str
    sign: str
    title: str
    heading: str
    sentence: str
    facts: tuple[Fact, ...] = ()
    source: str = ""
    advice: str = ""
    do: tuple[str, ...] = ()
    do_not: tuple[str, ...] = ()
    dangers_first: bool = True
    paid_already: bool = False
    similar: tuple[SimilarFirm, ...] = ()
    asks_for_stir: bool = False
    again_url: str = ""


STATES = {
    "licensed": ("ok", "check", gettext_lazy("Licence valid")),
    "not_for_this": ("ok", "check", gettext_lazy("Licence valid")),
    "suspended": ("stop", "octagon-pause", gettext_lazy("Suspended")),
    "withdrawn": ("stop", "octagon-x", gettext_lazy("Withdrawn")),
    "expired": ("stop", "octagon-alert", gettext_lazy("Expired")),
}
"""How a firm's verdict looks as a mark beside its name: kind, icon, word."""


def page(answer: Any, *, checked_at: str, code: str = "") -> dict[str, Any]:
    """The context of the verdict page, in the language now active.

    `checked_at` is the moment of the answer as text; `code` is the number of the answer, where it has one.
    """
    built = _MAKERS[answer.verdict](answer)
    source = _source(answer, checked_at=checked_at)
    number = _("Answer number %(code)s") % {"code": code} if code else ""
    return {
        "verdict": replace(built, source=" ".join(part for part in (source, built.source, number) if part))
    }


def render(answer: Any, *, language: str, query: str, checked_at: str, code: str = "") -> str:
    """The whole page as text, without a request: `query` is the query string its language links keep."""
    with override(language):
        around = furniture(path=reverse("website:check"), query=query)
        return render_to_string(TEMPLATE, {**around, **page(answer, checked_at=checked_at, code=code)})


def _licensed(answer: Any) -> Verdict:
    firm = answer.firm
    asked = _asked(answer)
    return Verdict(
        code="licensed",
        kind="",
        sign="circle-check",
        title=_("%(firm)s: licence valid") % {"firm": firm.name},
        heading=_("This firm IS licensed"),
        sentence=(
            _("%(firm)s may send people for this today: %(asked)s") % {"firm": firm.name, "asked": asked}
            if asked
            else _("%(firm)s may work today") % {"firm": firm.name}
        ),
        facts=_firm_facts(firm),
        advice=_("Before you pay"),
        do=(
            _("Ask for the contract in your own language and take a copy"),
            _("Pay only to the firm’s account and take a receipt"),
        ),
        do_not=(_("Do not give your passport for safekeeping"), _("Do not send money to a personal card")),
        dangers_first=False,
        again_url=_again(firm),
    )


def _not_for_this(answer: Any) -> Verdict:
    firm = answer.firm
    asked = _asked(answer)
    return Verdict(
        code="not_for_this",
        kind="none",
        sign="triangle-alert",
        title=_("%(firm)s: licensed, but not for this") % {"firm": firm.name},
        heading=_("Licensed, but NOT for this"),
        sentence=_("The licence of %(firm)s does not cover what you asked about: %(asked)s")
        % {"firm": firm.name, "asked": asked},
        facts=_firm_facts(firm),
        advice=_("What to do now"),
        do_not=(
            _("Do not pay this firm for this work"),
            _("Do not sign a contract that names another country or another job"),
        ),
        do=(_("Ask the firm to show the licence that names this country and this work"),),
        again_url=_again(firm),
    )


def _suspended(answer: Any) -> Verdict:
    firm = answer.firm
    return _stopped(
        answer,
        sign="octagon-pause",
        title=_("%(firm)s: licence suspended") % {"firm": firm.name},
        heading=_("SUSPENDED: do not pay"),
        sentence=_("%(firm)s may not send people now") % {"firm": firm.name},
    )


def _withdrawn(answer: Any) -> Verdict:
    firm = answer.firm
    return _stopped(
        answer,
        sign="octagon-x",
        title=_("%(firm)s: licence withdrawn") % {"firm": firm.name},
        heading=_("WITHDRAWN: do not pay"),
        sentence=_("%(firm)s has lost its licence and may not send people") % {"firm": firm.name},
    )


def _expired(answer: Any) -> Verdict:
    firm = answer.firm
    return _stopped(
        answer,
        sign="octagon-alert",
        title=_("%(firm)s: licence expired") % {"firm": firm.name},
        heading=_("EXPIRED: do not pay"),
        sentence=_("The licence of %(firm)s ended on %(day)s")
        % {"firm": firm.name, "day": _day(firm.licensed_until)},
    )


def _stopped(answer: Any, *, sign: str, title: str, heading: str, sentence: str) -> Verdict:
    """What the three refusals share: since when, why, what comes next, and what to do about money already paid."""
    firm = answer.firm
    helpline = settings.SAFAR_HELPLINE
    call = (_("Call %(helpline)s: we tell you what becomes of your contract") % {"helpline": helpline},)
    return Verdict(
        code=answer.verdict,
        kind="stop",
        sign=sign,
        title=title,
        heading=heading,
        sentence=sentence,
        facts=_stop_facts(firm),
        source=_("Order No. %(number)s.") % {"number": firm.decision}
        if getattr(firm, "decision", "")
        else "",
        advice=_("What to do now"),
        do_not=(_("Do not give money or your passport"), _("Do not sign a new contract")),
        do=call
        if helpline
        else (_("Ask the firm in writing what becomes of your contract, and keep the answer"),),
        paid_already=True,
        again_url=_again(firm),
    )


def _not_found(answer: Any) -> Verdict:
    return Verdict(
        code="not_found",
        kind="none",
        sign="circle-help",
        title=_("Not found in the register"),
        heading=_("NOT in the register"),
        sentence=_("No licensed firm was found for “%(asked)s”") % {"asked": answer.text},
        advice=_("Are you offered work under this name?"),
        do_not=(
            _("Do not pay a firm without a licence"),
            _("Do not believe “the visa is guaranteed”"),
        ),
        similar=tuple(_similar(one, typed=answer.text) for one in answer.look_alikes),
        asks_for_stir=True,
    )


_MAKERS: dict[str, Callable[[Any], Verdict]] = {
    "licensed": _licensed,
    "not_for_this": _not_for_this,
    "suspended": _suspended,
    "withdrawn": _withdrawn,
    "expired": _expired,
    "not_found": _not_found,
}


def _firm_facts(firm: Any) -> tuple[Fact, ...]:
    return (
        Fact(label=_("Licence"), value=_licence_until(firm), kind="number"),
        Fact(label=_("STIR"), value=grouped_stir(firm.stir), kind="number"),
        *_optional(_("Address"), getattr(firm, "address", "")),
        *_telephone(getattr(firm, "phone", "")),
        *_optional(
            _("Destinations"), _list(country_name(code) for code in getattr(firm, "destinations", ()))
        ),
        *_optional(_("Kinds of work"), _list(str(work) for work in getattr(firm, "works", ()))),
        *_deposit(getattr(firm, "deposit_paid", None)),
        *_inspection(firm),
    )


def _stop_facts(firm: Any) -> tuple[Fact, ...]:
    number = _("%(number)s, STIR %(stir)s") % {"number": firm.number, "stir": grouped_stir(firm.stir)}
    decides_by = getattr(firm, "decides_by", None)
    return (
        *_optional(_("Since"), _day(getattr(firm, "stopped_on", None))),
        *_optional(_("Reason"), getattr(firm, "reason", "")),
        Fact(label=_("Licence"), value=number, kind="number"),
        *_optional(
            _("What comes next"),
            _("A decision is due by %(day)s") % {"day": _day(decides_by)} if decides_by else "",
        ),
    )


def _licence_until(firm: Any) -> str:
    if not firm.licensed_until:
        return str(firm.number)
    return _("%(number)s, until %(day)s") % {"number": firm.number, "day": _day(firm.licensed_until)}


def _optional(label: str, value: str) -> tuple[Fact, ...]:
    return (Fact(label=label, value=value),) if value else ()


def _telephone(number: str) -> tuple[Fact, ...]:
    if not number:
        return ()
    return (Fact(label=_("Telephone"), value=number, kind="phone", href=telephone_link(number)),)


def _deposit(paid: bool | None) -> tuple[Fact, ...]:
    if paid is None:
        return ()
    value, kind = (_("Paid in full"), "ok") if paid else (_("Not paid in full"), "warn")
    return (Fact(label=_("Deposit"), value=value, kind=kind),)


def _inspection(firm: Any) -> tuple[Fact, ...]:
    day, result = getattr(firm, "inspected_on", None), getattr(firm, "inspection_result", "")
    if not day:
        return ()
    value = _("%(day)s: %(result)s") % {"day": _day(day), "result": result} if result else _day(day)
    return (Fact(label=_("Last inspection"), value=value),)


def _similar(one: Any, *, typed: str) -> SimilarFirm:
    kind, sign, state = STATES.get(one.verdict, ("quiet", "circle-dashed", gettext_lazy("No licence")))
    return SimilarFirm(
        name=one.firm.name,
        pieces=pieces(one.firm.name, typed=typed),
        kind=kind,
        state=str(state),
        icon=sign,
        stir=grouped_stir(one.firm.stir),
        note=_difference(one.firm.name, typed=typed),
        url=f"{reverse('website:check')}?{urlencode({'q': one.firm.number})}",
    )


def _difference(name: str, *, typed: str) -> str:
    """How a name differs from the one typed: the words that are too many, and the letters that are others."""
    parts = []
    added = extra_words(name, typed=typed)
    if added and len(added) < len(typed.split()):
        parts.append(_("You wrote more: %(words)s.") % {"words": " ".join(added)})
    changes = changed_letters(name, typed=typed)
    if len(changes) == 1 and all(changes[0]):
        parts.append(
            _("Other letters: %(typed)s → %(name)s.") % {"typed": changes[0][0], "name": changes[0][1]}
        )
    return " ".join(parts)


def _asked(answer: Any) -> str:
    """What was asked besides the firm: the country, the work, or both."""
    country = country_name(answer.destination) if answer.destination else ""
    return ", ".join(part for part in (country, str(answer.work or "")) if part)


def _source(answer: Any, *, checked_at: str) -> str:
    searched = getattr(answer, "searched", None)
    if answer.verdict == "not_found" and searched is not None:
        return _("Searched among %(count)s licensed firms, %(moment)s.") % {
            "count": searched,
            "moment": checked_at,
        }
    return _("From the register, as at %(moment)s.") % {"moment": checked_at}


def _again(firm: Any) -> str:
    """The address printed on paper, which gives the answer of the day it is opened."""
    return f"{settings.SAFAR_PUBLIC_URL}/c/{quote(str(firm.number))}"


def _list(parts: Any) -> str:
    return ", ".join(sorted(parts))


def _day(value: date | str | None) -> str:
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


__all__: Sequence[str] = ("Fact", "SimilarFirm", "Verdict", "grouped_stir", "page", "render")
