"""The number of an answer: what was answered, about which firm, when, sealed so that nobody can make one up.

20 characters in five groups of four, of an alphabet without 0 O 1 I: 100 bits, of which 25 tell the minute, 23 the firm,
4 the verdict, and 48 are a truncated HMAC-SHA-256 over the rest. It proves what we said then; what is true now is asked
anew each time it is checked, so a copied answer gives nothing away but the name of the firm it belongs to.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safar.citizens.recruiters.rules import Verdict

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 20, 4
MINUTE_BITS, FIRM_BITS, VERDICT_BITS, SEAL_BITS = 25, 23, 4, 48
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
#: Clocks of two machines may differ by this much.
AHEAD = timedelta(minutes=5)

#: The verdicts by the number that stands in a code. Numbers are never given anew.
NUMBERS = {
    Verdict.LICENSED: 1,
    Verdict.NOT_FOR_THIS: 2,
    Verdict.SUSPENDED: 3,
    Verdict.WITHDRAWN: 4,
    Verdict.EXPIRED: 5,
    Verdict.NOT_FOUND: 6,
    Verdict.OLD_NAME: 7,
    Verdict.OLD_NUMBER: 8,
    Verdict.BRANCH: 9,
    Verdict.SEVERAL: 10,
    Verdict.NOT_YET: 11,
}
_VERDICTS = {number: verdict for verdict, number in NUMBERS.items()}
_PLACE = {sign: place for place, sign in enumerate(ALPHABET)}
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)
_BODY_BITS = MINUTE_BITS + FIRM_BITS + VERDICT_BITS


@dataclass(frozen=True, slots=True)
class Said:
    """What a genuine code says: the verdict given, the firm it was about (0: none), and the minute."""

    verdict: Verdict
    firm_id: int
    at: datetime


def answer_key(secret: str) -> bytes:
    """The key answers are sealed with, derived from the installation's secret."""
    return hmac.new(secret.encode(), b"safar.recruiters.answer.1", hashlib.sha256).digest()


def encode(verdict: Verdict | str, firm_id: int, at: datetime, *, key: bytes) -> str:
    """The code of an answer, in groups. Firms beyond 8 million have no number in it and are coded as none."""
    minute = int((at - EPOCH).total_seconds()) // 60
    firm = firm_id if firm_id < 1 << FIRM_BITS else 0
    body = (minute << FIRM_BITS | firm) << VERDICT_BITS | NUMBERS[Verdict(verdict)]
    number = body << SEAL_BITS | _seal(body, key)
    pairs = [_PAIRS[number >> shift & 1023] for shift in range(90, -1, -10)]
    return f"{pairs[0]}{pairs[1]}-{pairs[2]}{pairs[3]}-{pairs[4]}{pairs[5]}-{pairs[6]}{pairs[7]}-{pairs[8]}{pairs[9]}"


def decode(code: str, *, key: bytes, now: datetime) -> Said | None:
    """What a code says, or None if it is not one of ours: made up, mistyped, of another key, or from the future."""
    signs = compact(code)
    if signs is None:
        return None
    number = 0
    for sign in signs:
        number = number << 5 | _PLACE[sign]
    body, seal = number >> SEAL_BITS, number & (1 << SEAL_BITS) - 1
    if not hmac.compare_digest(seal.to_bytes(6, "big"), _seal(body, key).to_bytes(6, "big")):
        return None
    verdict = _VERDICTS.get(body & (1 << VERDICT_BITS) - 1)
    firm = body >> VERDICT_BITS & (1 << FIRM_BITS) - 1
    at = EPOCH + timedelta(minutes=body >> VERDICT_BITS + FIRM_BITS)
    return Said(verdict, firm, at) if verdict and at <= now + AHEAD else None


def compact(text: str) -> str | None:
    """The twenty characters of what may be a code, or None if the text cannot be one."""
    if len(text) > 2 * LENGTH:
        return None
    signs = text.replace("-", "").replace(" ", "").upper()
    return signs if len(signs) == LENGTH and all(sign in _PLACE for sign in signs) else None


def _seal(body: int, key: bytes) -> int:
    return int.from_bytes(hmac.digest(key, body.to_bytes(7, "big"), "sha256")[: SEAL_BITS // 8], "big")
