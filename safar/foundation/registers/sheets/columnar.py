"""A file's cells as columns in DuckDB: millions of rows judged a column at a time, on disk where memory ends.

A well-formed UTF-8 file is read by DuckDB itself; whatever is unusual about a file (another encoding, a line break inside a
cell, a row with too many cells, a workbook) makes it be read row by row, as every other load does, with the same row numbers.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from safar.foundation.registers.sheets.leftovers import FOLDER, forget_left
from safar.foundation.registers.sheets.rows import Sheet

BATCH = 20_000
MEMORY, THREADS = "256MB", 2
CHUNK = 1 << 22


class Cells:
    """The cells of one file: table ``cell`` with ``line`` (number of the row), ``problem`` (of its shape) and ``c0``, ``c1``, …

    `column(name)` gives the SQL name of a column of the file. Everything vanishes with the block it was opened in.
    """

    def __init__(self, base: duckdb.DuckDBPyConnection, sheet: Sheet, folder: Path) -> None:
        self.base, self.sheet, self.folder = base, sheet, folder
        self.names = {name: f"c{place}" for place, name in enumerate(sheet.columns)}

    def column(self, name: str) -> str:
        """The SQL name of a column of the file."""
        return self.names[name]

    def run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, all at once."""
        return self.base.execute(sql, list(values)).fetchall()

    def one(self, sql: str, *values: Any) -> Any:
        """The only value of the only row."""
        return self.run(sql, *values)[0][0]

    def drop(self, *tables: str) -> None:
        """Give the room of tables back."""
        for table in tables:
            self.run(f"drop table if exists {table}")

    def stream(self, sql: str, size: int = BATCH) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a batch in memory at a time; no other statement may run meanwhile on this cursor."""
        cursor = self.base.cursor()
        cursor.execute(sql)
        while rows := cursor.fetchmany(size):
            yield from rows

    def judge(
        self,
        table: str,
        texts: str,
        made: Sequence[str],
        judge: Callable[[str], Sequence[Any]],
        *,
        plain: str = "",
        values: Sequence[Any] = (),
    ) -> None:
        """Table of what each different value of the query `texts` comes to: ``text`` and the columns `made`, all text.

        The query `plain` (with its `values`) gives such rows for values that need no judge.
        """
        names = ["text", *made]
        self.run(f"create table {table} ({', '.join(f'{name} varchar' for name in names)})")  # noqa: S608
        if plain:
            self.run(f"insert into {table} {plain}", *values)  # noqa: S608
        left = f"select distinct v from ({texts}) t(v) where v is not null and v not in (select text from {table})"  # noqa: S608
        for rows in _batches(self.stream(left)):
            judged = [(text, *judge(text)) for (text,) in rows]
            self.take(table, [pa.array(column, pa.string()) for column in zip(*judged, strict=True)], names)

    def take(self, table: str, arrays: Sequence[pa.Array], names: Sequence[str]) -> None:
        """Append columns to a table."""
        batch = pa.table(list(arrays), names=list(names))
        self.base.register("batch", batch)
        self.run(f"insert into {table} select * from batch")  # noqa: S608
        self.base.unregister("batch")

    def write(self, query: str, name: str) -> Path:
        """The rows of a query as a CSV file that PostgreSQL's COPY reads (NULL is ``\\N``)."""
        path = self.folder / name
        self.run(f"copy ({query}) to '{path}' (format csv, header false, nullstr '\\N')")  # noqa: S608
        return path

    def read(self, table: str, name: str, **columns: str) -> None:
        """Table from a file that `copying.copy_out` wrote into the folder: `columns` name their types."""
        kinds = ", ".join(f"'{column}': '{kind}'" for column, kind in columns.items())
        self.run(
            f"create table {table} as select * from read_csv('{self.folder / name}', columns = {{{kinds}}}, "  # noqa: S608
            "header = false, auto_detect = false, delim = '\t', quote = '', escape = '', nullstr = '\\N')"
        )


@contextmanager
def opened_cells(
    sheet: Sheet, path: Path, *, on_progress: Callable[[int], None] | None = None
) -> Iterator[Cells]:
    """The cells of an opened file, in a folder of their own that only this user may read and that goes with the block."""
    forget_left()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
    base = duckdb.connect(":memory:")
    try:
        base.execute(f"set memory_limit = '{MEMORY}'")
        base.execute(f"set threads = {THREADS}")
        base.execute(f"set temp_directory = '{folder / 'spill'}'")
        base.execute("set autoinstall_known_extensions = false; set autoload_known_extensions = false")
        cells = Cells(base, sheet, folder)
        if not _read_at_once(cells, path):
            _read_by_rows(cells, on_progress)
        yield cells
    finally:
        base.close()
        shutil.rmtree(folder, ignore_errors=True)


def _read_at_once(cells: Cells, path: Path) -> bool:
    """Let DuckDB read the file; false, with nothing done, where it is not plainly one line a row in UTF-8."""
    sheet = cells.sheet
    if sheet.kind != "text" or sheet.encoding not in ("utf-8", "utf-8-sig") or len(sheet.delimiter) != 1:
        return False
    lines = _lines(path)
    if lines is None:
        return False
    kinds = ", ".join(f"'{column}': 'varchar'" for column in cells.names.values())
    try:
        cells.run(
            "create table cell as select (row_number() over () + 1)::bigint as line, ''::varchar as problem, * "  # noqa: S608
            f"from read_csv(?, columns = {{{kinds}}}, header = false, skip = 1, auto_detect = false, delim = ?, "
            "quote = '\"', escape = '\"', null_padding = true, strict_mode = true, max_line_size = 1048576)",
            str(path), sheet.delimiter,
        )  # fmt: skip
    except duckdb.Error:
        return False
    if cells.one("select count(*) from cell") != lines - 1:
        cells.run("drop table cell")
        return False
    blank = " and ".join(f"coalesce(trim({column}), '') = ''" for column in cells.names.values())
    cells.run(f"delete from cell where {blank}")  # noqa: S608
    return True


def _lines(path: Path) -> int | None:
    """How many lines a file has; None where they end in more than one way or hold what no line does."""
    feeds = returns = pairs = 0
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if b"\0" in chunk:
                return None
            feeds, returns, pairs = (
                feeds + chunk.count(b"\n"),
                returns + chunk.count(b"\r"),
                pairs + chunk.count(b"\r\n"),
            )
            pairs += last == b"\r" and chunk[:1] == b"\n"
            last = chunk[-1:]
    if returns and not returns == pairs == feeds:
        return None
    return feeds + (last != b"\n")


def _read_by_rows(cells: Cells, on_progress: Callable[[int], None] | None) -> None:
    names = ["line", "problem", *cells.names.values()]
    kinds = ["bigint", *["varchar"] * (len(names) - 1)]
    cells.run(f"create table cell ({', '.join(f'{n} {k}' for n, k in zip(names, kinds, strict=True))})")
    columns = cells.sheet.columns
    for rows in _batches(cells.sheet.rows):
        arrays = [
            pa.array([row.number for row in rows], pa.int64()),
            pa.array([row.problem for row in rows], pa.string()),
        ]
        arrays += [
            pc.replace_substring(pa.array([row.values[column] for row in rows], pa.string()), "\0", "\\0")
            for column in columns
        ]
        cells.take("cell", arrays, names)
        if on_progress:
            on_progress(cells.sheet.done())


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch
