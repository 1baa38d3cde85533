"""The answer to a check, said in words: what the page of each verdict shows, and nothing it could not know.

`page` turns an answer of `safar.citizens.recruiters.lookup` into the plain context of
`website/check/verdict.html`; `render` makes the whole page without a request, for the fast path.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from safar.citizens.recruiters.check import Answer, Firm, LookAlike
from safar.directory.organisations.rules import STIR
from safar.foundation.languages.territories import country_name
from safar.foundation.languages.text import to_latin

from .context import furniture, helpline_number
from .differences import changed_letters, extra_words, marked
from .firm_facts import STATES, Fact, day, firm_facts, grouped_stir, stop_facts, work_name

TEMPLATE = "website/check/verdict.html"


@dataclass(frozen=True, kw_only=True)
class SimilarFirm:
    """Another firm whose name is nearly the one typed: what differs, and how it stands today."""

    name: str
    marked: SafeString
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
    number: str = ""
    advice: str = ""
    do: tuple[str, ...] = ()
    do_not: tuple[str, ...] = ()
    dangers_first: bool = True
    paid_already: bool = False
    similar_heading: str = ""
    similar_lead: str = ""
    similar: tuple[SimilarFirm, ...] = ()
    asks_for_stir: bool = False
    again_url: str = ""
    poster_url: str = ""
    warning: str = ""


WARNINGS = {
    "hidden": gettext_lazy(
        "What you pasted holds signs that nobody sees. Cheats hide them in a name. Type the name by hand."
    ),
    "letters": gettext_lazy(
        "What you entered holds letters that only look like those of the name. Cheats swap them. Type the name by hand."
    ),
    "other_site": gettext_lazy(
        "The code you scanned leads to another site. It says nothing about a licence."
    ),
    "too_long": gettext_lazy(
        "The text is too long to be a name. Enter only the firm’s name, its STIR or its number."
    ),
    "no_answer": gettext_lazy(
        "We gave no answer with this number. Compare it sign by sign with what you hold. If it is the same, what you hold is not from us."
    ),
}
"""What is wrong with what was typed, when that may be somebody's trick."""


def page(answer: Answer, *, checked_at: str, code: str = "") -> dict[str, Any]:
    """The context of the verdict page, in the language now active.

    `checked_at` is the moment of the answer as text; `code` is the number of the answer, where it has one. An
    answer that has no page of its own (nothing asked, the number of an earlier answer) raises KeyError.
    """
    built = _MAKERS[answer.verdict](answer)
    source = _source(answer, checked_at=checked_at)
    return {
        "verdict": replace(
            built,
            source=" ".join(part for part in (source, built.source) if part),
            number=code,
            warning=str(WARNINGS.get(answer.warning, "")),
        )
    }


def render(answer: Answer, *, language: str, query: str, checked_at: str, code: str = "") -> str:
    """The whole page as text, without a request: `query` is the query string its language links keep."""
    with override(language):
        around = furniture(path=reverse("website:check"), query=query)
        return render_to_string(TEMPLATE, {**around, **page(answer, checked_at=checked_at, code=code)})


def _licensed(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
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
        facts=firm_facts(firm),
        advice=_("Before you pay"),
        do=(
            _("Ask for the contract in your own language and take a copy"),
            _("Pay only to the firm’s account and take a receipt"),
        ),
        do_not=(_("Do not give your passport for safekeeping"), _("Do not send money to a personal card")),
        dangers_first=False,
        again_url=_again(firm),
        poster_url=reverse("website:poster", args=[firm.number]),
    )


