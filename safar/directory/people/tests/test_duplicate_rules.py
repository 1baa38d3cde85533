"""Whether two records are one person's: each expected value is said by hand, from the sentence beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from safar.directory.people.duplicates.rules import (
    Face,
    Field,
    Says,
    Spelling,
    Verdict,
    codes_of,
    judge,
    told,
)
from safar.directory.people.duplicates.strictness import (
    Agreed,
    both_said,
    less_ours,
    stricter,
    withdrawn_with,
)
from safar.directory.people.rules import NoContact, SafeRules, why_not_contact

HER = Spelling("Namunova", "Dilnoza", "Akmal qizi")


def face(*names, **known):
    return Face(names=names or (HER,), **known)


def says(one, other, field):
    return judge(one, other).says(field)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (("Намунова", "Дилноза", "Акмал қизи"), Says.AGREES),  # another script
        (("Namunova", "Dilnoza", "Akmalovna"), Says.AGREES),  # another form of the father's name
        (("NAMUNOV", "DILNOZA", "AKMAL"), Says.AGREES),  # endings left out
        (("Dilnoza", "Namunova", "Akmal qizi"), Says.AGREES),  # swapped
        (("Namunova", "Dilnoza", ""), Says.PARTLY),  # the father's name is not known
        (("Namunova", "Dilnosa", "Akmal qizi"), Says.NEAR),  # a slip
        (("Qodirova", "Dilnoza", "Akmal qizi"), Says.NEAR),  # the name of a husband
        (("Namunova", "", ""), Says.UNKNOWN),  # half a name says nothing
        (("Namunova", "Malika", "Akmal qizi"), Says.DIFFERS),  # a sister
        (("Namunova", "Dilnoza", "Rustam qizi"), Says.DIFFERS),  # another father
        (("Qodirova", "Dilnoza", ""), Says.DIFFERS),  # another family, and no father to go by
    ],
)
def test_names_are_compared_by_sound_and_by_part(name, wanted):
    assert says(face(), face(Spelling(*name)), Field.NAME) is wanted


def test_any_name_she_is_known_by_counts():
    former = face(Spelling("Qodirova", "Dilnoza", "Akmal qizi"), HER)
    assert says(face(), former, Field.NAME) is Says.AGREES


BORN = date(1990, 5, 17)


@pytest.mark.parametrize(
    ("born", "precision", "wanted"),
    [
        (date(1990, 5, 17), "DAY", Says.AGREES),
        (date(1990, 1, 1), "YEAR", Says.PARTLY),
        (date(1990, 5, 1), "MONTH", Says.PARTLY),
        (date(1990, 6, 1), "MONTH", Says.DIFFERS),
        (date(1991, 1, 1), "YEAR", Says.NEAR),
        (date(1991, 5, 17), "DAY", Says.NEAR),
        (date(1990, 5, 18), "DAY", Says.NEAR),
        (date(1986, 3, 2), "DAY", Says.DIFFERS),
        (None, "DAY", Says.UNKNOWN),
    ],
)
def test_dates_are_compared_as_far_as_both_are_known(born, precision, wanted):
    assert says(face(born=BORN), face(born=born, precision=precision), Field.BIRTH) is wanted


def test_a_day_and_a_month_swapped_are_a_slip_and_1_january_is_a_year():
    assert says(face(born=date(1990, 5, 7)), face(born=date(1990, 7, 5)), Field.BIRTH) is Says.NEAR
    first = face(born=date(1990, 1, 1))
    assert says(first, first, Field.BIRTH) is Says.PARTLY


PINFL, PASSPORT, CARD = ("PINFL", "UZ"), ("PASSPORT", "UZ"), ("ID_CARD", "UZ")


def papers(**found):
    kinds = {"pinfl": PINFL, "passport": PASSPORT, "card": CARD}
    return {kinds[name]: frozenset({value}) for name, value in found.items()}


def test_numbers_of_the_state_are_compared_within_their_sort_and_their_office_alone():
    one = face(papers=papers(pinfl=b"1"), compartment=(7, 1))
    assert says(one, face(papers=papers(pinfl=b"1"), compartment=(7, 1)), Field.PINFL) is Says.AGREES
    assert says(one, face(papers=papers(pinfl=b"2"), compartment=(7, 1)), Field.PINFL) is Says.DIFFERS
    assert says(one, face(papers=papers(pinfl=b"1"), compartment=(8, 1)), Field.PINFL) is Says.UNKNOWN
    assert says(one, face(papers=papers(card=b"1"), compartment=(7, 1)), Field.PAPER) is Says.UNKNOWN
    passport = face(papers=papers(passport=b"1"), compartment=(7, 1))
    assert says(passport, face(papers=papers(card=b"1"), compartment=(7, 1)), Field.PAPER) is Says.UNKNOWN


def test_another_passport_says_nothing_against_for_papers_are_renewed():
    old, new = (face(papers=papers(passport=number), compartment=(7, 1)) for number in (b"1", b"2"))
    assert says(old, new, Field.PAPER) is Says.DIFFERS
    assert judge(old, new).bits == judge(face(), face()).bits


def test_a_shared_telephone_is_weak_and_another_one_says_nothing():
    own, shared, other = ({"+998900000001": True}, {"+998900000001": False}, {"+998900000002": True})
    assert says(face(phones=own), face(phones=own), Field.PHONE) is Says.AGREES
    assert says(face(phones=own), face(phones=shared), Field.PHONE) is Says.PARTLY
    assert judge(face(phones=own), face(phones=other)).bits == judge(face(), face()).bits


def test_a_family_on_one_telephone_is_not_one_person():
    mother = face(
        Spelling("Namunova", "Oysha", "Karim qizi"),
        sex="F",
        born=date(1962, 3, 4),
        phones={"+998900000001": False},
    )
    daughter = face(sex="F", born=BORN, phones={"+998900000001": False})
    assert judge(mother, daughter).verdict is Verdict.NOT


def test_places_agree_where_they_are_more_than_a_region():
    at = [
        face(place=path)
        for path in ("UZ.1714.1714401.", "UZ.1714.1714401.", "UZ.1714.1714402.", "UZ.1703.", "UZ.")
    ]
    assert [says(at[0], other, Field.PLACE) for other in at[1:]] == [
        Says.AGREES, Says.PARTLY, Says.DIFFERS, Says.UNKNOWN,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (face(papers=papers(pinfl=b"1"), compartment=(7, 1)), Verdict.SURE),
        (face(sex="F", born=BORN), Verdict.LIKELY),
        (face(), Verdict.PERHAPS),
        (face(sex="F", born=date(1971, 2, 3)), Verdict.NOT),
        (face(Spelling("Xayolov", "Jasur"), sex="M", born=BORN), Verdict.NOT),
    ],
)
def test_what_it_all_comes_to(other, wanted):
    her = face(sex="F", born=BORN, papers=papers(pinfl=b"1"), compartment=other.compartment)
    assert judge(her, other).verdict is wanted


def test_what_is_kept_of_a_judgement_is_codes_alone():
    judgement = judge(face(born=BORN), face(born=BORN))
    assert told(codes_of(judgement)) == judgement
    assert not [word for code in codes_of(judgement) for word in code if not word.isupper()]


# -- the stricter holds -------------------------------------------------------------------------------------------------


def test_rules_of_contact_become_what_neither_forbids():
    day = SafeRules(("CALL", "SMS"), 9, 20, (1, 2, 3))
    evening = SafeRules(("TELEGRAM", "CALL"), 18, 24, (3, 4))
    both = stricter(day, evening)
    assert both == SafeRules(("CALL",), 18, 20, (3,))
    for moment in (datetime(2026, 11, day, hour, tzinfo=UTC) for day in range(23, 30) for hour in range(24)):
        for channel in ("CALL", "SMS", "TELEGRAM"):
            allowed = why_not_contact(both, channel, moment) is None
            each = all(why_not_contact(rules, channel, moment) is None for rules in (day, evening))
            assert allowed is each


@pytest.mark.parametrize(
    "other",
    [
        SafeRules(("SMS",)),
        SafeRules(("CALL",), days=(6, 7)),
        SafeRules(("CALL",), 18, 24),
        SafeRules(("CALL",), do_not_contact=True),
    ],
)
def test_where_no_way_is_left_nobody_contacts_her(other):
    rules = stricter(SafeRules(("CALL",), 9, 18, (1, 2)), other)
    assert why_not_contact(rules, "CALL", datetime(2026, 11, 23, 9, tzinfo=UTC)) is NoContact.ASKED_NOT_TO
    assert rules.days
    assert rules.hour_from < rules.hour_to


def test_a_telephone_is_no_more_her_own_than_either_record_says():
    assert less_ours("UNSAID", "OWN") == less_ours("OWN", "UNSAID") == "OWN", "who was not asked says nothing"
    assert [less_ours(*both) for both in (("OWN", "SHARED"), ("OTHERS", "OWN"), ("OWN", "OWN"))] == [
        "SHARED",
        "OTHERS",
        "OWN",
    ]
    assert both_said("husband", "") == "husband"
    assert both_said("husband", "brother") == "husband; brother"
    assert both_said("husband", "husband") == "husband"


def test_a_withdrawal_ends_the_same_consent_given_before_it_and_no_other():
    moment = datetime(2026, 3, 10, 20, tzinfo=UTC)  # 11 March in Tashkent
    whom = (5, "")
    gone = Agreed("gone", "JOB", "WORK", whom, date(2026, 1, 1), moment)
    rest = [
        Agreed("same", "JOB", "WORK", whom, date(2026, 3, 11), None),
        Agreed("later", "JOB", "WORK", whom, date(2026, 3, 12), None),
        Agreed("other purpose", "RETURN", "WORK", whom, date(2026, 1, 1), None),
        Agreed("other recipient", "JOB", "WORK", (6, ""), date(2026, 1, 1), None),
        Agreed("more", "JOB", "EVERYTHING", whom, date(2026, 1, 1), None),
    ]
    assert withdrawn_with([gone, *rest]) == {"same": moment}
    everything = Agreed("all", "JOB", "EVERYTHING", whom, date(2026, 1, 1), moment)
    assert set(withdrawn_with([everything, *rest])) == {"same", "more"}
