"""Loading a published list of organisations: names made tidy, each once, the same list twice changes nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.directory.organisations.actions import LOADED
from safar.directory.organisations.models import Organisation, Type
from safar.directory.organisations.rules import is_stir
from safar.directory.places.models import Place, PlaceQuerySet
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, may, resource_of, visible
from safar.foundation.database.copying import MANY, Staging, refresh_statistics
from safar.foundation.languages.text import fold, uzkey
from safar.foundation.registers.loading import (
    Bad,
    Entry,
    Field,
    Problem,
    Problems,
    Report,
    columns_for,
    entries,
)
from safar.foundation.registers.sheets import Sheet, open_sheet

LOAD = "load_organisations"
TRADES_AS = re.compile(r"\s+(?:T/A|T/AS|TRADING AS)\s*[:.]?\s+", re.IGNORECASE)


def _stir(text: str) -> str:
    plain = text.replace(" ", "")
    if not is_stir(plain):
        raise Bad(_("a STIR has nine digits"))
    return plain


FIELDS = (
    Field(
        "name",
        gettext_lazy("name"),
        required=True,
        also=("organisation name", "organization name", "company", "nomi", "наименование"),
    ),
    Field("trading_name", gettext_lazy("trades as"), also=("trading as", "trade name")),
    Field("name_uz", gettext_lazy("name in Uzbek")),
    Field("name_ru", gettext_lazy("name in Russian")),
    Field("name_en", gettext_lazy("name in English")),
    Field("stir", gettext_lazy("tax number (STIR)"), limit=20, also=("inn", "инн", "tin"), clean=_stir),
    Field(
        "registration_number",
        gettext_lazy("registration number"),
        limit=60,
        also=("company number", "reg no"),
    ),
)
#: Columns of the table, and the field each key column is made from.
KEY_OF = {"name_key": ("name", fold), "trading_key": ("trading_name", fold), "uz_key": ("name_uz", fold),
          "ru_key": ("name_ru", fold), "en_key": ("name_en", fold), "sort_key": ("name", uzkey)}  # fmt: skip


@dataclass
class OrganisationLoad:
    """How a list is to be loaded: what its rows are, where they sit, and by what name the list is known."""

    path: Path
    type: str = Type.EMPLOYER
    country: str = ""
    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    errors: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def list_name(self) -> str:
        """The code of the list: rows are told apart within it."""
        return self.source or self.path.stem[:100]


def load_organisations(
    load: OrganisationLoad, *, by: Actor, now: datetime, on_progress: Callable[[int, int], None] | None = None
) -> Report:
    """Bring a list in, all or nothing; bad rows are left out and reported. `Hidden` if the actor may not load."""
    if not may(by, Organisation, LOAD):
        raise Hidden(resource_of(Organisation), "", LOAD)
    started = time.monotonic()
    sheet = open_sheet(load.path, **load.options)
    columns = columns_for(sheet, FIELDS, load.columns)
    report = Report(str(load.path), sheet.kind, sheet.encoding, sheet.delimiter, columns, load.preview)
    problems = Problems(load.errors)
    try:
        with transaction.atomic(), acting(by):
            _bring_in(load, sheet, columns, problems, report, by=by, now=now, on_progress=on_progress)
            transaction.set_rollback(load.preview)
    finally:
        problems.close()
    if report.new + report.changed >= MANY and not load.preview:
        refresh_statistics(Organisation)
    report.bad, report.problems = problems.rows, problems.first
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _bring_in(
    load: OrganisationLoad, sheet: Sheet, columns: dict[str, str], problems: Problems, report: Report,
    *, by: Actor, now: datetime, on_progress: Callable[[int, int], None] | None,
) -> None:  # fmt: skip
    history.set_context(by, LOADED)
    place = _country(load.country, by)
    names = [name for name in ("name", "trading_name", *columns) if name in _columns()]
    names = list(dict.fromkeys(names))
    keys = [key for key, (name, _make) in KEY_OF.items() if name in names]
    staging = Staging(
        Organisation,
        columns=[*names, *keys, "source", "source_key"],
        key=["source", "source_key"],
        untouched="is_renamed",
    )
    tell = (lambda done: on_progress(done, sheet.total)) if on_progress else None
    taken = set(
        visible(by, Organisation)
        .exclude(stir="")
        .exclude(source=load.list_name)
        .values_list("stir", flat=True)
    )
    good = _unclaimed(
        entries(sheet, FIELDS, columns, problems, report=report, on_progress=tell), taken, problems
    )
    staging.copy(_rows(good, names, keys, load.list_name))
    doubles = staging.drop_duplicates()
    report.duplicates = len(doubles)
    report.notes += [
        _("row %(row)s repeats row %(first)s") % {"row": row, "first": first}
        for row, first in sorted(doubles)[:5]
    ]
    compared = staging.compare()
    report.new, report.changed, report.same = compared.new, compared.changed, compared.same
    report.first_rows = [dict(zip(["row", *names], row, strict=False)) for row in staging.sample(5)]
    if load.preview:
        return
    staging.update()
    staging.insert(
        own_number="label_org",
        type=load.type,
        country_id=place.pk if place else None,
        label_place=place.path if place else "",
        label_level=0,
    )
    history.record(
        LOADED,
        Organisation,
        by=by,
        now=now,
        detail={
            "list": load.list_name,
            **{name: getattr(report, name) for name in ("new", "changed", "same")},
        },
    )


def _country(code: str, by: Actor) -> Place | None:
    if not code:
        return None
    place = cast(PlaceQuerySet, visible(by, Place)).countries().filter(code=code.upper()).first()
    if place is None:
        raise UnknownCountry(_("There is no country with the code %(code)s.") % {"code": code})
    return place


class UnknownCountry(ValueError):
    """The country named is none; the message is the user's sentence."""


def _columns() -> set[str]:
    return {item.name for item in FIELDS}


def _rows(good: Iterable[Entry], names: list[str], keys: list[str], source: str) -> Iterator[tuple[Any, ...]]:
    """Rows as they are staged. A row's key in its list is its registration number, else its folded name."""
    for entry in good:
        values = {name: entry.values.get(name) or "" for name in names}
        if not values["trading_name"]:
            values["trading_name"] = trading_name(values["name"])
        made = [make(values[name]) for name, make in (KEY_OF[key] for key in keys)]
        number = values.get("registration_number")
        source_key = f"#{number}" if number else made[keys.index("name_key")] or values["name"].casefold()
        yield (entry.number, *values.values(), *made, source, source_key)


def trading_name(name: str) -> str:
    """What stands behind T/A in a published name: ``BRANOS LTD T/A LILO`` trades as LILO."""
    parts = TRADES_AS.split(name, maxsplit=1)
    return parts[1].strip() if len(parts) == 2 else ""


def _unclaimed(good: Iterable[Entry], taken: set[str], problems: Problems) -> Iterator[Entry]:
    """Rows whose STIR belongs to nobody else, here (`taken`) or in the file."""
    rows: dict[str, int] = {}
    for entry in good:
        stir = entry.values.get("stir")
        if stir in taken:
            reason = _("another organisation has this STIR")
            problems.add(Problem(entry.number, "stir", reason, stir), entry.cells)
        elif stir and stir in rows:
            reason = _("the STIR stands already in row %(row)s") % {"row": rows[stir]}
            problems.add(Problem(entry.number, "stir", reason, stir), entry.cells)
        else:
            if stir:
                rows[stir] = entry.number
            yield entry
