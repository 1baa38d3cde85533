"""All registers by slug and by model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django.db.models import Model

    from safar.foundation.registers.declaration import Register

_registers: dict[str, Register] = {}


def add(register: Register) -> None:
    """Make a register known; its slug must be new."""
    if register.slug in _registers:
        raise ImproperlyConfigured(f"two registers are called {register.slug}")
    _registers[register.slug] = register


def all_registers() -> list[Register]:
    """Every register, in the order of declaration."""
    return list(_registers.values())


def register_by_slug(slug: str) -> Register | None:
    """The register at a slug, or None."""
    return _registers.get(slug)


def register_of(model: type[Model]) -> Register | None:
    """The register of a model, or None."""
    return next((r for r in _registers.values() if r.model is model), None)
