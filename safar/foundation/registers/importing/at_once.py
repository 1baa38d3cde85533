"""A file taken as a whole, in the worker: looked at, stored, and within a day taken back.

Each is one transaction, whose last act is to write down on the upload that it is done. A worker that is killed has done
nothing, and the next begins anew; how far it is stands in the shared cache, which does not wait for the transaction.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import task

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, get
from safar.foundation.actions import Refused
from safar.foundation.actions.storing import store
from safar.foundation.faults import where
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.importing.applying import break_off, person_of, told
from safar.foundation.registers.importing.judging import BAD, STATES, Preview, PreviewRow
from safar.foundation.registers.importing.uploads import (
    LIMITS_AT_ONCE,
    MOST_ROWS_AT_ONCE,
    file_of,
    keep_beside,
    mapping_of,
    mark_used,
    may_import,
    read_beside,
)
from safar.foundation.registers.importing.whole import TAKEN_BACK_WITHIN, Bringing, WholeFile
from safar.foundation.registers.loading import Problems, Report
from safar.foundation.registers.models import Stop, Upload
from safar.foundation.registers.registry import register_by_slug
from safar.foundation.registers.sheets import Unreadable

log = logging.getLogger(__name__)
State = Upload.State
SHOWN = 200
"""So many rows of each sort are shown before anything is saved."""
BEFORE: dict[str, tuple[str, ...]] = {
    State.CHECKING: (State.UPLOADED, State.CHECKED, State.STOPPED),
    State.APPLYING: (State.CHECKED,),
    State.UNDOING: (State.APPLIED,),
}
"""The states in which the worker is at a file, and those from which one may go to each; what was stopped is checked anew."""
AT_WORK = tuple(BEFORE)
ATTEMPTS = 3
STEP_KEPT = 3600


class Overtaken(Exception):
    """The import was stopped while the worker was at it, or another worker has done it: nothing of this run is kept."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far the worker is: a stage of so many."""

    done: int
    total: int


def start_at_once(register: Register, actor: Actor, upload: Upload, state: str, *, now: datetime) -> Upload:
    """Hand a file to the worker, to be checked, saved or taken back; a second press changes nothing."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state not in BEFORE[state]:
        return upload
    whole = _whole(register)
    if state != State.UNDOING:
        mapping_of(register, upload)
        if upload.owner not in dict(whole.owners(actor)):
            raise Refused(_("Choose the organisation these rows are brought in for."), field="owner")
    elif not may_take_back(upload, now=now):
        raise Refused(_("A day has passed: what was brought in is no longer taken back as a whole."))
    upload.state, upload.stopped_by = state, ""
    upload.language, upload.moved_at = get_language() or "", now
    mark_used(upload, now=now)
    store(upload, by=actor)
    cache.delete(_step_key(upload.pk))
    run_at_once.enqueue(upload.pk, actor.user_id)
    return upload


def may_take_back(upload: Upload, *, now: datetime) -> bool:
    """Whether the rows of a whole file were saved less than a day ago and still stand."""
    is_fresh = upload.saved_at is not None and now - upload.saved_at < TAKEN_BACK_WITHIN
    return upload.state == State.APPLIED and upload.context is not None and is_fresh


@task(priority=-10)
def run_at_once(upload_pk: int, user_id: int) -> str:
    """Do what the upload's state asks for, with the person's rights of this moment; the state it has then."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _do(upload_pk, user_id, now=timezone.now())
        except Overtaken:
            return ""
        except (OperationalError, InterfaceError):
            if attempt == ATTEMPTS:
                break_off(upload_pk, user_id, Stop.FAULT, now=timezone.now())
                raise
        except Exception as error:
            log.error("whole file %s stopped: %s", upload_pk, where(error))
            break_off(upload_pk, user_id, Stop.FAULT, now=timezone.now())
            raise
    return ""


def _do(upload_pk: int, user_id: int, *, now: datetime) -> str:
    actor, is_open = person_of(user_id)
    with transaction.atomic(), acting(actor):
        upload = get(actor, Upload, upload_pk, "change")
        register = register_by_slug(upload.register)
    if upload.state not in AT_WORK:
        return str(upload.state)
    if not (is_open and register and register.whole and may_import(register, actor)):
        break_off(upload_pk, user_id, Stop.RIGHTS, now=now)
        return str(State.STOPPED)
    doing = {State.CHECKING: _look, State.APPLYING: _bring, State.UNDOING: _take_back}[State(upload.state)]
    with override(upload.language or None):
        try:
            doing(register, actor, upload, now)
        except (Unreadable, Refused) as error:
            log.warning("whole file %s is refused", upload_pk)
            _refuse(actor, upload, str(error), now=now)
        except Hidden:
            break_off(upload_pk, user_id, Stop.RIGHTS, now=now)
    return str(upload.state)


