"""Files of people are loaded for less.

One index less on telephones: `phone_once` begins with the person already, and every index is paid for by each row of a load. The
triggers that write versions read the context once a statement instead of once a row (`by_the_million`).
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
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
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="person",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="phone",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="phone",
            name="delete_delete",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_personversion" ("birth_date", "birth_precision", "erased_on", "external_id", "family", "given", "id", "is_public", "label_case", "label_level", "label_org", "label_place", "organisation_id", "patronymic", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "sex", "spellings", "version") SELECT new_values."birth_date", new_values."birth_precision", new_values."erased_on", new_values."external_id", new_values."family", new_values."given", new_values."id", new_values."is_public", new_values."label_case", new_values."label_level", new_values."label_org", new_values."label_place", new_values."organisation_id", new_values."patronymic", (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB), (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID), NOW(), \'insert\', new_values."id", new_values."place_id", new_values."sex", new_values."spellings", new_values."version" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="8fc2e8f986e7ba9190c1f51dbadd13e634e5aa28",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_65688",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="people_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_personversion" ("birth_date", "birth_precision", "erased_on", "external_id", "family", "given", "id", "is_public", "label_case", "label_level", "label_org", "label_place", "organisation_id", "patronymic", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place_id", "sex", "spellings", "version") SELECT old_values."birth_date", old_values."birth_precision", old_values."erased_on", old_values."external_id", old_values."family", old_values."given", old_values."id", old_values."is_public", old_values."label_case", old_values."label_level", old_values."label_org", old_values."label_place", old_values."organisation_id", old_values."patronymic", (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB), (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID), NOW(), \'delete\', old_values."id", old_values."place_id", old_values."sex", old_values."spellings", old_values."version" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="ecdf8be43b807444a8c7b5a3139d10e34e3b6739",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_2ca2d",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="people_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_phoneversion" ("id", "is_public", "label_case", "label_level", "label_org", "label_place", "number", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "whose") SELECT new_values."id", new_values."is_public", new_values."label_case", new_values."label_level", new_values."label_org", new_values."label_place", new_values."number", new_values."person_id", (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB), (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID), NOW(), \'insert\', new_values."id", new_values."version", new_values."whose" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="fc5dcc0b5ccd22bcc018a826f8c947c650756047",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_a1b50",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="people_phone",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="phone",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "people_phoneversion" ("id", "is_public", "label_case", "label_level", "label_org", "label_place", "number", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "version", "whose") SELECT old_values."id", old_values."is_public", old_values."label_case", old_values."label_level", old_values."label_org", old_values."label_place", old_values."number", old_values."person_id", (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB), (SELECT COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID), NOW(), \'delete\', old_values."id", old_values."version", old_values."whose" FROM ( SELECT old_values.* FROM old_values  ) AS old_values; RETURN NULL;',
                    hash="a2c736d33a51f6f775b403b939d7a1e085776f78",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_55e00",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="people_phone",
                    when="AFTER",
                ),
            ),
        ),
    ]
