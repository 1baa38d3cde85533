"""Whose word counts beside whose: who appointed whom, and since when somebody has administered staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from safar.directory.staff import rules
from safar.directory.staff.granting import JOB
from safar.directory.staff.models import Post
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import chances, visible
from safar.foundation.history.models import Event


def appointed_one_another(one: int, other: int) -> bool:
    """Whether either of two people ever gave the other a post."""
    everything = system_actor(JOB)
    with acting(everything):
        return any(
            appointment.user_id == giver
            for giver, taker in ((one, other), (other, one))
            for appointment in _appointments(_posts(taker)).values()
        )


def is_senior(by: Actor, *, now: datetime) -> bool:
    """Whether the actor has administered staff long enough for her word to confirm a reset."""
    roles = {scope.role for _rule, scope in chances(by, Post, "confirm_reset")}
    everything = system_actor(JOB)
    with acting(everything):
        return rules.has_administered(_first_days(by.user_id, roles, now=now), today=timezone.localdate(now))


def _first_days(user_id: int, roles: set[str], *, now: datetime) -> Iterator[date]:
    """The first day of each administering post and grant in force; a post counts from the day it was written at the earliest."""
    today = timezone.localdate(now)
    posts = [post for post in _posts(user_id) if post.role in roles and post.is_open(today)]
    written = _appointments(posts)
    for post in posts:
        appointment = written.get(post.pk)
        yield max(post.valid_from, timezone.localdate(appointment.at)) if appointment else post.valid_from
    grants = visible(system_actor(JOB), Grant).filter(user_id=user_id, role__in=roles, revoked_at=None)
    for grant in grants.filter(valid_from__lte=today):
        if grant.valid_to is None or grant.valid_to >= today:
            yield grant.valid_from


def _posts(user_id: int) -> list[Post]:
    return list(visible(system_actor(JOB), Post).filter(user_id=user_id))


def _appointments(posts: list[Post]) -> dict[int, Event]:
    """What the history tells of who gave these posts, by post."""
    told = visible(system_actor(JOB), Event).filter(
        kind="staff.appoint", resource="staff.post", subject_id__in=[str(post.pk) for post in posts]
    )
    return {int(event.subject_id): event for event in told}
