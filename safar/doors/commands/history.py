"""``safar history``: the sealed history, checked and sealed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any

import typer
from rich.console import Console

from safar.doors.commands import NOTHING_DONE, REFUSED
from safar.doors.commands.printing import print_json
from safar.doors.commands.tending import AsJson
from safar.foundation import history
from safar.foundation.history import sealer

console = Console(highlight=False)


def verify(as_json: AsJson = False) -> None:
    """Recompute every seal and say whether anything was changed, removed or added afterwards."""
    report = history.verify()
    if as_json:
        print_json(asdict(report) if is_dataclass(report) and not isinstance(report, type) else report)
    else:
        console.print(str(report), markup=False)
    if not report.ok:
        raise typer.Exit(REFUSED)


def seal() -> None:
    """Seal what is not sealed yet, without waiting for the worker."""
    made = sealer.seal_all()
    console.print("Everything was sealed already." if not made else f"Made {made} seals.")
    if not made:
        raise typer.Exit(NOTHING_DONE)


COMMANDS: list[Callable[..., Any]] = [verify, seal]
