import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

#: Whoever reached the database past the application can neither issue a token for another nor widen one.
KEPT = """
create function api_kept() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare was jsonb; is_now jsonb; ending text := tg_argv[0];
begin
  if current_user <> 'safar_web' then return new; end if;
  is_now := to_jsonb(new);
  if tg_op = 'INSERT' then
    if new.user_id <> gate.user_id() or gate.narrowing() is not null then
      raise insufficient_privilege using message = 'violates row-level security: it is made by its owner, signed in';
    end if;
    return new;
  end if;
  was := to_jsonb(old);
  if was - ending - 'version' is distinct from is_now - ending - 'version'
      or was ->> ending is not null and was -> ending is distinct from is_now -> ending then
    raise insufficient_privilege using message = 'violates row-level security: it is ended, and never changed';
  end if;
  return new;
end $$;
create trigger kept before insert or update on api_token for each row execute function api_kept('revoked_at');
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0003_says_what_is_wrong"), ("organisations", "0003_says_what_is_wrong")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="owner",
            field=models.CharField(default="", editable=False, max_length=200, verbose_name="whose"),
        ),
        migrations.AddField(
            model_name="token",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="token",
            name="fields",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=130),
                blank=True,
                default=list,
                size=None,
                verbose_name="fields",
            ),
        ),
        migrations.AddField(
            model_name="token",
            name="networks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=50),
                blank=True,
                default=list,
                size=None,
                verbose_name="networks",
            ),
        ),
        migrations.RunSQL(KEPT, "drop trigger kept on api_token; drop function api_kept();"),
    ]
