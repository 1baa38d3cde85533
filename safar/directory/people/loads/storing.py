"""The people of a file stored: through the wall by staging, with their telephones, and found from the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from psycopg.sql import SQL

from safar.directory.organisations.models import Organisation
from safar.directory.people.search import filling
from safar.directory.people.search.folding import bones_of_name, sounds_of_name
from safar.foundation.access.labels import PERSONAL
from safar.foundation.database.copying import copy_in, run, stage
from safar.foundation.languages.text import uzkey
from safar.foundation.registers.sheets.columnar import Cells

NAMES = ("family", "given", "patronymic")
PERSON = (
    "id", "number", "family", "given", "patronymic", "sounds", "bones", "sort_key", "sex", "birth_date", "birth_precision",
    "organisation_id", "place_id", "external_id", "label_org", "label_place",
)  # fmt: skip
CHANGED = (
    "family", "given", "patronymic", "sounds", "bones", "sort_key", "sex", "birth_date", "birth_precision", "place_id", "label_place",
)  # fmt: skip
STAGE = "as select {columns} from people_person limit 0"
STAGE_NEW = "as select {columns}, null::varchar as phone from people_person limit 0"
INSERT = (
    "insert into people_person ({columns}, spellings, label_level, label_case, is_public, version)"
    " select {columns}, '', 1, null, false, 1 from staged_people"
)
#: Who was erased or merged since the file was compared is left alone.
STANDS = "p.erased_on is null and p.merged_into_id is null"
UPDATE = f"update people_person p set {{sets}}, version = p.version + 1 from staged_changes s where s.id = p.id and {STANDS}"  # noqa: S608
STAGE_PHONES = "(id uuid, phone varchar, label_org bigint, label_place varchar)"
#: Those who stand are locked until the telephones are theirs.
LEAVE_OUT = f"delete from staged_phones s where s.id not in (select p.id from people_person p join staged_phones using (id) where {STANDS} for share of p)"  # noqa: S608
INSERT_PHONES = (
    "insert into people_phone (person_id, number, whose, label_org, label_place, label_level, label_case, is_public, version)"
    " select id, phone, 'UNSAID', label_org, label_place, 1, null, false, 1 from {staged} where phone is not null"
)
#: How many people are put together at a time.
PART = 250_000
#: What is needed no more when people are stored; who changed is merged from the rest.
DONE_WITH = ("cell", "number", "sex", "birth", "phone", "place")


def store_new(cells: Cells, organisation: Organisation, tell: Callable[[int], None]) -> None:
    """Insert the people of table ``fresh``; search learns them in bulk, from postings made while the database inserts."""
    count = cells.one("select count(*) from fresh")
    if not count:
        return
    cells.drop(*DONE_WITH)
    _number(cells, organisation, count)
    columns = ", ".join(PERSON)
    stage("staged_people", STAGE_NEW.format(columns=columns))
    people = cells.write(f"select {columns}, phone from person", "people.csv")  # noqa: S608
    copy_in("staged_people", (*PERSON, "phone"), people)
    people.unlink()
    filling.prepare(cells, PERSONAL)
    with ThreadPoolExecutor(1) as beside:
        postings = beside.submit(filling.postings, cells)
        with filling.in_bulk():
            run(SQL(INSERT.format(columns=columns)))
        tell(4)
        run(SQL(INSERT_PHONES.format(staged="staged_people")))
    filling.bring(postings.result())
    tell(5)


def numbers_given(cells: Cells) -> dict[str, int]:
    """The first and the last number that new people of the file were given; nothing if there were none."""
    if not cells.one("select count(*) from fresh"):
        return {}
    first, last = cells.run("select min(number), max(number) from number_of")[0]
    return {"from": first, "upto": last}


def _number(cells: Cells, organisation: Organisation, count: int) -> None:
    """Table ``person``: the new people with their keys, numbers and labels, in the order of the file; a part at a time, in little memory."""
    filling.numbers(cells, count)
    cells.run(
        "create table said as select tidy, any_value(sounds) as sounds, any_value(bones) as bones, any_value(sort) as sort"
        " from name where tidy <> '' group by tidy"
    )
    cells.run(
        "create table placed as select line, row_number() over (order by line) as place from fresh order by line"
    )
    home = organisation.place.path if organisation.place else ""
    for first in range(1, count + 1, PART):
        part = f"""
          select n.id, n.number, g.family, g.given, g.patronymic, {_keys()}, g.sex, g.birth_date,
            g.birth_precision, ?::bigint as organisation_id, g.place_id, g.external_id, ?::bigint as label_org,
            coalesce(g.place_path, ?) as label_place, g.phone
          from (select * from placed where place between ? and ?) f join number_of n using (place)
          join good g using (line) {_said("said", "tidy", "g")}
          """  # noqa: S608
        cells.run(
            f"insert into person {part}" if first > 1 else f"create table person as {part}",
            organisation.pk, organisation.pk, home, first, first + PART - 1,
        )  # fmt: skip


def _said(table: str, by: str, of: str, names: Sequence[str] = NAMES) -> str:
    """SQL that joins what each name comes to."""
    return " ".join(f"left join {table} {name}_ on {name}_.{by} = {of}.{name}" for name in names)


def _keys(*more: str) -> str:
    """SQL of the columns a person is found and sorted by, from what her names come to and `more` that is not sorted by."""

    def joined(column: str, *of: str) -> str:
        return f"concat_ws(' ', {', '.join(f'nullif({name}_.{column}, {chr(39) * 2})' for name in of)})"

    sounds, bones = (f"{joined(column, *NAMES, *more)} as {column}" for column in ("sounds", "bones"))
    return f"{sounds}, {bones}, {joined('sort', *NAMES)} as sort_key"


def _add_phones(cells: Cells, query: str) -> None:
    stage("staged_phones", STAGE_PHONES)
    copy_in("staged_phones", ("id", "phone", "label_org", "label_place"), cells.write(query, "phones.csv"))
    run(SQL(LEAVE_OUT))
    run(SQL(INSERT_PHONES.format(staged="staged_phones")))


def store_changed(cells: Cells) -> None:
    """Bring what the file says of people who are known; what it does not say stays, and search follows by its triggers."""
    if not cells.one("select count(*) from changed"):
        return
    _merge_names(cells)
    columns = ", ".join(("id", *CHANGED))
    sets = ", ".join(f"{name} = s.{name}" for name in CHANGED)
    stage("staged_changes", STAGE.format(columns=columns))
    changes = cells.write(f"select {columns} from merged where is_other", "changes.csv")  # noqa: S608
    copy_in("staged_changes", ("id", *CHANGED), changes)
    run(SQL(UPDATE.format(sets=sets)))
    _add_phones(cells, "select id, phone, label_org, label_place from merged where brings_phone")


def _merge_names(cells: Cells) -> None:
    """Table ``merged``: what is known with what the file says over it, found and sorted by the names that come of it."""
    cells.run(
        """
        create table outcome as select c.id, c.brings_phone, c.is_other, c.phone,
          coalesce(nullif(c.family, ''), k.family) as family, coalesce(nullif(c.given, ''), k.given) as given,
          coalesce(nullif(c.patronymic, ''), k.patronymic) as patronymic, k.spellings, coalesce(nullif(c.sex, 'U'), k.sex) as sex,
          coalesce(c.birth_date, k.birth_date) as birth_date,
          case when c.birth_date is null then k.birth_precision else c.birth_precision end as birth_precision,
          coalesce(c.place_id, k.place_id) as place_id, k.label_org, coalesce(c.place_path, k.label_place) as label_place
        from changed c join known k using (id)
        """
    )
    texts = " union all ".join(f"select {name} from outcome" for name in (*NAMES, "spellings"))  # noqa: S608
    cells.judge("told", texts, ("sounds", "bones", "sort"), _told)
    cells.run(
        f"create table merged as select o.*, {_keys('spellings')} from outcome o "  # noqa: S608
        f"{_said('told', 'text', 'o', (*NAMES, 'spellings'))}"
    )


def _told(text: str) -> tuple[str, str, str]:
    return sounds_of_name(text), bones_of_name(text), uzkey(text)
