"""Values beside the seal: each has its own salt, and the sealed body holds only the salted digest.

Erasing a value with its salt leaves a digest nobody can guess back from; as long as both stand, the digest proves that the
value is the one recorded.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

DIGESTS = "digests"
_CODE = re.compile(r"[\w.:/*+-]{0,64}", re.ASCII)


class NotSealable(ValueError):
    """A sealed body may hold ids, codes and numbers only: what is sealed can never be erased."""


def plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as the database will give it back."""
    return dict(json.loads(json.dumps(detail, cls=DjangoJSONEncoder)))


def salted(detail: Mapping[str, Any]) -> dict[str, str]:
    """A fresh salt for each value."""
    return {name: secrets.token_hex(16) for name in detail}


def digest(name: str, value: Any, salt: str) -> str:
    """The salted digest of one value, 128 bits in hexadecimal."""
    return hashlib.sha256(f"{salt}\n{name}\n{_canonical(value)}".encode()).hexdigest()[:32]


def digests(detail: Mapping[str, Any], salts: Mapping[str, str]) -> dict[str, str]:
    """The digest of every value."""
    return {name: digest(name, value, salts[name]) for name, value in detail.items()}


def altered(
    body: Mapping[str, Any], detail: Mapping[str, Any] | None, salts: Mapping[str, str] | None
) -> list[str]:
    """Names of values that are there but not the ones recorded; forgotten values are none."""
    known = body.get(DIGESTS, {})
    return sorted(
        name
        for name, value in (detail or {}).items()
        if known.get(name) != digest(name, value, (salts or {}).get(name, ""))
    )


def sealable(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body, or `NotSealable` if it holds anything but ids, codes, numbers and lists of these."""
    for name, value in body.items():
        for part in value if isinstance(value, list | tuple) else (value,):
            if not (
                part is None
                or isinstance(part, bool | int)
                or (isinstance(part, str) and _CODE.fullmatch(part))
            ):
                raise NotSealable(f"{name} holds free text; put it in the detail")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}


def _canonical(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    # As PostgreSQL writes jsonb, but for fractions.
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
