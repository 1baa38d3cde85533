"""The command line: ``safar run``, ``safar migrate``, ``safar backup`` and the rest.

Exit codes mean something:

==== ==============================================================================
0    done
1    refused, or a check failed: the message says which and what to do
2    the command was typed wrongly
3    nothing was done, or some rows of the input were bad and were left out
4    the database cannot be reached or started
130  interrupted with Ctrl-C
==== ==============================================================================

Commands meant for machines take ``--json`` and then print one JSON document on standard output and nothing else.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

DONE, REFUSED, MISTYPED, NOTHING_DONE, NO_DATABASE, INTERRUPTED = 0, 1, 2, 3, 4, 130


def main() -> None:
    """Run the command line and leave with an exit code from the table above."""
    sys.exit(run_command_line())


def run_command_line() -> int:
    """Set Django up, run the command that was typed, and turn known failures into a sentence and a code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
    from safar.doors.commands import failures

    with failures.told() as outcome:
        import django

        django.setup()
        if sys.argv[1:2] == ["manage"]:  # past typer, which would swallow a "--" meant for Django
            import_module("safar.doors.commands.tending").pass_on(sys.argv[2:])
        else:
            import_module("safar.doors.commands.application").build()()
    return outcome.code
