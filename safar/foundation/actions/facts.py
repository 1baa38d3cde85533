"""Facts published after commit: a service tells what happened without knowing who listens.

A subscriber is a background task (django-tasks) called with the fact's payload; it is enqueued in the same transaction,
so a rollback takes the news back and a crash after commit does not lose it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

_subscribers: dict[str, list[Any]] = defaultdict(list)


def subscribe(code: str, task: Any) -> None:
    """Have `task` (a django-tasks task taking one dict) enqueued whenever `code` is published."""
    if task not in _subscribers[code]:
        _subscribers[code].append(task)


def publish(code: str, payload: dict[str, Any]) -> None:
    """Tell the subscribers of `code`; the payload holds ids and codes only, never names."""
    for task in _subscribers[code]:
        task.enqueue(payload)
