"""What a page tells after an act, kept until the next page: sealed in the session, since a starting password may be in it.

Django's own stores would write it into a cookie or into the table of sessions as it stands.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.contrib.messages.storage.session import SessionStorage

_NONCE = 12
_PLACE = b"safar.messages.1"


class SealedMessages(SessionStorage):
    """Messages in the session, under AES-256-GCM with a key derived from ``SECRET_KEY``."""

    def serialize_messages(self, messages: Any) -> str:
        """Seal them."""
        nonce = os.urandom(_NONCE)
        plain = str(super().serialize_messages(messages)).encode()
        return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, plain, _PLACE)).decode()

    def deserialize_messages(self, data: Any) -> Any:
        """Open them; what was sealed under another key, or altered, is no message."""
        if not data:
            return []
        try:
            sealed = base64.b64decode(data, validate=True)
            plain = AESGCM(_key()).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PLACE)
        except (InvalidTag, binascii.Error, ValueError):
            return []
        return super().deserialize_messages(plain.decode())


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), _PLACE, "sha256")
