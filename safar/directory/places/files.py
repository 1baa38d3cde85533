"""Loading a file of places: recognising what it is, comparing it with the directory, telling what happened."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.directory.places.actions import LOADED
from safar.directory.places.found import COUNTRY, LEVELS, MAHALLA, Found
from safar.directory.places.loads import Outcome, assign_parents, bring_in, without_parent
from safar.directory.places.models import Difference, Level, Place
from safar.directory.places.official import (
    FIELDS,
    UZBPLACES_FIELDS,
    Tally,
    found_by_name,
    found_in,
    is_uzbplaces,
)
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, may, resource_of, visible
from safar.foundation.database.copying import MANY, refresh_statistics
from safar.foundation.languages.text import fold
from safar.foundation.registers.loading import Field, Problem, Problems, Report, columns_for, entries
from safar.foundation.registers.sheets import Sheet, open_sheet

LOAD = "load_places"
PARENTS = (
    Field(
        "mahalla",
        gettext_lazy("code of the mahalla"),
        required=True,
        limit=20,
        also=("code", "mahalla_code", "kod"),
    ),
    Field(
        "district",
        gettext_lazy("code of the district"),
        required=True,
        limit=20,
        also=("parent", "district_code", "soato"),
    ),
)
Progress = Callable[[int, int], None]


@dataclass
class PlaceLoad:
    """How a file of places is to be loaded."""

    path: Path
    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    take_names: bool = False
    preview: bool = False
    errors: Path | None = None
    parents: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def list_name(self) -> str:
        """What the source is called where a difference names it."""
        return (self.source or self.path.name)[:200]


def load_places(load: PlaceLoad, *, by: Actor, now: datetime, on_progress: Progress | None = None) -> Report:
    """Bring in a list of places, all or nothing, and report what differs. `Hidden` if the actor may not load."""
    if not may(by, Place, LOAD):
        raise Hidden(resource_of(Place), "", LOAD)
    started = time.monotonic()
    problems = Problems(load.errors)
    try:
        with transaction.atomic(), acting(by):
            history.set_context(by, LOADED)
            report = _bring_in(load, problems, by, now, on_progress)
            transaction.set_rollback(load.preview)
    finally:
        problems.close()
    if report.new + report.changed >= MANY and not load.preview:
        refresh_statistics(Place)
    report.bad, report.problems = problems.rows, problems.first
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _bring_in(
    load: PlaceLoad, problems: Problems, by: Actor, now: datetime, on_progress: Progress | None
) -> Report:
    sheet = open_sheet(load.path, **load.options)
    report = Report(str(load.path), encoding=sheet.encoding, delimiter=sheet.delimiter, preview=load.preview)
    tell = (lambda done: on_progress(done, sheet.total)) if on_progress else None
    tally = Tally()
    found = list(_found(load, sheet, problems, report, by, tell, tally))
    report.first_rows = [{"row": f.number, "code": f.code, "level": f.level, **f.names} for f in found[:5]]
    outcome = bring_in(found, source=load.list_name, by=by, now=now, take_names=load.take_names)
    if load.parents:
        outcome += _parents(load, problems, by, now)
    _tell(report, outcome, tally, found, problems)
    if any(place.level == MAHALLA for place in found):
        report.notes.append(_("%(count)s mahallas stand without a district") % {"count": without_parent(by)})
    if not load.preview:
        detail = {name: getattr(report, name) for name in ("new", "changed", "same", "differences")}
        history.record(LOADED, Place, by=by, now=now, detail={"list": load.list_name, **detail})
    return report


def _found(
    load: PlaceLoad, sheet: Sheet, problems: Problems, report: Report, by: Actor, tell: Any, tally: Tally
) -> Any:
    fields = UZBPLACES_FIELDS if is_uzbplaces(sheet.columns) else FIELDS
    report.kind = "django-uzbplaces" if fields is UZBPLACES_FIELDS else sheet.kind
    report.columns = columns_for(sheet, fields, load.columns)
    rows = entries(sheet, fields, report.columns, problems, report=report, on_progress=tell)
    return (
        found_by_name(rows, _Names(by).code_of)
        if fields is UZBPLACES_FIELDS
        else found_in(rows, problems, tally)
    )


def _parents(load: PlaceLoad, problems: Problems, by: Actor, now: datetime) -> Outcome:
    sheet = open_sheet(load.parents or Path())
    rows = entries(sheet, PARENTS, columns_for(sheet, PARENTS, {}), problems)
    pairs = [(entry.number, entry.values["mahalla"], entry.values["district"]) for entry in rows]
    return assign_parents(pairs, source=sheet_name(load.parents), by=by, now=now)


def sheet_name(path: Path | None) -> str:
    """What a file is called where a difference names it."""
    return path.name[:200] if path else ""


def _tell(report: Report, outcome: Outcome, tally: Tally, found: list[Found], problems: Problems) -> None:
    for place, code in outcome.lost:
        problems.add(
            Problem(
                place.number,
                "parent",
                _("no place with the code %(code)s is known") % {"code": code},
                place.code,
            )
        )
    report.new, report.changed, report.same = outcome.new, outcome.changed, outcome.same
    report.duplicates, report.skipped = tally.duplicates, tally.headings
    report.differences = len(outcome.differences)
    levels = Counter(place.level for place in found)
    report.notes += [f"{Level(level).label}: {levels[level]}" for level in LEVELS if levels[level]]
    aspects = Counter(difference.aspect for difference in outcome.differences)
    report.notes += [
        _("differs from the directory, %(aspect)s: %(count)s")
        % {"aspect": Difference.Aspect(aspect).label, "count": count}
        for aspect, count in aspects.most_common()
    ]
    if outcome.differences:
        report.notes.append(
            _("%(count)s differences are new and wait for a decision") % {"count": outcome.differences_new}
        )
        report.notes += [_sentence(difference) for difference in outcome.differences[:10]]
    for count, text in (
        (tally.headings, _("%(count)s headings of groups passed over")),
        (tally.mended, _("%(count)s names with letters of another script put right")),
        (tally.repeated, _("%(count)s rows repeat the Uzbek name as the Russian one: it is left empty")),
    ):
        if count:
            report.notes.append(text % {"count": count})


def _sentence(difference: Difference) -> str:
    return _("%(code)s, %(aspect)s: here “%(ours)s”, in the source “%(theirs)s”") % {
        "code": difference.code,
        "aspect": difference.get_aspect_display(),
        "ours": difference.ours,
        "theirs": difference.theirs,
    }


class _Names:
    """Finds places by their names, for sources without official codes."""

    def __init__(self, by: Actor) -> None:
        self.codes: dict[tuple[str, str, str], set[str]] = {}
        for place in visible(by, Place).exclude(level=COUNTRY).select_related("parent"):
            above = place.parent.code if place.parent else ""
            for name in (place.name_uz, place.name_ru, place.name_en):
                if name:
                    self.codes.setdefault((place.level, above, fold(name)), set()).add(place.code)

    def code_of(self, level: str, parent: str, names: dict[str, str]) -> str:
        """The code of the one place of this level and parent with any of these names; empty if none or several."""
        for name in names.values():
            codes = self.codes.get((level, parent, fold(name)), set()) if name else set()
            if len(codes) == 1:
                return next(iter(codes))
        return ""
