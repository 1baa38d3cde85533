"""A stand-in for a mail server: as much of SMTP (RFC 5321) as a client needs to hand over one message."""

from __future__ import annotations

import socketserver
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from safar.foundation.messages.choices import Channel
from safar.foundation.messages.fakes.post import Arrived
from safar.foundation.messages.fakes.served import Served

GREETING, FINE, GO_ON, FAREWELL = b"220 stand-in\r\n", b"250 fine\r\n", b"354 go on\r\n", b"221 bye\r\n"


class MailHandler(socketserver.StreamRequestHandler):
    """One conversation."""

    timeout = 30

    def handle(self) -> None:
        """Greet, then answer each command until the end."""
        self.recipient = ""
        self.wfile.write(GREETING)
        while line := self.rfile.readline(2_000):
            command = line.split(b" ")[0].strip().upper()
            if command == b"QUIT":
                self.wfile.write(FAREWELL)
                return
            if command == b"DATA" and not self._take():
                return
            if command == b"RCPT":
                self.recipient = line.decode().partition("<")[2].partition(">")[0]
            if command != b"DATA":
                self.wfile.write(FINE)

    def _take(self) -> bool:
        served: Served = self.server.served  # type: ignore[attr-defined]  # `_Server` of `served`
        self.wfile.write(GO_ON)
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = served.post.next_answer()
        if answer.takes:
            served.post.take(self._arrived(b"".join(lines)))
        if answer.hangs_up:
            return False
        self.wfile.write(FINE if answer.takes else f"{answer.status} refused\r\n".encode())
        return True

    def _arrived(self, content: bytes) -> Arrived:
        mail = cast(EmailMessage, message_from_bytes(content, policy=policy.default))
        body = mail.get_body(preferencelist=("plain",))
        text = str(body.get_content()).strip() if body else ""
        return Arrived(
            Channel.EMAIL, self.recipient, text, str(mail["Message-ID"]).strip(), subject=str(mail["Subject"])
        )


class FakeMail(Served):
    """A mail server that delivers nothing."""

    handler = MailHandler
    scheme = "smtp"
