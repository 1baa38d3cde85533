"""From posts to grants: what `foundation.access` judges by is given, changed and taken back here, and only here.

A grant in force is never edited. When a post, its leave or the organisations below it change, the grants that no longer
fit are revoked and the missing ones given, so that the table tells what anybody could see on any day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from safar.directory.organisations.models import Organisation
from safar.directory.staff import rules
from safar.directory.staff.models import Leave, Post
from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.access.visibility import chances, visible
from safar.foundation.actions import store

JOB = "staff"
"""The system's own job for what no single administrator may see: every organisation below one, every post of a person."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a grant opens, apart from whose it is and when."""

    role: str
    org_ids: tuple[int, ...]
    place_path: str
    max_level: int

    def given_by(self, by: Actor) -> Reach:
        """This as far as `by` may give it: an office newer than her own grants is added by the next day's tick."""
        if by.kind != "staff":
            return self
        own = [
            scope.orgs
            for found, scope in chances(by, Grant, "change")
            if scope.orgs and self.org_ids[0] in scope.orgs
        ]
        if not own:
            return self
        return replace(self, org_ids=tuple(org for org in self.org_ids if any(org in orgs for orgs in own)))

    def fits(self, grant: Grant) -> bool:
        """Whether a grant opens exactly this."""
        held = (grant.role, tuple(grant.org_ids or ()), grant.place_path, grant.max_level)
        return held == (self.role, self.org_ids, self.place_path, self.max_level)


def reach_of(post: Post) -> Reach:
    """What the post's role opens: its own organisation first, then, if the role says so, those below it."""
    below: tuple[int, ...] = ()
    if rules.role_rule(post.role).reaches_below:
        below = tuple(sorted(organisations_below(post.organisation_id)))
    return Reach(post.role, (post.organisation_id, *below), post.place_path, post.level)


def organisations_below(organisation_id: int) -> set[int]:
    """Ids of the organisations under one, at any depth: all of them, whichever of them the appointing person may see."""
    found: set[int] = set()
    layer = {organisation_id}
    everything = system_actor(JOB)
    with acting(everything):
        while layer:
            children = (
                visible(everything, Organisation).filter(parent_id__in=layer).values_list("pk", flat=True)
            )
            layer = set(children) - found - {organisation_id}
            found |= layer
    return found


def refit_grants(post: Post, *, by: Actor, now: datetime) -> None:
    """Make the post's grants, and those of its stand-ins, what the post and its leave say from today on.

    The ids are left on `post`, which the caller stores; leave is stored here.
    """
    today = timezone.localdate(now)
    reach = reach_of(post).given_by(by)
    leaves = open_leaves(post, by=by, today=today) if post.pk else []
    whole = None if post.ended_at else (post.valid_from, post.valid_to)
    kept = rules.periods_without(whole, [leave.period for leave in leaves]) if whole else []
    post.grant_ids = _refit(post.grant_ids, post.user_id, reach, kept, by=by, now=now)
    for leave in leaves:
        away = rules.within(leave.period, whole) if whole and leave.stand_in_id else None
        leave.grant_ids = _refit(
            leave.grant_ids, leave.stand_in_id, reach, [away] if away else [], by=by, now=now
        )
        store(leave, by=by)


def open_leaves(post: Post, *, by: Actor, today: date) -> list[Leave]:
    """Leave of the post that is not over, earliest first."""
    mine = visible(by, Leave).filter(post=post, returned_on=None, ends_on__gte=today)
    return list(mine.order_by("starts_on", "pk"))


def revoke(grant_ids: list[int], *, by: Actor, now: datetime) -> None:
    """Take grants back, at once."""
    for grant in visible(by, Grant, "revoke_grant").filter(pk__in=grant_ids, revoked_at=None):
        grant.revoked_at = now
        store(grant, by=by, action="revoke_grant")


def _refit(
    grant_ids: list[int],
    user_id: int | None,
    reach: Reach,
    periods: list[rules.Period],
    *,
    by: Actor,
    now: datetime,
) -> list[int]:
    today = timezone.localdate(now)
    missing = rules.from_today(periods, today)
    for grant in visible(by, Grant).filter(pk__in=grant_ids, revoked_at=None).order_by("pk"):
        held = rules.from_today([(grant.valid_from, grant.valid_to)], today)
        if not held:
            continue
        if held[0] in missing and reach.fits(grant) and grant.user_id == user_id:
            missing.remove(held[0])
        else:
            revoke([grant.pk], by=by, now=now)
    given = [_give(user_id, reach, period, by=by).pk for period in missing if user_id is not None]
    return [*grant_ids, *given]


def _give(user_id: int, reach: Reach, period: rules.Period, *, by: Actor) -> Grant:
    grant = Grant(
        user_id=user_id,
        role=reach.role,
        org_ids=list(reach.org_ids),
        place_path=reach.place_path,
        max_level=reach.max_level,
        valid_from=period[0],
        valid_to=period[1],
    )
    return store(grant, by=by)
