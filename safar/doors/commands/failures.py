"""Turns failures an operator can mend into one sentence on standard error and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db.utils import OperationalError, ProgrammingError
from rich.console import Console

from safar.doors.commands import DONE, INTERRUPTED, NO_DATABASE, REFUSED
from safar.foundation.database.binaries import BinariesMissing
from safar.foundation.database.places import PlaceRefused
from safar.foundation.database.server import ServerFailed
from safar.foundation.encryption.durable import NotWritten
from safar.foundation.encryption.keys import KeyTrouble

errors = Console(stderr=True, highlight=False)


class Failed(RuntimeError):
    """A command cannot do what was asked; the message is the operator's sentence."""

    def __init__(self, sentence: str, *, code: int = REFUSED) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass
class Outcome:
    """How the command ended."""

    code: int = DONE


@contextmanager
def told() -> Iterator[Outcome]:
    """Run the block; a known failure becomes its sentence and its code, an unknown one keeps its traceback."""
    outcome = Outcome()
    try:
        yield outcome
    except Failed as failure:
        outcome.code = _say(str(failure), failure.code)
    except (
        ServerFailed,
        PlaceRefused,
        BinariesMissing,
        OperationalError,
        psycopg.OperationalError,
    ) as failure:
        outcome.code = _say(str(failure).strip(), NO_DATABASE)
    except (ImproperlyConfigured, CommandError, KeyTrouble, NotWritten) as failure:
        outcome.code = _say(str(failure), REFUSED)
    except (ProgrammingError, psycopg.errors.UndefinedTable) as failure:
        if not any(isinstance(one, psycopg.errors.UndefinedTable) for one in (failure, failure.__cause__)):
            raise
        outcome.code = _say(
            "The database has not all its tables yet. Run safar migrate, and repeat.", REFUSED
        )
    except SystemExit as leaving:
        outcome.code = (
            leaving.code if isinstance(leaving.code, int) else DONE if leaving.code is None else REFUSED
        )
    except KeyboardInterrupt:
        outcome.code = INTERRUPTED


def _say(sentence: str, code: int) -> int:
    errors.print(sentence, style="red", markup=False, soft_wrap=True)
    return code
