"""Rules about papers, consents and safe contact: tables with their sources, and what must hold for every number."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safar.directory.people import rules
from safar.directory.people.rules import MrzFault, NoContact, PinflFault, SafeRules, Standing

TODAY = date(2026, 11, 23)
#: The three examples of Cabinet of Ministers No. 177 of 12 April 2022.
OFFICIAL = (
    ("31210632040244", "M", date(1963, 10, 12)),
    ("31210932040247", "M", date(1993, 10, 12)),
    ("40201902050010", "F", date(1990, 1, 2)),
)


@pytest.mark.parametrize(("number", "sex", "born"), OFFICIAL)
def test_the_official_examples_are_read(number, sex, born):
    found = rules.read_pinfl(number)
    assert (found.sex, found.born, found.checks) == (sex, born, True)
    assert rules.pinfl_fault(number, today=TODAY) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("31210632040245", PinflFault.CHECK_DIGIT),
        ("71210632040244", PinflFault.STRUCTURE),
        ("3121063204024", PinflFault.STRUCTURE),
        ("٣1210632040244", PinflFault.STRUCTURE),
        ("", PinflFault.STRUCTURE),
    ],
)
def test_a_wrong_number_says_what_is_wrong(number, fault):
    assert rules.pinfl_fault(number, today=TODAY) == fault


def with_digit(thirteen):
    return thirteen + str(rules.weighed([int(sign) for sign in thirteen]))


def test_a_day_that_is_none_fails_even_with_its_right_check_digit():
    number = with_digit("3310290204001")  # 31 February 1990
    assert rules.read_pinfl(number).checks
    assert rules.read_pinfl(number).born is None, "an old record is still read"
    assert rules.pinfl_fault(number, today=TODAY) == PinflFault.DATE


def test_nobody_is_born_tomorrow():
    number = with_digit("5241126204001")
    assert rules.pinfl_fault(number, today=TODAY) == PinflFault.DATE
    assert rules.pinfl_fault(number, today=date(2026, 11, 24)) is None


@given(
    st.sampled_from("123456"),
    st.text("0123456789", min_size=12, max_size=12),
    st.integers(0, 13),
    st.integers(1, 9),
)
def test_one_wrong_digit_of_a_pinfl_is_noticed_unless_five_apart(first, rest, at, step):
    """7, 3 and 1 have no factor with 10, so every change of a single digit changes the sum."""
    number = with_digit(first + rest)
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    found = rules.read_pinfl(wrong)
    assert found is None or not found.checks


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("AA1234567", True),
        ("aa 1234567", True),
        ("АВ1234567", True),  # Cyrillic А and В
        ("A1234567", False),
        ("AA12345678", False),
        ("ДЖ1234567", False),
    ],
)
def test_a_number_of_a_passport_or_card(text, is_one):
    assert rules.is_uzbek_paper(text) is is_one


def test_look_alikes_and_spaces_make_no_other_number():
    assert rules.tidy_number(" ав 123-45.67 ") == "AB1234567"


# -- the machine readable zone: specimens of ICAO Doc 9303 part 4 (TD3) and part 5 (TD1) -----------------------------------

TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(
    ("field", "digit"),
    [("L898902C3", 6), ("740812", 2), ("120415", 9), ("ZE184226B<<<<<", 1), ("D23145890", 7)],
)
def test_check_digits_of_the_specimen(field, digit):
    assert rules.mrz_digit(field) == digit


@pytest.mark.parametrize(("zone", "form", "number"), [(TD3, "TD3", "L898902C3"), (TD1, "TD1", "D23145890")])
def test_the_specimens_are_read(zone, form, number):
    found = rules.read_mrz(zone, today=TODAY)
    assert (found.form, found.number, found.issuer, found.nationality) == (form, number, "UTO", "UTO")
    assert (found.family, found.given, found.sex) == ("ERIKSSON", "ANNA MARIA", "F")
    assert (found.born, found.expires_on, found.born_precision) == (
        date(1974, 8, 12),
        date(2012, 4, 15),
        "DAY",
    )
    assert found.faults == ()


def test_the_optional_data_of_the_specimen_are_no_pinfl():
    found = rules.read_mrz(TD3, today=TODAY)
    assert (found.optional, found.pinfl) == ("ZE184226B", "")


@pytest.mark.parametrize(
    ("right", "wrong", "faults"),
    [
        ("L898902C36", "L898902C46", {MrzFault.NUMBER, MrzFault.COMPOSITE}),
        ("7408122F", "7408123F", {MrzFault.BIRTH_DATE, MrzFault.COMPOSITE}),
        ("1204159ZE", "1204158ZE", {MrzFault.EXPIRY, MrzFault.COMPOSITE}),
        ("ZE184226B", "ZE184226C", {MrzFault.OPTIONAL, MrzFault.COMPOSITE}),
        ("<<<<<10", "<<<<<11", {MrzFault.COMPOSITE}),
    ],
)
def test_each_check_digit_is_tried(right, wrong, faults):
    assert set(rules.read_mrz(TD3.replace(right, wrong), today=TODAY).faults) == faults


@pytest.mark.parametrize("zone", ["", "P<UTO", TD3[:-1], TD3 + "<", "?" * 88])
def test_what_is_no_zone_is_none(zone):
    assert rules.read_mrz(zone, today=TODAY) is None


def zone_of(*, born="740812", optional="<" * 14):
    second = f"L898902C36UTO{born}{rules.mrz_digit(born)}F120415{rules.mrz_digit('120415')}{optional}"
    second += str(rules.mrz_digit(optional)) if optional.strip("<") else "<"
    composite = rules.mrz_digit(second[:10] + second[13:20] + second[21:43])
    return f"{TD3[:44]}{second}{composite}"


def test_a_birth_date_known_in_part_is_read_as_far_as_it_is_known():
    """9303 part 3, 4.8: unknown parts of a date of birth are fillers."""
    month, year = (rules.read_mrz(zone_of(born=born), today=TODAY) for born in ("7408<<", "74<<<<"))
    assert (month.born, month.born_precision, month.faults) == (date(1974, 8, 1), "MONTH", ())
    assert (year.born, year.born_precision, year.faults) == (date(1974, 1, 1), "YEAR", ())


def test_a_pinfl_in_the_optional_data_is_found():
    assert rules.read_mrz(zone_of(optional="31210632040244"), today=TODAY).pinfl == "31210632040244"


def test_a_long_number_of_a_card_goes_on_in_the_optional_data():
    """9303 part 5, 4.2.2.1: the specimen D23145890 7349, whose check digit follows it."""
    number = "D23145890734"
    first = f"I<UTOD23145890<734{rules.mrz_digit(number)}<<<<<<<<<<<"
    second = "7408122F1204159UTO<<<<<<<<<<<"
    second += str(rules.mrz_digit(first[5:] + second[:7] + second[8:15] + second[18:29]))
    found = rules.read_mrz(first + second + "ERIKSSON<<ANNA<MARIA<<<<<<<<<<", today=TODAY)
    assert (found.number, found.faults) == (number, ())


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", max_size=100))
def test_no_zone_breaks_the_reading(text):
    rules.read_mrz(text, today=TODAY)


@given(st.text("<0123456789", min_size=88, max_size=90))
def test_no_zone_of_the_right_length_breaks_the_reading(text):
    rules.read_mrz(text, today=TODAY)


# -- consent -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires_on", "withdrawn_on", "on", "standing"),
    [
        (None, None, date(2026, 1, 1), Standing.HOLDS),
        (None, None, date(2025, 12, 31), Standing.NOT_YET),
        (date(2026, 6, 30), None, date(2026, 6, 30), Standing.HOLDS),
        (date(2026, 6, 30), None, date(2026, 7, 1), Standing.EXPIRED),
        (None, date(2026, 3, 1), date(2026, 2, 28), Standing.HOLDS),
        (None, date(2026, 3, 1), date(2026, 3, 1), Standing.WITHDRAWN),
        (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1), Standing.WITHDRAWN),
    ],
)
def test_a_consent_holds_from_its_day_to_its_last_and_never_after_withdrawal(
    expires_on, withdrawn_on, on, standing
):
    found = rules.standing_of_consent(
        given_on=date(2026, 1, 1), expires_on=expires_on, withdrawn_on=withdrawn_on, on=on
    )
    assert found == standing


# -- safe contact ------------------------------------------------------------------------------------------------------

#: Monday 23 November 2026, 18:30 in Tashkent (+05, no summer time).
MONDAY_EVENING = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
EVENINGS = SafeRules(channels=("TELEGRAM",), hour_from=18, hour_to=24, days=(1, 3))


@pytest.mark.parametrize(
    ("safe", "channel", "moment", "why"),
    [
        (EVENINGS, "TELEGRAM", MONDAY_EVENING, None),
        (EVENINGS, "SMS", MONDAY_EVENING, NoContact.CHANNEL),
        (EVENINGS, "TELEGRAM", datetime(2026, 11, 23, 12, 59, tzinfo=UTC), NoContact.HOUR),
        (
            EVENINGS,
            "TELEGRAM",
            datetime(2026, 11, 23, 19, 0, tzinfo=UTC),
            NoContact.DAY,
        ),  # Tuesday 00:00 there
        (SafeRules(do_not_contact=True), "CALL", MONDAY_EVENING, NoContact.ASKED_NOT_TO),
        (rules.USUAL, "CALL", MONDAY_EVENING, None),
        (rules.USUAL, "CALL", datetime(2026, 11, 23, 15, 0, tzinfo=UTC), NoContact.HOUR),
    ],
)
def test_whether_she_may_be_reached(safe, channel, moment, why):
    assert rules.why_not_contact(safe, channel, moment) == why


def test_the_next_moment_is_now_this_evening_or_the_next_day_she_named():
    assert rules.next_moment(EVENINGS, MONDAY_EVENING) == MONDAY_EVENING
    assert rules.next_moment(EVENINGS, datetime(2026, 11, 23, 4, 0, tzinfo=UTC)) == datetime(
        2026, 11, 23, 13, 0, tzinfo=UTC
    )
    assert rules.next_moment(EVENINGS, datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) == datetime(
        2026, 11, 25, 13, 0, tzinfo=UTC
    )
    assert rules.next_moment(SafeRules(do_not_contact=True), MONDAY_EVENING) is None
    assert rules.next_moment(SafeRules(channels=()), MONDAY_EVENING) is None


@given(
    st.integers(0, 23), st.integers(1, 24), st.sets(st.integers(1, 7), min_size=1),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
)  # fmt: skip
def test_at_the_next_moment_she_may_be_reached_and_not_before(start, length, days, now):
    safe = SafeRules(channels=("CALL",), hour_from=start, hour_to=min(24, start + length), days=tuple(days))
    moment = rules.next_moment(safe, now)
    assert moment is not None
    assert moment >= now
    assert rules.why_not_contact(safe, "CALL", moment) is None
    if rules.why_not_contact(safe, "CALL", now) is None:
        assert moment == now


def test_no_retention_term_passes_for_verified_that_nobody_verified():
    term = rules.retention_of("people.identifier", today=date(2026, 11, 23))
    assert (term.months, term.is_verified) == (60, False)
    assert "Proposed" in term.source
    assert rules.retention_of("people.identifier", today=date(2026, 11, 22)) is None
