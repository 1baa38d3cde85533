"""Take back what a restored database holds as queued."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from safar.foundation.messages.kinds import MESSENGER
from safar.foundation.messages.sending import withdraw_everything


class Command(BaseCommand):
    """`safar manage withdraw_messages`: after a restore, before the worker starts again."""

    help = "Withdraw every message that has not left, as this database knows it."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = withdraw_everything(by=MESSENGER, now=timezone.now())
        self.stdout.write(f"{gone} messages withdrawn.")
