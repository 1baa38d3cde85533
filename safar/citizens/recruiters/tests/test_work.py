"""What waits for the officer, and the numbers the service offers."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from safar.citizens.recruiters import actions, register
from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.duties import licensing
from safar.citizens.recruiters.models import State
from safar.foundation.access.actors import Actor, Scope, public_actor
from safar.foundation.actions import Refused
from safar.foundation.indicators import value

pytestmark = pytest.mark.django_db


def officer(role="licensing_officer"):
    return Actor("staff", user_id=1, preset=(Scope(role, None, "", 4),))


def test_my_day_lists_what_is_undecided_and_what_ends_soon():
    today = timezone.localdate()
    make_recruiter("Asks", state=State.APPLIED, applied_on=today)
    make_recruiter("Stopped", state=State.SUSPENDED, stopped_on=today)
    make_recruiter("Ends", licensed_until=today + timedelta(days=20))
    make_recruiter("Ended", licensed_until=today - timedelta(days=2))
    proposed = make_recruiter("Proposed")
    another = Actor("staff", user_id=2, name="Another", preset=officer().preset)
    actions.propose_withdrawal(proposed, reason="Fees", order_number="1", by=another, now=timezone.now())
    make_recruiter("Long")
    make_recruiter("Gone", state=State.WITHDRAWN)
    found = {duty.detail: duty for duty in licensing(officer(), today)}
    assert set(found) == {"Asks", "Stopped", "Ends", "Ended", "Proposed"}
    assert [name for name, duty in found.items() if not duty.mine] == ["Ends"]
    assert str(found["Ended"].title) == "Record that the licence has ended"
    assert found["Asks"].due == today + timedelta(days=30)
    assert list(licensing(officer("auditor"), today)) == []
    assert list(licensing(public_actor(), today)) == []


def test_my_day_asks_the_database_once(django_assert_num_queries):
    for _one in range(30):
        make_recruiter(state=State.APPLIED)
    with django_assert_num_queries(1):
        assert len(list(licensing(officer(), timezone.localdate()))) == 30


def test_the_record_says_who_acts_next():
    firm = make_recruiter(state=State.SUSPENDED, stopped_on=date(2026, 11, 3))
    assert register.next_step(firm, date(2026, 11, 23)) == (
        "The licensing officer: Decide the suspension: reinstate or withdraw, by 03.12.2026 (a working rule, not yet checked against the law)."
    )


def test_licensed_recruiters_are_counted_by_place_destination_and_work():
    make_recruiter(destinations=["DE", "TR"], works=["CARE"])
    make_recruiter(destinations=["DE"], works=["TRADE"])
    make_recruiter(destinations=["DE"], state=State.SUSPENDED)
    make_recruiter(destinations=["DE"], licensed_until=date(2026, 1, 1))
    actor = officer()
    assert value("recruiters.licensed", actor) == 2
    assert value("recruiters.licensed", actor, destination="TR") == 1
    assert value("recruiters.licensed", actor, work="TRADE") == 1
    assert value("recruiters.licensed", actor, on=date(2025, 12, 31)) == 3
    assert value("recruiters.licensed", actor, place="UZ.") == 0
    assert value("recruiters.suspended", actor) == 1
    assert value("recruiters.withdrawn", actor) == 0


def test_who_proposed_a_withdrawal_waits_for_another_to_sign():
    today, proposer = timezone.localdate(), Actor("staff", user_id=7, preset=officer().preset)
    firm = make_recruiter("Proposed")
    firm = actions.propose_withdrawal(firm, reason="Fees", order_number="1", by=proposer, now=timezone.now())
    (own,), (other,) = licensing(proposer, today), licensing(officer(), today)
    assert (own.mine, other.mine) == (False, True)
    assert str(own.who) == "A second officer"
    assert "somebody else must sign" in str(actions.withdraw_licence.refusal(firm, proposer, today))
    assert actions.withdraw_licence.refusal(firm, officer(), today) == ""
    with pytest.raises(Refused, match="somebody else must sign"):
        actions.withdraw_licence(firm, by=proposer, now=timezone.now())
