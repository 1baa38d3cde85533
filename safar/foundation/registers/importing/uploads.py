"""The file a person brings: kept encrypted for a day under a random name, its columns matched to fields, seen by nobody else.

Each file has a data key of its own, named in its envelope only. To be read it is opened in memory, never on the disk.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor, acting, system_actor
from safar.foundation.access.visibility import Hidden, get, may, resource_of, visible
from safar.foundation.actions import Refused
from safar.foundation.actions.storing import store
from safar.foundation.encryption import keys
from safar.foundation.encryption.durable import NotWritten, make_folder, write_new
from safar.foundation.encryption.envelope import Place, Tampered, key_id_of, seal, unseal
from safar.foundation.languages.text import fold
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.models import Upload
from safar.foundation.registers.sheets import Limits, Row, Sheet, Unreadable, open_sheet

MOST_ROWS, MOST_MB = 100_000, 10
LIMITS = Limits(
    file_bytes=MOST_MB * 1_000_000,
    packed_bytes=MOST_MB * 1_000_000,
    unpacked_bytes=100_000_000,
    cells=1_000_000,
    cell_chars=100_000,
    lines=2 * MOST_ROWS,
    text=100_000_000,
)
FILE_KEPT, REPORT_KEPT = timedelta(days=1), timedelta(days=30)
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def may_import(register: Register, actor: Actor) -> bool:
    """Whether the register can be imported into by this actor at all."""
    act = register.add_action
    return bool(
        register.import_key
        and act
        and may(actor, register.model, act.name)
        and may(actor, register.model, "import")
    )


def keep_upload(register: Register, actor: Actor, file: UploadedFile, *, now: datetime) -> Upload:
    """Keep the file under a random name, whole or not at all.

    `Refused` in words if it is no table, too large, or cannot be read to its end; `NotWritten` if the disk is full.
    """
    if not may_import(register, actor):
        raise Hidden(resource_of(register.model), "", "import")
    name, size = file.name or "", file.size or 0
    if size > LIMITS.file_bytes:
        raise Refused(
            _(
                "The file is larger than %(most)s MB. Split it, or ask the operator to load it with the command line."
            )
            % {"most": MOST_MB},
            field="file",
        )
    content = file.read()
    columns, total = _measured(content, name[:120])
    token = secrets.token_urlsafe(24)
    path, store_of_keys = path_of(token), keys.store()
    make_folder(path.parent)
    key_id = store_of_keys.create_key(now=now)
    write_new(path, seal(content, key_id=key_id, place=_place(token), keys=store_of_keys))
    upload = Upload(
        user_id=actor.user_id,
        register=register.slug,
        name=Path(name).name[:120],
        token=token,
        mapping=guess_mapping(register, columns),
        total=total,
        made_at=now,
    )
    return store(upload, by=actor, action="add")


def _measured(content: bytes, name: str) -> tuple[tuple[str, ...], int]:
    """The columns and the number of rows: the file is read to its end, so that nothing later stumbles over it."""
    try:
        return _counted(_opened(content, name))
    except Unreadable as error:
        raise Refused(str(error), field="file") from error


def _counted(sheet: Sheet) -> tuple[tuple[str, ...], int]:
    total = 0
    for total, _row in enumerate(sheet.rows, 1):
        if total > MOST_ROWS:
            raise Refused(
                _(
                    "The file has more than %(most)s rows. Split it, or ask the operator to load it with the command line."
                )
                % {"most": number_format(MOST_ROWS, force_grouping=True)},
                field="file",
            )
    return sheet.columns, total


def find_upload(register: Register, actor: Actor, pk: Any) -> Upload:
    """One's own upload, or 404; one not yet applied is nothing without its file."""
    upload = get(actor, Upload, pk)
    if upload.register != register.slug or (upload.state == Upload.State.UPLOADED and not has_file(upload)):
        raise Http404
    return upload


def own_uploads(actor: Actor, *, now: datetime) -> list[Upload]:
    """One's own uploads, the latest first: those that can still be gone on with or looked up."""
    found = visible(actor, Upload).filter(made_at__gt=now - REPORT_KEPT).order_by("-made_at", "-pk")
    return [one for one in found[:100] if one.state != Upload.State.UPLOADED or has_file(one)]


def has_file(upload: Upload) -> bool:
    """Whether the file itself is still kept."""
    return path_of(upload.token).exists()


def columns_of(upload: Upload) -> tuple[str, ...]:
    """The columns of a kept file."""
    return open_upload(upload).columns


