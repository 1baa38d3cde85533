"""Blind indexes: an encrypted value found again by equality, without the database learning what it is.

The index is HMAC-SHA-256 of the folded value under a key of its own, different for each field and each compartment (an
organisation and a level, say): the same value gives unlike indexes in two compartments, so a stolen table tells nobody
that two of them know the same thing, and a unique constraint answers nothing about another compartment.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext_lazy as _

from safar.foundation.encryption import keys
from safar.foundation.languages.text import fold

Fold = Callable[[str], str]


def unspaced(value: str) -> str:
    """The usual folding for an index: script, case, apostrophes, punctuation and spaces apart."""
    return fold(value).replace(" ", "")


def blind_index(field: str, value: str, compartment: str, *, folding: Fold = unspaced) -> bytes | None:
    """The index of a value: 32 bytes, or None for a value that folds to nothing (nothing equals nothing).

    `field` names what is indexed (``app.model.field``); `compartment` whose it is, never empty.
    """
    if not compartment:
        raise ValueError("a blind index belongs to a compartment")
    folded = folding(value)
    if not folded:
        return None
    own_key = hmac.digest(keys.store().index_key(), _joined("blind index 1", field, compartment), "sha256")
    return hmac.digest(own_key, folded.encode(), "sha256")


class BlindIndexField(models.Field):
    """The blind index of another field of the row, written whenever the row is stored.

    ``BlindIndexField("name", compartment=("label_org", "label_level"))``. Only equality, ``in`` and ``isnull`` can be
    asked; ask with `index_of(value, ...)`. The index of an erased value goes when the row is next stored.
    """

    description = _("blind index")
    encrypted = True

    def __init__(
        self,
        source: str = "",
        *args: Any,
        compartment: tuple[str, ...] = (),
        folding: Fold = unspaced,
        **options: Any,
    ) -> None:
        self.source, self.compartment, self.folding = source, tuple(compartment), folding
        super().__init__(*args, **{"editable": False, "null": True, "blank": True, **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        own = {"source": self.source, "compartment": self.compartment, "folding": self.folding}
        return name, path, args, options | own

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, *_: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = getattr(model_instance, self.source)
        parts = [getattr(model_instance, name) for name in self.compartment]
        index = (self.index_of(str(value), *parts) or None) if value else None
        setattr(model_instance, self.attname, index)
        return index

    def index_of(self, value: str, *compartment: object) -> bytes:
        """The index to look for: the value and the compartment's parts in the order the field names them.

        A value that folds to nothing gives empty bytes, which no row holds (None would ask for rows without an index).
        """
        if len(compartment) != len(self.compartment):
            raise ValueError(f"{self.name} is divided by {', '.join(self.compartment)}")
        whose = _joined(*(str(part) for part in compartment)).hex()
        field = f"{self.model._meta.label_lower}.{self.name}"
        return blind_index(field, value, whose, folding=self.folding) or b""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return None if value is None else connection.Database.Binary(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("exact", "in", "isnull"):
            raise FieldError(f"{self.name} is a blind index: it answers equality only, not {lookup_name}")
        return super().get_lookup(lookup_name)


def _joined(*parts: str) -> bytes:
    return b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
