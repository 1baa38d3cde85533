"""Sessions kept in the database so that nobody who reads the database can use them.

A browser's cookie carries a session's key; the row stands under a keyed digest of it and is sealed to that digest. So a row
read by injected SQL or found in a backup opens nothing, and what one row holds cannot be put into another.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django.utils.crypto import salted_hmac

PURPOSE = "safar.directory.staff.session_store"
NAME_LENGTH = 40
"""What the columns hold: 160 bits, about as many as a key has."""


def kept_as(key: str) -> str:
    """The name a session stands under, in every table that speaks of it; the key cannot be found from it."""
    return salted_hmac(PURPOSE, key, algorithm="sha256").hexdigest()[:NAME_LENGTH]


def name_of(session: SessionBase) -> str:
    """What a session is called in the tables."""
    return kept_as(session.session_key or "")


class SessionStore(db.SessionStore):
    """A session by the key in the browser's cookie; its key is written nowhere else."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._name: str | None = None

    @classmethod
    def kept_under(cls, name: str) -> SessionStore | None:
        """The session of one row, to be looked into: without its key, so that it can neither be saved nor handed out."""
        row = Session.objects.filter(session_key=name, expire_date__gt=timezone.now()).first()
        if row is None:
            return None
        found = cls()
        found._name = name
        found.update(found.decode(row.session_data))
        return found

    @property
    def name(self) -> str | None:
        """What this session is called in the tables; nothing before it is kept."""
        return kept_as(self.session_key) if self.session_key else self._name

    @property
    def key_salt(self) -> str:
        """Seal what a session holds to its row."""
        return f"{PURPOSE}.{self.name}"

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row, under the digest in place of the key."""
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def save(self, must_create: bool = False) -> None:
        """Keep it. A database that is away, which Django takes for a session ended meanwhile, stays what it is."""
        try:
            super().save(must_create)
        except UpdateError as fault:
            if isinstance(fault.__context__, OperationalError):
                raise fault.__context__ from None
            raise

    def exists(self, session_key: str) -> bool:
        """Whether a session with this key is kept."""
        return super().exists(kept_as(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session with this key, or this one."""
        key = session_key or self.session_key
        if key:
            super().delete(kept_as(key))

    def _get_session_from_db(self) -> Session | None:
        found = Session.objects.filter(session_key=self.name or "", expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    # The database backend writes its asynchronous twins out anew, past what stands above; these go through it.
    aload, asave, acreate = SessionBase.aload, SessionBase.asave, SessionBase.acreate
    aexists, adelete = SessionBase.aexists, SessionBase.adelete
