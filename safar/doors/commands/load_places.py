"""``safar load places``: official lists of places, compared with the directory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from safar.directory.places.files import PlaceLoad, load_places
from safar.doors.commands import loading


def places(
    file: loading.File,
    parents: Annotated[
        Path | None,
        typer.Option("--parents", help="A file with the district of each mahalla: two columns of codes."),
    ] = None,
    take_names: Annotated[
        bool,
        typer.Option(
            "--take-names", help="Take this file's names where they differ, instead of writing it down."
        ),
    ] = False,
    source: loading.Source = "",
    columns: loading.Map = "",
    preview: loading.Preview = False,
    errors: loading.Errors = None,
    encoding: loading.Encoding = "",
    delimiter: loading.Delimiter = "",
    sheet: loading.SheetName = "",
    as_json: loading.AsJson = False,
) -> None:
    """Load places: SOATO, regions, districts, mahallas by code, or a django-uzbplaces export.

    New places are added, empty names filled. A name that differs is written down for an officer to decide, never
    overwritten. Running it twice changes nothing.
    """
    load = PlaceLoad(
        file,
        source=source,
        columns=loading.asked(columns),
        take_names=take_names,
        preview=preview,
        errors=errors,
        parents=parents,
        options=loading.options(encoding=encoding, delimiter=delimiter, sheet=sheet),
    )
    loading.run(load_places, load, as_json=as_json)


COMMANDS: list[Callable[..., Any]] = [places]
