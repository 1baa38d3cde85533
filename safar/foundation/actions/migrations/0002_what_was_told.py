from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial")]

    operations = [
        migrations.AddField("submission", "subject", models.CharField(default="", max_length=64)),
        migrations.AddField("submission", "level", models.PositiveSmallIntegerField(default=0)),
    ]
