"""Postings for many people at once: made in columns, copied in; what the triggers do for one person, for a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from psycopg.sql import SQL

from safar.directory.people.search.tables import CHUNK, FIRST_YEAR, SHELF_AT, SOUND_AT, YEAR_AT, YEAR_BITS
from safar.foundation.database.copying import copy_in, copy_out, run, stage
from safar.foundation.registers.sheets.columnar import Cells

KEYS = (
    SQL("sound"), SQL("bones"), SQL("search.single_key(bones)"), SQL("search.pair_half(bones)"), SQL("search.sound_bits(sound)"),
)  # fmt: skip
TAKEN = """
with taken as (select nextval('people_person_number') as number from generate_series(1, %s)),
  islands as (select number, number - row_number() over (order by number) as island from taken)
select min(number), max(number) from islands group by island order by 1
"""
LEARN = "select search.learn(array_agg(sound), array_agg(bones)) from staged_words"

ELEMENTS = f"""
create table heard as
  select n.number | (n.year << {YEAR_AT}) | (s.id << {SHELF_AT}) as base, n.number, w.place, k.single, k.half, k.bits
  from (
    select number, label_place, case when birth_date is null then 0 else
      greatest(1, least({2**YEAR_BITS - 1}, year(birth_date) - {FIRST_YEAR})) end::bigint as year,
      unnest(list_zip(string_split(sounds, ' '), string_split(bones, ' '), range(1, 9))) as w
    from person where bones <> '') n(number, label_place, year, w)
  cross join lateral (select n.w[1] as sound, n.w[2] as bones, n.w[3] as place) w
  join word_key k on k.sound = w.sound and k.bones = w.bones
  join shelf_of s on s.label_place = n.label_place
"""  # noqa: S608
ELEMENT = f"""
create table element as
  select single as key, base | (bits << {SOUND_AT}) as member from heard
  union all
  select case when a.half = b.half then ~a.half else xor(a.half, b.half) end, a.base | (xor(a.bits, b.bits) << {SOUND_AT})
  from heard a join heard b on a.number = b.number and a.place < b.place
"""  # noqa: S608
#: Of a part of the keys, so that memory stays flat; in the keys' order, so that their index grows at one place at a time. Members of
#: a crowded key are told apart one by one: cut out of the whole list, each chunk would carry all of them.
POSTINGS = f"""
with gathered as (
  select key, list_sort(list_distinct(list(member))) as members from element where key between {{first}} and {{last}} group by key),
chunk as (
  select key, members from gathered where len(members) <= {CHUNK}
  union all
  select key, list(member order by member) from (
    select key, unnest(members) as member, unnest(range(len(members))) // {CHUNK} as place from gathered where len(members) > {CHUNK})
  group by key, place)
select key, '{{{{' || array_to_string(members, ',') || '}}}}' from chunk order by key
"""  # noqa: S608
PART = 100_000


@contextmanager
def in_bulk() -> Iterator[None]:
    """Rows inserted inside are not looked at by the triggers: `fill` follows. What fails takes the setting back with the rest."""
    run("select set_config('safar.search_in_bulk', 'on', true)")
    yield
    run("select set_config('safar.search_in_bulk', '', true)")


def numbers(cells: Cells, count: int) -> None:
    """Table ``number_of``: so many new numbers and keys of people, each with its ``place`` from 1 on.

    Keys made in the order of time lie side by side in every index over them. Of the numbers only the first and the last of each run travel: mostly nobody else takes a number meanwhile, and it is one run.
    """
    cells.run("create table number_of (number bigint, place bigint, id uuid)")
    place = 1
    for first, last in run(TAKEN, count):
        cells.run(
            "insert into number_of select * from (select range, range - ? from range(?, ?))"
            " positional join (select uuidv7() as id from range(?) order by id)",
            first - place, first, last + 1, last + 1 - first,
        )  # fmt: skip
        place += last + 1 - first


def prepare(cells: Cells, level: int) -> None:
    """What `postings` needs of the database: the shelf of each label, the keys of each word."""
    _shelves(cells, level)
    _words(cells)


def postings(cells: Cells) -> list[Path]:
    """Files with the postings of table ``person`` (number, label_org, label_place, birth_date, sounds, bones).

    The database is not asked: this may run beside its statements.
    """
    cells.run(ELEMENTS)
    cells.run(ELEMENT)
    cells.drop("heard")
    parts = 1 + cells.one("select count(*) from person") // PART
    bounds = [(2**64 * part // parts) - 2**63 for part in range(parts + 1)]
    return [
        cells.write(POSTINGS.format(first=first, last=behind - 1), f"postings-{first}.csv")
        for first, behind in pairwise(bounds)
    ]


def bring(postings: Iterable[Path]) -> None:
    """Teach the vocabulary the new words, and bring the postings in."""
    run(LEARN)
    for path in postings:
        copy_in("search.posting", ("key", "members"), path)


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
    """Stage the words, and bring each word's keys as the database makes them."""
    stage("staged_words", "(sound text, bones text)")
    words = cells.write(
        "select distinct w[1], w[2] from (select unnest(list_zip(string_split(sounds, ' '), string_split(bones, ' '))) as w"
        " from person where bones <> '')",
        "words.csv",
    )
    copy_in("staged_words", ("sound", "bones"), words)
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
