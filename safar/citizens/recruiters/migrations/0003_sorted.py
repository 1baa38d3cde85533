from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("recruiters", "0002_triggers")]

    operations = [
        migrations.AlterField(
            model_name="branch",
            name="name_key",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AlterField(
            model_name="foreignpartner",
            name="name_key",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        AddIndexConcurrently(
            model_name="branch",
            index=models.Index(fields=["name_key", "id"], name="branch_sorted"),
        ),
        AddIndexConcurrently(
            model_name="branch",
            index=models.Index(fields=["open_until", "id"], name="branch_until_sorted"),
        ),
        AddIndexConcurrently(
            model_name="deposit",
            index=models.Index(fields=["-checked_on", "-id"], name="deposit_newest"),
        ),
        AddIndexConcurrently(
            model_name="deposit",
            index=models.Index(fields=["amount", "id"], name="deposit_amount_sorted"),
        ),
        AddIndexConcurrently(
            model_name="foreignpartner",
            index=models.Index(fields=["name_key", "id"], name="partner_sorted"),
        ),
        AddIndexConcurrently(
            model_name="foreignpartner",
            index=models.Index(fields=["country", "name_key", "id"], name="partner_country_sorted"),
        ),
        AddIndexConcurrently(
            model_name="foreignpartner",
            index=models.Index(fields=["until", "id"], name="partner_until_sorted"),
        ),
        AddIndexConcurrently(
            model_name="licencedecision",
            index=models.Index(fields=["act", "decided_on", "id"], name="decision_act_sorted"),
        ),
        AddIndexConcurrently(
            model_name="licencedecision",
            index=models.Index(fields=["standing", "decided_on", "id"], name="decision_standing_sorted"),
        ),
        AddIndexConcurrently(
            model_name="licencedecision",
            index=models.Index(fields=["order_number", "id"], name="decision_order_sorted"),
        ),
        AddIndexConcurrently(
            model_name="recruiter",
            index=models.Index(fields=["stir", "id"], name="recruiter_stir_sorted"),
        ),
        AddIndexConcurrently(
            model_name="recruiter",
            index=models.Index(fields=["number", "id"], name="recruiter_number_sorted"),
        ),
        AddIndexConcurrently(
            model_name="recruiter",
            index=models.Index(fields=["licensed_until", "id"], name="recruiter_until_sorted"),
        ),
        AddIndexConcurrently(
            model_name="recruiter",
            index=models.Index(fields=["next_due_on", "id"], name="recruiter_due_sorted"),
        ),
    ]
