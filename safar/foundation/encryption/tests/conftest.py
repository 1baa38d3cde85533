"""A model with encrypted columns and a key store of the test's own."""

import uuid

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from safar.foundation.encryption import keys
from safar.foundation.encryption.blind import BlindIndexField
from safar.foundation.encryption.fields import DataKeyField, EncryptedTextField


@pytest.fixture
def store(tmp_path, settings):
    settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", True
    return keys.store()


with isolate_apps("safar.foundation.encryption"):

    class Note(models.Model):
        """A row as services will have them."""

        id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
        org = models.BigIntegerField(default=1)
        text = EncryptedTextField(blank=True)
        remark = EncryptedTextField(null=True, blank=True, max_length=20)
        data_key = DataKeyField()
        text_index = BlindIndexField("text", compartment=("org",))

        class Meta:
            app_label = "encryption"

        def __str__(self):
            return str(self.id)


@pytest.fixture
def note_model(db, store):
    editor = connection.schema_editor()
    editor.deferred_sql = []
    editor.execute(*editor.table_sql(Note))
    return Note
