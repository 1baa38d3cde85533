"""A rule nobody has read in the law says so wherever somebody relies on it."""

from datetime import date

import pytest
from django.utils import translation

from safar.citizens.recruiters import rules, words
from safar.citizens.recruiters.check import Firm
from safar.doors.website.firm_facts import stop_facts

STEPS = {
    "an application": rules.Progress(state="APPLIED", applied_on=date(2026, 11, 2)),
    "a suspension": rules.Progress(state="SUSPENDED", suspended_on=date(2026, 11, 2)),
    "a withdrawal to sign": rules.Progress(state="LICENSED", withdrawal_proposed_on=date(2026, 11, 2)),
    "a licence to renew": rules.Progress(state="LICENSED", licensed_until=date(2026, 12, 2)),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_next_step_says_when_its_day_is_a_working_rule(name):
    step = rules.next_step(STEPS[name], date(2026, 11, 23))
    with translation.override("en"):
        told = words.step_in_words(step, step.due_on)
    assert ("not yet checked" in told) == (step.rule.trust is rules.Trust.UNVERIFIED)


def test_the_public_page_says_so_too():
    firm = Firm(id=1, number="XM-1", name="Sinov", state="SUSPENDED", stopped_on=date(2026, 11, 2))
    with translation.override("en"):
        told = " ".join(fact.value for fact in stop_facts(firm))
    assert ("not yet checked" in told) == (firm.awaits.rule.trust is rules.Trust.UNVERIFIED)
