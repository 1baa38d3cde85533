"""The file a person brings: kept encrypted for a day under a random name, its columns matched to fields, seen by nobody else.

Each file has a data key of its own, named in its envelope only. To be read it is opened in memory, never on the disk.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
from safar.foundation.encryption.durable import replace as replace_whole
from safar.foundation.encryption.envelope import Place, Tampered, key_id_of, seal, unseal
from safar.foundation.languages.text import fold
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.models import Matching, Upload
from safar.foundation.registers.sheets import Limits, Row, Sheet, Unreadable, open_sheet
from safar.foundation.registers.sheets.leftovers import forget_left

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
MOST_ROWS_AT_ONCE, MOST_MB_AT_ONCE = 1_000_000, 100
LIMITS_AT_ONCE = Limits(
    file_bytes=MOST_MB_AT_ONCE * 1_000_000,
    packed_bytes=MOST_MB_AT_ONCE * 1_000_000,
    lines=2 * MOST_ROWS_AT_ONCE,
)
"""What is accepted where a register takes files as a whole."""
FILE_KEPT, REPORT_KEPT = timedelta(days=1), timedelta(days=30)
UNSAVED = (Upload.State.UPLOADED, Upload.State.CHECKED)
BESIDE = ("findings", "errors")
"""What is kept beside a file taken as a whole: samples of its rows, and those refused with their reasons."""


def most(register: Register) -> tuple[int, int]:
    """The rows and megabytes a file for the register may have."""
    return (MOST_ROWS_AT_ONCE, MOST_MB_AT_ONCE) if register.whole else (MOST_ROWS, MOST_MB)


def key_of(register: Register) -> str:
    """The field that tells the rows of a file apart."""
    return register.whole.key if register.whole else register.import_key


def may_import(register: Register, actor: Actor) -> bool:
    """Whether the register can be imported into by this actor at all."""
    if register.whole:
        return may(actor, register.model, register.whole.act)
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
    if size > most(register)[1] * 1_000_000:
        raise Refused(
            _(
                "The file is larger than %(most)s MB. Split it, or ask the operator to load it with the command line."
            )
            % {"most": most(register)[1]},
            field="file",
        )
    content = file.read()
    columns, total = _measured(content, name[:120], at_once=bool(register.whole))
    matched = remembered(register, actor, columns)
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
        mapping=matched.mapping if matched else guess_mapping(register, columns),
        owner=matched.owner if matched else None,
        total=total,
        made_at=now,
    )
    return store(upload, by=actor, action="add")


def _measured(content: bytes, name: str, *, at_once: bool) -> tuple[tuple[str, ...], int]:
    """The columns and the number of rows: the file is read to its end, so that nothing later stumbles over it.

    A file taken as a whole is read by the worker, which tells how many rows it has.
    """
    try:
        if at_once:
            return _opened(content, name, LIMITS_AT_ONCE).columns, 0
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
    if upload.register != register.slug or (upload.state in UNSAVED and not has_file(upload)):
        raise Http404
    return upload


def own_uploads(actor: Actor, *, now: datetime) -> list[Upload]:
    """One's own uploads, the latest first: those that can still be gone on with or looked up."""
    found = visible(actor, Upload).filter(made_at__gt=now - REPORT_KEPT).order_by("-made_at", "-pk")
    return [one for one in found[:100] if one.state not in UNSAVED or has_file(one)]


def has_file(upload: Upload) -> bool:
    """Whether the file itself is still kept."""
    return path_of(upload.token).exists()


def columns_of(upload: Upload) -> tuple[str, ...]:
    """The columns of a kept file."""
    return open_upload(upload).columns


def importable(register: Register) -> dict[str, Any]:
    """Fields an import may fill, with their labels: those a person may type, or that make a new row."""
    if register.whole:
        return {item.name: item.label for item in register.whole.fields}
    names = dict.fromkeys(register.form_fields)
    if register.add and register.add.form:
        names |= dict.fromkeys(
            name for name in register.add.form.base_fields if hasattr(register.model, name)
        )
    return {name: register.label_of(name) for name in names}


def guess_mapping(register: Register, columns: tuple[str, ...]) -> dict[str, str]:
    """Field by column, where a header says the field's name or its label in the language of the moment."""
    known = {
        fold(also): one.name for one in (register.whole.fields if register.whole else ()) for also in one.also
    }
    known |= {fold(str(label)): name for name, label in importable(register).items()}
    known |= {fold(name.replace("_", " ")): name for name in importable(register)}
    found: dict[str, str] = {}
    for column in columns:
        name = known.get(fold(column.replace("_", " ")))
        if name and name not in found:
            found[name] = column
    return found


