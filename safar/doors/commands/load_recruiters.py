"""``safar load recruiters``: any country's list of licensed recruiters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from safar.citizens.recruiters.loads import RecruiterLoad, load_recruiters
from safar.citizens.recruiters.models import State
from safar.citizens.recruiters.rules import UNPUBLISHED
from safar.directory.organisations.models import Organisation
from safar.doors.commands import loading
from safar.doors.commands.failures import Failed
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible

STATES = [state for state in State.values if state not in UNPUBLISHED]


def recruiters(
    file: loading.File,
    state: Annotated[
        str,
        typer.Option(
            "--state",
            help="What the firms of the list are (licensed), where no column says it; else they are undecided and not published.",
            show_default=False,
        ),
    ] = "",
    keeper: Annotated[
        int | None,
        typer.Option(
            "--keeper",
            metavar="NUMBER",
            help="Organisation whose register the list belongs to.",
            show_default=False,
        ),
    ] = None,
    source: loading.Source = "",
    columns: loading.Map = "",
    preview: loading.Preview = False,
    errors: loading.Errors = None,
    encoding: loading.Encoding = "",
    delimiter: loading.Delimiter = "",
    sheet: loading.SheetName = "",
    yes: loading.Yes = False,
    as_json: loading.AsJson = False,
) -> None:
    """Load a list of recruiters: each firm once by its licence number; a licence in the register is moved by no list."""
    kind = state.upper()
    if kind and kind not in STATES:
        raise Failed(
            f"There is no state {state}; the states are: {', '.join(one.lower() for one in STATES)}."
        )
    load = RecruiterLoad(
        file,
        state=kind,
        keeper=organisation(keeper) if keeper else None,
        source=source,
        columns=loading.asked(columns),
        preview=preview,
        errors=errors,
        options=loading.options(encoding=encoding, delimiter=delimiter, sheet=sheet),
    )
    if not (yes or as_json):
        loading.ask_after_preview(load_recruiters, load)
    loading.run(load_recruiters, load, as_json=as_json)


def organisation(number: int) -> Organisation:
    """The organisation of that number."""
    by = loading.loader()
    with acting(by):
        found = visible(by, Organisation).filter(pk=number).first()
    if found is None:
        raise Failed(f"There is no organisation with the number {number}.")
    return found


COMMANDS: list[Callable[..., Any]] = [recruiters]
