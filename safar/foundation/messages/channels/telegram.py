"""Telegram's Bot API: one POST of ``sendMessage`` a message; the address is the number of a chat."""

from __future__ import annotations

import httpx

from safar.foundation.messages.channels.asking import asked, asker, content_of, failure, wait_of
from safar.foundation.messages.letters import Accepted, Letter, Outcome, TryLater, Unclear

#: No such chat; the person has blocked the bot or left.
REFUSES = frozenset({400, 403})


class TelegramBot:
    """A bot that writes to chats people opened with it."""

    def __init__(self, base: str, *, token: str) -> None:
        self._client = asker(f"{base.rstrip('/')}/bot{token}/")

    def deliver(self, letter: Letter) -> Outcome:
        """Write into a chat, without a preview of any address in the text."""
        body = {
            "chat_id": letter.address,
            "text": letter.text,
            "link_preview_options": {"is_disabled": True},
            "protect_content": True,
        }
        answer = asked(self._client, "POST", "sendMessage", json=body)
        if not isinstance(answer, httpx.Response):
            return answer
        found = content_of(answer)
        if answer.status_code == 429:
            parameters = found.get("parameters")
            wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
            return TryLater("answered_429", after=wait_of(wait))
        if failed := failure(answer, refuses=REFUSES):
            return failed
        result = found.get("result")
        if found.get("ok") is not True or not isinstance(result, dict):
            return Unclear("odd_answer")
        return Accepted(str(result.get("message_id") or "")[:120])
