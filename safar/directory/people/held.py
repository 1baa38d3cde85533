"""What is held about a person, for herself: every row of hers the actor may see, and nothing about anybody else.

Of relatives it says what she said. Left out is what would endanger somebody if the paper were found: the code word, who is not
to know, and the notes on how to reach her; that they stand there is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from safar.directory.people.following import belongings
from safar.directory.people.models import Fact, Merge, Person, PossibleDuplicate, SafeContact
from safar.foundation.access.actors import Actor
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import hidden_fields, visible
from safar.foundation.registers.declaration import display

#: Not of the person but of the machinery, or another person's.
LEFT_OUT = {
    *(field.name for field in Labelled._meta.fields), "id", "person", "data_key", "index", "relative", "spellings", "sounds",
    "bones", "sort_key", "erased_on", "params", "code", "left_at", "merged_into",
}  # fmt: skip
#: What the desk thinks of her record, and of another's.
OF_THE_DESK = (PossibleDuplicate, Merge)
DANGEROUS = {SafeContact: ("telegram_chat", "code_word", "keep_from", "note")}


@dataclass(frozen=True, slots=True)
class Held:
    """One row: each field's name, label and value."""

    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """All rows of one sort."""

    code: str
    title: Any
    rows: tuple[Held, ...]


def what_is_held(actor: Actor, person: Person) -> list[Part]:
    """The person and all that belongs to her, in the eyes of the actor, sort by sort; sorts without a row are left out."""
    parts = [Part("person", Person._meta.verbose_name, (_row(actor, person),))]
    models: list[Any] = [*(model for model in belongings() if model not in OF_THE_DESK), Fact]
    for model in models:
        rows: Any = visible(actor, model).filter(person_id=person.pk).order_by("pk")
        if found := tuple(_row(actor, row) for row in rows):
            parts.append(Part(model._meta.model_name or "", model._meta.verbose_name_plural, found))
    return parts


def as_json(person: Person, parts: list[Part], *, now: datetime) -> dict[str, Any]:
    """The same for another program: codes of fields, dates in ISO form."""
    said = {
        part.code: [{name: _plain(value) for name, _label, value in row.fields} for row in part.rows]
        for part in parts
    }
    return {"person": person.number, "made_at": now.isoformat(), "held": said}


def _row(actor: Actor, row: Any) -> Held:
    hidden = hidden_fields(actor, row) | LEFT_OUT
    dangerous = DANGEROUS.get(type(row), ())
    fields = []
    for field in row._meta.concrete_fields:
        if field.name in hidden:
            continue
        value = display(row, field.name)
        if value not in (None, "", []):
            fields.append(
                (
                    field.name,
                    field.verbose_name,
                    _("stands on record, is not printed") if field.name in dangerous else value,
                )
            )
    if isinstance(row, Fact):
        fields.insert(0, ("what", Fact.what.label, row.what()))  # type: ignore[attr-defined]
    return Held(tuple(fields))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, bool | int) else str(value)
