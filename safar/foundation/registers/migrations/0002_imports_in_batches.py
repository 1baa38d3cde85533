import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registers", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="done",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="upload",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="upload",
            name="moved_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="stopped_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ASKED", "You stopped it."),
                    ("RIGHTS", "You may no longer bring files into this register. Ask your head of office."),
                    (
                        "FILE",
                        "The file is no longer kept. Bring it in again: what is saved already stays as it is.",
                    ),
                    ("FAULT", "Something broke on our side. Go on, and if it happens again, tell support."),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="total",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="upload",
            name="state",
            field=models.CharField(
                choices=[
                    ("UPLOADED", "not saved yet"),
                    ("APPLYING", "being saved"),
                    ("APPLIED", "done"),
                    ("STOPPED", "stopped"),
                ],
                default="UPLOADED",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("total"))),
                name="no_more_rows_done_than_there_are",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "STOPPED"), ("stopped_by__in", ["ASKED", "RIGHTS", "FILE", "FAULT"])),
                    models.Q(models.Q(("state", "STOPPED"), _negated=True), ("stopped_by", "")),
                    _connector="OR",
                ),
                name="what_is_stopped_says_why",
            ),
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label_org", models.BigIntegerField(editable=False, null=True)),
                ("label_place", models.CharField(blank=True, default="", editable=False, max_length=80)),
                ("label_level", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("label_case", models.UUIDField(editable=False, null=True)),
                ("is_public", models.BooleanField(default=False, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("user_id", models.BigIntegerField(editable=False)),
                ("start", models.PositiveIntegerField()),
                ("refused", models.JSONField(default=list)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="registers.upload",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["label_org"], name="registers_batch_org"),
                    models.Index(fields=["label_place"], name="registers_batch_pl"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "start"), name="rows_are_saved_once")
                ],
            },
        ),
    ]
