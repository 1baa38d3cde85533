"""Stand-ins for the gateways on this machine, to look at what leaves a demonstration."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from safar.foundation.messages.fakes import mail, sms, telegram
from safar.foundation.messages.fakes.served import Served

LOOK_EVERY = 0.5


class Command(BaseCommand):
    """`safar manage fake_gateways`: runs until stopped; prints the settings to start Safar with, then what arrives."""

    help = "Run stand-ins for the SMS gateway, Telegram and a mail server; print each message that arrives."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8025, help="the first of three ports")
        parser.add_argument("--once", action="store_true", help="print the settings and leave")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SAFAR_DEMO:
            raise CommandError("The stand-ins print what they are given: they are for demonstrations only.")
        port = options["port"]
        fakes: tuple[Served, ...] = (
            sms.FakeSms(port=port),
            telegram.FakeTelegram(port=port + 1),
            mail.FakeMail(port=port + 2),
        )
        try:
            for fake in fakes:
                fake.begin()
            for line in settings_of(*fakes):
                self.stdout.write(line)
            self.stdout.flush()
            if not options["once"]:
                self._print_what_arrives(fakes)
        except OSError as error:
            raise CommandError(
                f"Ports {port} to {port + 2} are not all free: name others by --port."
            ) from error
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            for fake in fakes:
                fake.stop()

    def _print_what_arrives(self, fakes: tuple[Served, ...]) -> None:
        shown = dict.fromkeys(fakes, 0)
        while True:
            for fake in fakes:
                for one in fake.post.arrived[shown[fake] :]:
                    self.stdout.write(f"{one.channel.value:9} {one.address:20} {one.text}")
                    shown[fake] += 1
            self.stdout.flush()
            time.sleep(LOOK_EVERY)


def settings_of(gateway: Served, bot: Served, server: Served) -> tuple[str, ...]:
    """The environment that makes Safar send to the stand-ins."""
    return (
        f"SAFAR_SMS_URL={gateway.url}/api SAFAR_SMS_EMAIL={sms.EMAIL} SAFAR_SMS_PASSWORD={sms.PASSWORD} SAFAR_SMS_FROM=4546",
        f"SAFAR_TELEGRAM_URL={bot.url} SAFAR_TELEGRAM_TOKEN={telegram.TOKEN}",
        f"SAFAR_EMAIL_URL={server.url} SAFAR_EMAIL_FROM=nobody@example.org",
    )
