"""Imports at which no task is any more: so many workers died of it that it was given up, or the database was away when it ended.

Such a file would be called "being saved" for ever. It is handed to the worker again, and after a few times in vain stopped with
the reason, so that its owner may go on with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.visibility import visible
from safar.foundation.registers.importing.applying import break_off, run_import
from safar.foundation.registers.importing.at_once import AT_WORK, run_at_once
from safar.foundation.registers.models import Stop, Upload
from safar.foundation.registers.registry import register_by_slug

TASKS: dict[bool, Any] = {False: run_import, True: run_at_once}
QUIET = timedelta(minutes=1)
IN_VAIN = 3
"""After so many tasks that failed an import is stopped."""


def take_up_left_imports(*, now: datetime) -> int:
    """Hand imports that nothing has moved for a minute and that no task is at to the worker; how many were found."""
    sweeper, found = system_actor("sweeper"), 0
    with transaction.atomic(), acting(sweeper):
        still = list(visible(sweeper, Upload).filter(state__in=AT_WORK, moved_at__lt=now - QUIET))
    for upload in still:
        tasks = DBTaskResult.objects.filter(
            task_path__in=[task.module_path for task in TASKS.values()], args_kwargs__args__0=upload.pk
        )
        if tasks.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).exists():
            continue
        found += 1
        if tasks.failed().count() >= IN_VAIN:
            break_off(upload.pk, upload.user_id, Stop.FAULT, now=now)
            continue
        register = register_by_slug(upload.register)
        TASKS[bool(register and register.whole)].enqueue(upload.pk, upload.user_id)
    return found
