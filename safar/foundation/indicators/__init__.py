"""Numbers a service offers, by code: whoever needs one asks by code and imports nothing.

    @indicator("boats.afloat", _("Boats afloat"), _("boats"), disaggregations=("place", "on"))
    def afloat(actor, *, place="", on=None): ...

    value("boats.afloat", actor, place="UZ.17.")

Words: *indicator* (a number with a code, a label and a unit), *disaggregation* (by what it may be split).
"""

from safar.foundation.indicators.registry import (
    Indicator,
    UnknownDisaggregation,
    UnknownIndicator,
    indicator,
    indicator_of,
    indicators,
    value,
)

__all__ = [
    "Indicator",
    "UnknownDisaggregation",
    "UnknownIndicator",
    "indicator",
    "indicator_of",
    "indicators",
    "value",
]
