"""Make, try, rotate and restore the keys: the operator's side of `docs/how-to/keys.md`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from safar.foundation.encryption.durable import NotWritten
from safar.foundation.encryption.keys import KeyStore, KeyTrouble


class Command(BaseCommand):
    """`safar manage keys create | check | rotate | take-in`."""

    help = "Make, check, rotate and restore the keys that protect people's data."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("create", help="make a key store where there is none")
        check = acts.add_parser("check", help="open every key and tell what does not open")
        check.add_argument(
            "--masters", type=Path, help="use the master keys of this escrowed copy instead: the drill"
        )
        acts.add_parser("rotate", help="wrap every key with a new master key and destroy the old one")
        take = acts.add_parser("take-in", help="take keys missing here from another copy of this store")
        take.add_argument("copy", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.SAFAR_KEYS)
        try:
            getattr(self, f"_{options['act'].replace('-', '_')}")(folder, options)
        except FileExistsError as error:
            raise CommandError(f"{folder} holds a key store already: it is left as it is.") from error
        except (KeyTrouble, NotWritten) as error:
            raise CommandError(str(error)) from error

    def _create(self, folder: Path, _options: dict[str, Any]) -> None:
        store = KeyStore.make(folder, trial=False, now=timezone.now())
        self.stdout.write(f"Made a key store in {folder}. Master key: {', '.join(store.fingerprints())}")
        self.stdout.write("Put the folder “masters” into escrow now, before the first record is written.")

    def _check(self, folder: Path, options: dict[str, Any]) -> None:
        seen = KeyStore(folder).examine(masters=options["masters"])
        self.stdout.write(f"{seen.readable} keys open. Master keys: {', '.join(seen.masters)}")
        if seen.trial:
            self.stdout.write("These are trial keys: not for the data of real people.")
        if seen.trouble:
            raise CommandError("\n".join(seen.trouble))

    def _rotate(self, folder: Path, _options: dict[str, Any]) -> None:
        store = KeyStore(folder)
        count = store.rotate_master(now=timezone.now())
        self.stdout.write(f"{count} keys wrapped anew. Master key: {', '.join(store.fingerprints())}")
        self.stdout.write("Put the new “masters” into escrow and destroy the old copies.")

    def _take_in(self, folder: Path, options: dict[str, Any]) -> None:
        self.stdout.write(f"{KeyStore(folder).take_in(options['copy'])} files taken in.")
