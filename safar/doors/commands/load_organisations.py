"""``safar load organisations``: published lists of organisations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from safar.directory.organisations.loads import OrganisationLoad, load_organisations
from safar.directory.organisations.models import Type
from safar.doors.commands import loading
from safar.doors.commands.failures import Failed


def organisations(
    file: loading.File,
    type: Annotated[str, typer.Option("--type", help="What the organisations of the list are.")] = "employer",
    country: Annotated[
        str,
        typer.Option(
            "--country", metavar="CODE", help="Country they sit in (ISO 3166: GB).", show_default=False
        ),
    ] = "",
    source: loading.Source = "",
    columns: loading.Map = "",
    preview: loading.Preview = False,
    errors: loading.Errors = None,
    encoding: loading.Encoding = "",
    delimiter: loading.Delimiter = "",
    sheet: loading.SheetName = "",
    as_json: loading.AsJson = False,
) -> None:
    """Load a list of organisations: names are made tidy, each is kept once, a second run changes nothing."""
    kind = type.upper().replace("-", "_").replace(" ", "_")
    if kind not in Type.values or kind == Type.SHELTER:
        known = ", ".join(value.lower() for value in Type.values if value != Type.SHELTER)
        raise Failed(f"There is no type {type}; the types are: {known}.")
    load = OrganisationLoad(
        file,
        type=kind,
        country=country,
        source=source,
        columns=loading.asked(columns),
        preview=preview,
        errors=errors,
        options=loading.options(encoding=encoding, delimiter=delimiter, sheet=sheet),
    )
    loading.run(load_organisations, load, as_json=as_json)


COMMANDS: list[Callable[..., Any]] = [organisations]
