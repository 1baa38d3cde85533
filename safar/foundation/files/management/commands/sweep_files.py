"""Delete contents no record knows and name records whose content is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from safar.foundation.database.connecting import connect
from safar.foundation.files import storage
from safar.foundation.files.models import StoredFile


class Command(BaseCommand):
    """`safar manage sweep_files`: run it once a day."""

    help = "Delete contents left behind by cancelled uploads; name files whose content is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        # As the owner of the database: every other role sees only its part, and would take the rest for left behind.
        table = StoredFile._meta.db_table
        with connect("owner") as connection:
            rows = connection.execute(f"select stored_as, erased_at is null from {table}").fetchall()  # noqa: S608
        known = {token for token, _present in rows}
        gone = list(storage.left_behind(known, before=timezone.now() - timedelta(days=1)))
        for token in gone:
            storage.discard(token)
        missing = [token for token, present in rows if present and not storage.exists(token)]
        self.stdout.write(f"{len(gone)} contents deleted that no record knows.")
        if missing:
            raise CommandError(
                f"{len(missing)} contents are missing, first {missing[0]}: put them back from the backup."
            )
