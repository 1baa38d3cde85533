"""The key store: key-encryption keys, wrapped data keys and tombstones, in a folder outside the database and its backups.

    store.json            format, whether these are trial keys, which master key is in use
    masters/<id>.json     master keys: they wrap all others; escrow them
    fixed/<name>.json     three wrapped keys that never go: for blind indexes, tombstones and the history's seals
    data/<ab>/<id>.json   one wrapped data key for each complaint, case or document
    tombstones/<hmac>     what was destroyed, told by an HMAC: a restored backup cannot bring it back

Words: *data key* (encrypts the values of one case), *master key* (wraps data keys), *destroy* (erase for good, in every
backup of the database too), *tombstone*.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from safar.foundation.encryption.durable import make_folder, remove, replace, write_new

SHEET = "store.json"
FORMAT = 1
FIXED = ("index", "tombstones", "history-seal")
_KEY_ID = re.compile(r"[0-9a-f]{32}")


class KeyTrouble(Exception):
    """Something about the keys stands in the way; the message says what to do."""


class NoKeyStore(KeyTrouble):
    """There is no key store in the folder named."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _(
                "There is no key store in %(folder)s. If this is a new installation, run “safar manage keys create”. If it"
                " held keys before, put them back from escrow: without them the protected data cannot be read."
            )
            % {"folder": folder}
        )


class KeysExposed(KeyTrouble):
    """Other users of the computer can enter the key folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("Other users of this computer can enter the key folder. Run: chmod -R go-rwx %(folder)s")
            % {"folder": folder}
        )


class OtherKeyStore(KeyTrouble):
    """A copy of a different installation's store was offered."""

    def __init__(self, copy: Path, folder: Path) -> None:
        super().__init__(
            _(
                "%(copy)s is a copy of another key store, not of %(folder)s. Nothing was taken; look for the right copy."
            )
            % {"copy": copy, "folder": folder}
        )


class KeyMissing(KeyTrouble):
    """A key is not in the store and was not destroyed on purpose: it is lost, or the store is an old copy."""

    def __init__(self, key_id: str, folder: Path) -> None:
        super().__init__(
            _(
                "Key %(key)s is not in the key store %(folder)s and was never destroyed. Put the newest copy of the store"
                " back (“safar manage keys take-in COPY”), then repeat."
            )
            % {"key": key_id, "folder": folder}
        )
        self.key_id = key_id


class KeyDestroyed(KeyTrouble):
    """The key was destroyed on purpose: what it protected was erased and cannot come back."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            _("This record was erased: its key was destroyed and nothing can be read or written under it.")
        )
        self.key_id = key_id


class KeyDamaged(KeyTrouble):
    """A key file is there but does not open with its master key."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            _(
                "The key file %(file)s is damaged or was exchanged. Put it back from the newest copy of the key store"
                " (“safar manage keys take-in COPY”), then repeat."
            )
            % {"file": path}
        )


@dataclass(frozen=True)
class Examination:
    """What a look through the whole store found."""

    readable: int
    trouble: tuple[str, ...]
    masters: tuple[str, ...]
    trial: bool


def is_there(folder: Path) -> bool:
    """Whether a folder holds a key store; what a making that broke off left behind is none."""
    return (folder / SHEET).is_file()


