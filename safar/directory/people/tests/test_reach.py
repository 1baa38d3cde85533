"""Consents and safe contact: what was agreed, and how the sender of messages is told to keep to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from safar.directory.people.actions import (
    PHONES,
    erase_person,
    give_consent,
    set_safe_contact,
    withdraw_consent,
)
from safar.directory.people.consents import agreed
from safar.directory.people.models import Consent, Phone, SafeContact
from safar.directory.people.reach import BOOK, PeopleBook
from safar.directory.people.rules import Standing
from safar.directory.people.tests.test_belongings import do
from safar.foundation.access.actors import acting
from safar.foundation.access.policy import policy
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.messages.books import book_of
from safar.foundation.messages.kinds import MESSENGER

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
#: Monday 23 November 2026 in Tashkent (+05): 14:00 and 18:30.
AFTERNOON, EVENING = (datetime(2026, 11, 23, h, m, tzinfo=UTC) for h, m in ((9, 0), (13, 30)))
EVENINGS = {
    "language": "ru", "channels": ["TELEGRAM", "CALL"], "days": ["1", "2"], "hour_from": "18", "hour_to": "24",
    "keep_from": "her husband", "code_word": "anor",
}  # fmt: skip


def reach(person, now, preferred=None):
    """What the sender is told, asked with its own rights and behind both walls."""
    with as_web(), acting(MESSENGER):
        return book_of(BOOK).how_to_reach(person.pk.hex, preferred=preferred, now=now)


def ways(found):
    return [(way.channel.value, way.address) for way in found.ways]


def test_who_said_nothing_is_reached_by_day_on_her_own_telephone(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="SHARED")
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    found = reach(person, AFTERNOON)
    assert (ways(found), found.language, found.not_before) == ([("SMS", "+998900000002")], "uz", None)
    night = reach(person, AFTERNOON + timedelta(hours=9))
    assert night.not_before == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_a_telephone_shared_in_the_family_is_never_taken_unasked(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="SHARED")
    assert reach(person, AFTERNOON) is None


def test_the_sender_is_told_what_she_asked_for(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OTHERS")
    phone = Phone.unscoped.get().pk
    said = {**EVENINGS, "channels": ["TELEGRAM", "SMS", "CALL"], "telegram_chat": "700100", "phone": phone}
    do(set_safe_contact, worker, person, **said)
    early, late = reach(person, AFTERNOON), reach(person, EVENING)
    both = [("TELEGRAM", "700100"), ("SMS", "+998900000001")]
    assert (ways(late), late.language, late.not_before) == (both, "ru", None)
    assert (ways(early), early.not_before) == (both, datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    assert ways(reach(person, EVENING, preferred="SMS")) == both[::-1]
    wednesday = EVENING + timedelta(days=2)
    assert reach(person, wednesday).not_before == datetime(2026, 11, 30, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", ["uz", "uz-cyrl", "ru", "en"])
def test_she_is_written_to_in_the_language_she_named(person, worker, language):
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    do(set_safe_contact, worker, person, **{**EVENINGS, "channels": ["SMS"], "language": language})
    assert reach(person, EVENING).language == language


@pytest.mark.parametrize("channels", [["TELEGRAM", "CALL"], ["CALL"], ["VISIT"]])
def test_no_channel_she_did_not_name_is_used_nor_one_without_an_address(person, worker, channels):
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    do(set_safe_contact, worker, person, **{**EVENINGS, "channels": channels})
    assert reach(person, EVENING, preferred="SMS") is None


def test_who_asked_not_to_be_contacted_is_not(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    do(set_safe_contact, worker, person, **{**EVENINGS, "channels": ["SMS"], "do_not_contact": "on"})
    assert reach(person, EVENING) is None


def test_a_number_given_up_is_written_to_no_more(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    assert reach(person, AFTERNOON)
    do(PHONES.remove, worker, person, which=Phone.unscoped.get().pk)
    assert reach(person, AFTERNOON) is None


def test_nobody_is_reached_who_is_not_there(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    do(erase_person, worker, person, reason="request 17")
    with as_web(), acting(MESSENGER):
        for number in (person.pk.hex, uuid4().hex):
            assert PeopleBook().how_to_reach(number, preferred=None, now=AFTERNOON) is None


def test_the_job_that_reaches_sees_four_kinds_of_record_and_changes_none():
    seen = {
        (rule.resource, word) for rule in policy() if rule.role == "system:reach" for word in rule.actions
    }
    assert seen == {(f"people.{row}", "view") for row in ("person", "phone", "safecontact", "merge")}


def test_rules_without_a_day_or_a_way_are_refused(person, worker):
    with pytest.raises(AssertionError, match="days"):
        do(set_safe_contact, worker, person, **{**EVENINGS, "days": []})
    with pytest.raises((Refused, AssertionError), match="way to reach her"):
        do(set_safe_contact, worker, person, **{**EVENINGS, "channels": []})
    with pytest.raises((Refused, AssertionError), match="begin before they end"):
        do(set_safe_contact, worker, person, **{**EVENINGS, "hour_to": "9"})


def test_a_second_setting_changes_the_first_and_keeps_an_unsaid_code_word(person, worker):
    do(set_safe_contact, worker, person, **EVENINGS)
    do(set_safe_contact, worker, person, **{**EVENINGS, "code_word": "", "language": "uz"})
    row = SafeContact.unscoped.get()
    assert (row.language, row.code_word, row.keep_from) == ("uz", "anor", "her husband")
    assert b"anor" not in bytes(row.__dict__["code_word"])


def test_the_safe_telephone_is_not_removed_under_her_rules(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    phone = Phone.unscoped.get()
    do(set_safe_contact, worker, person, **EVENINGS, phone=phone.pk)
    with pytest.raises(Refused, match="safe contact"):
        do(PHONES.remove, worker, person, which=phone.pk)


SHARE = {
    "purpose": "REFERRAL",
    "about": "NAME_AND_PHONE",
    "how": "SPOKEN",
    "language": "uz",
    "given_on": str(TODAY),
}


def ask(worker, person, organisation, about="NAME_AND_PHONE", on=TODAY):
    with as_web(), acting(worker):
        return agreed(worker, person, purpose="REFERRAL", about=about, organisation=organisation, on=on)


def test_a_consent_holds_for_its_purpose_recipient_and_part_alone(person, worker, desk, other_desk):
    assert not ask(worker, person, other_desk)
    do(give_consent, worker, person, **SHARE, organisation=other_desk.pk)
    assert ask(worker, person, other_desk)
    assert not ask(worker, person, desk)
    assert not ask(worker, person, None)
    assert not ask(worker, person, other_desk, about="HEALTH")
    do(give_consent, worker, person, **{**SHARE, "about": "EVERYTHING"}, organisation=other_desk.pk)
    assert ask(worker, person, other_desk, about="HEALTH")


def test_a_consent_withdrawn_holds_no_more_and_stays_on_record(person, worker, other_desk):
    do(give_consent, worker, person, **SHARE, organisation=other_desk.pk)
    row = Consent.unscoped.get()
    do(withdraw_consent, worker, person, which=row.pk)
    assert not ask(worker, person, other_desk)
    assert Consent.unscoped.get().standing_on(TODAY) is Standing.WITHDRAWN
    with pytest.raises(Refused, match="withdrawn already"):
        do(withdraw_consent, worker, person, which=row.pk)


def test_a_consent_runs_out(person, worker, other_desk):
    do(
        give_consent,
        worker,
        person,
        **SHARE,
        organisation=other_desk.pk,
        expires_on=str(TODAY + timedelta(days=30)),
    )
    assert ask(worker, person, other_desk, on=TODAY + timedelta(days=30))
    assert not ask(worker, person, other_desk, on=TODAY + timedelta(days=31))


def test_a_consent_is_not_given_tomorrow_nor_to_two(person, worker, other_desk):
    with pytest.raises(Refused, match="future"):
        do(give_consent, worker, person, **{**SHARE, "given_on": str(date(2999, 1, 1))})
    with pytest.raises((Refused, AssertionError), match="one recipient"):
        do(give_consent, worker, person, **SHARE, organisation=other_desk.pk, recipient="Istiqbol")
