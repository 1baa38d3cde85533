"""The chat a person opened with the bot, and an index over the last digits of telephones."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Right

import safar.foundation.encryption.fields


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("people", "0005_merged_and_taken_apart")]

    operations = [
        migrations.AddField(
            model_name="safecontact",
            name="telegram_chat",
            field=safar.foundation.encryption.fields.EncryptedTextField(
                blank=True, default="", max_length=20, verbose_name="number of the Telegram chat"
            ),
        ),
        AddIndexConcurrently(model_name="phone", index=models.Index(Right("number", 7), name="phone_tail")),
    ]
