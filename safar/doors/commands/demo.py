"""``safar demo``: the made-up world an installation without ``DATABASE_URL`` begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import transaction
from django.utils import translation
from rich import box
from rich.console import Console
from rich.table import Table

from safar.doors.commands.failures import Failed
from safar.doors.commands.printing import print_json
from safar.doors.commands.tending import AsJson, bring_up_to_date, demo_mark
from safar.foundation.database.connecting import connected_as, embedded_cluster

console = Console(highlight=False)
MODULE = "safar.config.demo"
FOR_MACHINES = frozenset({"role", "totp_secret"})
WHOLE = frozenset({"username", "password", "code"})
HEADINGS = {"role_name": "Role", "username": "User name", "note": "What for"}


def world() -> ModuleType:
    """The module that makes the demo world; refused outside demo mode."""
    if not settings.SAFAR_DEMO:
        raise Failed("This is not a demo (SAFAR_DEMO is off), so there is no demo world and no demo log-in.")
    try:
        return import_module(MODULE)
    except ModuleNotFoundError as missing:
        if missing.name != MODULE:
            raise
        raise Failed(f"This installation has no demo world: {MODULE} is missing.") from None


def load_once(*, report: Callable[[str], None] = lambda line: None) -> bool:
    """Load the demo world as the owner, whole or not at all, unless it was loaded before; true when it was loaded now."""
    mark = demo_mark()
    if mark.exists():
        return False
    with connected_as("owner"), transaction.atomic():
        world().load(report=report)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text("The demo world was loaded. Delete with: safar fresh\n")
    return True


def logins(as_json: AsJson = False) -> None:
    """Show who may sign in to the demo, with today's codes; refused outside demo mode."""
    if as_json:
        print_json(world().logins())
    else:
        show_logins(console)


def show_logins(screen: Console) -> None:
    """Print the log-ins by role; a password they all share stands once, where it can be copied whole."""
    with translation.override("en"):
        rows: Sequence[Mapping[str, Any]] = world().logins()
    shared = {row.get("password") for row in rows}
    hidden = FOR_MACHINES | ({"password"} if len(shared) == 1 else set())
    columns = [name for name in (rows[0] if rows else ()) if name not in hidden]
    table = Table(
        title="Demo log-ins", title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, pad_edge=False
    )
    for name in columns:
        table.add_column(HEADINGS.get(name, name.capitalize()), no_wrap=name in WHOLE, overflow="fold")
    for row in rows:
        table.add_row(*(str(row.get(name, "")) for name in columns))
    screen.print(table)
    if len(shared) == 1:
        screen.print(f"Password of all of them: {shared.pop()}", markup=False)
    screen.print("A code lasts 30 seconds; safar demo logins shows the current ones.")


def fresh(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Throw the demo world away and make it anew; stop Safar first."""
    world()
    cluster = embedded_cluster()
    if cluster is None:
        raise Failed("DATABASE_URL names a server of your own; its data are not deleted from here.")
    if not yes:
        typer.confirm(f"Delete everything in {cluster.home} and load the demo world anew?", abort=True)
    cluster.remove()
    bring_up_to_date()
    load_once()
    console.print("The demo world is new.")


COMMANDS: list[Callable[..., Any]] = [logins, fresh]
