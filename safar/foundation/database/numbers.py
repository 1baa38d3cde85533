"""Numbers from a table's own sequence, for rows that must know their number before they are stored."""

from __future__ import annotations

from django.db import connection, models
from django.db.models import Func, Value
from psycopg.sql import SQL, Composed, Literal


def sequence_of(model: type[models.Model]) -> Composed:
    """The SQL that names the sequence of the model's primary key."""
    pk = model._meta.pk
    return SQL("pg_get_serial_sequence({}, {})").format(Literal(model._meta.db_table), Literal(pk.column))


def next_number(model: type[models.Model]) -> int:
    """The next primary key of the model; it is taken even if the row is never stored."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("select nextval({})").format(sequence_of(model)))
        return int(cursor.fetchone()[0])


class Next(Func):
    """The next number of a named sequence, as a column's default in the database."""

    function = "nextval"
    output_field = models.BigIntegerField()

    def __init__(self, sequence: str) -> None:
        super().__init__(Value(sequence, output_field=models.TextField()))
