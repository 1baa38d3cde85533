"""``safar people``: finding a person from the command line."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import transaction
from django.utils import timezone, translation
from rich.console import Console
from rich.table import Table

from safar.directory.people.kinds import SOUGHT
from safar.directory.people.models import Person
from safar.directory.people.search.answers import Answer, answers
from safar.doors.commands import MISTYPED
from safar.doors.commands.failures import Failed
from safar.doors.commands.loading import LANGUAGE, AsJson
from safar.doors.commands.printing import print_json
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting, system_actor

out = Console(highlight=False)
Limit = Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many people.")]


def search(
    query: Annotated[
        str,
        typer.Argument(help="Names in any script and spelling, a year or date of birth.", show_default=False),
    ] = "",
    as_json: AsJson = False,
    limit: Limit = 10,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="FILE", help="One question a line; one line of JSON each.", show_default=False
        ),
    ] = None,
) -> None:
    """Find people by name however it is spelt, by part of a name, with the date of birth or a part of it."""
    if bool(query) == bool(batch):
        typer.echo("Write what to look for, or name a file of questions with --batch.", err=True)
        raise typer.Exit(MISTYPED)
    by = system_actor("finder")
    with translation.override(LANGUAGE), acting(by):
        if batch:
            count = answer_all(batch, by, limit)
        else:
            found, _ms = timed(by, query, limit)
            show(found) if not as_json else print_json([one.as_json() for one in found])
            count = 1
        with transaction.atomic():
            history.record(SOUGHT, Person, by=by, now=timezone.now(), detail={"questions": count})


def answer_all(batch: Path, by: Actor, limit: int) -> int:
    """Each line of the file answered by one line of JSON; returns how many."""
    count = 0
    try:
        with batch.open(encoding="utf-8-sig") as lines:
            for count, line in enumerate(lines, 1):  # noqa: B007
                text = line.rstrip("\r\n")
                found, ms = timed(by, text, limit)
                answer = {"query": text, "ms": round(ms, 3), "results": [one.as_json() for one in found]}
                sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"The file {batch} cannot be read as UTF-8 text: {error}") from error
    return count


def timed(by: Actor, text: str, limit: int) -> tuple[list[Answer], float]:
    """The answers to one question, and how many milliseconds they took."""
    with transaction.atomic():
        begun = time.perf_counter()
        found = answers(by, text, limit=limit)
        return found, (time.perf_counter() - begun) * 1e3


def show(found: list[Answer]) -> None:
    """The answers for a person to read."""
    if not found:
        out.print("Nobody is found by this. A part of the name, another spelling or the year alone may help.")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("score", "number", "name", "born", "why"):
        table.add_column(title, overflow="fold")
    for one in found:
        person = one.person
        table.add_row(
            f"{one.score:.2f}", str(person.number), person.full_name, person.born, "; ".join(one.why)
        )
    out.print(table)


COMMANDS: list[Callable[..., Any]] = [search]
