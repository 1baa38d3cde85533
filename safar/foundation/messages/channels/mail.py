"""E-mail over SMTP by Django's own backend: plain text, the one neutral subject, a Message-ID that stays the same."""

from __future__ import annotations

import smtplib
from urllib.parse import unquote, urlsplit

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from safar.foundation.messages.letters import Accepted, Letter, Outcome, Refused, TryLater, Unclear

PATIENCE = 20


class MailServer:
    """One SMTP server, named as ``smtp://`` (with STARTTLS where a user is named) or ``smtps://user:password@host:port``."""

    def __init__(self, url: str, *, sender: str, domain: str) -> None:
        self._url, self._sender, self._domain = urlsplit(url), sender, domain

    def deliver(self, letter: Letter) -> Outcome:
        """Send one e-mail, over a connection of its own."""
        server = self._server()
        try:
            server.open()
        except smtplib.SMTPAuthenticationError:
            return TryLater("login_refused")
        except (smtplib.SMTPException, OSError):
            return TryLater("not_reached")
        try:
            return self._handed_over(server, letter)
        finally:
            self._hang_up(server)

    def _handed_over(self, server: EmailBackend, letter: Letter) -> Outcome:
        number = f"<{letter.reference}@{self._domain}>"
        mail = EmailMessage(
            letter.subject,
            letter.text,
            self._sender,
            [letter.address],
            headers={"Message-ID": number, "Auto-Submitted": "auto-generated"},
        )
        try:
            server.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            return judged(next(iter(error.recipients.values()))[0])
        except smtplib.SMTPResponseException as error:
            return judged(error.smtp_code)
        except ValueError:
            return Refused("bad_address")
        except (smtplib.SMTPException, OSError):
            return Unclear("no_answer")
        return Accepted(number)

    def _server(self) -> EmailBackend:
        named = self._url
        user, password = unquote(named.username or ""), unquote(named.password or "")
        is_tls = named.scheme == "smtps"
        return EmailBackend(
            host=named.hostname or "",
            port=named.port or (465 if is_tls else 587 if user else 25),
            username=user,
            password=password,
            use_ssl=is_tls,
            use_tls=bool(user) and not is_tls,
            timeout=PATIENCE,
            fail_silently=False,
        )

    def _hang_up(self, server: EmailBackend) -> None:
        try:
            server.close()
        except (smtplib.SMTPException, OSError):
            server.connection = None


def judged(code: int) -> Outcome:
    """What an SMTP code means: 5xx for good, anything else for now (RFC 5321, 4.2.1)."""
    return Refused(f"refused_{code}") if 500 <= code < 600 else TryLater(f"answered_{code}")
