"""The registry of indicators, and asking for a value through an actor's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from inspect import Parameter, signature
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from safar.foundation.access.actors import Actor, acting

Number = int | float | Decimal | None
Compute = Callable[..., Number]


class UnknownIndicator(LookupError):
    """No service offers a number under this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no indicator is called {code!r}")


class UnknownDisaggregation(LookupError):
    """The number cannot be split by this."""

    def __init__(self, code: str, names: Iterable[str]) -> None:
        super().__init__(f"{code} is not offered by {', '.join(sorted(names))}")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number a service offers. `compute` is called with the actor and any of the disaggregations by keyword.

    None as an answer means that the number is not known, which is not the same as 0.
    """

    code: str
    label: Any
    unit: Any
    disaggregations: tuple[str, ...]
    compute: Compute


_indicators: dict[str, Indicator] = {}


def indicator(
    code: str, label: Any, unit: Any, disaggregations: Iterable[str] = ()
) -> Callable[[Compute], Compute]:
    """Offer the function below as a number; its keyword-only inputs must be the disaggregations, each with a default."""

    def offer(compute: Compute) -> Compute:
        offered = Indicator(code, label, unit, tuple(disaggregations), compute)
        _check(offered)
        _indicators[code] = offered
        return compute

    return offer


def value(code: str, actor: Actor, **by: Any) -> Number:
    """The number as `actor` may know it, for example ``value("boats.afloat", actor, place="UZ.17.")``."""
    found = indicator_of(code)
    unknown = set(by) - set(found.disaggregations)
    if unknown:
        raise UnknownDisaggregation(code, unknown)
    with acting(actor):
        return found.compute(actor, **by)


def indicator_of(code: str) -> Indicator:
    """The indicator with this code, or `UnknownIndicator`."""
    try:
        return _indicators[code]
    except KeyError:
        raise UnknownIndicator(code) from None


def indicators() -> dict[str, Indicator]:
    """Every indicator on offer, by code."""
    return dict(sorted(_indicators.items()))


def _check(offered: Indicator) -> None:
    if offered.code in _indicators:
        raise ImproperlyConfigured(f"two indicators are called {offered.code}")
    inputs = [p for p in signature(offered.compute).parameters.values() if p.kind is Parameter.KEYWORD_ONLY]
    if {p.name for p in inputs} != set(offered.disaggregations):
        wrong = sorted({p.name for p in inputs} ^ set(offered.disaggregations))
        raise ImproperlyConfigured(
            f"{offered.code}: {', '.join(wrong)} is not both declared and taken by the function"
        )
    required = [p.name for p in inputs if p.default is Parameter.empty]
    if required:
        raise ImproperlyConfigured(
            f"{offered.code}: {', '.join(required)} needs a default, so that the whole can be asked for"
        )
