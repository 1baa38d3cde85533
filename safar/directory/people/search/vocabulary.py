"""The words a question may mean: those that begin so, and those one slip away, which somebody the actor may see bears.

Who may see few people has these people themselves looked through (`search.near` names them), here and for the candidates:
nothing beyond her offices and places is touched then, and what others have written down costs her nothing. For all others the words
of everybody are gone through, and of each the postings are asked whether an open shelf is among those who bear it.
"""

VOCABULARY = """
create or replace function search.near() returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off
set plan_cache_mode = force_generic_plan as $$
declare one record; orgs bigint[] := '{}'; places text[] := '{}'; here text; many int; found bigint[];
begin
  for one in select * from gate.scopes('people.person', 'r') s where s.place_of <> 'own' loop
    if one.place_of = 'published' or (one.orgs is null and one.place = '') then return null; end if;
    if one.orgs is null then places := places || one.place; else orgs := orgs || one.orgs; end if;
  end loop;
  many := (select count(*) from (select from public.people_person p where p.label_org = any(orgs) limit {few} + 1) c);
  foreach here in array places loop
    many := many + (select count(*) from (
      select from public.people_person p where p.label_place >= here and p.label_place < here || chr(1114111) limit {few} + 1) c);
  end loop;
  if many > {few} then return null; end if;
  found := array(select p.number from public.people_person p where p.label_org = any(orgs));
  foreach here in array places loop
    found := found || array(
      select p.number from public.people_person p where p.label_place >= here and p.label_place < here || chr(1114111));
  end loop;
  return array(
    with scope as materialized (select * from gate.scopes('people.person', 'r'))
    select p.number from public.people_person p where p.number = any(found) and {allowed});
end $$;

create or replace function search.words_near(near bigint[]) returns table (number bigint, sound text, bones text)
language sql stable as $$
  select p.number, w.sound, w.bones from public.people_person p,
    unnest(string_to_array(p.sounds, ' '), string_to_array(p.bones, ' ')) w(sound, bones)
  where p.number = any(near) and w.bones <> '' $$;

drop function if exists search.neighbours(text[]);
create or replace function search.neighbours(slips text) returns table (slip text, bones text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare near bigint[] := search.near();
begin
  if near is not null then
    return query select s.slip, string_agg(s.bones, ' ') from search.slip s
      where s.slip = any(string_to_array(slips, ' ')) and s.bones in (select w.bones from search.words_near(near) w)
      group by s.slip;
  else
    return query with scope as materialized (select * from gate.scopes('people.person', 'r')),
      open as materialized (select shelf.id from search.shelf where {shelf_allowed})
      select s.slip, string_agg(s.bones, ' ') from search.slip s where s.slip = any(string_to_array(slips, ' '))
        and exists (
          select from search.posting p cross join lateral unnest(p.members) m
          where p.key = search.single_key(s.bones) and search.shelf_in(m) in (select o.id from open o))
      group by s.slip;
  end if;
end $$;

create or replace function search.members_with(of_sound text, of_bones text) returns setof bigint language sql stable as $$
  select m from search.posting p cross join lateral unnest(p.members) m
  where p.key = search.single_key(of_bones) and search.sound_in(m) = search.sound_bits(of_sound) $$;
create or replace function search.bears(person bigint, of_sound text) returns bool language sql stable as $$
  select exists (
    select from public.people_person p where p.number = person and of_sound = any(string_to_array(p.sounds, ' '))) $$;

create or replace function search.beginning(first text, behind text, at_most int) returns table (sound text, bones text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare near bigint[] := search.near();
begin
  if near is not null then
    return query select w.sound, w.bones from search.words_near(near) w
      where w.sound >= first and w.sound < behind group by 1, 2 order by length(w.sound), 1 limit at_most;
  else
    return query with scope as materialized (select * from gate.scopes('people.person', 'r')),
      open as materialized (select shelf.id from search.shelf where {shelf_allowed})
      select w.sound, w.bones from (
        select v.sound, v.bones from search.word v where v.sound >= first and v.sound < behind
        order by length(v.sound), v.sound offset 0) w
      where exists (
        select from search.members_with(w.sound, w.bones) m
        where search.shelf_in(m) in (select o.id from open o) and search.bears(search.person_in(m), w.sound))
      limit at_most;
  end if;
end $$;
"""
