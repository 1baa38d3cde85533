"""Reading the sealed book from where one left off, so that nothing is missed and nothing is read before it stands.

Numbers of events are given before their transactions end, so a reader who went by them alone would step over what was written
earlier and ended later. What is older than every running transaction is whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.history.fields import OldestRunning, ThisCluster
from safar.foundation.history.models import Event


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Behind an event: the transaction that wrote it, and its number."""

    xid: int
    event: int


def events_after(position: Position, *, kinds: Iterable[str], by: Actor, limit: int) -> list[Event]:
    """The next events of these kinds behind a position that stand for good, as far as `by` may see the log."""
    behind = Q(xid=position.xid, id__gt=position.event) | Q(xid__gt=position.xid)
    whole = visible(by, Event).filter(
        behind, xid__lt=OldestRunning(), cluster=ThisCluster(), kind__in=list(kinds)
    )
    return list(whole.order_by("xid", "id")[:limit])
