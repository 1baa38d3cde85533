"""Filters by place that registers of labelled records share."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from safar.directory.places.models import Place
from safar.foundation.access.visibility import in_place


class InPlace(django_filters.ModelChoiceFilter):
    """Records labelled with a place or with any place within it: a district, a region, a country."""

    def __init__(self, **options: Any) -> None:
        found = {"label": _("Region or district"), "queryset": Place.unscoped.none(), **options}
        super().__init__("place", **found)

    def filter(self, rows: Any, value: Place | None) -> Any:
        """The rows in the place, by their labels."""
        return rows.filter(in_place(value.path)) if value else rows
