"""A room's front: names a package offers, each fetched from its file when first asked for.

A package whose files hold models cannot import them itself: Django imports every package before models may be loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def front(package: str, names: dict[str, str]) -> Callable[[str], Any]:
    """A module ``__getattr__`` for `package` that finds each name in the file of the package given for it."""

    def __getattr__(name: str) -> Any:  # noqa: N807  (PEP 562's name)
        if name not in names:
            raise AttributeError(f"{package} has no {name}")
        return getattr(import_module(f"{package}.{names[name]}"), name)

    return __getattr__
