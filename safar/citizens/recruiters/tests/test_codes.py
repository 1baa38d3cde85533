"""Numbers of answers: they cannot be made up, and say what was said."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from safar.citizens.recruiters import codes
from safar.citizens.recruiters.rules import Verdict

KEY, OTHER = codes.answer_key("one"), codes.answer_key("two")
NOW = datetime(2026, 11, 23, 4, 14, 37, tzinfo=UTC)


def code(verdict=Verdict.LICENSED, firm=417, at=NOW):
    return codes.encode(verdict, firm, at, key=KEY)


def test_a_code_is_five_groups_of_four_without_letters_that_look_like_digits():
    groups = code().split("-")
    assert [len(group) for group in groups] == [4] * 5
    assert not set("".join(groups)) & set("01OI")
    assert len(codes.ALPHABET) == 32


@given(
    verdict=st.sampled_from(sorted(codes.NUMBERS)),
    firm=st.integers(0, 2**codes.FIRM_BITS - 1),
    at=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2080, 1, 1), timezones=st.just(UTC)),
)
def test_a_code_says_what_was_said_to_the_minute(verdict, firm, at):
    said = codes.decode(code(verdict, firm, at), key=KEY, now=at)
    assert (said.verdict, said.firm_id) == (verdict, firm)
    assert said.at == at.replace(second=0, microsecond=0)


def test_it_is_read_in_small_letters_with_spaces_and_without_dashes():
    typed = code().lower().replace("-", "  ")
    assert codes.decode(typed, key=KEY, now=NOW) == codes.decode(code(), key=KEY, now=NOW)
    assert codes.decode(code().replace("-", ""), key=KEY, now=NOW)


def test_no_other_sign_in_any_place_is_believed():
    whole = codes.compact(code())
    for place in range(codes.LENGTH):
        for sign in codes.ALPHABET:
            changed = whole[:place] + sign + whole[place + 1 :]
            if changed != whole:
                assert codes.decode(changed, key=KEY, now=NOW) is None


@given(st.text(alphabet=codes.ALPHABET, min_size=20, max_size=20))
def test_a_made_up_code_is_not_believed(made_up):
    assert codes.decode(made_up, key=KEY, now=NOW) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_is_answered(text):
    codes.decode(text, key=KEY, now=NOW)


def test_another_installations_code_is_not_believed():
    assert codes.decode(code(), key=OTHER, now=NOW) is None


def test_a_code_from_the_future_is_not_believed():
    assert codes.decode(code(at=NOW + timedelta(minutes=4)), key=KEY, now=NOW)
    assert codes.decode(code(at=NOW + timedelta(minutes=10)), key=KEY, now=NOW) is None


def test_at_least_48_bits_are_the_seal_and_all_bits_have_a_use():
    assert codes.SEAL_BITS >= 48
    assert codes.MINUTE_BITS + codes.FIRM_BITS + codes.VERDICT_BITS + codes.SEAL_BITS == 5 * codes.LENGTH
    assert max(codes.NUMBERS.values()) < 1 << codes.VERDICT_BITS
    assert len(set(codes.NUMBERS.values())) == len(codes.NUMBERS)


def test_a_firm_whose_number_does_not_fit_is_coded_as_none_rather_than_as_another():
    assert codes.decode(code(firm=2**codes.FIRM_BITS), key=KEY, now=NOW).firm_id == 0
