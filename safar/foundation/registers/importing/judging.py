"""What would become of each row: new, changed, the same, or refused and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from safar.foundation.access.actors import Actor
from safar.foundation.access.visibility import visible
from safar.foundation.actions import Action
from safar.foundation.actions.forms import form_for
from safar.foundation.languages.text import fold
from safar.foundation.registers.declaration import Register
from safar.foundation.registers.importing.uploads import mapping_of, open_upload
from safar.foundation.registers.loading import FORMULA
from safar.foundation.registers.models import Upload
from safar.foundation.registers.sheets import Row
from safar.foundation.registers.sheets.cells import plain_cell

CHECKED_ROWS = 2_000
"""Rows judged before anything is saved; what follows is judged the same way as it is saved."""
BRACKETED = re.compile(r"\[([^\]]+)\]\s*$")
NEW, CHANGED, SAME, BAD = STATES = "new", "changed", "same", "bad"


@dataclass
class PreviewRow:
    """One row of the file: what would become of it, its cells as they stand, and what is wrong by column."""

    number: int
    state: str
    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    subject: Any = None
    form: Any = None

    def refuse(self, reason: str, column: str = "") -> None:
        """Say why the row cannot be saved."""
        self.state = BAD
        self.errors[column] = reason


@dataclass
class Preview:
    """What applying the file would do, as far as it was judged."""

    upload: Upload
    columns: tuple[str, ...]
    mapping: dict[str, str]
    ignored: tuple[str, ...]
    rows: list[PreviewRow]

    of_all: dict[str, int] | None = None
    """Rows by state where `rows` are only some of them."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state."""
        return counted(self.rows) if self.of_all is None else self.of_all


def counted(rows: Iterable[PreviewRow]) -> dict[str, int]:
    """Rows by state, every state named."""
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in STATES}


def preview(register: Register, actor: Actor, upload: Upload) -> Preview:
    """The first rows judged, nothing changed."""
    sheet = open_upload(upload)
    mapping = mapping_of(register, upload)
    judge = Judge(register, sheet.columns, mapping)
    rows = judge.judged(list(islice(sheet.rows, CHECKED_ROWS)), actor)
    ignored = tuple(c for c in sheet.columns if c not in mapping.values())
    return Preview(upload, sheet.columns, mapping, ignored, rows)


class Judge:
    """Judges the rows of one file in their order; it remembers which keys it has met."""

    def __init__(self, register: Register, columns: tuple[str, ...], mapping: dict[str, str]) -> None:
        self.register, self.columns, self.mapping = register, columns, mapping
        self.key_column = mapping[register.import_key]
        self._seen: dict[str, int] = {}

    def pass_over(self, rows: Iterable[Row]) -> None:
        """Only remember the keys of rows that were judged before."""
        for _judged in self._sifted(rows):
            pass

    def judged(self, rows: list[Row], actor: Actor) -> list[PreviewRow]:
        """Each row as this actor could save it now."""
        sifted = list(self._sifted(rows))
        subjects = self._subjects([key for _row, key in sifted], actor)
        choices: dict[str, dict[str, Any]] = {}
        for row, key in sifted:
            found = subjects.get(key, [])
            if not row.errors and len(found) > 1:
                row.refuse(_("stands in several records: change them one by one"), self.key_column)
            elif not row.errors:
                self._judge(row, actor, found[0] if found else None, choices)
        return [row for row, _key in sifted]

    def _sifted(self, rows: Iterable[Row]) -> Iterator[tuple[PreviewRow, str]]:
        for row in rows:
            key = plain_text(row.values.get(self.key_column, ""))
            sifted = PreviewRow(row.number, BAD, {c: row.values.get(c, "") for c in self.columns})
            formulas = [c for c in self.mapping.values() if FORMULA.match(plain_text(row.values.get(c, "")))]
            if row.problem:
                sifted.refuse(row.problem)
            elif formulas:
                sifted.errors = dict.fromkeys(formulas, _("the text begins like a spreadsheet formula"))
            elif not key:
                sifted.refuse(_("is empty"), self.key_column)
            elif key in self._seen:
                sifted.refuse(_("stands in row %(row)s already") % {"row": self._seen[key]}, self.key_column)
            else:
                self._seen[key] = row.number
            yield sifted, key

    def _subjects(self, keys: list[str], actor: Actor) -> dict[str, list[Any]]:
        register, change = self.register, self.register.change_action
        if not change:
            return {}
        found = visible(actor, register.model, change.name).filter(**{f"{register.import_key}__in": keys})
        by_key: dict[str, list[Any]] = {}
        for subject in found:
            by_key.setdefault(str(getattr(subject, register.import_key)), []).append(subject)
        return by_key

    def _judge(self, row: PreviewRow, actor: Actor, subject: Any, choices: dict[str, dict[str, Any]]) -> None:
        action = storing_action(self.register, subject)
        empty = form_for(action, actor, subject)
        data = QueryDict(mutable=True)
        before = {}
        for name, form_field in empty.fields.items():
            if isinstance(form_field.widget, forms.HiddenInput):
                continue
            current = forms.models.model_to_dict(subject, [name]).get(name) if subject else form_field.initial
            before[name] = current
            if name in self.mapping:
                text = plain_text(row.cells.get(self.mapping[name], ""))
                data.setlist(name, _values(form_field, text, choices.setdefault(name, {})))
                continue
            said = form_field.prepare_value(current)
            if said not in (None, ""):
                data.setlist(name, [str(v) for v in said] if isinstance(said, list) else [str(said)])
        form = form_for(action, actor, subject, data=data)
        if not form.is_valid():
            row.errors = {self.mapping.get(n, "") or n: " ".join(map(str, e)) for n, e in form.errors.items()}
            return
        row.subject, row.form = subject, form
        row.state = NEW if subject is None else CHANGED if _differs(form, before) else SAME


def storing_action(register: Register, subject: Any) -> Action:
    """The action that stores a row: the change of what is there, or the addition of what is new."""
    action = register.change_action if subject else register.add_action
    assert action is not None, "asked by `may_import`, and of rows found to change"
    return action


def plain_text(value: str) -> str:
    """A cell without the quotes that guard formulas and without the spaces round it."""
    return plain_cell(value.strip()).strip()


def _differs(form: Any, before: dict[str, Any]) -> bool:
    for name, old in before.items():
        new = form.cleaned_data.get(name)
        if getattr(new, "pk", new) != old and (new or old):
            return True
    return False


def _values(form_field: Any, text: str, known: dict[str, Any]) -> list[str]:
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
