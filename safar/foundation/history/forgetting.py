"""Erasing the personal values of an event; the seal holds digests only and stays whole."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection

from safar.foundation.access.actors import Actor, acting
from safar.foundation.history.kinds import kind_of
from safar.foundation.history.models import Event
from safar.foundation.history.recording import record


class NotForgotten(RuntimeError):
    """The event has gone, or holds no values any more."""


def forget(event: Event, *, by: Actor, now: datetime) -> None:
    """Erase from the event what its kind calls personal, values and salts; `by` must be a job of the system.

    The erasing is itself an event on the event. Raises `NotForgotten` when nothing was there to erase.
    """
    kept = sorted(kind_of(event.kind).forget(event.detail or {}))
    with acting(by), connection.cursor() as cursor:
        cursor.execute("select gate.forget_detail(%s, %s::jsonb)", [event.pk, json.dumps(kept)])
        if not cursor.fetchone()[0]:
            raise NotForgotten(f"event {event.pk} holds nothing to erase")
    record("forgotten", event, by=by, now=now, body={"kind": event.kind})
    for values in (event.detail or {}, event.salts or {}):
        for name in set(values) - set(kept):
            del values[name]
