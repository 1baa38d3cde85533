"""What people are looked up in: tables of their own schema, filled by triggers, read through one function that knows the actor.

The web role may read none of these tables: `search.candidates` judges each person by the same policy as the wall does. A
*posting* is a chunk of people who share a key: the bones of one word of the name, or of two. Each member is one number that
also holds what narrows a lookup without touching the person: whose she is (`search.shelf`), the year of birth, and six bits of
how the words sound. `README.md` beside this file tells why it is so.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from safar.directory.people.search.folding import bones_of_name, sounds_of_name
from safar.directory.people.search.vocabulary import VOCABULARY
from safar.directory.people.search.words import WORDS
from safar.foundation.access.wall import ALLOWED

#: Bits of a posting's member, from the lowest: number of the person, shelf, six bits of the sound; on top of them the year of
#: birth since 1880 (0: unknown), so that those of an age stand together, and among them those who sound alike.
NUMBER_BITS, SHELF_BITS, SOUND_BITS, YEAR_BITS = 29, 20, 6, 8
SHELF_AT = NUMBER_BITS
SOUND_AT = SHELF_AT + SHELF_BITS
YEAR_AT = SOUND_AT + SOUND_BITS
FIRST_YEAR = 1880
#: Members of one posting row: as many as fit into a page's share without being moved out of line.
CHUNK = 240
#: Of an actor who may see no more people than this, these people themselves are looked through, and nobody else is touched.
FEW_PEOPLE = 4_000

RESOURCE = "people.person"

#: What a member holds. The planner writes these into the statements that call them.
MEMBER = f"""
create or replace function search.person_in(member bigint) returns bigint language sql immutable parallel safe
return member & {2**NUMBER_BITS - 1};
create or replace function search.shelf_in(member bigint) returns bigint language sql immutable parallel safe
return (member >> {SHELF_AT}) & {2**SHELF_BITS - 1};
create or replace function search.sound_in(member bigint) returns bigint language sql immutable parallel safe
return (member >> {SOUND_AT}) & {2**SOUND_BITS - 1};
create or replace function search.year_in(member bigint) returns bigint language sql immutable parallel safe
return member >> {YEAR_AT};
create or replace function search.unheard(member bigint) returns bigint language sql immutable parallel safe
return member & ~({2**SOUND_BITS - 1}::bigint << {SOUND_AT});
create or replace function search.heard(member bigint, sound bigint) returns bigint language sql immutable parallel safe
return member | (sound << {SOUND_AT});
create or replace function search.sound_bits(sound text) returns bigint language sql immutable parallel safe
return pg_catalog.hashtextextended(sound, 2) & {2**SOUND_BITS - 1};
create or replace function search.year_of(born date) returns bigint language sql immutable parallel safe
return case when born is null then 0 else greatest(1, least({2**YEAR_BITS - 1}, extract(year from born)::int - {FIRST_YEAR})) end::bigint;
create or replace function search.member(person bigint, shelf bigint, born date) returns bigint language sql immutable parallel safe
return (search.year_of(born) << {YEAR_AT}) | (shelf << {SHELF_AT}) | person;
create or replace function search.single_key(bones text) returns bigint language sql immutable parallel safe as $$
  select pg_catalog.hashtextextended(bones, 0) $$;
create or replace function search.pair_half(bones text) returns bigint language sql immutable parallel safe as $$
  select pg_catalog.hashtextextended(bones, 1) $$;
"""  # noqa: S608

FUNCTIONS = """
create or replace function search.shelf_of(org bigint, place text, level int, of_case uuid) returns bigint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare found bigint;
begin
  loop
    select s.id into found from search.shelf s where s.label_org is not distinct from org and s.label_place = place
      and s.label_level = level and s.label_case is not distinct from of_case;
    if found is not null then return found; end if;
    insert into search.shelf (label_org, label_place, label_level, label_case) values (org, place, level, of_case)
      on conflict do nothing;
  end loop;
end $$;

