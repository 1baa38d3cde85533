"""Saving the good rows of a file, a few at a time, in the worker.

A batch is one transaction: the rows, their events, the numbers of the rows refused, and how far the file is done. The
upload's own row is locked while it lasts, so two workers never do the same rows, and what a killed worker had not
committed is done again from the first row. The rights are those the person has when the batch begins.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.contrib.auth import get_user_model
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import task

from safar.foundation import history
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.visibility import Hidden, get
from safar.foundation.actions import Refused, Stale
from safar.foundation.actions.forms import inputs_of
from safar.foundation.actions.storing import store
from safar.foundation.faults import where
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.importing.judging import (
    BAD,
    CHANGED,
    NEW,
    Judge,
    PreviewRow,
    counted,
    storing_action,
)
from safar.foundation.registers.importing.uploads import mapping_of, mark_used, may_import, open_upload
from safar.foundation.registers.models import Batch, Stop, Upload
from safar.foundation.registers.registry import register_by_slug
from safar.foundation.registers.sheets import Row, Unreadable

log = logging.getLogger(__name__)
State = Upload.State
BATCH = 50
BATCHES_A_TURN = 40
"""After so many the task queues again behind what others wait for."""
PATIENCE, PAUSE = 30, 2.0
"""How often, and after how many seconds, a lost database is asked for again."""


def start_import(register: Register, actor: Actor, upload: Upload, *, now: datetime) -> Upload:
    """Hand the rows to the worker, or go on where an import was stopped; a second press changes nothing."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state in (State.APPLYING, State.APPLIED):
        return upload
    mapping_of(register, upload)
    upload.state, upload.stopped_by = State.APPLYING, ""
    upload.language, upload.moved_at = get_language() or "", now
    mark_used(upload, now=now)
    store(upload, by=actor)
    run_import.enqueue(upload.pk, actor.user_id)
    return upload