class KeyStore:
    """Keys in a folder. Opening one checks that it is there and closed to others."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        if not is_there(self.folder):
            raise NoKeyStore(self.folder)
        if self.folder.stat().st_mode & 0o077:
            raise KeysExposed(self.folder)
        self._masters: dict[str, bytes] = {}
        self._fixed: dict[str, bytes] = {}
        self.trial = bool(self._sheet()["trial"])

    @classmethod
    def make(cls, folder: Path, *, trial: bool, now: datetime) -> KeyStore:
        """Make a store with its first master key; `FileExistsError` if the folder holds one already."""
        folder = Path(folder)
        make_folder(folder)
        folder.chmod(0o700)
        for name in ("masters", "fixed", "data", "tombstones"):
            make_folder(folder / name)
        master_id, master = secrets.token_hex(16), secrets.token_bytes(32)
        sheet = {"format": FORMAT, "id": secrets.token_hex(8), "trial": trial, "made_at": now.isoformat()}
        with _locked(folder):
            if is_there(folder):
                raise FileExistsError(folder / SHEET)
            write_new(folder / "masters" / f"{master_id}.json", _master_file(master_id, master, now))
            for name in FIXED:
                fresh = _wrap(name, secrets.token_bytes(32), master_id, master, now)
                replace(folder / "fixed" / f"{name}.json", fresh)
            # Written last: a store torn in the making is no store.
            write_new(folder / SHEET, json.dumps(sheet | {"master": master_id}).encode())
        return cls(folder)

    @property
    def identity(self) -> str:
        """What a store and its copies are known by; no secret."""
        return str(self._sheet()["id"])

    # -- data keys -------------------------------------------------------------------------------------------

    def create_key(self, *, now: datetime) -> str:
        """Make a data key and return its id."""
        key_id = secrets.token_hex(16)
        path = self._path(key_id)
        make_folder(path.parent)
        with _locked(self.folder):
            master_id = self._sheet()["master"]
            write_new(path, _wrap(key_id, secrets.token_bytes(32), master_id, self._master(master_id), now))
        return key_id

    def key(self, key_id: str) -> bytes:
        """The bytes of a data key. Never kept in memory here: a destroyed key is gone for every process at once."""
        path = self._path(key_id)
        if self.is_destroyed(key_id):
            raise KeyDestroyed(key_id)
        try:
            return self._unwrap(path, key_id)
        except FileNotFoundError:
            # Destroyed between the two looks, or lost.
            raise (
                KeyDestroyed(key_id) if self.is_destroyed(key_id) else KeyMissing(key_id, self.folder)
            ) from None

    def destroy_key(self, key_id: str, *, now: datetime, subjects: Iterable[str] = ()) -> None:
        """Erase what a data key protects, everywhere and for good, leaving a tombstone.

        `subjects` names what else must be known as erased (an identifying number, say); only its HMAC is kept, so that
        `was_erased` can stop a restore or an import from bringing it back.
        """
        path = self._path(key_id)
        with _locked(self.folder):
            for gone in (f"key:{key_id}", *(f"subject:{subject}" for subject in subjects)):
                if not self._tombstone(gone).exists():
                    write_new(self._tombstone(gone), now.date().isoformat().encode())
            remove(path)

    def is_destroyed(self, key_id: str) -> bool:
        """Whether a data key was destroyed on purpose."""
        return self._tombstone(f"key:{key_id}").exists()

    def was_erased(self, subject: str) -> bool:
        """Whether this subject was named when a key was destroyed."""
        return self._tombstone(f"subject:{subject}").exists()

    # -- keys of the whole store -----------------------------------------------------------------------------

    def index_key(self) -> bytes:
        """The key blind indexes are made with; never the one that encrypts."""
        return self._fixed_key("index")

    def seal_key(self) -> bytes:
        """The key the history is sealed with; it stays as long as the history does."""
        return self._fixed_key("history-seal")

    def weightiest(self) -> list[bytes]:
        """The master keys and the keys that never go: what must never be found in a backup."""
        masters = _masters_in(self.folder / "masters").values()
        return [*masters, *(self._fixed_key(name) for name in FIXED)]

    def renew_index_key(self, *, now: datetime) -> None:
        """Make a new key for blind indexes; every index must then be written anew (`rotation.reindex`)."""
        with _locked(self.folder):
            master_id = self._sheet()["master"]
            fresh = _wrap("index", secrets.token_bytes(32), master_id, self._master(master_id), now)
            replace(self.folder / "fixed" / "index.json", fresh)
        self._fixed.pop("index", None)

    def rotate_master(self, *, now: datetime) -> int:
        """Wrap every key with a new master key and destroy the old ones; returns how many. Safe to repeat when cut short."""
        with _locked(self.folder):
            master_id, master = secrets.token_hex(16), secrets.token_bytes(32)
            write_new(self.folder / "masters" / f"{master_id}.json", _master_file(master_id, master, now))
            replace(self.folder / SHEET, json.dumps(self._sheet() | {"master": master_id}).encode())
        count = 0
        for path in self._wrapped_files():
            with _locked(self.folder):
                if path.exists():
                    replace(path, _wrap(path.stem, self._unwrap(path, path.stem), master_id, master, now))
                    count += 1
        with _locked(self.folder):
            in_use = {json.loads(path.read_bytes())["master"] for path in self._wrapped_files()}
            for path in (self.folder / "masters").glob("*.json"):
                if path.stem not in in_use | {self._sheet()["master"]}:
                    remove(path)
        return count

    def take_in(self, copy: Path) -> int:
        """Take keys that are missing here from another copy of the store; what was destroyed in either stays destroyed."""
        copy = Path(copy)
        if not is_there(copy):
            raise NoKeyStore(copy)
        if json.loads((copy / SHEET).read_bytes())["id"] != self._sheet()["id"]:
            raise OtherKeyStore(copy, self.folder)
        taken = 0
        with _locked(self.folder):
            for pattern in ("tombstones/*", "masters/*.json", "fixed/*.json", "data/*/*.json"):
                for path in sorted(copy.glob(pattern)):
                    taken += self._take(path, self.folder / path.relative_to(copy))
            for path in self.folder.glob("data/*/*.json"):
                if self.is_destroyed(path.stem):
                    remove(path)
        return taken

    def examine(self, *, masters: Path | None = None) -> Examination:
        """Open every key (with the master keys of an escrowed copy, if named): the drill that shows a restore would work."""
        readable, trouble = 0, []
        known = {} if masters is None else _masters_in(Path(masters))
        for path in self._wrapped_files():
            try:
                self._unwrap(path, path.stem, masters=None if masters is None else known)
                readable += 1
            except (KeyTrouble, FileNotFoundError) as error:
                trouble.append(str(error) or str(path))
        return Examination(readable, tuple(trouble), tuple(sorted(self.fingerprints())), self.trial)

    def fingerprints(self) -> list[str]:
        """A short sign for each master key, to be read aloud when two copies are compared."""
        signs = (
            hashlib.sha256(key).hexdigest()[:16] for key in _masters_in(self.folder / "masters").values()
        )
        return ["-".join(sign[at : at + 4] for at in range(0, 16, 4)) for sign in signs]

    # -- how -------------------------------------------------------------------------------------------------

    def _take(self, path: Path, target: Path) -> bool:
        """Copy one file of another copy of the store, unless ours is whole or its key was destroyed."""
        wrapped = path.parent.name not in ("tombstones", "masters")
        if (
            not path.is_file()
            or path.is_symlink()
            or (path.parent.name != "fixed" and self._is_gone(path.stem))
        ):
            return False
        if target.exists() and not (wrapped and self._is_damaged(target)):
            return False
        make_folder(target.parent)
        replace(target, path.read_bytes())
        return True

    def _is_gone(self, key_id: str) -> bool:
        return bool(_KEY_ID.fullmatch(key_id)) and self.is_destroyed(key_id)

    def _is_damaged(self, path: Path) -> bool:
        try:
            self._unwrap(path, path.stem)
        except KeyDamaged:
            return True
        return False

    def _sheet(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / SHEET).read_bytes()))

    def _path(self, key_id: str) -> Path:
        # Ids come back from the database: never let one name another file.
        if not _KEY_ID.fullmatch(key_id):
            raise KeyMissing(key_id[:40], self.folder)
        return self.folder / "data" / key_id[:2] / f"{key_id}.json"

    def _wrapped_files(self) -> list[Path]:
        return sorted([*self.folder.glob("fixed/*.json"), *self.folder.glob("data/*/*.json")])

    def _tombstone(self, gone: str) -> Path:
        name = hmac.digest(self._fixed_key("tombstones"), gone.encode(), "sha256").hex()
        return self.folder / "tombstones" / name

    def _fixed_key(self, name: str) -> bytes:
        if name not in self._fixed:
            try:
                self._fixed[name] = self._unwrap(self.folder / "fixed" / f"{name}.json", name)
            except FileNotFoundError:
                raise KeyMissing(name, self.folder) from None
        return self._fixed[name]

    def _master(self, master_id: str) -> bytes:
        if master_id not in self._masters:
            self._masters[master_id] = _masters_in(self.folder / "masters", only=master_id)[master_id]
        return self._masters[master_id]

    def _unwrap(self, path: Path, name: str, *, masters: dict[str, bytes] | None = None) -> bytes:
        for attempt in (1, 2):
            try:
                sheet = json.loads(path.read_bytes())
                master = self._master(sheet["master"]) if masters is None else masters[sheet["master"]]
                return AESGCM(master).decrypt(_bytes(sheet["nonce"]), _bytes(sheet["wrapped"]), _aad(name))
            except (ValueError, TypeError, InvalidTag) as error:
                raise KeyDamaged(path) from error
            except KeyError as error:
                # The master key was exchanged while we read; the file names the new one by now.
                if attempt == 2:
                    raise KeyDamaged(path) from error
        raise AssertionError("unreachable")


def store() -> KeyStore:
    """The installation's key store (settings.SAFAR_KEYS). A trial makes one with trial keys; otherwise it must be there."""
    folder = Path(settings.SAFAR_KEYS)
    if folder not in _open:
        if not is_there(folder) and getattr(settings, "SAFAR_DEMO", False):
            try:
                KeyStore.make(folder, trial=True, now=timezone.now())
            except FileExistsError:
                # Another process made it meanwhile.
                return store()
        _open[folder] = KeyStore(folder)
    return _open[folder]


_open: dict[Path, KeyStore] = {}


def are_trial() -> bool:
    """Whether the keys in use were made without a ceremony, for trying out: every page says so in a banner."""
    return store().trial


# -- files of the store ----------------------------------------------------------------------------------------


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _wrap(name: str, key: bytes, master_id: str, master: bytes, now: datetime) -> bytes:
    nonce = os.urandom(12)
    wrapped = AESGCM(master).encrypt(nonce, key, _aad(name))
    sheet = {
        "master": master_id,
        "nonce": _text(nonce),
        "wrapped": _text(wrapped),
        "wrapped_at": now.isoformat(),
    }
    return json.dumps(sheet).encode()


def _master_file(master_id: str, master: bytes, now: datetime) -> bytes:
    return json.dumps({"id": master_id, "key": _text(master), "made_at": now.isoformat()}).encode()


def _masters_in(folder: Path, *, only: str = "*") -> dict[str, bytes]:
    sheets = [json.loads(path.read_bytes()) for path in folder.glob(f"{only}.json")]
    return {sheet["id"]: _bytes(sheet["key"]) for sheet in sheets}


def _aad(name: str) -> bytes:
    return b"safar key 1 " + name.encode()


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
