"""Where the cells of a file lie while they are worked on, and how they go when the process was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = "safar-load-"
"""What such a folder begins with; the number of the process follows."""


def forget_left() -> int:
    """Delete the cells that a killed process left behind; how many folders went."""
    gone = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        process = folder.name.removeprefix(FOLDER).partition("-")[0]
        if (
            process.isdigit()
            and not Path(f"/proc/{process}").exists()
            and folder.stat().st_uid == os.getuid()
        ):
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone
