"""Codes by SMS: few, short-lived, once, readable nowhere, and telling a stranger nothing."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys
from safar.foundation.history.models import Event
from safar.foundation.messages import codes
from safar.foundation.messages.channels.chosen import gateways
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message, PhoneCode
from safar.foundation.messages.sender import Sender
from safar.foundation.messages.tests.conftest import BY, NOW, PHONE, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_counts")]
OTHER = "+998931112233"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def ask(phone=PHONE, *, now=NOW, address="10.0.0.1", purpose="sign-in", language="en", **options):
    with transaction.atomic(), acting(BY):
        codes.issue(
            phone, purpose=purpose, language=language, address=address, by=BY, now=now, **options
        )  # fmt: skip


def check(typed, *, phone=PHONE, now=NOW, address="10.0.0.1", purpose="sign-in"):
    with acting(BY):
        return codes.check(phone, typed, purpose=purpose, address=address, now=now)


@pytest.fixture
def office(set_up):
    return Sender(gateways())


@pytest.fixture
def sent(office, gateway):
    """Ask for a code and read it where it arrived."""

    def asked(**options):
        ask(**options)
        office.send_due(now=options.get("now", NOW))
        return gateway.post.arrived[-1].text.split()[0]

    return asked


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06}"


# -- attacks -------------------------------------------------------------------------------------------------


def test_five_tries_and_no_more_even_with_the_right_one(sent):
    code = sent()
    assert [check(wrong(code)) for _ in range(5)] == [False] * 5
    assert not check(code)


def test_a_try_counts_though_its_request_is_rolled_back(sent):
    code = sent()
    for _ in range(5):
        with transaction.atomic():
            assert not check(wrong(code))
            transaction.set_rollback(True)
    assert not check(code)


def test_a_right_one_serves_once(sent):
    code = sent()
    assert check(code)
    assert not check(code)


def test_it_ends_after_ten_minutes(sent):
    code = sent()
    assert not check(code, now=NOW + 10 * MINUTE)
    assert not check(code, now=NOW - MINUTE), "nor is it good before it was issued"
    assert check(code, now=NOW + 10 * MINUTE - timedelta(seconds=1))


def test_a_new_one_ends_the_one_before(sent):
    first = sent()
    second = sent(now=NOW + MINUTE)
    assert first != second
    assert not check(first, now=NOW + MINUTE)
    assert check(second, now=NOW + MINUTE)


def test_it_is_good_for_its_telephone_and_purpose_only(sent):
    code = sent()
    ask(OTHER)
    assert not check(code, phone=OTHER)
    assert not check(code, purpose="withdraw")
    assert check(code)


@pytest.mark.parametrize("typed", ["", "0", "000000000000", "abcdef", "\0", "１２３４５６", "' or 1=1"])
def test_what_is_no_code_is_wrong_and_no_fault(sent, typed):
    sent()
    assert check(typed) is False


def test_spaces_in_a_code_do_not_matter(sent):
    code = sent()
    assert check(f" {code[:3]} {code[3:]} ")


def test_no_code_and_no_telephone_is_readable_in_the_database(sent):
    code = sent()
    tables = (PhoneCode._meta.db_table, Message._meta.db_table, Event._meta.db_table, "shared_cache")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"select string_agg(t::text, ' ') from {table} t")
            text = cursor.fetchone()[0] or ""
            for secret in (PHONE, PHONE[1:], PHONE[-9:], f'"{code}"', f" {code}"):
                assert secret not in text, table
            for secret in (code.encode().hex(), PHONE[1:].encode().hex()):
                assert secret not in text, table
    with acting(MESSENGER):
        row = visible(MESSENGER, PhoneCode).get()
        assert not any(code in str(value) for value in row.__dict__.values())


def test_another_key_makes_another_code(sent, settings, tmp_path):
    code = sent()
    settings.SAFAR_KEYS = tmp_path / "other-keys"
    with acting(MESSENGER):
        number = visible(MESSENGER, PhoneCode).get().pk.hex
    assert codes.digits_of(number) != code


def test_a_telephone_gets_three_an_hour_and_who_asks_hears_the_same(sent, office, gateway):
    for n in range(6):
        assert ask(now=NOW + n * MINUTE) is None
    office.send_due(now=NOW + 5 * MINUTE)
    with acting(MESSENGER):
        assert visible(MESSENGER, PhoneCode).count() == 3
    assert len(gateway.post.arrived) == 1, "only the newest is worth sending"
    assert check(gateway.post.arrived[0].text.split()[0], now=NOW + 6 * MINUTE)


def test_eight_a_day_to_one_telephone_from_wherever_it_is_asked_for(office):
    for hour in range(24):
        ask(now=NOW + hour * HOUR, address=f"10.0.1.{hour}")
    with acting(MESSENGER):
        assert visible(MESSENGER, PhoneCode).count() == 8


def test_an_address_asks_so_many_times_an_hour(office, settings):
    settings.SAFAR_PHONE_CODES_AT_AN_ADDRESS = 10
    for n in range(10):
        ask(f"+9989311122{n:02}", now=NOW + n * MINUTE)
    with pytest.raises(codes.TooManyCodes):
        ask("+998931112299", now=NOW + 11 * MINUTE)
    ask("+998931112299", address="10.0.0.2", now=NOW + 11 * MINUTE)
    ask("+998931112298", now=NOW + 2 * HOUR)


def test_the_house_pays_for_so_many_a_day(office, settings):
    settings.SAFAR_PHONE_CODES_A_DAY = 5
    for n in range(5):
        ask(f"+9989311122{n:02}", address=f"10.0.0.{n}")
    with pytest.raises(codes.TooManyCodes):
        ask(address="10.0.0.9")


def test_a_limit_holds_though_the_request_is_rolled_back(office, settings):
    settings.SAFAR_PHONE_CODES_AT_AN_ADDRESS = 10
    for _ in range(10):
        with transaction.atomic():
            ask()
            transaction.set_rollback(True)
    with pytest.raises(codes.TooManyCodes):
        ask()


def test_an_address_cannot_try_codes_for_ever(office, settings):
    settings.SAFAR_PHONE_CODES_AT_AN_ADDRESS = 10
    for n in range(30):
        assert not check("000000", phone=f"+9989311100{n:02}")
    with pytest.raises(codes.TooManyCodes):
        check("000000", phone=OTHER)


def test_an_unknown_telephone_is_told_the_same_and_gets_nothing(office, gateway):
    """All is done as for a known one, but the message is held back."""
    assert ask(is_silent=True) is ask(OTHER) is None
    office.send_due(now=NOW)
    assert [one.address for one in gateway.post.arrived] == [OTHER[1:]]
    assert sorted(m.state for m in everything()) == ["HELD", "SENT"]
    with acting(MESSENGER):
        silent = visible(MESSENGER, PhoneCode).get(is_silent=True)
    assert not check("000000", phone="+998971112233")
    assert silent.used_at is None


def test_a_code_that_would_come_too_late_does_not_leave(office, gateway):
    gateway.stop()
    ask()
    office.send_due(now=NOW)
    gateway.begin()
    office.send_due(now=NOW + 11 * MINUTE)
    assert gateway.post.arrived == []
    assert [m.state for m in everything()] == ["EXPIRED"]


def test_a_used_code_does_not_leave_again(sent, office, gateway):
    ask()
    with acting(MESSENGER):
        code = codes.digits_of(visible(MESSENGER, PhoneCode).get().pk.hex)
    assert check(code)
    office.send_due(now=NOW)
    assert gateway.post.arrived == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_it_at_once_one_is_let_in(set_up):
    ask()
    with acting(MESSENGER):
        code = codes.digits_of(visible(MESSENGER, PhoneCode).get().pk.hex)
    heard, ready = [], threading.Barrier(4)

    def use():
        try:
            ready.wait()
            heard.append(check(code))
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == [False, False, False, True]


def test_the_web_role_issues_and_checks_and_nobody_else_sees_a_row(office, gateway):
    with as_web():
        ask()
        office.send_due(now=NOW)
        with acting(BY):
            assert not PhoneCode.unscoped.exists()
        assert check(gateway.post.arrived[0].text.split()[0])


# -- telephones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["+998901234567", "998901234567", "90 123 45 67", "+998 (90) 123-45-67", "00998901234567"]
)
def test_a_telephone_is_one_however_it_is_typed(typed):
    assert codes.tidy_phone(typed) == PHONE


@pytest.mark.parametrize(
    "typed", ["", "1", "hello", "+99890", "9" * 40, "+7 495 123 45 67", "+1 900 555 0100", "+882 99 123456"]
)
def test_codes_go_to_no_other_country_and_to_no_nonsense(typed):
    with pytest.raises(codes.BadPhone):
        codes.tidy_phone(typed)


@pytest.mark.parametrize("phone", ["", "998901234567", "90 123 45 67", "+", "+99890123456x"])
def test_a_telephone_that_was_not_tidied_is_a_mistake(phone):
    for act in (lambda: ask(phone), lambda: check("000000", phone=phone)):
        with pytest.raises(codes.BadPhone):
            act()


# -- what is kept ----------------------------------------------------------------------------------------------


def test_after_a_day_the_code_and_the_key_of_its_telephone_are_gone(office):
    ask()
    ask(OTHER)
    with acting(MESSENGER):
        (under,) = set(visible(MESSENGER, PhoneCode).values_list("data_key", flat=True))
        assert {row.phone for row in visible(MESSENGER, PhoneCode)} == {PHONE, OTHER}
    assert codes.forget_old_codes(now=NOW + 23 * HOUR) == 0
    ask(OTHER, now=NOW + 24 * HOUR)
    with acting(MESSENGER):
        assert visible(MESSENGER, PhoneCode).exclude(data_key=under).exists(), "each day has its own key"


@pytest.mark.django_db(transaction=True)
def test_the_key_is_destroyed_with_the_last_code_under_it(set_up):
    ask()
    with acting(MESSENGER):
        (under,) = set(visible(MESSENGER, PhoneCode).values_list("data_key", flat=True))
    assert codes.forget_old_codes(now=NOW + 25 * HOUR) == 1
    assert keys.store().is_destroyed(under)


def test_the_code_of_each_language_stands_in_its_words(sent):
    assert len(sent(language="en")) == codes.DIGITS
