"""Holds the source of the actor's token, handed in at start by the room that knows actors."""

from __future__ import annotations

from collections.abc import Callable

SETTING = "safar.actor"


def _nobody() -> str:
    return ""


_source: Callable[[], str] = _nobody


def set_actor_token_source(source: Callable[[], str]) -> None:
    """Install the function that answers with the token of whoever acts now, or ``''`` when nobody does."""
    global _source
    _source = source


def actor_token() -> str:
    """The token of whoever acts now."""
    return _source()
