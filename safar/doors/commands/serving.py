"""``safar serve``: the web server."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

import typer
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from safar.doors.commands.failures import Failed
from safar.doors.commands.parents import leave_with_parent, leave_with_starter
from safar.doors.commands.statics import gather_statics
from safar.foundation.access.wall import guarded_tables
from safar.foundation.database.guard import verify_guard
from safar.foundation.encryption.keys import store as open_key_store

TARGET = "safar.config.wsgi:application"

Host = Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 opens it to the network.")]
Port = Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
    threads: Annotated[
        int, typer.Option(help="Threads of each process; each keeps one connection.", min=1)
    ] = 4,
) -> None:
    """Serve the pages and the API; refuses if a protected table stands open."""
    leave_with_starter()
    refuse_taken_port(host, port)
    open_key_store()
    refuse_open_tables()
    gather_statics()
    connections.close_all()
    server_at(host, port, workers=workers, threads=threads).serve(target_loader=load_application)


def server_at(
    host: str, port: int, *, workers: int, threads: int, target: str = TARGET
) -> AbstractServer[Any]:
    """The web server as Safar sets it, before the application named by `target`; it does not run yet."""
    return Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )


def load_application(target: str) -> Callable[..., Any]:
    """Runs in each worker: tie it to its parent's life, then load the application."""
    leave_with_parent(os.getppid())
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(import_module(module), name)
    return application


def refuse_open_tables() -> None:
    """Stop before anything is served when the second wall has a hole."""
    holes = verify_guard(guarded_tables())
    if holes:
        raise Failed(
            "Nothing is served, because protected rows would be open:\n" + "\n".join(f"- {h}" for h in holes)
        )


def refuse_taken_port(host: str, port: int) -> None:
    """Say so when the port is taken. (Granian shares its port, so it would not notice another Safar.)"""
    if not is_free(host, port):
        free = next((p for p in range(port + 1, min(port + 200, 65536)) if is_free(host, p)), None)
        advice = f" Try another: make run PORT={free}" if free else ""
        raise Failed(f"Port {port} is taken by another program.{advice}")


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens at this address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