def remap(
    register: Register,
    actor: Actor,
    upload: Upload,
    mapping: dict[str, str],
    *,
    owner: int | None = None,
    now: datetime,
) -> Upload:
    """Remember which column fills which field, for this file and the next like it; `Refused` once rows are being saved."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state not in UNSAVED:
        raise Refused(_("Rows of this file are saved already: its columns cannot be matched anew."))
    columns = open_upload(upload).columns
    upload.mapping = {n: c for n, c in mapping.items() if n in importable(register) and c in columns}
    upload.state, upload.owner = Upload.State.UPLOADED, owner
    _remember(register, actor, upload, columns, now=now)
    return store(upload, by=actor)


def remembered(register: Register, actor: Actor, columns: tuple[str, ...]) -> Matching | None:
    """How this person matched a file with these very columns the last time; None if she never did."""
    found = visible(actor, Matching).filter(
        user_id=actor.user_id, register=register.slug, columns=_digest(columns)
    )
    return found.first()


def _remember(
    register: Register, actor: Actor, upload: Upload, columns: tuple[str, ...], *, now: datetime
) -> None:
    matched = remembered(register, actor, columns)
    action = "change" if matched else "add"
    matched = matched or Matching(user_id=actor.user_id, register=register.slug, columns=_digest(columns))
    matched.mapping, matched.owner, matched.used_at = upload.mapping, upload.owner, now
    store(matched, by=actor, action=action)


def _digest(columns: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()


def mapping_of(register: Register, upload: Upload) -> dict[str, str]:
    """The column of each field; `Refused` if none was chosen for the field that tells the rows apart."""
    mapping = {n: c for n, c in upload.mapping.items() if n in importable(register)}
    if key_of(register) not in mapping:
        raise Refused(
            _("Choose the column that holds: %(key)s. Without it a row cannot be told from another.")
            % {"key": importable(register)[key_of(register)]}
        )
    return mapping


def forget_old_uploads(*, now: datetime) -> int:
    """Delete files nobody used for a day, with their keys, and reports a month old; how many files went."""
    forget_left()
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
    """Begin the day anew after which the file is deleted, with what was found in it."""
    for name in (upload.token, *(f"{upload.token}.{word}" for word in BESIDE)):
        with suppress(FileNotFoundError):
            os.utime(path_of(name), (now.timestamp(), now.timestamp()))


def open_upload(upload: Upload) -> Sheet:
    """The kept file as a table; `Unreadable` if it is gone."""
    return _opened(_unsealed(upload), upload.name, LIMITS_AT_ONCE)


def keep_beside(upload: Upload, word: str, content: bytes, *, now: datetime) -> None:
    """Keep something found in the file (a word of `BESIDE`) as long as the file itself, encrypted like it, over what was there."""
    name, store_of_keys = f"{upload.token}.{word}", keys.store()
    path = path_of(name)
    if path.exists():
        _destroy_key(path, now=now)
    replace_whole(
        path, seal(content, key_id=store_of_keys.create_key(now=now), place=_place(name), keys=store_of_keys)
    )


def read_beside(upload: Upload, word: str) -> bytes:
    """What was found in the file; `Unreadable` if it is gone."""
    return _unsealed(upload, f".{word}")


def _unsealed(upload: Upload, word: str = "") -> bytes:
    name = upload.token + word
    try:
        return unseal(path_of(name).read_bytes(), place=_place(name), keys=keys.store())
    except (FileNotFoundError, keys.KeyDestroyed) as error:
        raise Unreadable(_("There is no file %(path)s.") % {"path": upload.name}) from error


@contextmanager
def file_of(upload: Upload) -> Iterator[Path]:
    """The kept file in memory, under a path that is there as long as the block; `Unreadable` calls it by its own name."""
    with _in_memory(_unsealed(upload), upload.name) as path:
        yield path


@contextmanager
def _in_memory(content: bytes, name: str) -> Iterator[Path]:
    handle = os.memfd_create("upload", os.MFD_CLOEXEC)
    path = Path(f"/proc/self/fd/{handle}")
    try:
        with os.fdopen(handle, "wb", closefd=False) as memory:
            memory.write(content)
        yield path
    except Unreadable as error:
        raise Unreadable(str(error).replace(str(path), name)) from error
    except OSError as error:
        raise NotWritten(path.parent, error) from error
    finally:
        os.close(handle)


def _opened(content: bytes, name: str, limits: Limits = LIMITS) -> Sheet:
    """A table in memory; a sentence that refuses it calls it by the name it came with."""
    with _in_memory(content, name) as path:
        return _named(open_sheet(path, limits=limits), path, name)


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