def _look(register: Register, actor: Actor, upload: Upload, now: datetime) -> None:
    """Judge the whole file, store nothing of it, and keep what was found for the page and the errors file."""
    refused = io.StringIO()
    report = _brought(register, actor, upload, now, errors=refused, preview=True)
    if report.read > MOST_ROWS_AT_ONCE:
        raise Unreadable(
            _(
                "The file has more than %(most)s rows. Split it, or ask the operator to load it with the command line."
            )
            % {"most": number_format(MOST_ROWS_AT_ONCE, force_grouping=True)}
        )
    errors: dict[int, dict[str, str]] = {}
    for problem in report.problems:
        errors.setdefault(problem.row, {})[problem.column] = problem.reason
    findings = {
        "columns": list(report.columns.values()),
        "rows": [
            [number, state, cells, errors.get(number, {})]
            for state, rows in report.samples.items()
            for number, cells in rows
        ],
    }
    keep_beside(upload, "findings", json.dumps(findings).encode(), now=now)
    keep_beside(upload, "errors", ("\ufeff" + refused.getvalue()).encode(), now=now)
    with transaction.atomic(), acting(actor):
        _done(actor, upload, State.CHECKED, report, now=now)


def _bring(register: Register, actor: Actor, upload: Upload, now: datetime) -> None:
    """Store the good rows; the upload says so in the same transaction."""

    def settle(report: Report) -> None:
        _done(actor, upload, State.APPLIED, report, now=now)

    _brought(register, actor, upload, now, on_stored=settle)


def _take_back(register: Register, actor: Actor, upload: Upload, now: datetime) -> None:
    """Undo what the load stored, but for what somebody has worked on since."""
    assert upload.context is not None, "asked by `may_take_back`"
    with transaction.atomic(), acting(actor):
        taken = _whole(register).take_back(upload.context, actor, now)
        fresh = _locked(actor, upload)
        fresh.report |= {"removed": taken.removed, "restored": taken.restored, "kept": taken.kept}
        _end(actor, fresh, State.UNDONE, now=now)


def _brought(
    register: Register,
    actor: Actor,
    upload: Upload,
    now: datetime,
    *,
    errors: io.StringIO | None = None,
    preview: bool = False,
    on_stored: Callable[[Report], None] | None = None,
) -> Report:
    def tell(done: int, total: int) -> None:
        cache.set(_step_key(upload.pk), (done, total), STEP_KEPT)

    with file_of(upload) as path:
        return _whole(register).bring(
            Bringing(
                path=path,
                columns=mapping_of(register, upload),
                owner=upload.owner or 0,
                by=actor,
                now=now,
                preview=preview,
                problems=Problems(errors, shown=SHOWN * 3),
                shown=SHOWN if preview else 0,
                options={"limits": LIMITS_AT_ONCE},
                on_progress=tell,
                on_stored=on_stored,
            )
        )


def _done(actor: Actor, upload: Upload, state: str, report: Report, *, now: datetime) -> None:
    """Write down what became of the rows; `Overtaken` if the import no longer stands where the worker took it up."""
    fresh = _locked(actor, upload)
    same = report.same + report.duplicates
    counts = {"new": report.new, "changed": report.changed, "same": same, BAD: report.bad}
    fresh.report = {**counts, "total": report.read, "notes": report.notes}
    fresh.total, fresh.done = report.read, report.read if state == State.APPLIED else 0
    if state == State.APPLIED:
        fresh.context, fresh.saved_at = UUID(report.context), now
    _end(actor, fresh, state, now=now)


def _locked(actor: Actor, upload: Upload) -> Upload:
    fresh = get(actor, Upload, upload.pk, "change", lock=True)
    if fresh.state != upload.state:
        raise Overtaken
    return fresh


def _end(actor: Actor, upload: Upload, state: str, *, now: datetime) -> None:
    upload.state, upload.moved_at = state, now
    store(upload, by=actor)
    mark_used(upload, now=now)
    register = register_by_slug(upload.register)
    if register and state == State.APPLIED:
        history.record("import", register.model, by=actor, now=now, detail=told(upload))


def _refuse(actor: Actor, upload: Upload, why: str, *, now: datetime) -> None:
    """The file cannot be taken: the page says why, in words."""
    with transaction.atomic(), acting(actor):
        fresh = _locked(actor, upload)
        fresh.report = {**dict.fromkeys(STATES, 0), "total": 0, "refused": why}
        fresh.state, fresh.stopped_by, fresh.moved_at = State.STOPPED, Stop.FILE, now
        store(fresh, by=actor)


def step_of(upload: Upload) -> Step | None:
    """How far the worker is with a file; None before it has begun."""
    found = cache.get(_step_key(upload.pk))
    return Step(*found) if found else None


def findings_of(register: Register, upload: Upload) -> Preview:
    """What the worker found in the file: counts of all rows, and some rows of each sort."""
    found = json.loads(read_beside(upload, "findings"))
    mapping = mapping_of(register, upload)
    rows = [PreviewRow(number, state, cells, errors) for number, state, cells, errors in found["rows"]]
    columns = tuple(rows[0].cells) if rows else tuple(found["columns"])
    ignored = tuple(column for column in columns if column not in mapping.values())
    return Preview(
        upload, columns, mapping, ignored, rows, of_all={name: upload.report[name] for name in STATES}
    )


def _whole(register: Register) -> WholeFile:
    assert register.whole is not None, "only files of registers that take them whole come here"
    return register.whole


def _step_key(upload_pk: Any) -> str:
    return f"import-step-{upload_pk}"
