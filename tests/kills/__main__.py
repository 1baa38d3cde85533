"""The command: ``python -m tests.kills``."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any

from tests.installation import thrown_away
from tests.kills.house import House, until
from tests.kills.load import CREW, Ledger, Worker
from tests.kills.proof import breaches, counts, let_everything_finish


def main() -> int:
    """Parse, kill, prove, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of the web server and the worker together")
    parser.add_argument("--database", type=int, default=100, help="of the database")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument(
        "--minutes", type=float, default=120.0, help="stop killing after so long, and say how many it were"
    )
    asked = parser.parse_args()
    with thrown_away(House) as house:
        made = house.safar("demo", "fresh", "--yes", patience=1200)
        assert made.returncode == 0, made.stderr
        try:
            found = storm(
                house, kills=asked.kills, database=asked.database, seed=asked.seed, minutes=asked.minutes
            )
        finally:
            house.end()
    return 1 if found else 0


def storm(
    house: House, *, kills: int, database: int, seed: int, minutes: float = 60.0, say: Any = print
) -> list[str]:
    """Load, kills, and the proof; gives the breaches."""
    say(f"seed {seed}")
    house.begin()
    ((first_import, first_event),) = house.rows(
        "select (select coalesce(max(id), 0) from registers_upload) + 1, (select max(id) from history_event) + 1"
    )
    ledger, killed = Ledger(first_import=first_import, first_event=first_event), Counter[str]()
    crew = [kind(house, ledger, number, credentials) for credentials in [signed_in(house)]
            for number, kind in enumerate(CREW, 1)]  # fmt: skip
    for worker in crew:
        worker.start()
    until(lambda: ledger.count() > len(CREW), "the first acts")
    deadline = time.monotonic() + minutes * 60
    plan = [("serve", kills - kills // 2), ("worker", kills // 2), ("database", database)]
    killers = [
        Killer(house, ledger, killed, target, count, f"{seed}-{target}", deadline) for target, count in plan
    ]
    for killer in killers:
        killer.start()
    while any(killer.is_alive() for killer in killers):
        time.sleep(0.5)
        killed["ended by itself and started again"] += house.revive()
    retire(house, crew)
    let_everything_finish(house)
    found = breaches(house, ledger)
    for name, count in {**killed, **counts(house, ledger)}.items():
        say(f"{count:>8,}  {name}")
    say(
        "\n".join(found[:50])
        if found
        else "Nothing acknowledged was lost, nothing was done twice, nothing half."
    )
    return found


class Killer(threading.Thread):
    """Kills one of the three at random moments, but only after something was acknowledged since the last time."""

    def __init__(
        self,
        house: House,
        ledger: Ledger,
        killed: Counter[str],
        target: str,
        count: int,
        seed: str,
        deadline: float,
    ) -> None:
        super().__init__(daemon=True)
        self.house, self.ledger, self.killed, self.target = house, ledger, killed, target
        self.count, self.rng, self.deadline = count, random.Random(seed), deadline

    def run(self) -> None:
        for _time in range(self.count):
            before = self.ledger.count()
            patience = time.monotonic() + 60
            while self.ledger.count() <= before and time.monotonic() < patience:
                time.sleep(0.02)
            time.sleep(self.rng.uniform(0, 1.5))
            if time.monotonic() > self.deadline:
                return
            how = self.kill()
            self.killed[
                f"kills of {'the web server' if self.target == 'serve' else f'the {self.target}'}, {how}"
            ] += 1

    def kill(self) -> str:
        if self.target != "database":
            return self.house.kill(self.target, self.rng)
        until(self.house.cluster.answers, "the database")
        return self.house.kill_database(self.rng)


def signed_in(house: House) -> dict[str, str]:
    """Tokens of a case worker and a licensing officer, the officer's browser, and the firm they decide on."""
    return {
        "people": ask(house, "token", "demo-yordamchi"),
        "recruiters": ask(house, "token", "demo-litsenziya"),
        "session": ask(house, "session", "demo-litsenziya"),
        "office": ask(house, "office"),
        "firm": str(house.rows("select id from recruiters_recruiter where state = 'LICENSED' order by id limit 1")[0][0]),
        # Any secret of the right form will do: what counts is that cookie and field agree.
        "csrf": "k" * 32, "secret": "k" * 32,
    }  # fmt: skip


def ask(house: House, *arguments: str) -> str:
    """The answer of `tests.reach.acts`."""
    done = house.acts(*arguments)
    said, _nothing = done.communicate(timeout=120)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, arguments)
    return str(json.loads(said))


def retire(house: House, crew: list[Worker]) -> None:
    """Let everybody finish the act she is at."""
    for worker in crew:
        worker.stop.set()
    deadline = time.monotonic() + 180
    for worker in crew:
        while worker.is_alive() and time.monotonic() < deadline:
            house.revive()
            worker.join(0.5)
        if worker.is_alive():
            worker.ledger.wrong.append(f"{type(worker).__name__} was never answered")
        if hasattr(worker, "feed"):
            worker.feed.stdin.close()
            worker.feed.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
