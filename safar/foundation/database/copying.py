"""Bringing many rows into a guarded table at once: COPY to a temporary table, then compare, insert and update as sets.

PostgreSQL refuses COPY on a table under row-level security; staging keeps every check of the wall and costs little.
The staged rows vanish with the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import connection, models
from psycopg.sql import SQL, Composed, Identifier, Literal

from safar.foundation.database.connecting import connect
from safar.foundation.database.numbers import sequence_of

NUMBER = Identifier("row_number")
#: From so many rows on, a load should refresh the statistics.
MANY = 1000
CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Comparison:
    """How staged rows relate to the rows there are: key unknown, key known but values differ, all the same."""

    new: int
    changed: int
    same: int


class Staging:
    """A temporary copy of some columns of a model's table, keyed like the rows it will be merged with.

    Use inside a transaction: `copy`, `drop_duplicates`, `compare`, then `insert` and `update`. The rows given to `copy`
    are (number of the row in its file, then one value for each of `columns`, which include those of `key`).
    """

    def __init__(
        self, model: type[models.Model], *, columns: Sequence[str], key: Sequence[str], untouched: str = ""
    ) -> None:
        self.model = model
        self.untouched = _name(model._meta.get_field(untouched)) if untouched else None
        self.fields: list[Any] = [model._meta.get_field(name) for name in columns]
        self.key: list[Any] = [model._meta.get_field(name) for name in key]
        self.values = [field for field in self.fields if field not in self.key]
        self.table = Identifier(model._meta.db_table)
        self.staged = Identifier(f"staged_{model._meta.db_table}")
        types = [SQL("{} {}").format(_name(f), SQL(f.db_type(connection) or "text")) for f in self.fields]
        self._run(SQL("drop table if exists {}").format(self.staged))
        self._run(
            SQL("create temporary table {} ({} integer, {}) on commit drop").format(
                self.staged, NUMBER, _list(types)
            )
        )

    def copy(self, rows: Iterable[Sequence[Any]]) -> int:
        """Stream rows into the temporary table; memory stays flat.

        The connection is busy meanwhile: whatever makes the rows must not ask the database anything.
        """
        count = 0
        names = [NUMBER, *map(_name, self.fields)]
        statement = SQL("copy {} ({}) from stdin").format(self.staged, _list(names))
        with connection.cursor() as cursor, cursor.copy(statement) as stream:
            for count, row in enumerate(rows, 1):  # noqa: B007
                stream.write_row(row)
        self._run(SQL("analyze {}").format(self.staged))
        return count

    def drop_duplicates(self) -> list[tuple[int, int]]:
        """Keep the first row of each key; (number of the row dropped, number of the row kept), in the file's order."""
        return self._run(
            SQL(
                "with firsts as (select {key}, min({n}) as kept from {staged} group by {key} having count(*) > 1) "
                "delete from {staged} s using firsts f where {same} and s.{n} <> f.kept returning s.{n}, f.kept"
            ).format(
                key=_list(map(_name, self.key)), n=NUMBER, staged=self.staged, same=self._same_key("s", "f")
            )
        )

    def compare(self) -> Comparison:
        """Count new, changed and unchanged rows, as seen by whoever acts."""
        known = SQL("m.{} is not null").format(_name(self.model._meta.pk))
        found = self._run(
            SQL(
                "select count(*) filter (where not {known}), count(*) filter (where {known} and {differs}), "
                "count(*) filter (where {known} and not {differs}) from {staged} s left join {table} m on {same}"
            ).format(
                known=known,
                differs=self._differs(),
                staged=self.staged,
                table=self.table,
                same=self._same_key("s", "m"),
            )
        )
        return Comparison(*found[0])

    def insert(self, *, own_number: str = "", **constants: Any) -> int:
        """Insert the rows whose key is new; columns not staged take `constants`, else their field's default.

        `own_number` names a column that is to hold the row's own primary key.
        """
        others = self._others(constants, own_number)
        statement = SQL(
            "insert into {table} ({names}) select {values} from (select *, {number} as own_number from {staged} s "
            "where not exists (select 1 from {table} m where {same}) order by s.{n}) s"
        ).format(
            table=self.table,
            number=SQL("nextval({})").format(sequence_of(self.model)) if own_number else SQL("null"),
            names=_list(map(_name, [*self.fields, *others])),
            values=_list([*(SQL("s.{}").format(_name(f)) for f in self.fields), *others.values()]),
            staged=self.staged,
            same=self._same_key("s", "m"),
            n=NUMBER,
        )
        return self._count(statement)

    def update(self) -> int:
        """Bring the changed values to the rows whose key is known, raising their version where they have one.

        Rows in which the column `untouched` is true are left as they are.
        """
        if not self.values:
            return 0
        sets = [SQL("{0} = s.{0}").format(_name(field)) for field in self.values]
        with suppress(FieldDoesNotExist):
            version = _name(self.model._meta.get_field("version"))
            sets.append(SQL("{0} = m.{0} + 1").format(version))
        statement = SQL("update {table} m set {sets} from {staged} s where {same} and {differs}").format(
            table=self.table,
            sets=_list(sets),
            staged=self.staged,
            same=self._same_key("s", "m"),
            differs=self._differs(),
        )
        return self._count(statement)

    def sample(self, size: int) -> list[tuple[Any, ...]]:
        """The first staged rows in the file's order: number, then the columns."""
        names = [NUMBER, *map(_name, self.fields)]
        return self._run(
            SQL("select {} from {} order by {} limit {}").format(
                _list(names), self.staged, NUMBER, Literal(size)
            )
        )

    def _others(
        self, constants: dict[str, Any], own_number: str
    ) -> dict[models.Field, Composed | SQL | Literal]:
        others: dict[models.Field, Any] = {}
        for field in self.model._meta.concrete_fields:
            if field in self.fields or field.generated:
                continue
            if own_number and (field.primary_key or field.name == own_number):
                others[field] = SQL("s.own_number")
                continue
            if field.primary_key:
                if isinstance(field, models.UUIDField):
                    others[field] = SQL("gen_random_uuid()")
                continue
            value = constants.get(field.attname, constants.get(field.name, field.get_default()))
            others[field] = Literal(field.get_db_prep_save(value, connection))
        return others

    def _same_key(self, one: str, other: str) -> Composed:
        pairs = [SQL("{}.{} = {}.{}").format(SQL(one), _name(f), SQL(other), _name(f)) for f in self.key]
        return SQL(" and ").join(pairs)

    def _differs(self) -> Composed | SQL:
        pairs = [SQL("m.{0} is distinct from s.{0}").format(_name(field)) for field in self.values]
        differs = SQL("({})").format(SQL(" or ").join(pairs)) if pairs else SQL("false")
        return SQL("({} and not m.{})").format(differs, self.untouched) if self.untouched else differs

    def _run(self, statement: Composed) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _count(self, statement: Composed) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount


