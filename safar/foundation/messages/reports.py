"""What a gateway reports of a message it took: by a call to an address only it was given, or when asked.

The address holds the message's number and a signature over it, so that nobody else can report, and nothing but how far a
message has come can be changed with it. Reports may come twice, late or in any order.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from safar.foundation import history
from safar.foundation.access.actors import acting
from safar.foundation.access.visibility import visible
from safar.foundation.encryption import keys
from safar.foundation.messages.choices import Channel, State
from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.models import Message
from safar.foundation.messages.sending import close_way, end

DELIVERED = frozenset({"delivered", "delivrd"})
UNDELIVERABLE = frozenset({"undeliv", "undelivered", "rejectd", "rejected", "expired", "failed", "deleted"})
#: A report may still change these.
OPEN_TO_REPORTS = frozenset({State.SENDING, State.WAITING, State.SENT, State.UNCERTAIN})
FIRST_ASKED, ASKED_AGAIN, ASKED_UNTIL = timedelta(minutes=10), timedelta(hours=1), timedelta(days=2)
MOST_SILENT = 3
"""Questions in a row without an answer, after which the gateway is asked no more for now."""
PATH = "/api/v1/messages/sms/{reference}/{signature}"


def callback_address(reference: str) -> str:
    """Where the gateway reports on one message."""
    return settings.SAFAR_PUBLIC_URL + PATH.format(reference=reference, signature=signature_of(reference))


def signature_of(reference: str) -> str:
    """128 bits that only this house can compute for a message."""
    key = hmac.digest(keys.store().index_key(), b"messages: reports 1", "sha256")
    return hmac.digest(key, reference.encode(), "sha256").hex()[:32]


def is_genuine(reference: str, signature: str) -> bool:
    """Whether the signature is the one given out with this message."""
    return hmac.compare_digest(signature_of(reference).encode(), signature.encode())


def take_report(reference: str, status: str, *, now: datetime) -> bool:
    """Note what the gateway says; whether there is such a message. A word we do not know changes nothing."""
    with transaction.atomic(), acting(MESSENGER):
        found = visible(MESSENGER, Message, "change").select_for_update().filter(pk=UUID(reference)).first()
        if found is None:
            return False
        _note(found, status.strip().lower(), now=now)
    return True


def ask_for_reports(gateway_status: object, *, now: datetime, most: int = 200) -> int:
    """Ask the gateway about SMS it took and has not reported on; how many came to their end."""
    ask = getattr(gateway_status, "status_of", None)
    if ask is None:
        return 0
    with acting(MESSENGER):
        waiting = visible(MESSENGER, Message).filter(
            state=State.SENT,
            channel=Channel.SMS,
            sent_at__gt=now - ASKED_UNTIL,
            sent_at__lte=now - FIRST_ASKED,
            due_at__lte=now,
        )
        asked = list(waiting.exclude(gateway_id="").order_by("due_at", "pk")[:most])
    ended = silent = 0
    for message in asked:
        status = ask(message.gateway_id)
        silent = 0 if status else silent + 1
        if silent > MOST_SILENT:
            break
        with transaction.atomic(), acting(MESSENGER):
            row = visible(MESSENGER, Message, "change").select_for_update().get(pk=message.pk)
            if row.state == State.SENT:
                row.due_at = now + ASKED_AGAIN
                row.save()
                ended += _note(row, status.strip().lower(), now=now)
    return ended


def _note(message: Message, status: str, *, now: datetime) -> bool:
    if message.state not in OPEN_TO_REPORTS or status not in DELIVERED | UNDELIVERABLE:
        return False
    message.sent_at = message.sent_at or now
    if status in UNDELIVERABLE:
        if message.channel != Channel.SMS:
            return False
        close_way(message, now=now, reason="undeliverable")
        return False
    end(message, State.DELIVERED, now=now)
    history.record("message.ended", message, by=MESSENGER, now=now, body={"state": State.DELIVERED.value})
    return True
