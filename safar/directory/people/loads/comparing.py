"""The rows of a file beside the people there are: told apart by the organisation and its own number for each."""

from __future__ import annotations

from django.utils.translation import gettext as _
from psycopg.sql import SQL, Literal

from safar.directory.organisations.models import Organisation
from safar.foundation.access.actors import Actor
from safar.foundation.database.copying import copy_in, copy_out, run, stage
from safar.foundation.registers.loading import Report
from safar.foundation.registers.sheets.columnar import Cells

KNOWN = {
    "external_id": (SQL("p.external_id"), "varchar"),
    "id": (SQL("p.id"), "varchar"),
    "family": (SQL("p.family"), "varchar"),
    "given": (SQL("p.given"), "varchar"),
    "patronymic": (SQL("p.patronymic"), "varchar"),
    "sex": (SQL("p.sex"), "varchar"),
    "birth_date": (SQL("p.birth_date"), "date"),
    "birth_precision": (SQL("p.birth_precision"), "varchar"),
    "place_id": (SQL("p.place_id"), "bigint"),
    "spellings": (SQL("replace(p.spellings, e'\\n', ' ')"), "varchar"),
    "label_org": (SQL("p.label_org"), "bigint"),
    "label_place": (SQL("p.label_place"), "varchar"),
    "is_pointer": (SQL("case when p.merged_into_id is null then 0 else 1 end"), "int"),
    "phones": (
        SQL("(select string_agg(t.number, ' ') from people_phone t where t.person_id = p.id)"),
        "varchar",
    ),
}
FROM = SQL("from people_person p join staged_numbers n using (external_id) where p.organisation_id = {}")


def compare(cells: Cells, organisation: Organisation, report: Report, *, by: Actor) -> None:
    """Tables ``fresh`` (the lines of new people) and ``changed`` (people of whom the file says something else), and their counts.

    An empty cell says nothing: what is known stays. A telephone the file brings is added to those known. Of a record that was
    merged into another the file changes nothing: somebody decided what holds.
    """
    stage("staged_numbers", "(external_id varchar)")
    copy_in("staged_numbers", ("external_id",), cells.write("select external_id from good", "asked.csv"))
    run("analyze staged_numbers")
    values = [sql for sql, _kind in KNOWN.values()]
    copy_out(values, FROM.format(Literal(organisation.pk)), cells.folder / "known.tsv")
    cells.read("known", "known.tsv", **{name: kind for name, (_sql, kind) in KNOWN.items()})
    cells.run(
        """
        create table changed as select g.*, k.id,
          g.phone is not null and not contains(coalesce(k.phones, ''), g.phone) as brings_phone,
          coalesce(nullif(g.family, ''), k.family) <> k.family or coalesce(nullif(g.given, ''), k.given) <> k.given
            or coalesce(nullif(g.patronymic, ''), k.patronymic) <> k.patronymic
            or coalesce(nullif(g.sex, 'U'), k.sex) <> k.sex
            or (g.birth_date is not null and (g.birth_date, g.birth_precision) is distinct from (k.birth_date, k.birth_precision))
            or coalesce(g.place_id, k.place_id) is distinct from k.place_id as is_other
        from good g join known k using (external_id) where k.is_pointer = 0
        """
    )
    known = cells.one("select count(*) from good join known using (external_id)")
    _tell_of_merged(cells, report)
    cells.run("delete from changed where not brings_phone and not is_other")
    cells.run("create table fresh as select g.line from good g anti join known k using (external_id)")
    report.new = cells.one("select count(*) from fresh")
    report.changed = cells.one("select count(*) from changed")
    report.same = known - report.changed
    names = ("row", "external_id", "family", "given", "patronymic", "birth_date", "phone")
    rows = cells.run(
        "select line, external_id, family, given, patronymic, birth_date, phone from good order by line limit 5"
    )
    report.first_rows = [
        {name: str(value or "") for name, value in zip(names, row, strict=True)} for row in rows
    ]


def _tell_of_merged(cells: Cells, report: Report) -> None:
    """Say how many rows are of records that were merged, and left alone."""
    count = cells.one("select count(*) from good join known using (external_id) where is_pointer = 1")
    if count:
        report.notes.append(
            _("rows of records that were merged into another, left as they are: %(n)s") % {"n": count}
        )


SORTS = {
    "new": "select line from fresh",
    "changed": "select line from changed",
    "same": "select line from good anti join fresh using (line) anti join changed using (line)",
    "bad": "select line from row where reasons",
}


def sample(cells: Cells, report: Report, size: int) -> None:
    """Put the first rows of each sort into the report, as they stand in the file."""
    shown = ", ".join(f"c.{column}" for column in cells.names.values())
    for sort, lines in SORTS.items():
        rows = cells.run(
            f"select c.line, {shown} from cell c where c.line in (select line from ({lines}) order by line limit {size}) order by c.line"  # noqa: S608
        )
        report.samples[sort] = [
            (line, dict(zip(cells.sheet.columns, (text or "" for text in texts), strict=True)))
            for line, *texts in rows
        ]
