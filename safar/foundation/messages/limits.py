"""How often something may be done in a stretch of time, counted where every process sees it and no rollback takes it back.

A stretch slides: what was counted in the stretch before weighs as much as still lies within the time looked back on. The
moment is the caller's; what is counted goes into the cache's key as a digest, so that the counters name nobody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from safar.foundation.encryption import keys


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many of something (its `name`) within a stretch of time."""

    name: str
    most: int
    within: timedelta

    def count(self, whose: str, *, now: datetime) -> bool:
        """Count one more; whether it is still within the limit."""
        seconds = self.within.total_seconds()
        stretch, elapsed = divmod(now.timestamp(), seconds)
        here, before = (self._key(whose, int(stretch) - back) for back in (0, 1))
        counted = 1 if cache.add(here, 1, timeout=2 * seconds) else cache.incr(here)
        left_over = int(cache.get(before, 0)) * (1 - elapsed / seconds)
        return counted + left_over <= self.most

    def _key(self, whose: str, stretch: int) -> str:
        own = hmac.digest(keys.store().index_key(), b"messages: limits 1", "sha256")
        return f"{self.name}:{stretch}:{hmac.digest(own, whose.encode(), 'sha256').hex()[:32]}"
