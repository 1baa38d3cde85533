"""A stand-in for the SMS gateway: log-in, token that can be ended, send, status by number."""

from __future__ import annotations

import secrets

from safar.foundation.messages.choices import Channel
from safar.foundation.messages.fakes.http import Handler
from safar.foundation.messages.fakes.post import Arrived
from safar.foundation.messages.fakes.served import Served

EMAIL, PASSWORD = "operator@example.org", "only-for-the-stand-in"  # noqa: S105  (of no other gateway)


class SmsHandler(Handler):
    """Paths of an Eskiz-like API."""

    served: FakeSms

    def do_POST(self) -> None:  # noqa: N802  (the library's name)
        """Log in, or send."""
        content, gateway = self.content(), self.served
        gateway.post.asked(self.path)
        if self.path == "/api/auth/login":
            if (content.get("email"), content.get("password")) != (EMAIL, PASSWORD):
                self.say(401, {"message": "Invalid credentials", "status": "error"})
                return
            self.say(
                200,
                {
                    "message": "token_generated",
                    "data": {"token": gateway.new_token()},
                    "token_type": "bearer",
                },
            )
        elif self.path != "/api/message/sms/send":
            self.say(404, {"message": "Not found"})
        elif not gateway.is_known(self.headers.get("Authorization", "")):
            self.say(401, {"message": "Expired", "status": "token-expired"})
        elif not str(content.get("mobile_phone", "")).isdigit():
            self.say(400, {"message": "Invalid phone number", "status": "error"})
        else:
            self._send(content)

    def _send(self, content: dict[str, str]) -> None:
        arrived = Arrived(
            Channel.SMS,
            content["mobile_phone"],
            content["message"],
            content.get("user_sms_id", ""),
            content.get("callback_url", ""),
        )
        if self.behaves(self.served.post.next_answer(), arrived, {"message": "error", "status": "error"}):
            number = self.served.new_number()
            self.say(200, {"id": number, "message": "Waiting for SMS provider", "status": "waiting"})

    def do_GET(self) -> None:  # noqa: N802  (the library's name)
        """Say how far a message has come."""
        gateway, number = self.served, self.path.rpartition("/")[2]
        gateway.post.asked(self.path)
        if not gateway.is_known(self.headers.get("Authorization", "")):
            self.say(401, {"message": "Expired", "status": "token-expired"})
        elif number not in gateway.statuses:
            self.say(404, {"message": "Not found", "status": "error"})
        else:
            self.say(200, {"status": "success", "data": {"id": number, "status": gateway.statuses[number]}})


class FakeSms(Served):
    """An SMS gateway that sends nothing on."""

    handler = SmsHandler

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.statuses: dict[str, str] = {}
        self._tokens: set[str] = set()

    def new_token(self) -> str:
        """A token; those before it stay good."""
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return token

    def end_tokens(self) -> None:
        """Let every token run out."""
        self._tokens.clear()

    def is_known(self, header: str) -> bool:
        """Whether a request carries a token that has not run out."""
        return header.removeprefix("Bearer ") in self._tokens

    def new_number(self) -> str:
        """The number of a message just taken, whose status is that it waits."""
        number = secrets.token_hex(16)
        self.statuses[number] = "waiting"
        return number