def refresh_statistics(*tables: type[models.Model]) -> bool:
    """Have the planner look at tables that have just grown, as their owner; until then it may pass over an index.

    False where this process cannot connect as the owner: the server then looks by itself, in its own time.
    """
    try:
        with connect("owner") as link:
            for model in tables:
                link.execute(SQL("analyze {}").format(Identifier(model._meta.db_table)))
    except (psycopg.Error, ImproperlyConfigured):
        return False
    return True


def _name(field: Any) -> Identifier:
    return Identifier(field.column)


def _list(parts: Iterable[Any]) -> Composed:
    return SQL(", ").join(list(parts))


def stage(table: str, definition: str) -> None:
    """Make a temporary table anew: ``(columns)`` or ``as select …``. It goes with the transaction."""
    run(SQL("drop table if exists {}").format(Identifier("pg_temp", table)))
    run(SQL("create temporary table {} ").format(Identifier(table)) + SQL(_on_commit_drop(definition)))


def _on_commit_drop(definition: str) -> Any:
    return f"{definition} on commit drop" if definition.startswith("(") else f"on commit drop {definition}"


def copy_in(table: str, columns: Sequence[str], path: Path) -> int:
    """Stream a CSV file (NULL is ``\\N``) into a table; memory stays flat. Returns the number of rows."""
    statement = SQL("copy {} ({}) from stdin (format csv, null '\\N')").format(
        Identifier(*table.split(".")), _list(map(Identifier, columns))
    )
    with connection.cursor() as cursor:
        with cursor.copy(statement) as stream, path.open("rb") as file:
            while chunk := file.read(CHUNK):
                stream.write(chunk)
        return int(cursor.rowcount)


def copy_out(columns: Sequence[Composed | SQL], rest: Composed | SQL, path: Path) -> None:
    """Write ``select columns rest`` into a file that only this user may read: a line a row, tabs between, NULL as ``\\N``.

    The values may hold neither tabs nor line breaks. A thousand rows travel as one: row by row the driver takes longer than
    the database.
    """
    values = [SQL("coalesce(({})::text, '\\N')").format(column) for column in columns]
    statement = SQL(
        "select string_agg(line, e'\\n') from (select concat_ws(e'\\t', {}), (row_number() over () - 1) / 1000 {}) q(line, part)"
        " group by part"
    ).format(_list(values), rest)
    path.touch(mode=0o600)
    with connection.cursor() as cursor, path.open("w", encoding="utf-8") as file:
        for (lines,) in cursor.cursor.stream(statement):
            file.write(f"{lines}\n")


def run(statement: Composed | SQL | str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement; its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []
