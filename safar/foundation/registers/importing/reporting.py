"""What an import refused, as it was refused: on the page and as a file to mend and bring in again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.importing.judging import BAD, preview
from safar.foundation.registers.importing.uploads import open_upload
from safar.foundation.registers.models import Batch, Upload
from safar.foundation.registers.sheets.cells import safe_cell


def refused_rows(actor: Actor, upload: Upload, *, first: int = 0) -> list[tuple[int, dict[str, str]]]:
    """(row number, reason by column) of rows that were refused, in their order; at most `first` of them if given."""
    found: list[tuple[int, dict[str, str]]] = []
    batches = visible(actor, Batch).filter(upload_id=upload.pk).exclude(refused=[]).order_by("start")
    for batch in batches.iterator(chunk_size=100):
        found += [(number, errors) for number, errors in batch.refused]
        if first and len(found) >= first:
            return found[:first]
    return found


def refused_file(register: Register, actor: Actor, upload: Upload) -> str:
    """Refused rows as CSV, with row number and reason first: mend it and load it again.

    Before anything is saved these are the rows the check refuses; afterwards those that were refused.
    """
    sheet = open_upload(upload)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([_("row"), _("reason"), *sheet.columns])
    for number, errors, cells in _refused(register, actor, upload, sheet.rows):
        reason = "; ".join(f"{k}: {v}" if k else v for k, v in errors.items())
        writer.writerow([number, safe_cell(reason), *(safe_cell(cells.get(c, "")) for c in sheet.columns)])
    return "\ufeff" + out.getvalue()


def _refused(
    register: Register, actor: Actor, upload: Upload, rows: Any
) -> Iterator[tuple[int, dict[str, str], dict[str, str]]]:
    if upload.state == Upload.State.UPLOADED:
        for row in preview(register, actor, upload).rows:
            if row.state == BAD:
                yield row.number, row.errors, row.cells
        return
    wanted = dict(refused_rows(actor, upload))
    for row in rows:
        if row.number in wanted:
            yield row.number, wanted[row.number], row.values
