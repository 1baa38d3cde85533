"""Decides where the embedded server lives and which OS user runs it.

An ordinary user runs it herself, in the folder she asked for. PostgreSQL refuses to run as root, so for root an
unprivileged account runs it; if that account cannot walk to the folder, the server lives under ``/var/lib/safar``
instead. No permission of a folder that exists already is ever changed.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

ROOT_SHELF = Path("/var/lib/safar")
ROOT_CHOICES = ("safar", "postgres", "nobody")
SOCKET_LIMIT = 107
SOCKET_FILE = "/.s.PGSQL.5432"


class PlaceRefused(RuntimeError):
    """The embedded server cannot live where it was asked to; the message says what to do."""


@dataclass(frozen=True)
class OsUser:
    """An account of the operating system."""

    name: str
    uid: int
    gid: int


def current_user() -> OsUser:
    """The account this process runs as."""
    try:
        entry = pwd.getpwuid(os.geteuid())
    except KeyError:
        raise PlaceRefused(
            f"The user number {os.geteuid()} has no name in /etc/passwd, and PostgreSQL needs one. "
            "Run as a named user, or set DATABASE_URL to a server of your own."
        ) from None
    return OsUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_user() -> OsUser:
    """The account that runs the server: the caller, or an unprivileged one when the caller is root."""
    caller = current_user()
    if caller.uid != 0:
        return caller
    wanted = os.environ.get("SAFAR_OS_USER", "")
    for name in (wanted,) if wanted else ROOT_CHOICES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return OsUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise PlaceRefused(
        "PostgreSQL does not run as root, and there is no unprivileged user to run it. "
        "Create one (useradd --system safar) or name one in SAFAR_OS_USER."
    )


def can_walk_to(path: Path, user: OsUser) -> bool:
    """Whether `user` may pass through every existing folder on the way to `path`."""
    return all(_may(folder, user, stat.S_IXUSR) for folder in path.absolute().parents if folder.exists())


def can_run(program: Path, user: OsUser) -> bool:
    """Whether `user` may walk to `program` and execute it."""
    real = program.resolve()
    return (
        can_walk_to(program, user)
        and can_walk_to(real, user)
        and _may(real, user, stat.S_IRUSR | stat.S_IXUSR)
    )


def _may(path: Path, user: OsUser, bits: int) -> bool:
    found = path.stat()
    if found.st_uid == user.uid:
        shift = 0
    elif found.st_gid == user.gid:
        shift = 3
    else:
        shift = 6
    return found.st_mode & (bits >> shift) == bits >> shift


def home_for(asked: Path, user: OsUser) -> Path:
    """The folder the server really lives in: the one asked for, or one under /var/lib/safar that `user` can reach."""
    asked = Path(os.path.abspath(asked))
    if os.geteuid() != 0 or can_walk_to(asked / "data", user):
        return asked
    return ROOT_SHELF / f"{asked.parent.name}-{asked.name}-{_mark(asked)}"


def socket_folder(home: Path, user: OsUser) -> Path:
    """Where the socket lies: beside the data, or in a short folder under /tmp when the path is too long or odd."""
    beside = home / "socket"
    if len(os.fsencode(str(beside) + SOCKET_FILE)) <= SOCKET_LIMIT and not set(str(beside)) & set(",\"'\\\n"):
        return beside
    return Path("/tmp") / f"safar-{user.uid}-{_mark(home)}"  # noqa: S108 - made with mode 0700, its owner is checked


def make_private(folder: Path, user: OsUser) -> None:
    """Create `folder` with mode 0700 for `user`, or refuse one that is somebody else's or open to others."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid or found.st_mode & 0o077:
            raise PlaceRefused(
                f"The folder {folder} is not a private folder of {user.name}. Remove it and try again."
            ) from None
        return
    if os.geteuid() == 0:
        os.chown(folder, user.uid, user.gid)


def refuse_foreign(folder: Path, owner: OsUser) -> None:
    """Stop before anything is touched when `folder` exists and belongs to another OS user."""
    try:
        uid = folder.lstat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        uid = -1
    if uid != owner.uid:
        theirs = _name_of(uid)
        raise PlaceRefused(
            f"The database folder {folder} belongs to {theirs}, not to {owner.name}. "
            f"Run Safar as {theirs}, or choose another folder: make run DATA=folder (SAFAR_DATA=folder)."
        )


def _name_of(uid: int) -> str:
    if uid < 0:
        return "another user"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user number {uid}"


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(str(path))).hexdigest()[:10]
