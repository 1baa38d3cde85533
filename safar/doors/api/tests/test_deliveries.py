"""Who sees what was told to an address: which act was done to whose record is as personal as the record itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from safar.doors.api.models import Delivery, Subscription
from safar.doors.api.tests.asking import RESOURCE, token_for
from safar.doors.api.webhooks.telling import WEBHOOKS, delivery_of
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible
from safar.foundation.database.testing import as_web
from safar.foundation.history.models import Event
from tests.people import person

KIND = "recruiters.change_recruiter"


def delivered(officer, level):
    token = token_for(officer)
    hook = Subscription(user_id=officer.pk, token=token, address="https://example.org/", kinds=[KIND])
    hook.started_at = timezone.now()
    with acting(WEBHOOKS):
        hook.take_label()
        Subscription.unscoped.bulk_create([hook])
        told = Event(kind=KIND, resource=RESOURCE, subject_id="1", at=timezone.now(), label_level=level)
        told.pk, told.written_at = 1, timezone.now()
        delivery = delivery_of(hook, told, now=timezone.now())
        delivery.save(force_insert=True)
    return delivery


@pytest.mark.parametrize("level", [0, 1, 2])
def test_they_are_as_high_as_what_they_tell_of(officer, level):
    found = delivered(officer, level)
    assert found.label_level == max(1, level)
    by = Actor("staff", user_id=officer.pk)
    with as_web(), acting(by):
        assert visible(by, Delivery).get() == found
        assert visible(by, Delivery, "send_again").get() == found


def test_the_administrator_of_the_staff_sees_none(officer):
    delivered(officer, 1)
    account = person("hook-admin", role="staff_administrator", max_level=2)
    by = Actor("staff", user_id=account.pk)
    with as_web(), acting(by):
        assert not visible(by, Delivery).exists()
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from api_delivery")
            assert cursor.fetchone() == (0,)
        assert visible(by, Subscription).exists(), "and stops the address all the same"