def importable(register: Register) -> dict[str, Any]:
    """Fields an import may fill, with their labels: those a person may type, or that make a new row."""
    names = dict.fromkeys(register.form_fields)
    if register.add and register.add.form:
        names |= dict.fromkeys(
            name for name in register.add.form.base_fields if hasattr(register.model, name)
        )
    return {name: register.label_of(name) for name in names}


def guess_mapping(register: Register, columns: tuple[str, ...]) -> dict[str, str]:
    """Field by column, where a header says the field's name or its label in the language of the moment."""
    known = {fold(str(label)): name for name, label in importable(register).items()}
    known |= {fold(name.replace("_", " ")): name for name in importable(register)}
    found: dict[str, str] = {}
    for column in columns:
        name = known.get(fold(column.replace("_", " ")))
        if name and name not in found:
            found[name] = column
    return found


def remap(register: Register, actor: Actor, upload: Upload, mapping: dict[str, str]) -> Upload:
    """Remember which column fills which field; `Refused` once rows are being saved."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state != Upload.State.UPLOADED:
        raise Refused(_("Rows of this file are saved already: its columns cannot be matched anew."))
    columns = set(open_upload(upload).columns)
    upload.mapping = {n: c for n, c in mapping.items() if n in importable(register) and c in columns}
    return store(upload, by=actor)


def mapping_of(register: Register, upload: Upload) -> dict[str, str]:
    """The column of each field; `Refused` if none was chosen for the field that tells the rows apart."""
    mapping = {n: c for n, c in upload.mapping.items() if n in importable(register)}
    if register.import_key not in mapping:
        raise Refused(
            _("Choose the column that holds: %(key)s. Without it a row cannot be told from another.")
            % {"key": register.label_of(register.import_key)}
        )
    return mapping


def forget_old_uploads(*, now: datetime) -> int:
    """Delete files nobody used for a day, with their keys, and reports a month old; how many files went."""
    folder, gone = path_of("x").parent, 0
    for path in folder.glob("*") if folder.exists() else ():
        if now.timestamp() - path.stat().st_mtime > FILE_KEPT.total_seconds():
            _destroy_key(path, now=now)
            path.unlink(missing_ok=True)
            gone += 1
    actor = system_actor("sweeper")
    with transaction.atomic(), acting(actor):
        visible(actor, Upload, "remove").filter(made_at__lt=now - REPORT_KEPT).delete()
    return gone


def mark_used(upload: Upload, *, now: datetime) -> None:
    """Begin the day anew after which the file is deleted."""
    if has_file(upload):
        os.utime(path_of(upload.token), (now.timestamp(), now.timestamp()))


def open_upload(upload: Upload) -> Sheet:
    """The kept file as a table; `Unreadable` if it is gone."""
    try:
        sealed = path_of(upload.token).read_bytes()
        content = unseal(sealed, place=_place(upload.token), keys=keys.store())
    except (FileNotFoundError, keys.KeyDestroyed) as error:
        raise Unreadable(_("There is no file %(path)s.") % {"path": upload.name}) from error
    return _opened(content, upload.name)


def _opened(content: bytes, name: str) -> Sheet:
    """A table in memory; a sentence that refuses it calls it by the name it came with."""
    handle = os.memfd_create("upload", os.MFD_CLOEXEC)
    path = Path(f"/proc/self/fd/{handle}")
    try:
        with os.fdopen(handle, "wb", closefd=False) as memory:
            memory.write(content)
        return _named(open_sheet(path, limits=LIMITS), path, name)
    except Unreadable as error:
        raise Unreadable(str(error).replace(str(path), name)) from error
    except OSError as error:
        raise NotWritten(path.parent, error) from error
    finally:
        os.close(handle)


def _named(sheet: Sheet, path: Path, name: str) -> Sheet:
    def rows() -> Iterator[Row]:
        try:
            yield from sheet.rows
        except Unreadable as error:
            raise Unreadable(str(error).replace(str(path), name)) from error

    return replace(sheet, rows=rows())


def _destroy_key(path: Path, *, now: datetime) -> None:
    """Erase a kept file in every copy of it; what was left half written has no key yet."""
    with suppress(Tampered):
        keys.store().destroy_key(key_id_of(path.read_bytes(), place=_place(path.name)), now=now)


def _place(token: str) -> Place:
    return Place(table=Upload._meta.db_table, pk=token, field="file")


def path_of(token: str) -> Path:
    """Where a file lies."""
    return Path(settings.SAFAR_FILES) / "uploads" / token
