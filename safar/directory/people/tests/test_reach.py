"""Consents and safe contact: what was agreed, and how the sender of messages is told to keep to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from safar.directory.people.actions import PHONES, give_consent, set_safe_contact, withdraw_consent
from safar.directory.people.consents import agreed
from safar.directory.people.models import Consent, Phone, SafeContact
from safar.directory.people.reach import how_to_reach
from safar.directory.people.rules import NoContact, Standing
from safar.directory.people.tests.test_belongings import do
from safar.foundation.access.actors import acting
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
#: Monday 23 November 2026 in Tashkent (+05): 14:00 and 18:30.
AFTERNOON, EVENING = (datetime(2026, 11, 23, h, m, tzinfo=UTC) for h, m in ((9, 0), (13, 30)))
EVENINGS = {
    "language": "ru", "channels": ["TELEGRAM", "CALL"], "days": ["1", "2"], "hour_from": "18", "hour_to": "24",
    "keep_from": "her husband", "code_word": "anor",
}  # fmt: skip


def reach(person, now):
    with as_web():
        return how_to_reach(person.pk, now=now)


def test_who_said_nothing_is_reached_by_day_on_her_own_telephone(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="SHARED")
    do(PHONES.add, worker, person, number="90 000 00 02", whose="OWN")
    found = reach(person, AFTERNOON)
    assert (found.is_allowed, found.address, found.channels) == (True, "+998900000002", ("CALL", "SMS"))
    assert not found.may_leave_message
    night = reach(person, AFTERNOON + timedelta(hours=9))
    assert (night.is_allowed, night.why_not) == (False, NoContact.HOUR)
    assert night.next_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_a_telephone_shared_in_the_family_is_never_taken_unasked(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="SHARED")
    found = reach(person, AFTERNOON)
    assert (found.is_allowed, found.address, found.next_at) == (False, "", None)


def test_the_sender_is_told_what_she_asked_for(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OTHERS")
    do(set_safe_contact, worker, person, **EVENINGS, phone=Phone.unscoped.get().pk)
    early, late = reach(person, AFTERNOON), reach(person, EVENING)
    assert (early.is_allowed, early.why_not, early.next_at) == (
        False, NoContact.HOUR, datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
    )  # fmt: skip
    assert (late.is_allowed, late.channels, late.language, late.address) == (
        True, ("TELEGRAM", "CALL"), "ru", "+998900000001",
    )  # fmt: skip


def test_who_asked_not_to_be_contacted_is_not(person, worker):
    do(PHONES.add, worker, person, number="90 000 00 01", whose="OWN")
    do(set_safe_contact, worker, person, **{**EVENINGS, "do_not_contact": "on"})
    found = reach(person, EVENING)
    assert (found.is_allowed, found.why_not, found.next_at) == (False, NoContact.ASKED_NOT_TO, None)


def test_nobody_is_reached_who_is_not_there():
    with as_web():
        assert how_to_reach(uuid4(), now=AFTERNOON) is None


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
