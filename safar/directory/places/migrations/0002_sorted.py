from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("places", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="difference",
            index=models.Index(fields=["-found_at", "-id"], name="difference_newest"),
        ),
        AddIndexConcurrently(
            model_name="difference",
            index=models.Index(fields=["decision", "found_at", "id"], name="difference_decision_sorted"),
        ),
        AddIndexConcurrently(
            model_name="difference",
            index=models.Index(fields=["aspect", "found_at", "id"], name="difference_aspect_sorted"),
        ),
        AddIndexConcurrently(
            model_name="difference",
            index=models.Index(fields=["source", "found_at", "id"], name="difference_source_sorted"),
        ),
        AddIndexConcurrently(
            model_name="place",
            index=models.Index(fields=["name_ru", "id"], name="place_ru_sorted"),
        ),
        AddIndexConcurrently(
            model_name="place",
            index=models.Index(fields=["name_en", "id"], name="place_en_sorted"),
        ),
    ]
