"""Real files from elsewhere that some tests read: they are not in the repository, and the tests say so when they skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SAMPLES = Path(os.environ.get("SAFAR_SAMPLES", Path(__file__).resolve().parents[2] / "shared" / "data"))


def sample(name: str) -> Path:
    """The path of a sample file; skips the test where there is none."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the sample {name} is not here; name the folder that has it in SAFAR_SAMPLES")
    return path
