"""The rules of licences, without a database."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from safar.citizens.recruiters import models, rules, spelling
from safar.citizens.recruiters.rules import Demand, Move, Party, Progress, State, Trust, Verdict

TODAY = date(2026, 11, 23)
TABLES = (
    rules.TRANSITIONS, rules.LICENCE_TERMS, rules.DEPOSITS, rules.BASE_UNIT, rules.PUBLICATION, rules.APPLICATION_DECISION,
    rules.SUSPENSION_DECISION, rules.SECOND_SIGNATURE, rules.RENEWAL_NOTICE,
)  # fmt: skip
ROWS = [row for table in TABLES for row in table]


@dataclass
class Licence:
    state: str = "LICENSED"
    licensed_from: date | None = date(2024, 1, 1)
    licensed_until: date | None = date(2027, 1, 1)
    destinations: tuple[str, ...] = ("DE", "TR")
    works: tuple[str, ...] = ("CARE",)


def judged(licence=None, *, today=TODAY, **asked):
    return rules.verdict(licence or Licence(), today=today, **asked)


# -- every row says where it comes from ------------------------------------------------------------------------


def test_every_rule_says_its_source_and_has_a_sign_of_its_own():
    assert all(row.source.strip() for row in ROWS)
    refs = [row.ref for row in ROWS]
    assert len(set(refs)) == len(refs)


def test_no_rule_claims_to_be_verified_without_the_day_it_was_read():
    assert all(row.verified_on for row in ROWS if row.trust is Trust.VERIFIED)


@pytest.mark.parametrize("table", TABLES[1:], ids=lambda table: table[0].ref)
def test_of_a_dated_table_one_row_holds_at_most_on_any_day(table):
    for row in table:
        for day in (row.valid_from, row.valid_to or TODAY):
            assert [r.ref for r in table if r.holds_on(day)] == [row.ref]


# -- the verdict -----------------------------------------------------------------------------------------------


def test_a_licence_that_holds_today_for_what_was_asked_is_green():
    assert judged() is Verdict.LICENSED
    assert judged(destination="DE") is Verdict.LICENSED
    assert judged(destination="DE", work="CARE") is Verdict.LICENSED


def test_for_another_country_or_work_it_is_not_green():
    assert judged(destination="PL") is Verdict.NOT_FOR_THIS
    assert judged(work="TRADE") is Verdict.NOT_FOR_THIS
    assert judged(destination="DE", work="TRADE") is Verdict.NOT_FOR_THIS


def test_what_the_register_does_not_say_is_not_green_when_asked_about():
    unknown = Licence(destinations=(), works=())
    assert judged(unknown) is Verdict.LICENSED
    assert judged(unknown, destination="DE") is Verdict.NOT_FOR_THIS
    assert judged(unknown, work="CARE") is Verdict.NOT_FOR_THIS


def test_the_last_day_counts_and_the_next_does_not():
    ends = Licence(licensed_until=TODAY)
    assert judged(ends) is Verdict.LICENSED
    assert judged(ends, today=TODAY + timedelta(days=1)) is Verdict.EXPIRED


def test_before_its_first_day_a_licence_does_not_hold():
    assert judged(Licence(licensed_from=TODAY + timedelta(days=1))) is Verdict.NOT_YET
    assert judged(Licence(licensed_from=TODAY)) is Verdict.LICENSED


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("SUSPENDED", Verdict.SUSPENDED), ("WITHDRAWN", Verdict.WITHDRAWN), ("EXPIRED", Verdict.EXPIRED),
        ("APPLIED", Verdict.NOT_FOUND), ("REFUSED", Verdict.NOT_FOUND),
    ],
)  # fmt: skip
def test_in_every_other_state_the_dates_do_not_help(state, says):
    assert judged(Licence(state=state)) is says
    assert judged(Licence(state=state, licensed_until=None), destination="DE") is says


# -- how a licence moves ---------------------------------------------------------------------------------------

ALLOWED = {
    ("grant_licence", "APPLIED"): "LICENSED", ("grant_licence", "EXPIRED"): "LICENSED",
    ("refuse_application", "APPLIED"): "REFUSED", ("apply_again", "REFUSED"): "APPLIED",
    ("suspend_licence", "LICENSED"): "SUSPENDED", ("reinstate_licence", "SUSPENDED"): "LICENSED",
    ("renew_licence", "LICENSED"): "LICENSED", ("withdraw_licence", "LICENSED"): "WITHDRAWN",
    ("withdraw_licence", "SUSPENDED"): "WITHDRAWN", ("record_expiry", "LICENSED"): "EXPIRED",
    ("record_expiry", "SUSPENDED"): "EXPIRED",
}  # fmt: skip


def test_licences_move_as_the_table_says_and_in_no_other_way():
    acts = {row.act for row in rules.TRANSITIONS}
    moves = {
        (act, state.value): row.after.value
        for act in acts
        for state in State
        if (row := rules.transition(act, state, TODAY))
    }
    assert moves == ALLOWED


def test_nothing_leads_out_of_a_withdrawal():
    assert not [row for row in rules.TRANSITIONS if State.WITHDRAWN in row.before]


def test_no_rule_holds_before_the_law_was_there():
    assert rules.transition("grant_licence", "APPLIED", date(2018, 10, 16)) is None


def test_a_decision_says_what_it_lacks():
    suspend = rules.transition("suspend_licence", "LICENSED", TODAY)
    assert rules.missing(suspend) == [Demand.REASON, Demand.ORDER_NUMBER]
    assert rules.missing(suspend, reason="  ", order_number="118") == [Demand.REASON]
    assert rules.missing(suspend, reason="Fees", order_number="118") == []
    withdraw = rules.transition("withdraw_licence", "LICENSED", TODAY)
    assert rules.missing(withdraw, reason="Fees", order_number="118") == [Demand.SECOND_PERSON]


# -- terms, deposits, days -------------------------------------------------------------------------------------


def test_a_licence_ends_the_day_before_its_anniversary():
    assert rules.licence_ends(date(2024, 8, 12)) == date(2027, 8, 11)
    assert rules.licence_ends(date(2024, 2, 29)) == date(2027, 2, 28)


def test_the_deposit_changed_with_the_law_of_november_2025():
    before, after = rules.deposit_required(date(2025, 11, 10)), rules.deposit_required(date(2025, 11, 11))
    assert (before.value, before.currency) == (50_000, "USD")
    assert (after.value, after.currency, after.rule.value) == (4_000 * 412_000, "UZS", 4_000)
    assert rules.deposit_required(date(2017, 1, 1)) is None


def test_an_inspection_is_published_within_five_calendar_days_since_2025():
    assert rules.publish_by(date(2026, 10, 28)) == date(2026, 11, 2)
    assert rules.publish_by(date(2024, 12, 31)) is None


@pytest.mark.parametrize(
    ("progress", "party", "move", "due"),
    [
        (Progress(state="APPLIED", applied_on=date(2026, 11, 1)), Party.OFFICER, Move.DECIDE_APPLICATION, date(2026, 12, 1)),
        (Progress(state="SUSPENDED", suspended_on=date(2026, 11, 3)), Party.OFFICER, Move.DECIDE_SUSPENSION, date(2026, 12, 3)),
        (Progress(state="LICENSED", licensed_until=date(2026, 12, 20)), Party.FIRM, Move.RENEW, date(2026, 12, 20)),
        (Progress(state="LICENSED", licensed_until=date(2026, 11, 22)), Party.OFFICER, Move.RECORD_EXPIRY, date(2026, 11, 22)),
        (
            Progress(state="SUSPENDED", suspended_on=date(2026, 11, 3), withdrawal_proposed_on=date(2026, 11, 20)),
            Party.SECOND_OFFICER, Move.SIGN_WITHDRAWAL, date(2026, 11, 25),
        ),
        (Progress(state="WITHDRAWN"), Party.NOBODY, Move.NONE, None),
        (Progress(state="LICENSED"), Party.NOBODY, Move.NONE, None),
    ],
)  # fmt: skip
def test_every_licence_says_who_acts_next_and_by_when(progress, party, move, due):
    step = rules.next_step(progress, TODAY)
    assert (step.party, step.move, step.due_on) == (party, move, due)


def test_licences_are_renewed_within_their_last_thirty_days():
    assert rules.renewed_until(TODAY) == TODAY + timedelta(days=30)


def test_states_and_choices_of_the_tables_agree():
    assert set(models.State.values) == set(State)
    assert {form.lower() for form in models.LegalForm.values} == set(spelling.FORMS)
    assert {act for act in models.LicenceDecision.Act.values} >= {row.act for row in rules.TRANSITIONS} - {
        "apply_again"
    }
    assert all(re.fullmatch("[A-Z]-[0-9]+", row.ref) for row in ROWS)
