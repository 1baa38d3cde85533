"""Filters by place that registers of labelled records share."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from safar.directory.places.forms import KEYS
from safar.directory.places.models import Place
from safar.foundation.access.visibility import in_place
from safar.foundation.registers.choices import WrittenChoiceField


class InPlace(django_filters.Filter):
    """Records labelled with a place or with any place within it; the place is written by its code or name."""

    field_class = WrittenChoiceField

    def __init__(self) -> None:
        super().__init__("place", label=_("Region or district"), model=Place, code="code", keys=KEYS)

    def filter(self, rows: Any, value: Place | None) -> Any:
        """The rows in the place, by their labels."""
        return rows.filter(in_place(value.path)) if value else rows
