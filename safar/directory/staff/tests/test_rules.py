"""Roles and days, by rule."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safar.directory.staff import rules

calmly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


def test_a_role_nobody_described_opens_nothing_but_public_rows_of_its_own_organisation():
    assert rules.role_rule("chairman") == rules.RoleRule("chairman", 0, reaches_below=False)


def test_a_post_stands_from_its_first_day_to_its_last():
    first, last = date(2026, 5, 1), date(2026, 5, 31)
    for day, stands in [(date(2026, 4, 30), False), (first, True), (last, True), (date(2026, 6, 1), False)]:
        assert rules.is_open(valid_from=first, valid_to=last, ended_at=None, today=day) is stands
    assert not rules.is_open(
        valid_from=first, valid_to=last, ended_at=datetime(2026, 5, 2, tzinfo=UTC), today=last
    )


def test_leave_in_the_middle_leaves_what_is_before_and_after():
    year = (date(2026, 1, 1), date(2026, 12, 31))
    july = (date(2026, 7, 1), date(2026, 7, 31))
    assert rules.periods_without(year, [july]) == [
        (date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 8, 1), date(2026, 12, 31))
    ]  # fmt: skip


def test_leave_over_the_whole_time_leaves_nothing():
    assert (
        rules.periods_without((date(2026, 7, 5), date(2026, 7, 6)), [(date(2026, 7, 1), date(2026, 7, 31))])
        == []
    )


@st.composite
def periods(draw, *, open_ended=False):
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return (first, None if open_ended and draw(st.booleans()) else last)


@calmly
@given(periods(open_ended=True), st.lists(periods(), max_size=3))
def test_every_day_is_either_kept_or_away(whole, away):
    kept = rules.periods_without(whole, away)
    for offset in range(95):
        day = date(2025, 12, 30) + timedelta(days=offset)
        inside = whole[0] <= day and (whole[1] is None or day <= whole[1])
        absent = any(begin <= day <= end for begin, end in away)
        held = sum(begin <= day and (end is None or day <= end) for begin, end in kept)
        assert held == (1 if inside and not absent else 0)


@calmly
@given(periods(open_ended=True), periods(open_ended=True))
def test_the_part_within_bounds_lies_within_both(period, bounds):
    found = rules.within(period, bounds)
    for offset in range(95):
        day = date(2025, 12, 30) + timedelta(days=offset)
        both = all(begin <= day and (end is None or day <= end) for begin, end in (period, bounds))
        assert both == (found is not None and found[0] <= day and (found[1] is None or day <= found[1]))


def test_a_first_signature_waits_a_day():
    signed = datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert rules.reset_is_waiting(signed, now=signed + timedelta(hours=23, minutes=59))
    assert not rules.reset_is_waiting(signed, now=signed + timedelta(hours=24))
    assert not rules.reset_is_waiting(signed, now=signed - timedelta(seconds=1))
