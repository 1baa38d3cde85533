"""The installation's secret key: made once and kept with the other keys when the operator named none."""

import os
import secrets
from pathlib import Path


def trial_secret(folder: Path) -> str:
    """Read ``secret-key`` from the key folder, making it (0600, once, whole) on the first start."""
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f"secret-key.{os.getpid()}.new"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
