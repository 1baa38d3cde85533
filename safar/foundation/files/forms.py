"""The form field for a file: its clean value is an `Accepted`, its errors are the refusals' sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext

from safar.foundation.files.accept import accept
from safar.foundation.files.kinds import BY_CODE, MB
from safar.foundation.files.refusals import TooLarge
from safar.foundation.files.uploads import OversizedUpload


class AcceptedFileField(forms.FileField):
    """A file of the named kinds, judged and cleaned before the form is valid."""

    def __init__(self, *, kinds: Iterable[str] = tuple(BY_CODE), **options: Any) -> None:
        self.kinds = tuple(kinds)
        self.most = max(BY_CODE[code].most for code in self.kinds)
        super().__init__(**{"help_text": lazy(self._hint, str)(), **options})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        extensions = (f".{end}" for code in self.kinds for end in BY_CODE[code].extensions)
        return {**super().widget_attrs(widget), "accept": ",".join(extensions)}

    def _hint(self) -> str:
        kinds = ", ".join(str(BY_CODE[code].label) for code in self.kinds)
        return gettext("%(kinds)s, up to %(most)s MB") % {"kinds": kinds, "most": self.most // MB}

    def to_python(self, data: Any) -> Any:
        if data in self.empty_values or data is None:
            return None
        if isinstance(data, OversizedUpload):
            raise TooLarge(most=self.most // MB)
        return accept(data, kinds=self.kinds)
