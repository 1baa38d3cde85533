"""Text fields that store what `text.normalise` makes of the value, whichever way it comes in."""

from __future__ import annotations

from typing import Any

from django.db import models

from safar.foundation.languages.text import normalise


class _Normalising:
    """Normalises in `to_python` (forms, imports) and in `get_prep_value` (every statement, queries included)."""

    keeps_lines = False

    def to_python(self, value: Any) -> Any:
        return self._normalised(super().to_python(value))  # type: ignore[misc]

    def get_prep_value(self, value: Any) -> Any:
        return self._normalised(super().get_prep_value(value))  # type: ignore[misc]

    def _normalised(self, value: Any) -> Any:
        return normalise(value, lines=self.keeps_lines) if isinstance(value, str) else value


class NormalisedCharField(_Normalising, models.CharField):
    """One line of text. A value longer than `max_length` is an error, never cut."""


class NormalisedTextField(_Normalising, models.TextField):
    """Text of several lines; the breaks between lines are kept."""

    keeps_lines = True
