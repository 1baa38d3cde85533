"""Bring the catalogues up to the source, or say what they lack."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from safar.foundation.languages import collecting


class Command(BaseCommand):
    """`safar manage translations`: run it after any change of words, and translate what it names."""

    help = "Collect every string, write Uzbek Cyrillic from Uzbek, compile; with --check only say what is missing."
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        """--check changes nothing."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing, fail if a catalogue lacks a string"
        )

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        """Name what is missing in each language; with --check fail if anything is."""
        if not check:
            collecting.update()
        lacking = collecting.lacking()
        for language, texts in lacking.items():
            self.stdout.write(f"{language}: {len(texts)} missing")
            for text in texts:
                self.stdout.write(f"  {text!r}")
        if check and any(lacking.values()):
            raise CommandError(
                "Run `safar manage translations`, translate what is named above, run it again."
            )
