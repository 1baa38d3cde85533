"""The rows of a file beside the people there are: told apart by the organisation and its own number for each."""

from __future__ import annotations

from psycopg.sql import SQL, Literal

from safar.directory.organisations.models import Organisation
from safar.foundation.access.actors import Actor
from safar.foundation.database.copying import copy_out
from safar.foundation.registers.loading import Report
from safar.foundation.registers.sheets.columnar import Cells

KNOWN = SQL(
    "select p.external_id, p.id, p.family, p.given, p.patronymic, p.sex, p.birth_date, p.birth_precision, p.place_id,"
    " p.spellings, p.label_org, p.label_place,"
    " (select string_agg(t.number, ' ') from people_phone t where t.person_id = p.id)"
    " from people_person p where p.organisation_id = {} and p.external_id <> ''"
)


def compare(cells: Cells, organisation: Organisation, report: Report, *, by: Actor) -> None:
    """Tables ``fresh`` (new people) and ``changed`` (people of whom the file says something else), and their counts.

    An empty cell says nothing: what is known stays. A telephone the file brings is added to those known.
    """
    copy_out(KNOWN.format(Literal(organisation.pk)), cells.folder / "known.csv")
    cells.read(
        "known", "known.csv", external_id="varchar", id="varchar", family="varchar", given="varchar", patronymic="varchar",
        sex="varchar", birth_date="date", birth_precision="varchar", place_id="bigint",
        spellings="varchar", label_org="bigint", label_place="varchar", phones="varchar",
    )  # fmt: skip
    cells.run(
        """
        create table changed as select g.*, k.id,
          g.phone is not null and not contains(coalesce(k.phones, ''), g.phone) as brings_phone,
          coalesce(nullif(g.family, ''), k.family) <> k.family or coalesce(nullif(g.given, ''), k.given) <> k.given
            or coalesce(nullif(g.patronymic, ''), k.patronymic) <> k.patronymic
            or coalesce(nullif(g.sex, 'U'), k.sex) <> k.sex
            or (g.birth_date is not null and (g.birth_date, g.birth_precision) is distinct from (k.birth_date, k.birth_precision))
            or coalesce(g.place_id, k.place_id) is distinct from k.place_id as is_other
        from good g join known k using (external_id)
        """
    )
    known = cells.one("select count(*) from changed")
    cells.run("delete from changed where not brings_phone and not is_other")
    cells.run("create table fresh as select g.* from good g anti join known k using (external_id)")
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
