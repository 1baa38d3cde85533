from django.db import migrations

# A member's bits, from the lowest, were: number 29, year 8, shelf 20, sound 6. They are: number 29, shelf 20, sound 6, year 8.
BY_YEAR = """
create temporary table posting_before on commit drop as select key, members from search.posting;
truncate search.posting;
drop index search.posting_key;
insert into search.posting (key, members)
select key, array_agg(member order by member) from (
  select key, member, (row_number() over (partition by key order by member) - 1) / 240 as chunk from (
    select key, (m & 536870911) | (((m >> 37) & 1048575) << 29) | ((m >> 57) << 49) | (((m >> 29) & 255) << 55) as member
    from posting_before, unnest(members) m) e) placed
group by key, chunk order by key, min(member);
create index posting_key on search.posting (key);
"""
BY_SOUND = """
update search.posting set members = array(
  select moved from unnest(members) m, lateral (
    select (m & 536870911) | (((m >> 29) & 1048575) << 37) | (((m >> 49) & 63) << 57) | ((m >> 55) << 29) as moved) e order by moved);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0007_loaded_for_less")]

    operations = [migrations.RunSQL(BY_YEAR, BY_SOUND)]
