"""Bringing a table file into a register: upload, map its columns, preview every row, apply, with a file of the bad rows.

Each row goes through the register's own add or change action with its form, so that an import can do nothing a person
could not do by hand: rows outside her scope are not found, and new rows cannot land there. Columns that only actions may
change are left out and named.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from safar.foundation import history
from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import Hidden, get, may, resource_of, visible
from safar.foundation.actions import Action, Refused
from safar.foundation.actions.forms import form_for, inputs_of
from safar.foundation.actions.storing import store
from safar.foundation.languages.text import fold
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.exchange import safe_cell
from safar.foundation.registers.loading import FORMULA
from safar.foundation.registers.models import Upload
from safar.foundation.registers.sheets import Limits, Row, Sheet, Unreadable, open_sheet

MOST_ROWS = 5_000
LIMITS = Limits(
    file_bytes=10_000_000,
    packed_bytes=10_000_000,
    unpacked_bytes=100_000_000,
    cells=1_000_000,
    cell_chars=100_000,
)
KEPT = timedelta(days=1)
BRACKETED = re.compile(r"\[([^\]]+)\]\s*$")
NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"


@dataclass
class PreviewRow:
    """One row of the file: what would become of it, its cells as they stand, and what is wrong by column."""

    number: int
    state: str
    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    subject: Any = None
    form: Any = None


@dataclass
class Preview:
    """What applying the file would do."""

    upload: Upload
    columns: tuple[str, ...]
    mapping: dict[str, str]
    ignored: tuple[str, ...]
    rows: list[PreviewRow]

    def count(self, state: str) -> int:
        """How many rows have a state."""
        return sum(row.state == state for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state."""
        return {state: self.count(state) for state in (NEW, CHANGED, SAME, BAD)}


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
    """Keep the file for a day under a random name; `Refused` in words if it is no table or too large."""
    if not may_import(register, actor):
        raise Hidden(resource_of(register.model), "", "import")
    name, size = file.name or "", file.size or 0
    if size > LIMITS.file_bytes:
        raise Refused(
            _(
                "The file is larger than 10 MB. Split it, or ask the operator to load it with the command line."
            ),
            field="file",
        )
    token = secrets.token_urlsafe(24)
    path = _path(token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    try:
        sheet = open_sheet(path, limits=LIMITS)
    except Unreadable as error:
        path.unlink()
        raise Refused(str(error).replace(str(path), name[:120]), field="file") from error
    upload = Upload(
        user_id=actor.user_id,
        register=register.slug,
        name=Path(name).name[:120],
        token=token,
        made_at=now,
    )
    upload.mapping = guess_mapping(register, sheet.columns)
    return store(upload, by=actor, action="add")


def find_upload(register: Register, actor: Actor, pk: Any) -> Upload:
    """One's own upload, or 404."""
    upload = get(actor, Upload, pk)
    if upload.register != register.slug or not _path(upload.token).exists():
        raise Http404
    return upload


def columns_of(upload: Upload) -> tuple[str, ...]:
    """The columns of a kept file."""
    return _open(upload).columns


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
    """Remember which column fills which field."""
    columns = set(_open(upload).columns)
    upload.mapping = {n: c for n, c in mapping.items() if n in importable(register) and c in columns}
    return store(upload, by=actor)


def preview(register: Register, actor: Actor, upload: Upload) -> Preview:
    """Every row judged, nothing changed."""
    sheet = _open(upload)
    mapping = {n: c for n, c in upload.mapping.items() if n in importable(register)}
    if register.import_key not in mapping:
        raise Refused(
            _("Choose the column that holds: %(key)s. Without it a row cannot be told from another.")
            % {"key": register.label_of(register.import_key)}
        )
    rows = list(_judged(register, actor, sheet, mapping))
    return Preview(
        upload, sheet.columns, mapping, tuple(c for c in sheet.columns if c not in mapping.values()), rows
    )


def apply_import(register: Register, actor: Actor, upload: Upload, *, now: datetime) -> dict[str, Any]:
    """Add and change the good rows, each by its action; the bad ones stay in the errors file."""
    upload = get(actor, Upload, upload.pk, "change", lock=True)
    if upload.state == Upload.State.APPLIED:
        return upload.report
    judged = preview(register, actor, upload)
    for row in judged.rows:
        if row.state in (NEW, CHANGED):
            _apply(register, actor, row, now)
    upload.state, upload.report = Upload.State.APPLIED, {**judged.counts, "total": len(judged.rows)}
    store(upload, by=actor)
    history.record("import", register.model, by=actor, now=now, detail=upload.report)
    return upload.report


def errors_file(register: Register, actor: Actor, upload: Upload) -> str:
    """The bad rows as CSV, with row number and reason first: mend it and load it again."""
    judged = preview(register, actor, upload)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("row"), _("reason"), *judged.columns])
    for row in judged.rows:
        if row.state == BAD:
            reason = "; ".join(f"{k}: {v}" if k else v for k, v in row.errors.items())
            writer.writerow(
                [row.number, safe_cell(reason), *(safe_cell(row.cells.get(c, "")) for c in judged.columns)]
            )
    return "\ufeff" + out.getvalue()


