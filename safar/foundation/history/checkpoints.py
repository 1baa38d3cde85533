"""The chain's newest link, written outside the database: without it nobody sees that the end of the history was cut off.

One line for each checkpoint, JSON with a mac of its own; the file is only ever appended to. It does its work on another
disk or machine than the database: ``SAFAR_CHECKPOINTS`` names it (default: beside the keys).
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from safar.foundation.history.chain import Keys


class CheckpointForged(Exception):
    """A line of the checkpoint file was not written by this installation, or was changed since."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__(
            _("Line %(line)s of the checkpoint file %(file)s was changed or is not of this installation.")
            % {"line": line, "file": path}
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Seal `n` had this mac, and events up to id `last_id` were sealed.

    With a `reason` the line accepts a history that ends there: a person restored a backup and says so, and what was
    checkpointed before this line beyond seal `kept` counts no more. A restored history grows other seals under the same
    numbers, so `kept` may be less than `n`; lines that do not say it kept everything up to `n`.
    """

    n: int
    mac: str
    last_id: int
    at: str
    reason: str = ""
    kept: int | None = None


def checkpoint_file() -> Path:
    """Where checkpoints are written."""
    return Path(settings.SAFAR_CHECKPOINTS or Path(settings.SAFAR_KEYS) / "checkpoints")


def append(keys: Keys, point: Checkpoint) -> None:
    """Write one line and wait until it is on the disk."""
    path = checkpoint_file()
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    said = asdict(point)
    line = json.dumps(said | {"mac_of_line": _mac(keys, said)}, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(handle).st_size and not _ends_whole(path):
            line = "\n" + line
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _settle(path.parent)


def read(keys: Keys) -> list[Checkpoint]:
    """Every checkpoint in order; a last line torn by a power cut is passed over, any other foreign line is an error."""
    path = checkpoint_file()
    if not path.exists():
        return []
    found = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, 1):
        point = _parsed(keys, line)
        if point is not None:
            found.append(point)
        elif line.strip() and not _is_torn(line):
            raise CheckpointForged(path, number)
    return found


def in_force(points: list[Checkpoint]) -> list[Checkpoint]:
    """Checkpoints the history must still agree with: those not set aside by a later acceptance of an earlier end."""
    kept: list[Checkpoint] = []
    for point in points:
        if point.reason:
            last = point.n if point.kept is None else point.kept
            kept = [earlier for earlier in kept if earlier.n <= last]
        kept.append(point)
    return kept


def accepted_upto(points: list[Checkpoint]) -> int:
    """Number of the last seal a person vouched for; 0 if nobody did."""
    return max((point.n for point in points if point.reason), default=0)


def moment(at: datetime) -> str:
    """A moment as the file holds it."""
    return at.isoformat()


def _parsed(keys: Keys, line: bytes) -> Checkpoint | None:
    try:
        said = json.loads(line)
        mac = said.pop("mac_of_line")
        point = Checkpoint(**said)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return point if hmac.compare_digest(mac, _mac(keys, said)) else None


def _is_torn(line: bytes) -> bool:
    """Whether the line is the beginning of one that was never finished: those begin like ours and do not end."""
    return line.startswith(b'{"n": ') and not line.rstrip().endswith(b"}")


def _mac(keys: Keys, said: dict[str, object]) -> str:
    return hmac.digest(keys.checkpoint, json.dumps(said, sort_keys=True).encode(), "sha256").hex()


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
