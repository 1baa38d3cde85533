"""The installation's secret key: made once and kept with the other keys when the operator named none."""

import contextlib
import secrets
from pathlib import Path

from safar.foundation.encryption.durable import NotWritten, make_folder, write_new


def trial_secret(folder: Path) -> str:
    """Read ``secret-key`` from the key folder, making it (0600, once, whole) on the first start."""
    path = folder / "secret-key"
    if not path.exists():
        make_folder(folder)
        with contextlib.suppress(FileExistsError):
            write_new(path, secrets.token_urlsafe(48).encode())
    try:
        return path.read_text().strip()
    except OSError as error:
        raise NotWritten(folder, error) from error
