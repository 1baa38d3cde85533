"""Ends a process when the one that started it is gone.

A server whose parent was killed would keep the port and go on answering; nobody would know where it came from.
"""

from __future__ import annotations

import os
import signal
import threading
import time

PARENT = "SAFAR_PARENT"
LOOK_EVERY = 0.5
PATIENCE = 10.0


def leave_with_parent(parent: int) -> None:
    """Watch `parent` from a quiet thread; when it is no longer our parent, ask this process to stop, then insist."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)
        os._exit(1)

    threading.Thread(target=watch, name="leave-with-parent", daemon=True).start()


def leave_with_starter() -> None:
    """Do so when `safar run` started this process and said who it is."""
    starter = os.environ.pop(PARENT, "")
    if starter.isdigit():
        leave_with_parent(int(starter))
