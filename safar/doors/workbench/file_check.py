"""What the check of a file shows: how many rows of each sort, and the rows of one sort with what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from safar.foundation.actions.once import fresh_key
from safar.foundation.registers import Register
from safar.foundation.registers.importing import BAD, CHANGED, NEW, SAME, Preview, importable, key_of
from safar.foundation.registers.models import Upload

SHOWN = 50
LEAST_COLUMNS = 5
STATES = {
    BAD: gettext_lazy("With errors"),
    CHANGED: gettext_lazy("Changed"),
    NEW: gettext_lazy("New"),
    SAME: gettext_lazy("The same"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One share of the bar that shows what will happen."""

    state: str
    label: Any
    count: int
    start: int


@dataclass
class CheckScreen:
    """Everything the check of a file shows."""

    register: Register
    upload: Upload
    preview: Preview
    counts: dict[str, int]
    parts: list[Part]
    state: str
    columns: list[str]
    rows: list[Any]
    more: int
    labels: dict[str, Any]
    key: str

    @property
    def total(self) -> int:
        """Rows that were judged."""
        return sum(self.counts.values())

    @property
    def rest(self) -> int:
        """Rows of a long file that are judged only as they are saved."""
        return 0 if self.register.whole else self.upload.total - self.total

    @property
    def ready(self) -> int:
        """Rows that will be saved."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def bad(self) -> int:
        """Rows that will be left out."""
        return self.counts[BAD]


def check_screen(register: Register, upload: Upload, judged: Preview, params: Any) -> CheckScreen:
    """The check as the page shows it: rows of one state, the first fifty unless all are asked for."""
    counts = judged.counts
    asked = params.get("show", "")
    state = asked if asked in STATES else next((s for s in (BAD, CHANGED, NEW) if counts[s]), SAME)
    rows = [row for row in judged.rows if row.state == state]
    shown = rows if params.get("all") else rows[:SHOWN]
    start, parts = 0, []
    for name in (NEW, CHANGED, SAME, BAD):
        parts.append(Part(name, STATES[name], counts[name], start))
        start += counts[name]
    return CheckScreen(
        register=register,
        upload=upload,
        preview=judged,
        counts=counts,
        parts=parts,
        state=state,
        columns=_columns_to_show(register, judged, rows),
        rows=shown,
        more=len(rows) - len(shown),
        labels=STATES,
        key=fresh_key(),
    )


def _columns_to_show(register: Register, judged: Preview, rows: list[Any]) -> list[str]:
    """The key's column, those with errors, then others while there is room."""
    wrong = [c for row in rows for c in row.errors if c in judged.columns]
    first = judged.mapping.get(key_of(register), "")
    filled = [judged.mapping[name] for name in importable(register) if name in judged.mapping]
    wanted = dict.fromkeys([first, *wrong, *filled])
    keep = set(list(wanted)[: max(LEAST_COLUMNS, len(set(wrong)) + 1)])
    return [c for c in judged.columns if c in keep]
