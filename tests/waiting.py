"""Waiting for what another process will do."""

import time
from collections.abc import Callable


def wait_for(condition: Callable[[], object], what: str = "it", *, patience: float = 120) -> None:
    """Until something is so; the test fails if it is not so in `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
