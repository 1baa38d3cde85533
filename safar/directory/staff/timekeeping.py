"""What time does by itself: posts run out, leave ends, organisations below an office change. Run once a day.

Grants are judged by their dates whenever they are asked for, so nobody keeps a right because this job was late; it tidies
the posts, and gives or takes what new and closed organisations below a post's own one change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from safar.directory.staff.granting import JOB, refit_grants
from safar.directory.staff.models import Leave, Post
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import store

L = TypeVar("L", Post, Leave)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a day's tick changed."""

    posts_ended: int
    leaves_ended: int
    posts_refitted: int


def tick(*, now: datetime) -> Ticked:
    """End what has run out and refit the grants of every post that stands, each in a transaction of its own."""
    by, today = system_actor(JOB), timezone.localdate(now)
    with acting(by):
        ended = _each(Post, Q(ended_at=None, valid_to__lt=today), _end, by=by, now=now)
        back = _each(Leave, Q(returned_on=None, ends_on__lt=today), _come_back, by=by, now=now)
        refitted = _each(Post, Q(ended_at=None), _refit, by=by, now=now)
    return Ticked(ended, back, refitted)


def _each(model: type[L], which: Q, act: Callable[..., bool], *, by: Actor, now: datetime) -> int:
    with transaction.atomic():
        keys = list(visible(by, model).filter(which).order_by("pk").values_list("pk", flat=True))
    changed = 0
    for key in keys:
        with transaction.atomic():
            row = visible(by, model).filter(which, pk=key).select_for_update(of=("self",)).first()
            changed += row is not None and act(row, by=by, now=now)
    return changed


def _end(post: Post, *, by: Actor, now: datetime) -> bool:
    post.ended_at = now
    refit_grants(post, by=by, now=now)
    store(post, by=by)
    history.record("staff.ran_out", post, by=by, now=now)
    return True


def _come_back(leave: Leave, *, by: Actor, now: datetime) -> bool:
    leave.returned_on = leave.ends_on
    store(leave, by=by)
    return True


def _refit(post: Post, *, by: Actor, now: datetime) -> bool:
    before = list(post.grant_ids)
    refit_grants(post, by=by, now=now)
    if post.grant_ids == before:
        return False
    store(post, by=by)
    return True