create or replace function search.elements(number bigint, shelf bigint, born date, sounds text, bones text)
returns table (key bigint, member bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with word as (
    select i, search.single_key(b) as single, search.pair_half(b) as half, search.sound_bits(s) as bits
    from unnest(string_to_array(bones, ' '), string_to_array(sounds, ' ')) with ordinality u(b, s, i) where b <> ''),
  base as (select search.member(number, shelf, born) as member)
  select single, search.heard(member, bits) from word, base
  union
  select case when a.half = b.half then ~a.half else a.half # b.half end, search.heard(member, a.bits # b.bits)
  from word a join word b on a.i < b.i, base
$$;

create or replace function search.shelves(orgs bigint[], places text[], level int) returns table (place text, id bigint)
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select p, search.shelf_of(o, p, level, null) from unnest(orgs, places) u(o, p) $$;

create or replace function search.learn(sounds text[], bones text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select 1 from search.word where sound = any(sounds) order by sound for key share;
  with word as (select distinct s, b from unnest(sounds, bones) w(s, b) where b <> ''),
  new as (insert into search.word (sound, bones) select s, b from word order by s on conflict do nothing returning bones)
  insert into search.slip (slip, bones)
  select distinct overlay(b placing '' from at for 1), b
  from (select distinct bones as b from new) n, generate_series(1, length(b) + 1) as at order by 1, 2 on conflict do nothing
$$;

create or replace function search.keep_new() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('safar.search_in_bulk', true) = 'on' then return null; end if;
  perform search.learn(array_agg(s), array_agg(b)) from new_people n,
    unnest(string_to_array(n.sounds, ' '), string_to_array(n.bones, ' ')) w(s, b);
  insert into search.posting (key, members)
  select e.key, array_agg(e.member) from new_people n,
    search.elements(n.number, search.shelf_of(n.label_org, n.label_place, n.label_level, n.label_case),
                    n.birth_date, n.sounds, n.bones) e
  group by e.key;
  return null;
end $$;

create or replace function search.keep_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform search.forget(array[old.number], array[old.sounds], array[old.bones]);
  perform search.learn(string_to_array(new.sounds, ' '), string_to_array(new.bones, ' '));
  insert into search.posting (key, members)
  select e.key, array_agg(e.member) from search.elements(new.number,
    search.shelf_of(new.label_org, new.label_place, new.label_level, new.label_case), new.birth_date, new.sounds, new.bones) e
  group by e.key;
  return null;
end $$;

drop function if exists search.forget(bigint, text, text);
create or replace function search.forget(people bigint[], sounds text[], bones text[]) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  with gone as materialized (
    select distinct e.key, o.number
    from unnest(people, sounds, bones) o(number, heard, found), search.elements(o.number, 0, null, o.heard, o.found) e),
  member as (
    select p.ctid as at, p.key, u.m, u.place from search.posting p cross join lateral unnest(p.members) with ordinality u(m, place)
    where p.key in (select key from gone)),
  left_over as materialized (
    select at, array_agg(m order by place) filter (where g.number is null) as members
    from member left join gone g on g.key = member.key and g.number = search.person_in(m)
    group by at having count(g.number) > 0),
  emptied as (delete from search.posting p using left_over l where p.ctid = l.at and l.members is null)
  update search.posting p set members = l.members from left_over l where p.ctid = l.at and l.members is not null
$$;

create or replace function search.keep_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform search.forget(array_agg(number), array_agg(sounds), array_agg(bones)) from old_people;
  return null;
end $$;

create or replace function search.tidy(keys int) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint; crowded bigint[];
begin
  crowded := array(
    select key from search.posting group by key having count(*) > ceil(sum(cardinality(members)) / {chunk}.0) limit keys);
  if crowded = '{}' then return 0; end if;
  lock table search.posting in share row exclusive mode;
  with gone as (delete from search.posting p where p.key = any(crowded) returning p.key, p.members),
  placed as (select key, m, (row_number() over (partition by key order by m) - 1) / {chunk} as chunk from gone, unnest(members) m)
  insert into search.posting (key, members) select key, array_agg(m order by m) from placed group by key, chunk;
  get diagnostics done = row_count;
  return done;
end $$;

drop function if exists search.candidates(text[], text[], text[], text[], int, int, int);
drop function if exists search.candidates(text, bool, int, int);
create or replace function search.candidates(readings text, pairs int, born int, at_most int)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off
set plan_cache_mode = force_generic_plan as $$
declare lines text; near bigint[] := search.near();
begin
  if near is not null then
    with reading as materialized (
      select place, split_part(one, ',', 1) as bones, min(rank) as rank
      from string_to_table(readings, ';') with ordinality w(word, place), string_to_table(word, ' ') with ordinality r(one, rank)
      group by 1, 2),
    found as (
      select w.number, count(distinct r.place) as hits, sum(1.0 / r.rank) as alike
      from search.words_near(near) w join reading r on r.bones = w.bones group by 1),
    best as (
      select p.number, p.sounds, p.birth_date, p.birth_precision
      from found f join public.people_person p on p.number = f.number
      where (born is null or p.birth_date is null or search.year_of(p.birth_date) between born - 1 and born + 1)
        and f.hits >= case when pairs > 0 then 2 else 1 end
      order by f.hits desc, f.alike desc limit at_most)
    select string_agg(concat_ws(e'\t', number, sounds, coalesce(birth_date::text, ''), birth_precision), e'\n') into lines from best;
    return lines;
  end if;
  with scope as materialized (select * from gate.scopes('people.person', 'r')),
  reach as materialized (
    select coalesce(bool_or(s.orgs is null and (s.place_of = 'everywhere' or (s.place_of in ('scope', 'place') and s.place = ''))), false)
      as everywhere from scope s),
  bound as materialized (select case when everywhere then 20000 else 100000 end as most from reach),
  reading as materialized (
    select place, rank, search.single_key(split_part(one, ',', 1)) as single, search.pair_half(split_part(one, ',', 1)) as half,
      search.sound_bits(split_part(one, ',', 2)) as bits
    from string_to_table(readings, ';') with ordinality w(word, place), string_to_table(word, ' ') with ordinality r(one, rank)
    limit 400),
  asked as materialized (
    select single as key, bits, rank from reading where pairs = 0
    union all (
      select case when a.half = b.half then ~a.half else a.half # b.half end, a.bits # b.bits, a.rank * b.rank
      from reading a join reading b on a.place < b.place where pairs > 0 order by a.rank * b.rank limit pairs)),
  chunk as (
    select a.bits, a.rank, p.ctid as at, p.many, sum(p.many) over (partition by a.key) as crowd,
      search.year_in(p.first) <> search.year_in(p.last)
        or a.bits between search.sound_in(p.first) and search.sound_in(p.last) as alike
    from asked a join lateral (
      select ctid, cardinality(members) as many, members[1] as first, members[cardinality(members)] as last
      from search.posting where key = a.key
        and (born is null or search.year_in(members[1]) = 0
          or (search.year_in(members[1]) <= born + 1 and search.year_in(members[cardinality(members)]) >= born - 1))
      limit (select most / 100 from bound)) p on true),
  read as (select c.*, sum(many) over (order by rank, alike desc, crowd rows unbounded preceding) as so_far from chunk c),
  found as materialized (
    select search.unheard(m) as who, count(*) as hits, count(*) filter (where search.sound_in(m) = r.bits) as alike
    from read r join search.posting p on p.ctid = r.at cross join lateral unnest(p.members) m
    where r.so_far - r.many < (select most from bound)
      and (born is null or search.year_in(m) between born - 1 and born + 1 or search.year_in(m) = 0)
      and (pairs > 0 or r.crowd < 500 or search.sound_in(m) = r.bits)
    group by 1),
  open as materialized (
    select shelf.id from (select distinct search.shelf_in(who) as shelf from found) f
    join search.shelf on shelf.id = f.shelf where {shelf_allowed}),
  best as (
    select search.person_in(who) as person from found
    where search.shelf_in(who) in (select o.id from open o)
    order by hits desc, alike + case when search.year_in(who) = born then 1 else 0 end desc limit at_most)
  select string_agg(concat_ws(e'\t', p.number, p.sounds, coalesce(p.birth_date::text, ''), p.birth_precision), e'\n') into lines
  from best f join public.people_person p on p.number = f.person
  where {allowed};
  return lines;
end $$;

create or replace function search.compartments() returns table (label_org bigint, label_level smallint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct shelf.label_org, shelf.label_level::smallint from search.shelf where {paper_shelf_allowed}
$$;

drop function if exists search.numbered(text[], text[], bigint[], text[], bytea[], bytea[], int);
create function search.numbered(
  phones text[], ends text[], own bigint[], records text[], pinfls bytea[], papers bytea[], at_most int)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
declare lines text; orgs bigint[];
begin
  if records <> '{}' then
    with scope as materialized (select * from gate.scopes('people.person', 'r'))
    select array_agg(distinct shelf.label_org) into orgs from search.shelf where {shelf_allowed};
  end if;
  with scope as materialized (select * from gate.scopes('people.person', 'r')),
  hers as (
    select f.person_id, 'phone' as why from public.people_phone f where f.number = any(phones) and {phone_allowed}
    union select f.person_id, 'phone' from unnest(ends) as e
      join public.people_phone f on right(f.number, 7) = right(e, 7) and right(f.number, length(e)) = e where {phone_allowed}
    union select coalesce(p.merged_into_id, p.id), 'own' from public.people_person p where p.number = any(own)
    union select coalesce(p.merged_into_id, p.id), 'record' from public.people_person p
      where p.organisation_id = any(orgs) and p.external_id = any(records) and p.external_id <> ''
    union select i.person_id, 'pinfl' from public.people_identifier i where i.index = any(pinfls) and {paper_allowed}
    union select i.person_id, 'paper' from public.people_identifier i where i.index = any(papers) and {paper_allowed}),
  found as (select person_id, string_agg(why, ',' order by why) as why from hers group by person_id)
  select string_agg(line, e'\n') into lines from (
    select concat_ws(e'\t', p.number, p.sounds, coalesce(p.birth_date::text, ''), p.birth_precision, f.why) as line
    from found f join public.people_person p on p.id = f.person_id where {allowed} order by p.number limit at_most) l;
  return lines;
end $$;

drop function if exists search.asked_key(text, text);

revoke all on all tables in schema search from safar_web, public;
revoke all on all functions in schema search from public, safar_web;
grant usage on schema search to safar_web;
grant execute on function search.compartments(),
  search.numbered(text[], text[], bigint[], text[], bytea[], bytea[], int), search.neighbours(text), search.beginning(text, text, int),
  search.candidates(text, int, int, int), search.tidy(int), search.shelves(bigint[], text[], int),
  search.learn(text[], text[]), search.single_key(text), search.pair_half(text), search.sound_bits(text) to safar_web;
grant insert on search.posting to safar_web;

create or replace trigger search_new after insert on people_person
  referencing new table as new_people for each statement execute function search.keep_new();
create or replace trigger search_changed after update on people_person for each row
  when ((old.sounds, old.bones, old.birth_date, old.label_org, old.label_place, old.label_level, old.label_case)
        is distinct from
        (new.sounds, new.bones, new.birth_date, new.label_org, new.label_place, new.label_level, new.label_case))
  execute function search.keep_changed();
create or replace trigger search_gone after delete on people_person
  referencing old table as old_people for each statement execute function search.keep_gone();
"""


def install(sender: Any = None, **kwargs: Any) -> None:
    """Put the functions and triggers into the database anew (as owner, after each migration)."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('search.posting') is not null")
        if not cursor.fetchone()[0]:
            return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(functions())
        hear_who_was_there_before(cursor)


def hear_who_was_there_before(cursor: Any) -> None:
    """Give their sounds to people stored before there was a search; the triggers see to the postings."""
    cursor.execute(
        "select id, concat_ws(' ', family, given, patronymic, spellings) from people_person"
        " where sounds = '' and bones = '' and merged_into_id is null"
    )
    heard = [(sounds_of_name(name), bones_of_name(name), key) for key, name in cursor.fetchall()]
    cursor.executemany(
        "update people_person set sounds = %s, bones = %s where id = %s", [row for row in heard if row[0]]
    )


def tidy(keys: int = 20_000) -> int:
    """Put the postings of so many keys together that came in one by one; how many rows stand where they were."""
    with connection.cursor() as cursor:
        cursor.execute("select search.tidy(%s)", [keys])
        return int(cursor.fetchone()[0])


def functions() -> str:
    """The SQL of the functions, the policy's condition written in."""
    scopes = f"gate.scopes('{RESOURCE}', 'r')"
    said = {
        "{chunk}": str(CHUNK),
        "{few}": str(FEW_PEOPLE),
        "{allowed}": _allowed("p", RESOURCE).replace(scopes, "scope"),
        "{shelf_allowed}": _allowed("shelf", RESOURCE).replace(scopes, "scope"),
        "{phone_allowed}": _allowed("f", "people.phone"),
        "{paper_allowed}": _allowed("i", "people.identifier"),
        "{paper_shelf_allowed}": _allowed("shelf", "people.identifier"),
    }
    text = MEMBER + VOCABULARY + FUNCTIONS + WORDS
    for name, condition in said.items():
        text = text.replace(name, condition)
    return text


def _allowed(table: str, resource: str) -> str:
    """The wall's own condition for reading rows of a resource."""
    return ALLOWED.format(t=table, resource=resource, mode="r", own="false")
