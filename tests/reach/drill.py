"""The drill: ``make drill``, or ``python -m tests.reach.drill [--people N]``. A disaster, and everything that must come back.

On a throw-away installation: back up, go on working, erase somebody who is in the backup, destroy the cluster, restore, prove.
Prints what it counted and leaves with 1 at the first thing that is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg

from tests.installation import Installation, thrown_away

HERE = Path(__file__).resolve().parents[2]
BEFORE, AFTER, EARLIER, LATER, AGAIN = "Oldinova", "Keyinova", "Ochirilova", "Unutilova", "Yanaova"


class Drill:
    """One installation and what was seen of it."""

    def __init__(self, installation: Installation, *, people: int, say: Any = print) -> None:
        self.made, self.people, self.say = installation, people, say
        self.counts: dict[str, Any] = {}
        self.dump = installation.folder / "drill.dump"

    def run(self) -> dict[str, Any]:
        """All of it, in order; gives the counts."""
        self.work_and_back_up()
        self.go_on_and_lose_everything()
        self.come_back()
        self.go_on_working()
        return self.counts

    def work_and_back_up(self) -> None:
        self.acts("register", BEFORE, str(self.people))
        gone = self.acts("register", EARLIER, "1")
        self.later = self.acts("register", LATER, "2")
        self.acts("erase", *gone)
        assert self.traces(EARLIER) == 0, "who was erased is nowhere"
        assert self.traces(BEFORE) > self.people, "what looks for traces finds some"
        self.safar("backup", str(self.dump))
        self.before = self.made.counts()
        self.check("right after the backup")

    def go_on_and_lose_everything(self) -> None:
        self.acts("register", AFTER, "3")
        self.acts("erase", *self.later)
        assert self.traces(LATER) == 0
        erased = self.check("an older backup, with people in it who were erased since")["erased"]
        assert erased["says"].startswith("2 of the people in this backup were erased since"), erased
        self.safar("history", "seal")
        self.safar("history", "verify")
        self.made.cluster.remove()
        self.note("cluster destroyed", str(not self.made.cluster.home.exists()))

    def come_back(self) -> None:
        done = self.safar("restore", str(self.dump))
        assert "Erased again who had been erased since the backup: 2" in done, done
        self.note("traces of who was erased before the backup", self.traces(EARLIER))
        self.note("traces of who was erased after it", self.traces(LATER))
        assert self.traces(EARLIER) == self.traces(LATER) == 0, "erased people stay erased"
        assert self.traces(AFTER) == 0, "what came after the backup is lost, and only that"
        assert self.traces(BEFORE) > self.people
        now = self.made.counts()
        fewer = {table for table in self.before if now[table] < self.before[table]}
        assert all(table.startswith("people_") for table in fewer), f"only the erased are fewer: {fewer}"
        assert self.run_safar("history", "verify").returncode == 1, "the checkpoints outside know of more"
        self.safar("history", "accept", "--reason", "The drill restored its backup.")
        verified = json.loads(self.safar("history", "verify", "--json"))
        self.note("events verified", verified["rows"])

    def go_on_working(self) -> None:
        self.acts("register", AGAIN, "2")
        assert self.traces(AGAIN) > 2
        self.dump = self.made.folder / "drill-again.dump"
        self.safar("backup", str(self.dump))
        self.check("a backup made after the restore")
        self.other_keys()

    def other_keys(self) -> None:
        """Without its keys a backup proves nothing and says so."""
        folder = self.made.folder / "other-keys"
        self.made.environment["SAFAR_KEYS"] = str(folder)
        try:
            assert self.run_safar("manage", "keys", "create").returncode == 0
            done = self.run_safar("restore", "--check", "--json", str(self.dump))
        finally:
            del self.made.environment["SAFAR_KEYS"]
        found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
        assert done.returncode == 1
        assert "of another" in found["note"]["says"]
        assert not found["history"]["ok"]
        assert not found["encrypted"]["ok"]
        self.note("with other keys", found["encrypted"]["says"])

    # -- how -----------------------------------------------------------------------------------------------------

    def note(self, name: str, seen: Any) -> None:
        self.counts[name] = seen
        self.say(f"{name}: {seen}")

    def check(self, which: str) -> dict[str, Any]:
        done = self.run_safar("restore", "--check", "--json", str(self.dump))
        found = {check["name"]: check for check in json.loads(done.stdout)["checks"]} if done.stdout else {}
        assert done.returncode == 0, done.stdout + done.stderr
        for name in ("tables", "history", "keys apart", "encrypted", "erased"):
            self.note(f"{which}, {name}", found[name]["says"])
        return found

    def run_safar(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.made.safar(*arguments, patience=1200)

    def safar(self, *arguments: str) -> str:
        done = self.run_safar(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def acts(self, *arguments: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.reach.acts", *arguments],
            env=self.made.environment, cwd=HERE, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return list(json.loads(done.stdout))

    def traces(self, word: str) -> int:
        """Rows of any table that hold a word, read past every wall."""
        found = 0
        with psycopg.connect(**self.made.cluster.parameters("postgres", "safar")) as connection:
            tables = connection.execute(
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where c.relkind = 'r' and n.nspname in ('public', 'gate')"
            ).fetchall()
            for (table,) in tables:
                query = f"select count(*) from {table} whole where whole::text ilike %s"
                found += connection.execute(query, [f"%{word}%"]).fetchone()[0]
        return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.reach.drill", description=__doc__)
    parser.add_argument(
        "--people", type=int, default=25, help="how many people are registered before the backup"
    )
    asked = parser.parse_args()
    try:
        with thrown_away(Installation) as made:
            made.safar("demo", "fresh", "--yes", patience=1200)
            Drill(made, people=asked.people).run()
    except AssertionError as error:
        print(f"THE DRILL FAILED: {error}")
        return 1
    print(
        "The drill went well: everything acknowledged before the backup is there, and nobody who was erased."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
