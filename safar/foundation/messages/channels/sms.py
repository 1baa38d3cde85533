"""An SMS gateway of the Eskiz kind: a bearer token from a log-in, which ends; one POST a message; reports by callback.

``POST auth/login`` (email, password) gives ``data.token``; ``POST message/sms/send`` (mobile_phone in digits, message, from,
callback_url, user_sms_id) gives ``id`` and ``status``; ``GET message/sms/status_by_id/<id>`` gives ``data.status``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx

from safar.foundation.messages.channels.asking import asked, asker, content_of, failure
from safar.foundation.messages.letters import Accepted, Letter, Outcome, TryLater, Unclear
from safar.foundation.messages.parts import as_sms

REFUSES = frozenset({400, 422})


class SmsGateway:
    """One account at a gateway. It logs in when it has to: at first, and once more when the token has ended."""

    def __init__(
        self, base: str, *, email: str, password: str, sender: str, callback: Callable[[str], str]
    ) -> None:
        self._client = asker(base.rstrip("/") + "/")
        self._login = {"email": email, "password": password}
        self._sender, self._callback = sender, callback
        self._token = ""

    def deliver(self, letter: Letter) -> Outcome:
        """Send one SMS."""
        answer = self._as_account(
            "POST",
            "message/sms/send",
            data={
                "mobile_phone": digits(letter.address),
                "message": as_sms(letter.text),
                "from": self._sender,
                "user_sms_id": letter.reference,
                "callback_url": self._callback(letter.reference),
            },
        )
        if not isinstance(answer, httpx.Response):
            return answer
        if failed := failure(answer, refuses=REFUSES):
            return failed
        gateway_id = str(content_of(answer).get("id") or "")
        return Accepted(gateway_id[:120]) if gateway_id else Unclear("odd_answer")

    def status_of(self, gateway_id: str) -> str:
        """What the gateway says of a message it took, in its own word; empty if it does not say."""
        answer = self._as_account("GET", f"message/sms/status_by_id/{quote(gateway_id, safe='')}")
        if not isinstance(answer, httpx.Response) or answer.status_code != 200:
            return ""
        found = content_of(answer)
        data = found.get("data")
        return str((data if isinstance(data, dict) else found).get("status") or "")

    def _as_account(self, method: str, path: str, **content: Any) -> httpx.Response | TryLater | Unclear:
        for fresh in (False, True):
            if (fresh or not self._token) and (failed := self._log_in()) is not None:
                return failed
            headers = {"Authorization": f"Bearer {self._token}"}
            answer = asked(self._client, method, path, headers=headers, **content)
            if not isinstance(answer, httpx.Response) or answer.status_code != 401:
                return answer
        self._token = ""
        return TryLater("token_refused")

    def _log_in(self) -> TryLater | None:
        """Nothing was sent yet, whatever goes wrong here."""
        self._token = ""
        answer = asked(self._client, "POST", "auth/login", data=self._login)
        if not isinstance(answer, httpx.Response):
            return TryLater("not_reached")
        if failed := failure(answer, refuses=frozenset()):
            return failed if isinstance(failed, TryLater) else TryLater("login_refused")
        data = content_of(answer).get("data")
        self._token = str(data.get("token") or "") if isinstance(data, dict) else ""
        return None if self._token else TryLater("login_refused")


def digits(phone: str) -> str:
    """A telephone number as the gateway wants it: digits alone, no plus."""
    return "".join(sign for sign in phone if sign.isascii() and sign.isdigit())
