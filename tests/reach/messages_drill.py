"""The drill of messages: ``python -m tests.reach.messages_drill [--people 200] [--kills 10]``.

Real workers send to stand-ins over sockets, and what arrived there is counted: that nothing betrays anybody, that a withdrawal
stops what is queued, that a gateway down for an hour loses and doubles nothing, and that a worker killed in the middle doubles
at most the one message it was about, marked as such. The same tests run with fewer people in every run of the tests.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pytest

PEOPLE, KILLS = "SAFAR_DRILL_PEOPLE", "SAFAR_DRILL_KILLS"


def main() -> int:
    """Run the drill at its full size, printing its counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    os.environ |= {PEOPLE: str(options.people), KILLS: str(options.kills)}
    return int(pytest.main(["-q", "-s", str(Path(__file__).with_name("test_messages_drill.py"))]))


if __name__ == "__main__":
    raise SystemExit(main())
