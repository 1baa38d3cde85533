"""The note beside a backup: what the database held at that moment, signed with the installation's keys.

Whoever changes a backup and its SHA-256 alike cannot write this note: the key it is signed with is in the key store, and the
key store is never where backups are.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from safar.doors.commands.failures import Failed
from safar.foundation.database.digests import Digest
from safar.foundation.encryption.durable import replace
from safar.foundation.encryption.keys import store as open_key_store
from safar.foundation.history.checkpoints import Checkpoint

FORMAT = 1


@dataclass(frozen=True)
class Note:
    """What is known of a backup: its kind, the SHA-256 of the file (of a cluster: of its manifest), and what it must hold.

    `tables` is empty for the copy of a cluster, which has a SHA-256 for each file. `end` is the newest seal of the history.
    """

    kind: str
    sha256: str
    made_at: str
    store: str
    end: Checkpoint | None
    tables: dict[str, Digest] = field(default_factory=dict)
    is_signed: bool = True
    """Whether it was read with the signature of the keys in use."""


def note_of(backup: Path) -> Path:
    """Where the note of a backup lies."""
    return backup.with_name(backup.name + ".note.json")


def write_note(backup: Path, note: Note) -> None:
    """Write the note beside its backup, for its owner's eyes only."""
    said: dict[str, Any] = {"format": FORMAT, **asdict(note)}
    del said["is_signed"]
    replace(note_of(backup), json.dumps({"signature": _signature(said), "said": said}, indent=1).encode())


def read_note(backup: Path) -> Note:
    """The note of a backup; whether the keys in use signed it is said in it."""
    path = note_of(backup)
    try:
        sheet = json.loads(path.read_bytes())
        said, signature = dict(sheet["said"]), str(sheet["signature"])
        signed = hmac.compare_digest(signature, _signature(said))
        del said["format"]
        said["end"] = Checkpoint(**said["end"]) if said["end"] else None
        said["tables"] = {name: Digest(**held) for name, held in said["tables"].items()}
        return Note(**said, is_signed=signed)
    except FileNotFoundError:
        raise Failed(
            f"There is no note {path} beside the backup, so nothing says what it should hold. "
            "Backups made by this version of safar backup have one: keep the two together."
        ) from None
    except (ValueError, TypeError, KeyError) as error:
        raise Failed(f"The note {path} cannot be read: it was changed or torn.") from error


def _signature(said: dict[str, Any]) -> str:
    key = hmac.digest(open_key_store().seal_key(), b"safar backup note 1", "sha256")
    return hmac.digest(key, json.dumps(said, sort_keys=True).encode(), "sha256").hex()
