"""The vocabulary forgets a word when nobody bears it any more: whoever bore it was erased, deleted or is called otherwise now.

Whether anybody does is asked of the postings, not counted: a counter for a common name would have everybody who is written down
wait for everybody else. Who teaches a word holds it (`search.learn`), and a word somebody holds is passed over: it is about to
be borne. Should that transaction come to nothing, the word stays until somebody who bears it goes.
"""

WORDS = """
create or replace function search.forget_words(gone text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off as $$
declare w record; dropped text[] := '{}';
begin
  for w in select sound, bones from search.word where sound = any(gone) order by sound for update skip locked loop
    continue when exists (select from search.members_with(w.sound, w.bones) m where search.bears(search.person_in(m), w.sound));
    delete from search.word where sound = w.sound;
    dropped := dropped || w.bones;
  end loop;
  if dropped = '{}' then return; end if;
  dropped := array(select unnest(dropped) except select v.bones from search.word v where v.bones = any(dropped));
  delete from search.slip s using unnest(dropped) as b, generate_series(1, length(b) + 1) as at
    where s.slip = overlay(b placing '' from at for 1) and s.bones = b;
end $$;

create or replace function search.words_of_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone text[] := array(
  select unnest(string_to_array(sounds, ' ')) from old_people except select unnest(string_to_array(sounds, ' ')) from new_people);
begin
  if gone <> '{}' then perform search.forget_words(gone); end if;
  return null;
end $$;

create or replace function search.words_of_deleted() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform search.forget_words(array(select distinct unnest(string_to_array(sounds, ' ')) from old_people));
  return null;
end $$;

revoke all on function search.forget_words(text[]), search.words_of_changed(), search.words_of_deleted() from public, safar_web;

create or replace trigger search_words_of_changed after update on people_person
  referencing old table as old_people new table as new_people for each statement execute function search.words_of_changed();
create or replace trigger search_words_of_deleted after delete on people_person
  referencing old table as old_people for each statement execute function search.words_of_deleted();
"""
