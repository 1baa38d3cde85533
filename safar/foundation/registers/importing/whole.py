"""What a register says that takes files as a whole: every good row of a million in one go, or none of them.

Such a file is judged in columns and stored in one transaction, so a worker that is killed has stored nothing and the next one
begins anew. For a day what it did can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from safar.foundation.access.actors import Actor

if TYPE_CHECKING:
    from safar.foundation.registers.loading import Field, Problems, Report

TAKEN_BACK_WITHIN = timedelta(days=1)
"""How long after it was saved a whole file may be taken back."""


@dataclass(frozen=True, kw_only=True)
class Bringing:
    """One file on its way into a register: where it lies, which column fills which field, in whose name.

    `on_progress` is told the stage reached and how many there are; `on_stored` is called in the transaction of the rows, as
    its last act: what it raises undoes them. `shown` asks for so many rows of each sort in the report's samples.
    """

    path: Path
    columns: dict[str, str]
    owner: int
    by: Actor
    now: datetime
    preview: bool
    problems: Problems
    shown: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    on_progress: Callable[[int, int], None] | None = None
    on_stored: Callable[[Report], None] | None = None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of a load taken back: rows deleted, rows as they were before, rows left because somebody worked on them."""

    removed: int
    restored: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class WholeFile:
    """How a register takes a file as a whole.

    `act` is the policy's word for it, `key` the field that tells the rows apart, `owners` the organisations in whose name the
    actor may load (number and name), `bring` loads a file or only looks at it, `take_back` undoes what one load did
    (`Report.context` names it).
    """

    act: str
    key: str
    fields: tuple[Field, ...]
    owner_label: Any
    owners: Callable[[Actor], Sequence[tuple[int, str]]]
    bring: Callable[[Bringing], Report]
    take_back: Callable[[UUID, Actor, datetime], TakenBack]
