"""What the codes of this service are called on a page, and the countries its forms offer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.citizens.recruiters.rules import Demand, Move, NextStep, Party
from safar.foundation.languages.territories import country_choices, country_name
from safar.foundation.rules import is_assumed

#: Countries offered where a licence's destinations are chosen; a list loaded from a file may name any.
DESTINATIONS = [
    "AE",
    "AT",
    "AZ",
    "BE",
    "BG",
    "BY",
    "CA",
    "CH",
    "CN",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GB",
    "GE",
    "GR",
    "HR",
    "HU",
    "IE",
    "IL",
    "IT",
    "JO",
    "JP",
    "KG",
    "KR",
    "KW",
    "KZ",
    "LT",
    "LU",
    "LV",
    "MD",
    "MN",
    "MT",
    "MY",
    "NL",
    "NO",
    "OM",
    "PL",
    "PT",
    "QA",
    "RO",
    "RS",
    "RU",
    "SA",
    "SE",
    "SG",
    "SI",
    "SK",
    "TJ",
    "TM",
    "TR",
    "UA",
    "US",
]

PARTIES = {
    Party.NOBODY: gettext_lazy("Nobody"),
    Party.FIRM: gettext_lazy("The firm"),
    Party.OFFICER: gettext_lazy("The licensing officer"),
    Party.SECOND_OFFICER: gettext_lazy("A second officer"),
}
MOVES = {
    Move.NONE: gettext_lazy("Nothing is due"),
    Move.DECIDE_APPLICATION: gettext_lazy("Decide the application"),
    Move.DECIDE_SUSPENSION: gettext_lazy("Decide the suspension: reinstate or withdraw"),
    Move.SIGN_WITHDRAWAL: gettext_lazy("Sign the withdrawal, or leave it unsigned"),
    Move.RENEW: gettext_lazy("Renew the licence"),
    Move.RECORD_EXPIRY: gettext_lazy("Record that the licence has ended"),
}
LACKING = {
    Demand.REASON: gettext_lazy("Write the reason: it is published."),
    Demand.ORDER_NUMBER: gettext_lazy("Write the number of the order."),
    Demand.SECOND_PERSON: gettext_lazy("This decision needs a second person."),
}


def destination_choices() -> list[tuple[str, str]]:
    """Countries by name, in the language of the moment."""
    return [choice for choice in country_choices() if choice[0] in DESTINATIONS]


def country_names(codes: Iterable[str]) -> str:
    """Countries in words, by name."""
    return ", ".join(sorted(map(country_name, codes)))


def step_in_words(step: NextStep, day: Any) -> str:
    """The next step as a sentence: who, what, by when."""
    if step.party is Party.NOBODY:
        return _("Nothing is due.")
    words = {"party": PARTIES[step.party], "move": MOVES[step.move], "day": day}
    if step.due_on is None:
        return _("%(party)s: %(move)s.") % words
    if is_assumed(step.rule):
        return _("%(party)s: %(move)s, by %(day)s (a working rule, not yet checked against the law).") % words
    return _("%(party)s: %(move)s, by %(day)s.") % words
