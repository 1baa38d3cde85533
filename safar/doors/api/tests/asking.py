"""A token of somebody's, and what is asked with it."""

import json
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from safar.doors.api.actions import issue_token
from safar.foundation.access.actors import Actor, acting

RESOURCE = "recruiters.recruiter"


def token_for(account, *, resources=(RESOURCE,), may_write=True, days=30, **narrowed):
    actor = Actor("staff", user_id=account.pk)
    with acting(actor):
        return issue_token(
            purpose="a test",
            resources=list(resources),
            may_write=may_write,
            by=actor,
            now=timezone.now(),
            expires_on=timezone.localdate() + timedelta(days=days),
            **narrowed,
        )


def lines_of(response):
    """The lines of a stream that was answered well."""
    assert response.status_code == 200, response.content
    return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]


def ask_many(token, path, lines):
    """An act on many: a line of JSON each."""
    body = "".join(f"{json.dumps(line)}\n" for line in lines)
    headers = {"Authorization": f"Bearer {token.secret}"}
    return Client().post(path, body, content_type="application/x-ndjson", headers=headers)


def ask(token, path, *, data=None, key=None, **environment):
    headers = {"Authorization": f"Bearer {token.secret}"}
    if data is None:
        return Client().get(path, headers=headers, **environment)
    return Client().post(
        path,
        json.dumps(data),
        content_type="application/json",
        headers={**headers, "Idempotency-Key": key or "k" * 16},
    )
