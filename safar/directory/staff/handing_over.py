"""What a person still has to do passes to her successor: services that keep duties say here how to move theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from safar.foundation.access.actors import Actor


class Mover(Protocol):
    """Moves the open duties of one person to another and says how many there were."""

    def __call__(self, from_user_id: int, to_user_id: int, *, by: Actor, now: datetime) -> int: ...


_movers: list[Mover] = []


def move_duties_with(mover: Mover) -> Mover:
    """Have `mover` called, inside the hand-over's transaction, whenever a post changes hands (usable as a decorator)."""
    if mover not in _movers:
        _movers.append(mover)
    return mover


def move_duties(from_user_id: int, to_user_id: int, *, by: Actor, now: datetime) -> int:
    """Move every open duty of every service; how many were moved."""
    return sum(mover(from_user_id, to_user_id, by=by, now=now) for mover in _movers)
