"""Choosing one row out of very many: a text box that takes a code, a number, or the whole name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from safar.foundation.languages.text import fold

MARK = " · "


def written(code: str, row: Model) -> str:
    """A row as such a field writes it: its code and its name, or the name alone while it has no code."""
    return f"{getattr(row, code)}{MARK}{row}" if getattr(row, code) else str(row)


class WrittenChoiceField(forms.ModelChoiceField):
    """A reference written as ``1714204 · Mingbuloq tumani``, as the code alone, or as a name nobody else has.

    `code` is the field with the row's code; `keys` are stored folded columns a whole name is looked up in; `within` says
    which rows may be chosen at all. Of those the form's actor finds the ones he may see: until the form of an action has
    limited the rows to them, there are none.
    """

    widget: forms.Widget | type[forms.Widget] = forms.TextInput
    default_error_messages = {
        "absent": _("Nothing is known under “%(text)s”. Write the code, or the whole name."),
        "several": _("Several have the name “%(text)s”. Write the code: %(codes)s."),
    }

    def __init__(
        self,
        model: type[Model],
        *,
        code: str = "pk",
        keys: tuple[str, ...] = (),
        within: Q | None = None,
        **options: Any,
    ) -> None:
        self.code, self.keys, self.within = code, keys, within or Q()
        super().__init__(QuerySet(model).none(), **options)
        self.queryset: Any

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) and value and MARK.strip() not in value:
            value = next(iter(self._by_code(value.strip())), value)
        elif value is not None and not isinstance(value, Model | str):
            value = self.queryset.filter(pk=value).first() or value
        if isinstance(value, Model):
            return written(self.code, value)
        return value

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()[:400]
        if not text:
            return None
        if isinstance(value, Model):
            return value
        found = self._by_code(text.split(MARK.strip())[0].strip()) or self._by_name(text)
        if not found:
            raise ValidationError(self.error_messages["absent"], code="absent", params={"text": text[:80]})
        if len(found) > 1:
            codes = ", ".join(str(getattr(row, self.code)) for row in found)
            raise ValidationError(
                self.error_messages["several"], code="several", params={"text": text[:80], "codes": codes}
            )
        return found[0]

    def _by_code(self, code: str) -> list[Model]:
        try:
            return list(self.queryset.filter(self.within, **{self.code: code})[:2]) if code else []
        except (ValueError, ValidationError, OverflowError):
            return []

    def _by_name(self, text: str) -> list[Model]:
        key = fold(text)
        wanted = Q()
        for column in self.keys:
            wanted |= Q(**{column: key})
        return list(self.queryset.filter(self.within, wanted).order_by("pk")[:5]) if key and wanted else []
