"""Holds the source of the actor's token, handed in at start by the room that knows actors."""

from __future__ import annotations

from collections.abc import Callable

SETTING = "safar.actor"


def _nobody(pid: int) -> str:
    return ""


_source: Callable[[int], str] = _nobody


def set_actor_token_source(source: Callable[[int], str]) -> None:
    """Install the function that gives whoever acts now a token for the connection of a server process; ``''`` for nobody."""
    global _source
    _source = source


def actor_token(pid: int) -> str:
    """The token of whoever acts now, good on the connection whose server process is `pid`."""
    return _source(pid)
