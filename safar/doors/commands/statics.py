"""Gathers and compresses the static files when they have changed since the last time."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def gather_statics() -> bool:
    """Fill ``STATIC_ROOT``; true when there was anything to do."""
    root = Path(settings.STATIC_ROOT)
    mark, now = root / ".gathered", statics_mark()
    if mark.exists() and mark.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    root.mkdir(parents=True, exist_ok=True)
    mark.write_text(now)
    return True


def statics_mark() -> str:
    """A hash that changes when a static file appears, goes or changes."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
