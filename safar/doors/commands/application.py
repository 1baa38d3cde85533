"""Puts the commands together; ``safar load`` is collected from the modules named ``load_*.py`` beside this one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Annotated, Any

import typer

import safar.doors.commands as commands
from safar.doors.commands import backing_up, demo, history, people, running, serving, tending, working

LITERAL = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        name="safar", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
    )
    app.callback()(about)
    for function in (
        running.run,
        serving.serve,
        working.worker,
        tending.prepare,
        tending.migrate,
        tending.check,
        backing_up.backup,
        backing_up.restore,
    ):
        app.command()(function)
    app.command()(tending.fresh)
    app.command(context_settings=LITERAL)(tending.manage)
    app.add_typer(group(demo.COMMANDS, "The demo world: who may sign in, and starting it anew."), name="demo")
    app.add_typer(group(history.COMMANDS, "The sealed history: verify it, seal it."), name="history")
    app.add_typer(group(people.COMMANDS, "People: finding one."), name="people")
    app.add_typer(group(list(loaders()), "Load reference data and registers from files."), name="load")
    return app


def tell_version(wanted: bool) -> None:
    """Show the version and leave."""
    if wanted:
        typer.echo(f"Safar {import_module('safar').__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=tell_version, is_eager=True, help="Show the version and leave.")
]


def about(version: Version = False) -> None:
    """Safar, free software for managing labour migration: the command line."""


def group(functions: list[Callable[..., Any]], summary: str) -> typer.Typer:
    """A sub-command with one command for each function, named after it."""
    app = typer.Typer(help=summary, no_args_is_help=True)
    for function in functions:
        app.command()(function)
    return app


def loaders() -> Iterator[Callable[..., Any]]:
    """Commands of ``safar load``: the ``COMMANDS`` of each ``load_*.py``, or its public functions."""
    for found in sorted(iter_modules(commands.__path__), key=lambda module: module.name):
        if found.name.startswith("load_"):
            yield from _commands_of(import_module(f"{commands.__name__}.{found.name}"))


def _commands_of(module: ModuleType) -> list[Callable[..., Any]]:
    declared = getattr(module, "COMMANDS", None)
    if declared is not None:
        return list(declared)
    return [
        value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]