def stop_import(actor: Actor, upload: Upload, *, now: datetime) -> Upload:
    """Stop after the batch in hand; what is saved stays saved. Of a file taken as a whole nothing is."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state in (State.APPLYING, State.CHECKING):
        _end(upload, State.STOPPED, Stop.ASKED, by=actor, now=now)
    return upload


@task(priority=-10)
def run_import(upload_pk: int, user_id: int) -> int:
    """Do the next batches of an import, then let others have their turn; how many rows are done in all."""
    reading, patience = None, PATIENCE
    for _turn in range(BATCHES_A_TURN):
        try:
            reading = reading or Reading()
            upload = do_batch(upload_pk, user_id, reading, now=timezone.now())
        except (OperationalError, InterfaceError):
            connection.close()
            reading, patience = None, patience - 1
            if not patience:
                raise
            time.sleep(PAUSE)
            continue
        except Exception as error:
            log.error("import %s stopped: %s", upload_pk, where(error))
            break_off(upload_pk, user_id, Stop.FAULT, now=timezone.now())
            raise
        if upload.state != State.APPLYING:
            return int(upload.done)
    run_import.enqueue(upload_pk, user_id)
    return int(upload.done)


class Reading:
    """The file as the worker goes through it; it can only go forward and is opened when first wanted."""

    def __init__(self) -> None:
        self.position = 0
        self._rows: Iterator[Row] | None = None
        self.judge: Judge

    def batch(self, register: Register, upload: Upload) -> list[Row]:
        """The rows after those done; `Unreadable` if the file is gone."""
        if self._rows is None:
            sheet = open_upload(upload)
            self._rows = sheet.rows
            self.judge = Judge(register, sheet.columns, mapping_of(register, upload))
        if self.position < upload.done:
            self.judge.pass_over(islice(self._rows, upload.done - self.position))
        found = list(islice(self._rows, BATCH))
        self.position = upload.done + len(found)
        return found


def do_batch(upload_pk: int, user_id: int, reading: Reading, *, now: datetime) -> Upload:
    """Save the next few rows; the upload as it stands then. An import that was stopped or is done is left alone."""
    actor, is_open = person_of(user_id)
    with transaction.atomic(), acting(actor):
        upload = get(actor, Upload, upload_pk, "change", lock=True)
        register = register_by_slug(upload.register)
        if upload.state != State.APPLYING:
            return upload
        if not (is_open and register and may_import(register, actor)):
            return _end(upload, State.STOPPED, Stop.RIGHTS, by=actor, now=now)
        try:
            rows = reading.batch(register, upload)
        except Unreadable:
            return _end(upload, State.STOPPED, Stop.FILE, by=actor, now=now)
        with override(upload.language or None):
            judged = reading.judge.judged(rows, actor)
            for row in judged:
                if row.state in (NEW, CHANGED):
                    _apply(register, actor, upload, row, now)
        return _note(upload, judged, by=actor, now=now)


def break_off(upload_pk: int, user_id: int, why: str, *, now: datetime) -> None:
    """Stop an import for a reason of ours, in a transaction of its own."""
    actor, _is_open = person_of(user_id)
    with transaction.atomic(), acting(actor):
        upload = get(actor, Upload, upload_pk, "change", lock=True)
        if upload.state in (State.APPLYING, State.CHECKING):
            _end(upload, State.STOPPED, why, by=actor, now=now)
        elif upload.state == State.UNDOING:
            upload.state = State.APPLIED
            store(upload, by=actor)


def person_of(user_id: int) -> tuple[Actor, bool]:
    """The person with her rights of this moment, and whether her account is still open."""
    account = get_user_model().objects.filter(pk=user_id).first()
    return Actor("staff", user_id=user_id, name=str(account or "")), bool(account and account.is_active)


def _note(upload: Upload, judged: list[PreviewRow], *, by: Actor, now: datetime) -> Upload:
    """Write down how far the file is done, what became of the rows, and which were refused."""
    if judged:
        refused = [[row.number, row.errors] for row in judged if row.state == BAD]
        batch = Batch(user_id=upload.user_id, upload=upload, start=upload.done, refused=refused)
        store(batch, by=by, action="add")
        for state, count in counted(judged).items():
            upload.report[state] = upload.report.get(state, 0) + count
        upload.done += len(judged)
        upload.report["total"] = upload.done
        upload.moved_at = now
    if upload.done >= upload.total or not judged:
        return _end(upload, State.APPLIED, "", by=by, now=now)
    return store(upload, by=by)


def _end(upload: Upload, state: str, why: str, *, by: Actor, now: datetime) -> Upload:
    """The import is over, or stands still: one event says how far it came."""
    upload.state, upload.stopped_by, upload.moved_at = state, why, now
    upload.report = {**counted([]), "total": upload.done, **upload.report}
    store(upload, by=by)
    mark_used(upload, now=now)
    register = register_by_slug(upload.register)
    if register:
        history.record("import", register.model, by=by, now=now, detail=told(upload))
    return upload


def told(upload: Upload) -> dict[str, int]:
    """What the history is told of an import: how many rows of each sort."""
    return {name: count for name, count in upload.report.items() if isinstance(count, int)}


def _apply(register: Register, actor: Actor, upload: Upload, row: PreviewRow, now: datetime) -> None:
    """Save one row by its action; what goes wrong with it is the row's own trouble, not the file's."""
    action = storing_action(register, row.subject)
    try:
        with transaction.atomic():
            action(row.subject, by=actor, now=now, **inputs_of(row.form))
    except Refused as error:
        row.refuse(str(error))
    except Stale:
        row.refuse(_("Somebody changed this record at the same moment. Bring the row in again."))
    except Hidden:
        row.refuse(_("You may no longer do this with this record."))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("import %s, row %s: %s", upload.pk, row.number, where(error))
        row.refuse(
            _("Something broke on our side. Tell support: import %(number)s, row %(row)s.")
            % {"number": upload.pk, "row": row.number}
        )
