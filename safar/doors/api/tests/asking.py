"""A token of somebody's, and what is asked with it."""

import json
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from safar.doors.api.actions import issue_token
from safar.foundation.access.actors import Actor, acting

RESOURCE = "recruiters.recruiter"


def token_for(account, *, resources=(RESOURCE,), may_write=True, days=30):
    actor = Actor("staff", user_id=account.pk)
    with acting(actor):
        return issue_token(
            purpose="a test",
            resources=list(resources),
            may_write=may_write,
            by=actor,
            now=timezone.now(),
            expires_on=timezone.localdate() + timedelta(days=days),
        )


def ask(token, path, *, data=None, key=None):
    headers = {"Authorization": f"Bearer {token.secret}"}
    if data is None:
        return Client().get(path, headers=headers)
    return Client().post(
        path,
        json.dumps(data),
        content_type="application/json",
        headers={**headers, "Idempotency-Key": key or "k" * 16},
    )
