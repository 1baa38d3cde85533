"""One file of people from its first byte to the event that says what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from safar.directory.organisations.models import Organisation
from safar.directory.people.duplicates.loaded import LOADED as LOOK_THROUGH
from safar.directory.people.kinds import LOADED
from safar.directory.people.loads.comparing import compare, sample
from safar.directory.people.loads.judging import FIELDS, LOAD
from safar.directory.people.loads.reading import judged
from safar.directory.people.loads.storing import numbers_given, store_changed, store_new
from safar.directory.people.models import Person, Phone
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.visibility import Hidden, may, resource_of
from safar.foundation.actions import Refused, publish
from safar.foundation.database.copying import MANY, refresh_statistics
from safar.foundation.registers.loading import Problems, Report, columns_for
from safar.foundation.registers.sheets import open_sheet
from safar.foundation.registers.sheets.columnar import Cells, opened_cells

_TAKEN = gettext_lazy(
    "Some numbers of this file are in use in the organisation’s records where you do not work. Nothing was stored: ask whoever "
    "leads the office to load the file."
)
OnProgress = Callable[[int, int], None]
STAGES = 6


@dataclass
class PeopleLoad:
    """How a file of people is to be loaded: which organisation registers them, which column holds what.

    `shown` asks for so many rows of each sort in the report; `on_stored` is called in the transaction, as its last act.
    """

    path: Path
    organisation: Organisation
    columns: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    errors: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)
    problems: Problems | None = None
    shown: int = 0
    on_stored: Callable[[Report], None] | None = None


def load_people(
    load: PeopleLoad, *, by: Actor, now: datetime, on_progress: OnProgress | None = None
) -> Report:
    """Bring the people of a file in, all or nothing; bad rows are left out and reported. `Hidden` if the actor may not."""
    if not may(by, Person, LOAD):
        raise Hidden(resource_of(Person), "", LOAD)
    started = time.monotonic()
    sheet = open_sheet(load.path, **load.options)
    columns = columns_for(sheet, FIELDS, load.columns)
    report = Report(str(load.path), sheet.kind, sheet.encoding, sheet.delimiter, columns, load.preview)
    problems = load.problems or Problems(load.errors)

    def tell(stage: int) -> None:
        if on_progress:
            on_progress(stage, STAGES)

    try:
        with opened_cells(sheet, load.path) as cells, transaction.atomic(), acting(by):
            tell(1)
            context = history.set_context(by, LOADED)
            problems.of(sheet)
            judged(cells, columns, problems, report, load.organisation, by=by, today=timezone.localdate(now))
            tell(2)
            compare(cells, load.organisation, report, by=by)
            tell(3)
            report.bad, report.problems = problems.rows, problems.first
            if load.shown:
                sample(cells, report, load.shown)
            if not load.preview:
                report.context = str(context)
                _store(cells, load, report, tell, by=by, now=now)
            transaction.set_rollback(load.preview)
    finally:
        problems.close()
    if report.new + report.changed >= MANY and not load.preview:
        refresh_statistics(Person, Phone)
    tell(STAGES)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _store(
    cells: Cells,
    load: PeopleLoad,
    report: Report,
    tell: Callable[[int], None],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Store what is new and what is changed; one event says how many, in sight of who may see the organisation's people."""
    try:
        store_new(cells, load.organisation, tell)
    except IntegrityError as error:
        if "person_once_in_their_records" not in str(error):
            raise
        raise Refused(_TAKEN) from error
    store_changed(cells)
    counts = {name: getattr(report, name) for name in ("new", "changed", "same")}
    if numbers := numbers_given(cells):
        publish(LOOK_THROUGH, {"organisation": load.organisation.pk, **numbers})
    place = load.organisation.place
    label = Label(load.organisation.pk, place.path if place else "", PERSONAL)
    history.record(LOADED, Person, by=by, now=now, detail=counts, label=label)
    if load.on_stored:
        load.on_stored(report)