def forget_old_uploads(*, now: datetime) -> int:
    """Delete files older than a day (called by ``tick``); how many went."""
    folder, gone = _path("x").parent, 0
    for path in folder.glob("*") if folder.exists() else ():
        if now.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _judged(register: Register, actor: Actor, sheet: Sheet, mapping: dict[str, str]) -> Iterator[PreviewRow]:
    rows: list[Row] = []
    for row in sheet.rows:
        if len(rows) == MOST_ROWS:
            raise Refused(
                _(
                    "The file has more than %(most)s rows. Split it, or ask the operator to load it with the command line."
                )
                % {"most": MOST_ROWS}
            )
        rows.append(row)
    key_column = mapping[register.import_key]
    keys = [_text(row.values.get(key_column, "")) for row in rows]
    change = register.change_action
    found = (
        visible(actor, register.model, change.name).filter(**{f"{register.import_key}__in": keys})
        if change
        else ()
    )
    subjects = {str(getattr(s, register.import_key)): s for s in found}
    choices: dict[str, dict[str, Any]] = {}
    seen: dict[str, int] = {}
    for row, key in zip(rows, keys, strict=True):
        cells = {n: _text(row.values.get(c, "")) for n, c in mapping.items()}
        judged = PreviewRow(row.number, BAD, {c: row.values.get(c, "") for c in sheet.columns})
        if row.problem:
            judged.errors[""] = row.problem
        elif formulas := [c for c in mapping.values() if FORMULA.match(row.values.get(c, ""))]:
            judged.errors = dict.fromkeys(formulas, _("the text begins like a spreadsheet formula"))
        elif not key:
            judged.errors[key_column] = _("is empty")
        elif key in seen:
            judged.errors[key_column] = _("stands in row %(row)s already") % {"row": seen[key]}
        else:
            seen[key] = row.number
            _judge(register, actor, judged, cells, subjects.get(key), choices, mapping)
        yield judged


def _judge(
    register: Register,
    actor: Actor,
    judged: PreviewRow,
    cells: dict[str, str],
    subject: Any,
    choices: Any,
    mapping: Any,
) -> None:
    action = _storing(register, subject)
    empty = form_for(action, actor, subject)
    data = QueryDict(mutable=True)
    before = {}
    for name, form_field in empty.fields.items():
        if isinstance(form_field.widget, forms.HiddenInput):
            continue
        current = forms.models.model_to_dict(subject, [name]).get(name) if subject else form_field.initial
        before[name] = current
        if name not in cells:
            said = form_field.prepare_value(current)
            if said not in (None, ""):
                data.setlist(name, [str(v) for v in said] if isinstance(said, list) else [str(said)])
            continue
        values = _values(form_field, cells[name], choices.setdefault(name, {}), actor)
        data.setlist(name, values)
    form = form_for(action, actor, subject, data=data)
    if not form.is_valid():
        judged.errors = {mapping.get(n, "") or n: " ".join(map(str, e)) for n, e in form.errors.items()}
        return
    judged.subject, judged.form = subject, form
    judged.state = NEW if subject is None else CHANGED if _differs(form, before) else SAME


def _storing(register: Register, subject: Any) -> Action:
    """The action that stores a row: the change of what is there, or the addition of what is new."""
    action = register.change_action if subject else register.add_action
    assert action is not None, "asked by `may_import`, and of rows found to change"
    return action


def _apply(register: Register, actor: Actor, row: PreviewRow, now: datetime) -> None:
    action = _storing(register, row.subject)
    if row.subject is not None:
        row.subject = get(actor, register.model, row.subject.pk, action.name)
    try:
        with transaction.atomic():
            action(row.subject, by=actor, now=now, **inputs_of(row.form))
    except Refused as error:
        row.state, row.errors = BAD, {"": str(error)}


def _differs(form: Any, before: dict[str, Any]) -> bool:
    for name, old in before.items():
        new = form.cleaned_data.get(name)
        if getattr(new, "pk", new) != old and (new or old):
            return True
    return False


def _values(form_field: Any, text: str, known: dict[str, Any], actor: Actor) -> list[str]:
    """A cell as the form wants it: choices by label, references by their words or by the code in brackets."""
    if isinstance(form_field, forms.ModelChoiceField):
        return [_reference(form_field, text, known)]
    labels = {
        fold(str(label)): str(value)
        for value, label in getattr(form_field, "choices", ()) or ()
        if str(value)
    }
    if isinstance(form_field, forms.MultipleChoiceField):
        return [labels.get(fold(part), part.strip()) for part in re.split(r"[,;|]", text) if part.strip()]
    if labels:
        return [labels.get(fold(text), text)]
    return [text]


def _reference(form_field: Any, text: str, known: dict[str, Any]) -> str:
    if not text:
        return ""
    if text not in known:
        code = BRACKETED.search(text)
        lookup = getattr(form_field.queryset.model, "import_lookup", None)
        wanted = code.group(1) if code else text
        row = form_field.queryset.filter(**{lookup: wanted}).first() if lookup else None
        known[text] = str(row.pk) if row else text
    return known[text]


def _text(value: str) -> str:
    """A cell without the quote that guards formulas and without the spaces round it."""
    value = value.strip()
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@") else value


def _open(upload: Upload) -> Sheet:
    return open_sheet(_path(upload.token), limits=LIMITS)


def _path(token: str) -> Path:
    return Path(settings.SAFAR_FILES) / "uploads" / token
