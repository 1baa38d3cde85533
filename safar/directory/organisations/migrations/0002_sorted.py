from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("organisations", "0001_initial")]

    operations = [
        RemoveIndexConcurrently(
            model_name="organisation",
            name="organisation_stir",
        ),
        AddIndexConcurrently(
            model_name="focalpoint",
            index=models.Index(fields=["topic", "sort_key", "id"], name="focal_point_topic_sorted"),
        ),
        AddIndexConcurrently(
            model_name="organisation",
            index=models.Index(fields=["status", "sort_key", "id"], name="organisation_status_sorted"),
        ),
        AddIndexConcurrently(
            model_name="organisation",
            index=models.Index(fields=["stir", "id"], name="organisation_stir_sorted"),
        ),
    ]
