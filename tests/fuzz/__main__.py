"""``python -m tests.fuzz [--cases 10000] [--only ROLE]``: an installation of its own, every kind of caller, counts, 1 if anything was wrong."""

from __future__ import annotations

import argparse
import random
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fuzz.callers import issued
from tests.fuzz.sending import Sender, described
from tests.installation import STARTED, Installation, free_port, thrown_away, until


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    """Server and worker while the block lasts, what they say being read, so that they never wait for a reader."""
    port = free_port()
    running = installation.run(port)
    until(running, STARTED)
    said: deque[str] = deque(maxlen=200)
    threading.Thread(target=lambda: said.extend(running.stdout or ()), daemon=True).start()
    try:
        yield f"http://localhost:{port}"
    finally:
        print("".join(line for line in said if "failed" in line), end="")
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)


def main() -> int:
    """Send the cases and print what came of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--cases", type=int, default=10_000, help="for each kind of caller")
    asked.add_argument("--only", action="append", help="this kind of caller alone; may be said again")
    asked.add_argument("--seed", type=int, default=20_261_123)
    given = asked.parse_args()
    faults = 0
    with thrown_away(Installation) as installation:
        installation.environment["SAFAR_API_REQUESTS_A_MINUTE"] = "1000000000"
        with served(installation) as address:
            for name, secret in issued(installation).items():
                if given.only and name not in given.only:
                    continue
                began = time.monotonic()
                count = Sender(address, secret, random.Random(given.seed)).send(described(), given.cases)
                print(f"{name:<24}{count}  {time.monotonic() - began:.0f} s", flush=True)
                for where, said in count.faults.items():
                    print(f"    {where}: {said}", flush=True)
                faults += len(count.faults)
    print("no 5xx and no answer beside its description" if not faults else f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
