"""``safar load people``: the people an organisation has on its own lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from safar.directory.organisations.actions import register_organisation
from safar.directory.organisations.models import Organisation, Type
from safar.directory.people.loads import PeopleLoad, load_people
from safar.doors.commands import loading
from safar.doors.commands.failures import Failed
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import visible

Registering = Annotated[
    str,
    typer.Option(
        "--organisation",
        metavar="NAME",
        help="Who registers them: number, STIR or exact name; the Migration Agency if not named.",
        show_default=False,
    ),
]


def people(
    file: loading.File,
    organisation: Registering = "",
    columns: loading.Map = "",
    preview: loading.Preview = False,
    errors: loading.Errors = None,
    encoding: loading.Encoding = "",
    delimiter: loading.Delimiter = "",
    sheet: loading.SheetName = "",
    yes: loading.Yes = False,
    as_json: loading.AsJson = False,
) -> None:
    """Load people from a file; the same file twice changes nothing, and every refused row is named.

    The columns are external_id,family_name,given_names,patronymic,sex,birth_date,phone,place_code; only external_id and one
    of the names must be filled. Names in any script; dates as 1990-05-17, 17.05.1990 or the year alone.
    """
    with taken_back() if preview else nullcontext():
        load = PeopleLoad(
            file,
            organisation=registering(organisation),
            columns=loading.asked(columns),
            preview=preview,
            errors=errors,
            options=loading.options(encoding=encoding, delimiter=delimiter, sheet=sheet),
        )
        if not yes and not as_json:
            loading.ask_after_preview(load_people, load)
        loading.run(load_people, load, as_json=as_json)


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens in the block is as if it had not: also the organisation of an empty directory."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def registering(text: str) -> Organisation:
    """The organisation of that number, STIR or name; if none is named, the agency most bodies of the directory answer to."""
    with acting(loading.loader()) as by, transaction.atomic():
        assert by is not None
        rows = visible(by, Organisation)
        if not text:
            agencies = rows.filter(type=Type.AGENCY, status="ACTIVE").annotate(bodies=Count("children"))
            return agencies.order_by("-bodies", "pk").first() or register_own(by)
        by_number = rows.filter(pk=int(text)) if text.isdigit() and len(text) < 9 else rows.none()
        found = list(by_number or rows.filter(stir=text)[:2] or rows.filter(name=text)[:2])
        if len(found) != 1:
            raise Failed(
                f"There is no organisation {text}, or more than one. Its number stands in its address in the workbench."
            )
        return found[0]


def register_own(by: Actor) -> Organisation:
    """Register the organisation this installation belongs to in a directory that has none yet."""
    if visible(by, Organisation).exists():
        raise Failed(
            "There is no agency in the directory: name who registers these people with --organisation."
        )
    name = settings.SAFAR_OPERATOR or "Migration Agency"
    loading.err.print(
        f"The directory is empty: {name} is registered in it, and registers these people.", markup=False
    )
    return register_organisation(name=name, type=Type.AGENCY, by=by, now=timezone.now())


COMMANDS: list[Callable[..., Any]] = [people]
