import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import safar.foundation.history.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "xid",
                    safar.foundation.history.fields.TransactionIdField(
                        db_default=safar.foundation.history.fields.CurrentTransaction(), editable=False
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "cluster",
                    models.BigIntegerField(
                        db_default=safar.foundation.history.fields.ThisCluster(), editable=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=120)),
                ("resource", models.CharField(max_length=100)),
                ("subject_id", models.CharField(blank=True, default="", max_length=64)),
                ("actor", models.CharField(max_length=120)),
                ("via", models.CharField(max_length=20)),
                ("context", models.UUIDField(null=True)),
                ("body", models.JSONField(default=dict)),
                ("detail", models.JSONField(null=True)),
                ("salts", models.JSONField(null=True)),
                ("label_org", models.BigIntegerField(null=True)),
                ("label_place", models.CharField(blank=True, default="", max_length=80)),
                ("label_level", models.PositiveSmallIntegerField(default=0)),
                ("label_case", models.UUIDField(null=True)),
                (
                    "user_id",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                actor__startswith="staff.",
                                then=django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.text.Substr(
                                        models.F("actor"), models.Value(7)
                                    ),
                                    models.BigIntegerField(),
                                ),
                            ),
                            default=None,
                        ),
                        output_field=models.BigIntegerField(null=True),
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["resource", "subject_id", "-id"], name="history_event_subject"),
                    models.Index(fields=["xid", "id"], name="history_event_xid"),
                    models.Index(
                        condition=models.Q(("user_id__isnull", False)),
                        fields=["user_id", "-id"],
                        name="history_event_user",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("n", models.BigIntegerField(primary_key=True, serialize=False)),
                ("epoch", models.PositiveIntegerField()),
                ("upto", safar.foundation.history.fields.TransactionIdField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("late", models.JSONField(default=list)),
                ("system_identifier", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("mac", models.BinaryField()),
                ("entries", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rows__gte", 1)), name="history_seal_not_empty"
                    )
                ],
            },
        ),
    ]
