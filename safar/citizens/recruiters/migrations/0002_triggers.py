"""Two triggers: news of changed firms for whoever keeps them in memory, and labels that follow the firm."""

from django.db import migrations

#: Ids of changed firms go out at commit on the channel ``recruiters``; more than a hundred at once as ``*``.
NEWS = """
create function recruiters_tell_ids(ids text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select pg_notify('recruiters', case when cardinality(ids) > 100 then '*' else array_to_string(ids, ',') end)
  where cardinality(ids) > 0
$$;
create function recruiters_tell() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_argv[0] = 'id' then
    perform recruiters_tell_ids(array(select distinct r.id::text from touched r limit 101));
  else
    perform recruiters_tell_ids(array(select distinct r.recruiter_id::text from touched r limit 101));
  end if;
  return null;
end $$;
"""
TABLES = (
    ("recruiters_recruiter", "id"),
    ("recruiters_alias", "recruiter_id"),
    ("recruiters_branch", "recruiter_id"),
)
CALLS = "".join(
    f"""
create trigger tell_{event} after {event} on {table} referencing {side} table as touched
for each statement execute function recruiters_tell('{column}');"""
    for table, column in TABLES
    for event, side in (("insert", "new"), ("update", "new"), ("delete", "old"))
)
UNCALLED = "".join(
    f"drop trigger tell_{event} on {table};"
    for table, _column in TABLES
    for event in ("insert", "update", "delete")
)

#: What belongs to a firm is labelled as it is; when the firm moves, is handed on or is published, its belongings follow.
CHILDREN = ("alias", "branch", "foreignpartner", "licencedecision", "deposit")
PUBLISHED = ("alias", "branch", "foreignpartner")
FOLLOW = (
    """
create function recruiters_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin"""
    + "".join(
        f"""
  update recruiters_{child} set label_org = new.label_org, label_place = new.label_place
    {", is_public = new.state not in ('APPLIED', 'REFUSED')" if child in PUBLISHED else ""}
    where recruiter_id = new.id;"""
        for child in CHILDREN
    )
    + """
  return null;
end $$;
create trigger follow after update of place_id, keeper_id, state on recruiters_recruiter for each row
when (old.label_org is distinct from new.label_org or old.label_place is distinct from new.label_place
  or (old.state in ('APPLIED', 'REFUSED')) is distinct from (new.state in ('APPLIED', 'REFUSED')))
execute function recruiters_follow();
"""
)


class Migration(migrations.Migration):
    dependencies = [("recruiters", "0001_initial")]

    operations = [
        migrations.RunSQL(
            NEWS + CALLS,
            UNCALLED + "drop function recruiters_tell(); drop function recruiters_tell_ids(text[]);",
        ),
        migrations.RunSQL(
            FOLLOW, "drop trigger follow on recruiters_recruiter; drop function recruiters_follow();"
        ),
    ]
