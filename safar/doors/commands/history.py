"""``safar history``: the sealed history, checked and sealed by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer
from django.utils import timezone, translation
from rich.console import Console

from safar.doors.commands import NOTHING_DONE, REFUSED
from safar.doors.commands.printing import print_json
from safar.doors.commands.tending import AsJson
from safar.foundation import history
from safar.foundation.history import sealer

console = Console(highlight=False)


def verify(as_json: AsJson = False) -> None:
    """Recompute every seal and say whether anything was changed, removed or added afterwards."""
    with translation.override("en"):
        report = history.verify()
        lines = history.verify_report_lines(report)
    if as_json:
        print_json(asdict(report))
    else:
        for line in lines:
            console.print(line, markup=False, soft_wrap=True)
    if not report.ok:
        raise typer.Exit(REFUSED)


def seal() -> None:
    """Seal what is not sealed yet, without waiting for the worker."""
    made = sealer.seal_all()
    console.print("Everything was sealed already." if not made else f"Made {made} seals.")
    if not made:
        raise typer.Exit(NOTHING_DONE)


def accept(
    reason: Annotated[str, typer.Option(help="Who restored which backup, and why; it stays for ever.")],
) -> None:
    """Vouch for the history as it stands after a backup was restored on purpose: later checkpoints count no more."""
    point = sealer.accept(reason, now=timezone.now())
    console.print(f"Accepted. Checkpoints written until now that go beyond seal {point.kept} count no more.")


COMMANDS: list[Callable[..., Any]] = [verify, seal, accept]
