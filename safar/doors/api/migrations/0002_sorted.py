from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("api", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="token",
            index=models.Index(fields=["-issued_at", "-id"], name="token_newest"),
        ),
        AddIndexConcurrently(
            model_name="token",
            index=models.Index(fields=["expires_on", "id"], name="token_expires_sorted"),
        ),
    ]
