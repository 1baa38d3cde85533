"""Small files written whole or not at all: never half a key, not even when the power goes or the disk is full."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.utils.translation import gettext, gettext_noop


class NotWritten(Exception):
    """The disk did not take a file; nothing was changed."""

    def __init__(self, folder: Path, error: OSError) -> None:
        say = gettext if apps.ready else str  # the settings write a key before there are catalogues
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        text = (
            gettext_noop(
                "The disk that holds %(folder)s is full. Nothing was changed: free some space there and repeat."
            )
            if full
            else gettext_noop(
                "%(folder)s cannot be written (%(reason)s). Nothing was changed: mend the folder and repeat."
            )
        )
        super().__init__(say(text) % {"folder": folder, "reason": error.strerror or error})
        self.folder = folder


def make_folder(folder: Path) -> None:
    """Make a folder only its owner may enter; one that exists is left as it is."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(folder, error) from error


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, 0600; `FileExistsError` if it does."""
    with _beside(path, content) as fresh:
        os.link(fresh, path)


def replace(path: Path, content: bytes) -> None:
    """Put new content in the place of a file: readers see the old or the new, whole."""
    with _beside(path, content) as fresh:
        os.replace(fresh, path)


def remove(path: Path) -> None:
    """Overwrite a file and delete it. A journal or a solid-state disk may keep the old blocks: `docs/how-to/keys.md`."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _settle(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise NotWritten(path.parent, error) from error


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """A fresh file with the content, safely on the disk, to be moved in place; gone afterwards whatever happened."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        _write(fresh, content)
        yield fresh
        _settle(path.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise NotWritten(path.parent, error) from error
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make a change of names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
