"""Loading a list of recruiters, of any country: each firm once by its licence number, the same list twice changes nothing.

A list brings in firms and mends their names and addresses. It never moves a licence: a state it gives is that of firms new
to the register, and where it differs from the register's the report says so, for an officer to decide. A firm whose state
neither the list nor the operator says is undecided: it stands as an application without a day, nothing of it is published,
and the list may be loaded again with its state.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safar.citizens.recruiters import rules, spelling
from safar.citizens.recruiters.deciding import keeper_for, remember
from safar.citizens.recruiters.kinds import LOADED
from safar.citizens.recruiters.models import Alias, Recruiter, State
from safar.directory.organisations.models import PHONE, Organisation
from safar.directory.places.models import Place
from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, may, resource_of, visible
from safar.foundation.actions import OutOfScope, Refused, store
from safar.foundation.languages.text import fold
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
from safar.foundation.registers.sheets import open_sheet

LOAD = "load_recruiters"
CHUNK = 500
NOTED = 5
#: What lists call the states. A cell is one of these as a whole: "not active" is no word for active.
STATES = {
    State.LICENSED: (
        "licensed, active, valid, in force, renewed, licence valid, license valid, amalda, amaldagi, faol, litsenziyalangan,"
        " litsenziyasi bor, действует, действующая, действующий, активна, лицензия есть"
    ),
    State.SUSPENDED: (
        "suspended, licence suspended, license suspended, preventive suspension, toʻxtatilgan, toʻxtatib turilgan, приостановлена,"
        " приостановлено, приостановлен"
    ),
    State.WITHDRAWN: (
        "withdrawn, revoked, cancelled, canceled, delisted, forfeited, bekor qilingan, аннулирована, аннулировано, отозвана,"
        " отозвано"
    ),
    State.EXPIRED: "expired, lapsed, inactive, muddati tugagan, tugagan, истекла, истек, срок истек",
}
_STATE_OF = {fold(phrase): state for state, phrases in STATES.items() for phrase in phrases.split(",")}
_DAY = re.compile(r"^(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)[./](\d\d?)[./](\d{4}))(?:[ T]00:00(?::00)?)?$")


def _number(text: str) -> str:
    if not spelling.number_key(text):
        raise Bad(_("this is no licence number"))
    return text


def _stir(text: str) -> str:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch("[0-9]{9}", digits):
        raise Bad(_("a STIR has nine digits"))
    return digits


def _day(text: str) -> date:
    """A date as 2026-11-23 or 23.11.2026."""
    found = _DAY.match(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, day_2, month_2, year_2 = found.groups()
        return date(int(year or year_2), int(month or month_2), int(day or day_2))
    except ValueError as error:
        raise Bad(_("this is no date; write 2026-11-23 or 23.11.2026")) from error


def _state(text: str) -> str:
    found = _STATE_OF.get(fold(text))
    if found is None:
        raise Bad(_("this state is not known; the states are: licensed, suspended, withdrawn, expired"))
    return found


def _countries(text: str) -> list[str]:
    codes = sorted({part.strip().upper() for part in re.split(r"[,;|/\s]+", text) if part.strip()})
    if strange := [code for code in codes if not re.fullmatch("[A-Z]{2}", code)]:
        raise Bad(_("%(text)s is no two-letter code of a country") % {"text": strange[0][:20]})
    return codes


FIELDS = (
    Field(
        "number",
        gettext_lazy("licence number"),
        required=True,
        limit=40,
        also=("licence", "license number", "licence no"),
        clean=_number,
    ),
    Field(
        "name",
        gettext_lazy("name"),
        required=True,
        limit=200,
        also=("company", "agency", "nomi", "наименование"),
    ),
    Field("name_cyrl", gettext_lazy("name in Uzbek, Cyrillic"), limit=200),
    Field("name_ru", gettext_lazy("name in Russian"), limit=200),
    Field("stir", gettext_lazy("tax number (STIR)"), limit=20, also=("inn", "инн", "tin"), clean=_stir),
    Field("address", gettext_lazy("address"), also=("manzil", "адрес")),
    Field("phone", gettext_lazy("telephone"), also=("telephone", "telefon", "телефон")),
    Field("email", gettext_lazy("email")),
    Field("website", gettext_lazy("website"), limit=200),
    Field("director", gettext_lazy("director"), limit=150),
    Field("place", gettext_lazy("code of the place"), limit=12),
    Field(
        "licensed_from", gettext_lazy("licensed from"), limit=40, also=("issued", "valid from"), clean=_day
    ),
    Field(
        "licensed_until",
        gettext_lazy("licensed until"),
        limit=40,
        also=("expires", "valid until"),
        clean=_day,
    ),
    Field("state", gettext_lazy("state"), limit=60, also=("status", "holat", "статус"), clean=_state),
    Field("stopped_on", gettext_lazy("stopped on"), limit=40, clean=_day),
    Field("reason", gettext_lazy("reason"), limit=500),
    Field("destinations", gettext_lazy("destinations"), clean=_countries),
)
#: What a list may mend of a firm that is in the register.
MENDED = ("name", "name_cyrl", "name_ru", "stir", "address", "phone", "email", "website", "director")


@dataclass
class RecruiterLoad:
    """How a list is to be loaded: the state of its firms unless a column says it, and whose register it belongs to."""

    path: Path
    state: str = ""
    keeper: Organisation | None = None
    source: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    preview: bool = False
    errors: Path | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def list_name(self) -> str:
        """What the list is called."""
        return self.source or self.path.stem[:100]


def load_recruiters(
    load: RecruiterLoad, *, by: Actor, now: datetime, on_progress: Callable[[int, int], None] | None = None
) -> Report:
    """Bring a list in, all or nothing; bad rows are left out and reported. `Hidden` if the actor may not load."""
    if not may(by, Recruiter, LOAD):
        raise Hidden(resource_of(Recruiter), "", LOAD)
    started = time.monotonic()
    sheet = open_sheet(load.path, **load.options)
    columns = columns_for(sheet, FIELDS, load.columns)
    report = Report(str(load.path), sheet.kind, sheet.encoding, sheet.delimiter, columns, load.preview)
    problems = Problems(load.errors)
    tell = (lambda done: on_progress(done, sheet.total)) if on_progress else None
    try:
        with transaction.atomic(), acting(by):
            history.set_context(by, LOADED)
            loading = _Loading(load, by, timezone.localdate(now, rules.ZONE), problems, report)
            loading.bring_in(entries(sheet, FIELDS, columns, problems, report=report, on_progress=tell))
            if not load.preview:
                counts = {name: getattr(report, name) for name in ("new", "changed", "same")}
                history.record(LOADED, Recruiter, by=by, now=now, detail={"list": load.list_name, **counts})
            transaction.set_rollback(load.preview)
    finally:
        problems.close()
    report.bad, report.problems = problems.rows, problems.first
    report.seconds = round(time.monotonic() - started, 2)
    return report


class _Loading:
    """One list on its way in."""

    def __init__(
        self, load: RecruiterLoad, by: Actor, today: date, problems: Problems, report: Report
    ) -> None:
        self.load, self.by, self.today, self.problems, self.report = load, by, today, problems, report
        self.keeper = load.keeper or keeper_for(by, LOAD)
        self.seen: dict[str, int] = {}
        self.left_out = self.undecided = 0

    def bring_in(self, rows: Iterator[Entry]) -> None:
        while chunk := list(islice(rows, CHUNK)):
            self._chunk([entry for entry in chunk if self._is_first(entry)])
        if self.undecided:
            self.report.notes.append(
                _(
                    "%(count)s firms are undecided, because no column says their state: nothing of them is published. "
                    "Load the list again with --state licensed if it is a list of valid licences."
                )
                % {"count": self.undecided}
            )
        if self.left_out:
            self.report.notes.append(
                _("%(count)s telephone numbers, emails or websites could not be read and were left out")
                % {"count": self.left_out}
            )

    def _is_first(self, entry: Entry) -> bool:
        key = spelling.number_key(entry.values["number"])
        first = self.seen.setdefault(key, entry.number)
        if first == entry.number:
            return True
        self.report.duplicates += 1
        self._note(
            _("row %(row)s repeats row %(first)s") % {"row": entry.number, "first": first},
            self.report.duplicates,
        )
        return False

    def _chunk(self, chunk: list[Entry]) -> None:
        keys = [spelling.number_key(entry.values["number"]) for entry in chunk]
        mine = visible(self.by, Recruiter, LOAD).filter(number_key__in=keys).order_by("pk")
        known = {firm.number_key: firm for firm in mine}
        places = self._places(chunk)
        new = []
        for key, entry in zip(keys, chunk, strict=True):
            self._tidy(entry.values)
            if key in known:
                self._mend(known[key], entry)
            else:
                new.append((entry, self._firm(entry, places)))
                self.undecided += new[-1][1].state == State.APPLIED
        self._insert(new)

    def _places(self, chunk: list[Entry]) -> dict[str, Place]:
        codes = {code for entry in chunk if (code := entry.values.get("place"))}
        return (
            {place.code: place for place in visible(self.by, Place).filter(code__in=codes)} if codes else {}
        )

    def _tidy(self, values: dict[str, Any]) -> None:
        """Leave out what no telephone, mail or browser could use; lists write much beside it."""
        for name, judge in (
            ("phone", PHONE),
            ("email", validate_email),
            ("website", URLValidator(schemes=["http", "https"])),
        ):
            if values.get(name):
                try:
                    judge(values[name])
                except ValidationError:
                    values[name], self.left_out = "", self.left_out + 1

    def _firm(self, entry: Entry, places: dict[str, Place]) -> Recruiter:
        values = entry.values
        return Recruiter(
            **{name: values[name] for name in MENDED if values.get(name)},
            **self._licence(values),
            number=values["number"],
            destinations=values.get("destinations") or [],
            place=places.get(values.get("place") or ""),
            keeper=self.keeper,
            source=self.load.list_name,
        )

    def _licence(self, values: dict[str, Any]) -> dict[str, Any]:
        """What the list says of a licence; undecided where nobody says its state."""
        state = values.get("state") or self.load.state or State.APPLIED
        stopped = state in (State.SUSPENDED, State.WITHDRAWN)
        as_listed = _("As listed: %(list)s") % {"list": self.load.list_name}
        return {
            "state": state,
            "licensed_from": values.get("licensed_from") or None,
            "licensed_until": values.get("licensed_until") or None,
            "stopped_on": (values.get("stopped_on") or self.today) if stopped else None,
            "state_reason": (values.get("reason") or as_listed) if stopped else "",
        }

    def _mend(self, firm: Recruiter, entry: Entry) -> None:
        """Write what the list says differently of a firm of this register; its licence is left to actions."""
        if firm.keeper_id != (self.keeper.pk if self.keeper else None):
            self._refuse(entry, "number", _("this number stands in the register of another authority"))
            return
        state = entry.values.get("state") or self.load.state
        undecided = firm.state == State.APPLIED and firm.applied_on is None
        if state and state != firm.state and not undecided:
            self.report.differences += 1
            words = {"number": firm.number, "theirs": State(state).label, "ours": firm.get_state_display()}
            self._note(
                _("%(number)s: the list says %(theirs)s, the register %(ours)s; decide it by an action")
                % words,
                self.report.differences,
            )
        found = {name: value for name in MENDED if (value := entry.values.get(name))}
        if undecided:
            found |= self._licence(entry.values)
            self.undecided += not state
        changes = {name: value for name, value in found.items() if value != getattr(firm, name)}
        if not changes:
            self.report.same += 1
            return
        former = firm.name if "name" in changes else ""
        for name, value in changes.items():
            setattr(firm, name, value)
        if self._stored(entry, firm):
            self.report.changed += 1
            if former:
                remember(firm, Alias.Kind.FORMER_NAME, former, until=self.today, by=self.by)

    def _insert(self, new: list[tuple[Entry, Recruiter]]) -> None:
        firms = [firm for _entry, firm in new]
        try:
            with transaction.atomic():
                self._insert_together(firms)
            self.report.new += len(firms)
        except (IntegrityError, OutOfScope):
            for entry, firm in new:
                firm.pk = None
                self.report.new += self._stored(entry, firm)
        room = NOTED - len(self.report.first_rows)
        self.report.first_rows += [
            {"row": entry.number, "number": firm.number, "name": firm.name} for entry, firm in new[:room]
        ]

    def _insert_together(self, firms: list[Recruiter]) -> None:
        for firm in firms:
            firm.take_label()
        Recruiter.objects.bulk_create(firms)
        if visible(self.by, Recruiter, LOAD).filter(pk__in=[firm.pk for firm in firms]).count() != len(firms):
            raise OutOfScope

    def _stored(self, entry: Entry, firm: Recruiter) -> bool:
        try:
            with transaction.atomic():
                store(firm, by=self.by, action=LOAD)
        except OutOfScope as refused:
            self._refuse(entry, "place", str(refused))
        except Refused:
            self._refuse(
                entry, "number", _("the number or STIR is another firm's, or the dates contradict each other")
            )
        else:
            return True
        return False

    def _refuse(self, entry: Entry, name: str, reason: str) -> None:
        column = self.report.columns.get(name, name)
        value = str(entry.values.get(name, ""))[:80]
        self.problems.add(Problem(entry.number, column, reason, value), entry.cells)

    def _note(self, text: str, count: int) -> None:
        if count <= NOTED:
            self.report.notes.append(text)
