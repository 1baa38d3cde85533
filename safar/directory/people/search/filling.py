"""Postings for many people at once: made in columns, copied in; what the triggers do for one person, for a whole file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.sql import SQL, Literal

from safar.directory.people.search.tables import CHUNK, FIRST_YEAR, NUMBER_BITS, SHELF_BITS, SOUND_BITS
from safar.foundation.database.copying import copy_in, copy_out, run, stage
from safar.foundation.registers.sheets.columnar import Cells

SHELF_AT = NUMBER_BITS
SOUND_AT = SHELF_AT + SHELF_BITS
YEAR_AT = SOUND_AT + SOUND_BITS
KEYS = (
    SQL("sound"), SQL("bones"), SQL("search.single_key(bones)"), SQL("search.pair_half(bones)"), SQL("search.sound_bits(sound)"),
)  # fmt: skip
LEARN = "select search.learn(array_agg(sound), array_agg(bones)) from staged_words"

ELEMENTS = f"""
create table heard as
  select n.number | (n.year << {YEAR_AT}) | (s.id << {SHELF_AT}) as base, n.number, w.place, k.single, k.half, k.bits
  from (
    select number, label_place, case when birth_date is null then 0 else
      greatest(1, least(255, year(birth_date) - {FIRST_YEAR})) end::bigint as year,
      unnest(list_zip(string_split(sounds, ' '), string_split(bones, ' '), range(1, 9))) as w
    from person where bones <> '') n(number, label_place, year, w)
  cross join lateral (select n.w[1] as sound, n.w[2] as bones, n.w[3] as place) w
  join word_key k on k.sound = w.sound and k.bones = w.bones
  join shelf_of s on s.label_place = n.label_place
"""  # noqa: S608
POSTINGS = f"""
with element as (
  select single as key, base | (bits << {SOUND_AT}) as member from heard
  union all
  select case when a.half = b.half then ~a.half else xor(a.half, b.half) end, a.base | (xor(a.bits, b.bits) << {SOUND_AT})
  from heard a join heard b on a.number = b.number and a.place < b.place),
gathered as (select key, list_sort(list_distinct(list(member))) as members from element group by key),
chunk as (select key, list_slice(members, begun + 1, begun + {CHUNK}) as members
  from (select key, members, unnest(range(0, len(members), {CHUNK})) as begun from gathered))
select key, '{{' || array_to_string(members, ',') || '}}' from chunk
"""  # noqa: S608


@contextmanager
def in_bulk() -> Iterator[None]:
    """Rows inserted inside are not looked at by the triggers: `fill` follows. What fails takes the setting back with the rest."""
    run("select set_config('safar.search_in_bulk', 'on', true)")
    yield
    run("select set_config('safar.search_in_bulk', '', true)")


def numbers(cells: Cells, count: int) -> None:
    """Table ``number_of``: so many new numbers of people, each with its ``place`` from 1 on."""
    taken = SQL("from generate_series(1, {})").format(Literal(count))
    copy_out([SQL("nextval('people_person_number')")], taken, cells.folder / "numbers.tsv")
    cells.read("number_taken", "numbers.tsv", number="bigint")
    cells.run("create table number_of as select number, row_number() over () as place from number_taken")


def fill(cells: Cells, level: int) -> None:
    """Postings for the people of table ``person`` (number, label_org, label_place, birth_date, sounds, bones)."""
    _shelves(cells, level)
    _words(cells)
    cells.run(ELEMENTS)
    copy_in("search.posting", ("key", "members"), cells.write(POSTINGS, "postings.csv"))


def _shelves(cells: Cells, level: int) -> None:
    places = cells.run("select distinct label_org, label_place from person")
    found = run(
        "select place, id from search.shelves(%s::bigint[], %s::text[], %s::int) as s(place, id)",
        [org for org, _place in places],
        [place for _org, place in places],
        level,
    )
    cells.run("create table shelf_of (label_place varchar, id bigint)")
    if found:
        cells.base.executemany("insert into shelf_of values (?, ?)", found)


def _words(cells: Cells) -> None:
    """Teach the vocabulary the new words, and bring each word's keys as the database makes them."""
    stage("staged_words", "(sound text, bones text)")
    words = cells.write(
        "select distinct w[1], w[2] from (select unnest(list_zip(string_split(sounds, ' '), string_split(bones, ' '))) as w"
        " from person where bones <> '')",
        "words.csv",
    )
    copy_in("staged_words", ("sound", "bones"), words)
    run(LEARN)
    copy_out(KEYS, SQL("from staged_words"), cells.folder / "keys.tsv")
    cells.read(
        "word_key",
        "keys.tsv",
        sound="varchar",
        bones="varchar",
        single="bigint",
        half="bigint",
        bits="bigint",
    )
