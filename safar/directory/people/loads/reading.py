"""The rows of a file judged in columns: every different text once, every row by what its texts came to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from django.utils.translation import gettext as _

from safar.directory.organisations.models import Organisation
from safar.directory.people.loads import judging
from safar.directory.people.models import Person
from safar.directory.places.models import Place
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import PERSONAL
from safar.foundation.access.visibility import covers, visible
from safar.foundation.registers.loading import Bad, Problem, Problems, Report
from safar.foundation.registers.sheets.columnar import Cells

#: Column of the file, and the table that says what its texts come to.
JUDGES = {
    "external_id": "number",
    "family_name": "name",
    "given_names": "name",
    "patronymic": "name",
    "sex": "sex",
    "birth_date": "birth",
    "phone": "phone",
    "place_code": "place",
}
#: Texts that are plainly good need no judge: most numbers of records and most telephone numbers.
PLAIN_NUMBER = "^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$"
PLAIN_PHONE = "^[+]998[0-9]{9}$"
#: Dates as most files write them, judged in columns like `judging.birth` judges them one by one.
PLAIN_BIRTH = """
select text, born::varchar, 'DAY', null from (
  select v as text, case when regexp_full_match(v, '\\d{{4}}-\\d{{2}}-\\d{{2}}') then try_strptime(v, '%Y-%m-%d')
    when regexp_full_match(v, '\\d{{2}}[.]\\d{{2}}[.]\\d{{4}}') then try_strptime(v, '%d.%m.%Y') end::date as born
  from (select distinct v from ({texts}) t(v))) where born between ?::date and ?::date
