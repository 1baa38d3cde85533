"""One index less on telephones: `phone_once` begins with the person already, and every index is paid for by each row of a load."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_reached_and_found_by_number")]

    operations = [
        migrations.AlterField(
            model_name="phone",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="phones",
                to="people.person",
                verbose_name="person",
            ),
        ),
    ]
