"""Run every workload: ``python -m benchmarks [--full]``."""

from __future__ import annotations

import argparse
import subprocess
import sys

WORKLOADS = ("public_check", "people_search", "lists", "people_load")


def main() -> int:
    """Each workload in a process of its own; the first failure's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="at the sizes of the goals")
    options = parser.parse_args()
    codes = []
    for name in WORKLOADS:
        print(f"\n== {name}", flush=True)
        codes.append(
            subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", *(["--full"] if options.full else [])]
            ).returncode
        )
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    raise SystemExit(main())
