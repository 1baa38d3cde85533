"""Giving rows new keys: one case after a suspicion, every blind index after its key was renewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from safar.foundation.encryption import keys
from safar.foundation.encryption.blind import BlindIndexField
from safar.foundation.encryption.fields import DataKeyField, encrypted_fields


def reencrypt(rows: Iterable[models.Model], *, now: datetime) -> str:
    """Encrypt all rows that share a data key anew under a fresh one; the old key is destroyed on commit.

    Hand in EVERY row of the case, of whichever model: what is left under the old key is lost with it. Returns the new id.
    """
    store = keys.store()
    fresh = store.create_key(now=now)
    old: set[str] = set()
    with transaction.atomic():
        for row in rows:
            fields = encrypted_fields(type(row))
            texts = {field.attname: getattr(row, field.attname) for field in fields}
            key_field = _key_field(row)
            old.add(getattr(row, key_field))
            for name, text in {key_field: fresh, **texts}.items():
                setattr(row, name, text)
            row.save(update_fields=[key_field, *texts])
        transaction.on_commit(lambda: _destroy(store, old - {"", fresh}, now))
    return fresh


def reindex(rows: Iterable[models.Model]) -> int:
    """Write the blind indexes of the rows anew (after `KeyStore.renew_index_key`); returns how many rows."""
    count = 0
    with transaction.atomic():
        for row in rows:
            row.save(
                update_fields=[f.name for f in row._meta.concrete_fields if isinstance(f, BlindIndexField)]
            )
            count += 1
    return count


def destroy_on_commit(key_id: str, *, now: datetime, subjects: Iterable[str] = ()) -> None:
    """Destroy a data key once the transaction that erases its record is safely in the database, and not before."""
    store, named = keys.store(), tuple(subjects)
    transaction.on_commit(lambda: store.destroy_key(key_id, now=now, subjects=named))


def _key_field(row: models.Model) -> str:
    return next(field.attname for field in row._meta.concrete_fields if isinstance(field, DataKeyField))


def _destroy(store: keys.KeyStore, old: Iterable[str], now: datetime) -> None:
    for key_id in old:
        store.destroy_key(key_id, now=now)
