"""``python -m tests.fuzz [--cases 10000] [--only ROLE]``: an installation of its own, every kind of caller, counts, 1 if anything was wrong."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.callers import issued
from tests.fuzz.sending import Sender, described
from tests.installation import Installation


def main() -> int:
    """Send the cases and print what came of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    asked.add_argument("--cases", type=int, default=10_000, help="for each kind of caller")
    asked.add_argument("--only", action="append", help="this kind of caller alone; may be said again")
    asked.add_argument("--seed", type=int, default=20_261_123)
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="safarfuzz", dir="/tmp"))
    folder.chmod(0o755)
    installation = Installation(folder)
    installation.environment["SAFAR_API_REQUESTS_A_MINUTE"] = "1000000000"
    faults = 0
    try:
        with installation.running() as address:
            for name, secret in issued(installation).items():
                if given.only and name not in given.only:
                    continue
                began = time.monotonic()
                count = Sender(address, secret, random.Random(given.seed)).send(
                    described(address), given.cases
                )
                print(f"{name:<24}{count}  {time.monotonic() - began:.0f} s", flush=True)
                for where, said in count.faults.items():
                    print(f"    {where}: {said}", flush=True)
                faults += len(count.faults)
    finally:
        installation.cluster.stop_if_unused()
        shutil.rmtree(folder, ignore_errors=True)
    print("no 5xx and no answer beside its description" if not faults else f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
