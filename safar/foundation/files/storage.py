"""Where contents lie: under random names in ``settings.SAFAR_FILES``, written whole or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from safar.foundation.encryption.durable import make_folder, remove, write_new

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


class ContentMissing(Exception):
    """A record names a content that is not in the folder: it was deleted, or the folder is not the right one."""

    def __init__(self, token: str) -> None:
        super().__init__(
            f"the content {token} is not in {_folder()}: put it back from the backup of SAFAR_FILES"
        )


def put(content: bytes) -> str:
    """Write a content (0600) and return the random name it lies under."""
    token = secrets.token_urlsafe(24)
    path = _path(token)
    make_folder(path.parent)
    write_new(path, content)
    return token


def read(token: str) -> bytes:
    """The content under a name."""
    try:
        return _path(token).read_bytes()
    except FileNotFoundError as error:
        raise ContentMissing(token) from error


def exists(token: str) -> bool:
    """Whether there is a content under a name."""
    return _path(token).is_file()


def discard(token: str) -> None:
    """Overwrite and delete a content; nothing happens if it is gone already."""
    remove(_path(token))


def left_behind(known: Iterable[str], *, before: datetime) -> Iterator[str]:
    """Names of contents older than `before` that no record knows: their transaction was rolled back."""
    names = set(known)
    for path in sorted(_folder().glob("??/*")):
        if (
            _TOKEN.fullmatch(path.name)
            and path.name not in names
            and path.stat().st_mtime < before.timestamp()
        ):
            yield path.name


def _folder() -> Path:
    return Path(settings.SAFAR_FILES) / "kept"


def _path(token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise ContentMissing(token[:40])
    return _folder() / token[:2] / token
