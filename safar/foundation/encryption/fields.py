"""Encrypted columns: sealed on the way to the database, opened only when somebody reads the attribute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core import checks, validators
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.lookups import IsNull
from django.db.models.query_utils import DeferredAttribute
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from safar.foundation.encryption import keys
from safar.foundation.encryption.envelope import Place, Tampered, seal, unseal
from safar.foundation.languages.text import normalise

#: Plain texts are filled up to a multiple of this many bytes, so that the length of a short answer tells nothing.
BLOCK = 32


class Sealed(bytes):
    """A value as it stands in the database. Empty bytes are the empty text."""


class ErasedText(str):
    """What stands where a text was whose key has been destroyed: empty, and `is ERASED` tells it from never filled."""

    __slots__ = ()


ERASED = ErasedText()


class PlainTextRefused(TypeError):
    """A plain text was about to reach the database through a statement that knows no row."""


class Unsearchable(FieldError):
    """An encrypted column was used in a condition."""


class DataKeyField(models.CharField):
    """Id of the row's data key. A row inserted without one gets a key of its own; rows of one case share the case's."""

    description = _("data key")
    encrypted = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(
            *args, **{"max_length": 32, "blank": True, "default": "", "editable": False, **options}
        )

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        if add:
            give_key(model_instance, field=self.attname, now=timezone.now())
        return str(getattr(model_instance, self.attname))


def give_key(row: models.Model, *, field: str = "data_key", now: datetime) -> str:
    """Put a fresh data key on a row that has none (not yet stored); returns its id."""
    if not getattr(row, field):
        setattr(row, field, keys.store().create_key(now=now))
    return str(getattr(row, field))


def place_of(row: models.Model, field: str) -> Place:
    """The place a value of this row is bound to."""
    if row.pk is None:
        raise ValueError(f"{row._meta.label} needs its primary key before {field} can be encrypted")
    return Place(table=row._meta.db_table, pk=str(row.pk), field=field)


class EncryptedAttribute(DeferredAttribute):
    """Opens the sealed value each time it is read; what was assigned and not yet stored is read as it is."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            return super().__get__(instance, cls)
        value = instance.__dict__[name]
        return self.field.opened(instance, value) if isinstance(value, Sealed) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        if value is ERASED and isinstance(instance.__dict__.get(self.field.attname), Sealed):
            return
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.Field):
    """A text kept encrypted with the row's data key and bound to table, row and field.

    The model needs a UUID primary key with a default and a `DataKeyField` (named ``data_key`` or as ``key`` says). The
    value cannot be searched, sorted or updated by a query, and row history leaves the column out. Renaming the table or
    the field makes the values unreadable: re-encrypt in the same release (`rotation.reencrypt`).
    """

    description = _("encrypted text")
    descriptor_class = EncryptedAttribute
    empty_strings_allowed = True
    #: The mark by which row history knows what to leave out.
    encrypted = True

    def __init__(self, *args: Any, key: str = "data_key", **options: Any) -> None:
        self.key = key
        super().__init__(*args, **options)
        if self.max_length is not None:
            self.validators.append(validators.MaxLengthValidator(self.max_length))

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, options if self.key == "data_key" else {**options, "key": self.key}

    def get_internal_type(self) -> str:
        return "BinaryField"

    # -- in and out ------------------------------------------------------------------------------------------

    def from_db_value(self, value: Any, *_: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        value = model_instance.__dict__.get(self.attname)
        if value is None:
            return None
        if not isinstance(value, Sealed):
            value = self._sealed(model_instance, normalise(str(value), lines=True), add)
            model_instance.__dict__[self.attname] = value
        elif add and value:
            # A copied row would carry values nobody could ever open: find out now.
            unseal(value, place=place_of(model_instance, self.attname), keys=keys.store())
        return value

    def opened(self, row: models.Model, value: Sealed) -> str:
        """The plain text, or `ERASED`. Raises `Tampered`, `KeyMissing`."""
        if not value:
            return ""
        place = place_of(row, self.attname)
        try:
            return _unpadded(unseal(value, place=place, keys=keys.store()), place)
        except keys.KeyDestroyed:
            return ERASED

    def _sealed(self, row: models.Model, text: str, add: bool) -> Sealed:
        if not text:
            return Sealed()
        key_id = give_key(row, field=self.key, now=timezone.now()) if add else getattr(row, self.key)
        if not key_id:
            raise ValueError(f"{row._meta.label} has no data key: call give_key(row) and store the whole row")
        return Sealed(
            seal(_padded(text), key_id=key_id, place=place_of(row, self.attname), keys=keys.store())
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        if isinstance(value, Sealed) or value in (b"", ""):
            return connection.Database.Binary(bytes(value or b""))
        raise PlainTextRefused(
            f"{self.model._meta.label}.{self.name} is written by storing the row, not by a query"
        )

    def to_python(self, value: Any) -> Any:
        return (
            value
            if value is None or isinstance(value, Sealed | ErasedText)
            else normalise(str(value), lines=True)
        )

    def value_to_string(self, obj: Any) -> str:
        raise PlainTextRefused(
            f"{self.model._meta.label}.{self.name} is not exported in plain text: back up database and key store"
        )

    def formfield(self, **options: Any) -> forms.Field | None:
        return super().formfield(
            **{
                "form_class": forms.CharField,
                "max_length": self.max_length,
                "widget": forms.Textarea if not self.max_length or self.max_length > 200 else forms.TextInput,
                **options,
            }
        )

    # -- never in a condition --------------------------------------------------------------------------------

    def get_lookup(self, lookup_name: str) -> type[IsNull]:
        if lookup_name != "isnull":
            raise Unsearchable(
                f"{self.name} is encrypted: only isnull can be asked; search by a BlindIndexField"
            )
        return IsNull

    def get_transform(self, lookup_name: str) -> Any:
        raise Unsearchable(f"{self.name} is encrypted: {lookup_name} cannot be computed from it")

    # -- checks at start -------------------------------------------------------------------------------------

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        return [*super().check(**options), *self._check_row()]

    def _check_row(self) -> Iterator[checks.CheckMessage]:
        meta = self.model._meta
        if not isinstance(meta.pk, models.UUIDField) or not meta.pk.has_default():
            yield checks.Error(
                "The primary key must be a UUIDField with a default.", obj=self, id="encryption.E001"
            )
        if not any(isinstance(field, DataKeyField) and field.name == self.key for field in meta.fields):
            yield checks.Error(
                f"The model needs a DataKeyField named {self.key}.", obj=self, id="encryption.E002"
            )
        if self.unique or self.choices:
            yield checks.Error(
                "An encrypted field is neither unique nor a choice.", obj=self, id="encryption.E003"
            )


def encrypted_fields(model: type[models.Model]) -> list[EncryptedTextField]:
    """The encrypted columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]


def _padded(text: str) -> bytes:
    plain = text.encode() + b"\x80"
    return plain + bytes(-len(plain) % BLOCK)


def _unpadded(plain: bytes, place: Place) -> str:
    text, mark, _zeros = plain.rpartition(b"\x80")
    if not mark:
        raise Tampered(place)
    return text.decode()
