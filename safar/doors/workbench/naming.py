"""What a record is called on a page: in the tab of a browser, in a message, as the tag of its state, as a link."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from safar.doors.workbench.gate import record_url
from safar.foundation.access.actors import Actor
from safar.foundation.access.labels import PERSONAL
from safar.foundation.access.models import Labelled
from safar.foundation.access.visibility import may
from safar.foundation.registers import Register, register_of
from safar.foundation.registers.declaration import display


def neutral_title(register: Register, row: Labelled) -> str:
    """What the browser's tab may show over a shoulder: a number, never the name of a person."""
    if row.label_level < PERSONAL:
        return str(row)
    return f"{register.singular} {getattr(row, 'neutral_name', '') or str(row.pk)[:8]}"


def state_tag(register: Register, row: Labelled, hidden: frozenset[str]) -> tuple[str, str, Any] | None:
    """Tone, icon and words of the record's state: the first of its toned fields the reader may see."""
    for name in register.tones:
        tone = register.tone(name, row.__dict__.get(name))
        if name not in hidden and tone:
            return (*tone, display(row, name))
    return None


def link_of(value: Any, actor: Actor) -> str:
    """The page of a value that is itself a record the reader may open."""
    if not isinstance(value, Model):
        return ""
    register = register_of(type(value))
    return record_url(register, value.pk) if register and may(actor, register.model, "view") else ""