def _not_for_this(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
    asked = _asked(answer)
    return Verdict(
        code="not_for_this",
        kind="none",
        sign="triangle-alert",
        title=_("%(firm)s: licensed, but not for this") % {"firm": firm.name},
        heading=_("Licensed, but NOT for this"),
        sentence=_("The licence of %(firm)s does not cover what you asked about: %(asked)s")
        % {"firm": firm.name, "asked": asked},
        facts=firm_facts(firm),
        advice=_("What to do now"),
        do_not=(
            _("Do not pay this firm for this work"),
            _("Do not sign a contract that names another country or another job"),
        ),
        do=(_("Ask the firm to show the licence that names this country and this work"),),
        again_url=_again(firm),
    )


def _suspended(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
    return _stopped(
        answer,
        sign="octagon-pause",
        title=_("%(firm)s: licence suspended") % {"firm": firm.name},
        heading=_("SUSPENDED: do not pay"),
        sentence=_("%(firm)s may not send people now") % {"firm": firm.name},
    )


def _withdrawn(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
    return _stopped(
        answer,
        sign="octagon-x",
        title=_("%(firm)s: licence withdrawn") % {"firm": firm.name},
        heading=_("WITHDRAWN: do not pay"),
        sentence=_("%(firm)s has lost its licence and may not send people") % {"firm": firm.name},
    )


def _expired(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
    return _stopped(
        answer,
        sign="octagon-alert",
        title=_("%(firm)s: licence expired") % {"firm": firm.name},
        heading=_("EXPIRED: do not pay"),
        sentence=_("The licence of %(firm)s ended on %(day)s")
        % {"firm": firm.name, "day": day(firm.licensed_until)},
    )


def _stopped(answer: Answer, *, sign: str, title: str, heading: str, sentence: str) -> Verdict:
    """What the three refusals share: since when, why, what comes next, and what to do about money already paid."""
    firm = _firm_of(answer)
    helpline = helpline_number()
    call = (_("Call %(helpline)s: we tell you what becomes of your contract") % {"helpline": helpline},)
    return Verdict(
        code=answer.verdict,
        kind="stop",
        sign=sign,
        title=title,
        heading=heading,
        sentence=sentence,
        facts=stop_facts(firm),
        source=_("Order No. %(number)s.") % {"number": firm.decision} if firm.decision else "",
        advice=_("What to do now"),
        do_not=(_("Do not give money or your passport"), _("Do not sign a new contract")),
        do=call
        if helpline
        else (_("Ask the firm in writing what becomes of your contract, and keep the answer"),),
        paid_already=True,
        again_url=_again(firm),
    )


def _not_yet(answer: Answer) -> Verdict:
    firm = _firm_of(answer)
    return Verdict(
        code="not_yet",
        kind="none",
        sign="clock",
        title=_("%(firm)s: licence not in force yet") % {"firm": firm.name},
        heading=_("NOT YET: do not pay"),
        sentence=_("The licence of %(firm)s begins on %(day)s")
        % {"firm": firm.name, "day": day(firm.licensed_from)},
        facts=firm_facts(firm),
        advice=_("What to do now"),
        do_not=(_("Do not give money or your passport"), _("Do not sign a contract before that day")),
        do=(_("Check again on that day"),),
        again_url=_again(firm),
    )


def _old_name(answer: Answer) -> Verdict:
    return _points_elsewhere(
        answer,
        title=_("An old name"),
        heading=_("This name is OLD"),
        sentence=_("The firm that was called “%(asked)s” is now %(firm)s")
        % {"asked": answer.text, "firm": _firm_of(answer).name},
        lead=_("The answer about the firm as it is called today:"),
    )


def _old_number(answer: Answer) -> Verdict:
    return _points_elsewhere(
        answer,
        title=_("An old number"),
        heading=_("This number is OLD"),
        sentence=_("The licence “%(asked)s” was replaced by %(number)s")
        % {"asked": answer.text, "number": _firm_of(answer).number},
        lead=_("The answer about the licence as it is today:"),
    )


def _branch(answer: Answer) -> Verdict:
    return _points_elsewhere(
        answer,
        title=_("A branch"),
        heading=_("This is a BRANCH: check the firm"),
        sentence=_("“%(asked)s” belongs to %(firm)s. A branch has no licence of its own")
        % {"asked": answer.text, "firm": _firm_of(answer).name},
        lead=_("The answer about the firm it belongs to:"),
    )


def _points_elsewhere(answer: Answer, *, title: str, heading: str, sentence: str, lead: str) -> Verdict:
    """What was asked is not the firm itself but leads to it: never green, and one press from the answer."""
    return Verdict(
        code=answer.verdict,
        kind="none",
        sign="triangle-alert",
        title=title,
        heading=heading,
        sentence=sentence,
        advice=_("Before you pay"),
        do=(_("Ask why they use this name or number, and compare it with the contract"),),
        do_not=(_("Do not pay before you have read the answer about the firm itself"),),
        similar_heading=_("Read on"),
        similar_lead=lead,
        similar=similar_firms(answer),
    )


def _several(answer: Answer) -> Verdict:
    return Verdict(
        code="several",
        kind="none",
        sign="circle-help",
        title=_("Several firms have this name"),
        heading=_("SEVERAL firms have this name"),
        sentence=_("“%(asked)s” is the name of more than one firm. Only the STIR tells them apart")
        % {"asked": answer.text},
        advice=_("Before you pay"),
        do=(_("Ask the firm for its STIR and check that number"),),
        do_not=(_("Do not pay before you know which of them it is"),),
        similar_heading=_("Which one is it?"),
        similar_lead=_("Compare the STIR with the one in the contract or on the receipt:"),
        similar=similar_firms(answer),
        asks_for_stir=True,
    )


def _not_found(answer: Answer) -> Verdict:
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
        similar_heading=_("Take care: there are names like it"),
        similar_lead=_("Cheats add a word to a known name or change a letter. These are other firms:"),
        similar=similar_firms(answer),
        asks_for_stir=True,
    )


_MAKERS: dict[str, Callable[[Answer], Verdict]] = {
    "licensed": _licensed,
    "not_for_this": _not_for_this,
    "suspended": _suspended,
    "withdrawn": _withdrawn,
    "expired": _expired,
    "not_yet": _not_yet,
    "old_name": _old_name,
    "old_number": _old_number,
    "branch": _branch,
    "several": _several,
    "not_found": _not_found,
}


def similar_firms(answer: Answer) -> tuple[SimilarFirm, ...]:
    """The firms an answer points to, in the language now active: how each stands, and how its name differs."""
    likenesses = zip(answer.look_alikes, differences(answer), strict=True)
    return tuple([similar_firm(one, marked=name, note=note) for one, (name, note) in likenesses])


def differences(answer: Answer) -> list[tuple[SafeString, str]]:
    """How the name of each firm an answer points to differs from what was typed: its letters marked, and in words.

    What was typed is compared in Latin letters, as names are shown, and only where nothing was found.
    """
    typed = answer.text if answer.verdict == "not_found" else ""
    typed = typed if typed.isascii() else to_latin(typed)
    if STIR.fullmatch("".join(typed.split())):
        note = _("Its STIR is another one: compare it digit by digit.")
        return [(marked(one.firm.name, typed=typed), note) for one in answer.look_alikes]
    names = [one.firm.name for one in answer.look_alikes]
    return [(marked(name, typed=typed), _difference(name, typed=typed)) for name in names]


def similar_firm(one: LookAlike, *, marked: SafeString, note: str) -> SimilarFirm:
    """A firm and how it stands, in the language now active, with how its name differs."""
    kind, sign, state = STATES.get(one.verdict, ("quiet", "circle-dashed", gettext_lazy("No licence")))
    return SimilarFirm(
        name=one.firm.name,
        marked=marked,
        kind=kind,
        state=str(state),
        icon=sign,
        stir=grouped_stir(one.firm.stir),
        note=note,
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


def _firm_of(answer: Answer) -> Firm:
    """The firm of an answer that is about one."""
    if answer.firm is None:
        raise ValueError(f"an answer {answer.verdict} is about a firm, and has none")
    return answer.firm


def _asked(answer: Answer) -> str:
    """What was asked besides the firm: the country, the work, or both."""
    country = country_name(answer.destination) if answer.destination else ""
    work = work_name(answer.work) if answer.work else ""
    return ", ".join(part for part in (country, work) if part)


def _source(answer: Answer, *, checked_at: str) -> str:
    if answer.verdict == "not_found":
        return _("Searched among %(count)s licensed firms, %(moment)s.") % {
            "count": answer.searched,
            "moment": checked_at,
        }
    return _("From the register, as at %(moment)s.") % {"moment": checked_at}


def _again(firm: Firm) -> str:
    """The address printed on paper, which gives the answer of the day it is opened."""
    return f"{settings.SAFAR_PUBLIC_URL}/c/{quote(str(firm.number))}"
