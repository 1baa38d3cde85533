from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="sort_key",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(fields=["sort_key", "id"], name="post_sorted"),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(fields=["role", "sort_key", "id"], name="post_role_sorted"),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(fields=["title", "id"], name="post_title_sorted"),
        ),
        AddIndexConcurrently(
            model_name="post",
            index=models.Index(fields=["valid_to", "id"], name="post_until_sorted"),
        ),
    ]