"""
#: What a row says, to tell whether it says the same as another.
CONTENT = "hash({0}.family, {0}.given, {0}.patronymic, {0}.sex, {0}.birth_date, {0}.birth_precision, {0}.phone, {0}.place_id)"


def judged(
    cells: Cells,
    columns: Mapping[str, str],
    problems: Problems,
    report: Report,
    organisation: Organisation,
    *,
    by: Actor,
    today: date,
) -> None:
    """Make view ``good`` of the rows that can be loaded; the others go to `problems`, those twice in the file are counted.

    A person who lives where `by` may not register anybody for the organisation is refused like any other row.
    """
    report.read = cells.one("select count(*) from cell")
    _judge_texts(cells, columns, organisation, by, today)
    home = organisation.place.path if organisation.place else ""
    _judge_rows(cells, columns, must_say_where=not may_register(by, organisation, home))
    _tell_bad(cells, columns, problems)
    report.duplicates = cells.one("select count(*) from row where same_as is not null and reasons is null")
    report.notes += [
        _("row %(row)s repeats row %(first)s") % {"row": row, "first": first}
        for row, first in cells.run(
            "select line, same_as from row where same_as is not null and reasons is null order by line limit 5"
        )
    ]


def may_register(by: Actor, organisation: Organisation, path: str) -> bool:
    """Whether the actor may load somebody who lives at that place for the organisation."""
    return covers(by, Person(label_org=organisation.pk, label_place=path, label_level=PERSONAL), judging.LOAD)


def _judge_texts(
    cells: Cells, columns: Mapping[str, str], organisation: Organisation, by: Actor, today: date
) -> None:
    def texts(*names: str, unless: str = "^$") -> str:
        found = [cells.column(columns[name]) for name in names if name in columns]
        each = (f"select {c} from cell where not regexp_full_match({c}, '{unless}')" for c in found)  # noqa: S608
        return " union all ".join(each) or "select null"

    places = {
        code: (str(pk), path) for code, pk, path in visible(by, Place).values_list("code", "pk", "path")
    }

    def place(text: str) -> tuple[str, str]:
        code = judging.checked(text, 20)
        if code not in places:
            raise Bad(_("no place has the code %(code)s") % {"code": code})
        if not within(places[code][1]):
            raise Bad(_("this place is outside the area you register people in"))
        return places[code]

    @cache
    def within(path: str) -> bool:
        return may_register(by, organisation, path)

    cells.judge(
        "number",
        texts("external_id", unless=PLAIN_NUMBER),
        ("tidy", "reason"),
        judging.or_reason(judging.number, 1),
    )
    cells.judge(
        "name",
        texts(*judging.NAMES),
        ("tidy", "sounds", "bones", "sort", "reason"),
        judging.or_reason(judging.name, 4),
    )
    cells.judge("sex", texts("sex"), ("tidy", "reason"), judging.or_reason(judging.sex, 1))
    cells.judge(
        "birth",
        texts("birth_date"),
        ("born", "precision", "reason"),
        judging.or_reason(judging.birth, 2, today),
        plain=PLAIN_BIRTH.format(texts=texts("birth_date")),
        values=(judging.OLDEST, today),
    )
    cells.judge(
        "phone", texts("phone", unless=PLAIN_PHONE), ("tidy", "reason"), judging.or_reason(judging.phone, 1)
    )
    cells.judge("place", texts("place_code"), ("id", "path", "reason"), judging.or_reason(place, 2))


def _judge_rows(cells: Cells, columns: Mapping[str, str], *, must_say_where: bool) -> None:
    """View ``row``: each row's values, whether it has reasons to be refused, the row whose number it repeats; ``good`` the others.

    `must_say_where`: who lives nowhere in particular would be registered outside the actor's area.
    """
    at = {name: cells.column(columns[name]) if name in columns else "null" for name in JUDGES}
    joins = "\n".join(
        f"left join {table} {name}_ on {name}_.text = nullif({at[name]}, '')"
        for name, table in JUDGES.items()
        if name in columns
    )
    value = {
        name: (lambda column, name=name: f"{name}_.{column}" if name in columns else "null")
        for name in JUDGES
    }
    reasons = ", ".join(f"{name}_.reason" for name in JUDGES if name in columns)
    names = [value[name] for name in judging.NAMES]

    cells.run(
        f"""
        create table read as select line,
          coalesce({value["external_id"]("tidy")}, {at["external_id"]}, '') as external_id,
          {", ".join(f"coalesce({of('tidy')}, '') as {name}" for of, name in zip(names, ("family", "given", "patronymic"), strict=True))},
          coalesce({value["sex"]("tidy")}, 'U') as sex, {value["birth_date"]("born")}::date as birth_date,
          coalesce({value["birth_date"]("precision")}, 'DAY') as birth_precision,
          coalesce({value["phone"]("tidy")}, nullif({at["phone"]}, '')) as phone,
          {value["place_code"]("id")}::bigint as place_id, {value["place_code"]("path")} as place_path,
          coalesce({must_say_where} and {value["place_code"]("id")} is null, false) as is_nowhere,
          problem <> '' or coalesce({reasons}) is not null or external_id = '' or family || given || patronymic = '' or is_nowhere
            as is_bad
        from cell {joins}
        """  # noqa: S608
    )
    # Few rows repeat another's number: they alone are compared, in a small table beside the large one.
    cells.run(
        f"""
        create table repeated as select r.line, f.line as same_as, {CONTENT.format("r")} <> {CONTENT.format("f")} as differs
        from (select external_id, min(line) as line from read where external_id <> '' group by external_id having count(*) > 1) t
        join read r on r.external_id = t.external_id and r.line <> t.line join read f on f.line = t.line
        """  # noqa: S608
    )
    cells.run(
        """
        create view row as select read.*, same_as, coalesce(differs, false) as differs,
          case when is_bad or differs then true end as reasons
        from read left join repeated using (line)
        """
    )
    cells.run(
        "create view good as select * exclude (reasons, same_as, differs, is_nowhere, is_bad) from row"
        " where reasons is null and same_as is null"
    )


def _tell_bad(cells: Cells, columns: Mapping[str, str], problems: Problems) -> None:
    """Every reason of every bad row, in the order of the file."""
    if not cells.one("select count(*) from row where reasons"):
        return
    shown = ", ".join(f"c.{column}" for column in cells.names.values())
    looked = [name for name in JUDGES if name in columns]
    joins = " ".join(
        f"left join {JUDGES[name]} {name}_ on {name}_.text = nullif(c.{cells.column(columns[name])}, '')"
        for name in looked
    )
    query = (
        "select r.line, c.problem, r.external_id, r.family || r.given || r.patronymic, case when r.differs then r.same_as end, r.is_nowhere, "  # noqa: S608
        f"{', '.join(f'{name}_.reason' for name in looked)}, {shown} "
        f"from row r join cell c using (line) {joins} where r.reasons order by r.line"
    )
    for line, problem, number, names, other, is_nowhere, *rest in cells.stream(query):
        texts = dict(zip(cells.sheet.columns, (text or "" for text in rest[len(looked) :]), strict=True))
        found = [(columns[name], reason) for name, reason in zip(looked, rest, strict=False) if reason]
        if problem:
            found = [("", problem)]
        elif not number and not any(column == columns["external_id"] for column, _reason in found):
            found.append((columns["external_id"], _("nothing is written here")))
        elif other:
            found.append(
                (
                    columns["external_id"],
                    _("row %(row)s has this number already, for somebody else") % {"row": other},
                )
            )
        if not problem and not names and not any(column in _names(columns) for column, _reason in found):
            found.append((next(iter(_names(columns)), ""), _("write at least one name")))
        if (
            not problem
            and is_nowhere
            and not any(column == columns.get("place_code") for column, _reason in found)
        ):
            found.append(
                (
                    columns.get("place_code", ""),
                    _("write the code of the place: you register people of a part of the country"),
                )
            )
        for column, reason in found:
            problems.add(Problem(line, column, reason, texts.get(column, "")[:80]), texts)


def _names(columns: Mapping[str, str]) -> list[str]:
    return [columns[name] for name in judging.NAMES if name in columns]
