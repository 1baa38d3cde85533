"""A token of the demo world, and a webhook of it that is stopped: a demonstration calls nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from safar.directory.staff.models import Account
from safar.doors.api.actions import issue_token
from safar.doors.api.models import Delivery, State, Subscription, Token
from safar.doors.api.webhooks.actions import stop_telling, subscribe
from safar.doors.api.webhooks.telling import WEBHOOKS
from safar.foundation.access.actors import Actor, acting

KIND = "recruiters.grant_licence"


def load(*, now: datetime) -> None:
    """The analyst's token, whose secret nobody keeps, and her webhook; a second time changes nothing."""
    account = Account.objects.get(username="demo-tahlil")
    actor = Actor("staff", user_id=account.pk, name=str(account))
    with transaction.atomic(), acting(actor):
        token = Token.objects.order_by("pk").first() or issue_token(
            purpose="Namoyish: reyestr nusxasi",
            resources=["recruiters.recruiter"],
            may_write=False,
            expires_on=timezone.localdate(now) + timedelta(days=90),
            by=actor,
            now=now,
        )
        if not Subscription.objects.exists():
            hook = subscribe(
                token=str(token.pk), address="https://example.org/safar", kinds=[KIND], by=actor, now=now
            )
            stop_telling(hook, by=actor, now=now)
            _told(hook, now)


def _told(hook: Subscription, now: datetime) -> None:
    """One delivery that was given up."""
    with acting(WEBHOOKS):
        delivery = Delivery(
            user_id=hook.user_id, subscription=hook, event=0, kind=KIND, resource="recruiters.recruiter", subject="0",
            happened_at=now, due_at=now, state=State.DEAD, attempts=8, outcome="not_reached", ended_at=now,
        )  # fmt: skip
        delivery.take_label()
        delivery.save(force_insert=True)
