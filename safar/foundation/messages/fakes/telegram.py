"""A stand-in for Telegram's Bot API: ``sendMessage``, with its way of refusing and of asking to be left alone."""

from __future__ import annotations

from safar.foundation.messages.choices import Channel
from safar.foundation.messages.fakes.http import Handler
from safar.foundation.messages.fakes.post import Arrived
from safar.foundation.messages.fakes.served import Served

TOKEN = "1:only-for-the-stand-in"  # noqa: S105  (of no bot)


class TelegramHandler(Handler):
    """``/bot<token>/sendMessage``."""

    def do_POST(self) -> None:  # noqa: N802  (the library's name)
        """Take a message for a chat."""
        content = self.content()
        self.served.post.asked(self.path.rpartition("/")[2])
        if self.path != f"/bot{TOKEN}/sendMessage":
            self._refuse(401, "Unauthorized")
            return
        answer = self.served.post.next_answer()
        arrived = Arrived(Channel.TELEGRAM, str(content["chat_id"]), content["text"])
        refusal: dict[str, object] = {"ok": False, "error_code": answer.status, "description": "refused"}
        if answer.retry_after is not None:
            refusal["parameters"] = {"retry_after": answer.retry_after}
        if self.behaves(answer, arrived, refusal):
            number = len(self.served.post.arrived)
            self.say(200, {"ok": True, "result": {"message_id": number, "chat": {"id": content["chat_id"]}}})

    def _refuse(self, status: int, why: str) -> None:
        self.say(status, {"ok": False, "error_code": status, "description": why})


class FakeTelegram(Served):
    """A bot API that writes to nobody."""

    handler = TelegramHandler
