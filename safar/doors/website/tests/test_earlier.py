"""An answer found again by its number tells what was said, and lets only today decide."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from safar.citizens.recruiters.check import Recheck
from safar.citizens.recruiters.rules import Verdict
from safar.doors.website.earlier import again
from safar.doors.website.tests.firms import LICENSED, SUSPENDED

THEN = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)


def shown(then, now, firm):
    earlier = Recheck(verdict_then=then, answered_at=THEN, firm=firm, verdict_now=now)
    with translation.override("en"):
        return again(earlier, now="23.11.2026 09:14")


def test_the_heading_is_what_holds_today():
    page = shown(Verdict.LICENSED, Verdict.SUSPENDED, SUSPENDED)
    assert page.heading == "Today: Suspended"
    assert page.kind == "stop"


def test_what_was_said_then_stands_with_its_moment_in_tashkent():
    page = shown(Verdict.LICENSED, Verdict.SUSPENDED, SUSPENDED)
    assert ("Said on 01.11.2026 10:00", "Licence valid") in [(fact.label, fact.value) for fact in page.facts]


@pytest.mark.parametrize("now", [verdict for verdict in Verdict if verdict is not Verdict.LICENSED])
def test_only_a_licence_that_holds_today_is_green(now):
    assert shown(Verdict.LICENSED, now, LICENSED).kind != ""
    assert shown(now, Verdict.LICENSED, LICENSED).kind == ""


def test_it_leads_to_the_whole_answer_of_today():
    assert shown(Verdict.LICENSED, Verdict.LICENSED, LICENSED).url.endswith("/check/?q=XM-0417")


def test_an_answer_about_nobody_names_nobody():
    page = shown(Verdict.NOT_FOUND, Verdict.NOT_FOUND, None)
    assert page.heading == "The answer is genuine"
    assert page.kind == "none"
    assert page.url == ""
