"""Stored columns made from other columns of the row: what a name is found by and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from safar.foundation.languages.text import fold, uzkey


class KeyField(models.TextField):
    """Text made from other fields of the row whenever it is stored; nobody types it.

    ``KeyField("family", "given")`` holds the folded names, for prefix search by a b-tree;
    ``KeyField("name", make=uzkey)`` holds what the name is sorted by.
    """

    def __init__(self, *sources: str, make: Callable[[str], str] = fold, **options: Any) -> None:
        self.sources, self.make = sources, make
        super().__init__(**{"editable": False, "default": "", "blank": True, **options})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """To a migration it is a text column: how the text is made is the code's business, not the schema's."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.TextField", list(args), options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = self.key_of(*(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, key)
        return key

    def key_of(self, *texts: str) -> str:
        """The key of these texts, in the order of the sources."""
        return self.make(" ".join(text for text in texts if text))


def sought_in(column: Any, text: str) -> str:
    """What a text is looked up as in a column: as the column's own key is made; in a column of codes, without spaces."""
    text = text.replace("\0", "")
    return column.key_of(text) if isinstance(column, KeyField) else fold(text).replace(" ", "")


class SortKeyField(KeyField):
    """What a name is sorted by: the order of the Uzbek alphabets (see `uzkey`)."""

    def __init__(self, *sources: str, make: Callable[[str], str] = uzkey, **options: Any) -> None:
        super().__init__(*sources, make=make, **options)
