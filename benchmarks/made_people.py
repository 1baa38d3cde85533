"""Invented people by the million, as the files of a ministry hold them: names in mixed scripts and schemes, dates as known.

The names are made of spellings that stand in `data/uzbek_spellings.tsv` and, where they are at hand, in the Wikidata groups of
the sample data; no person is meant. The same seed makes the same people. What each person's name is written as in the file and
what it may be asked for as are different spellings of one name, neither made by Safar's own folding.
"""

from __future__ import annotations

import argparse
import csv
import os
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

DATA = Path(__file__).resolve().parent / "data"
SAMPLES = Path(os.environ.get("SAFAR_SAMPLES", Path(__file__).resolve().parents[2] / "shared" / "data"))
HEADER = (
    "external_id",
    "family_name",
    "given_names",
    "patronymic",
    "sex",
    "birth_date",
    "phone",
    "place_code",
)


SOURCES = ("written by hand", "of the Wikidata half tuned on", "of the other Wikidata half")


@dataclass(frozen=True)
class Name:
    """One name, every way it is written, and which of `SOURCES` it is from."""

    spellings: tuple[str, ...]
    source: str = SOURCES[0]


def hand_written(kind: str) -> list[Name]:
    """Names of a kind (family, given, patronymic) of the list written by hand."""
    groups: dict[str, dict[str, None]] = defaultdict(dict)
    with (DATA / "uzbek_spellings.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["kind"] == kind:
                groups[row["written"]] |= {row["written"]: None, row["also_written"]: None}
    return [Name(tuple(spellings)) for spellings in groups.values()]


def wikidata() -> list[Name]:
    """Names of the sample data, by Wikidata item: the rules were tuned on those of one half. Empty where the file is not."""
    path = SAMPLES / "names" / "wikidata_name_groups_latn_cyrl.dev.tsv"
    if not path.exists():
        return []
    found = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            spellings = tuple(
                s.title() for s in (*row["latin_forms"].split("|"), *row["cyrillic_forms"].split("|")) if s
            )
            half = zlib.crc32(row["wikidata_id"].encode()) % 2
            found.append(Name(spellings, SOURCES[1 + half]))
    return found


class People:
    """A population: `person(n)` is always the same person."""

    def __init__(self) -> None:
        # Half of the names are common ones of the region, half any others: hard for who searches, as in no real register.
        foreign = wikidata()
        self.families = weighted(hand_written("family"), foreign)
        self.givens = weighted(hand_written("given"), foreign)
        self.patronymics = hand_written("patronymic")

    def person(self, number: int) -> tuple[Name, Name, Name | None, int, int, int]:
        """Family name, given name, patronymic or None, year, month and day of birth."""
        chance = Random(number * 2_654_435_761 % 2**32)
        family, given = pick(self.families, chance), pick(self.givens, chance)
        patronymic = chance.choice(self.patronymics) if chance.random() < 0.8 else None
        return (
            family,
            given,
            patronymic,
            chance.randint(1950, 2007),
            chance.randint(1, 12),
            chance.randint(1, 28),
        )

    def row(self, number: int, places: Sequence[str] = ()) -> tuple[str, ...]:
        """The person as a file has her."""
        family, given, patronymic, year, month, day = self.person(number)
        chance = Random(number)
        shape = chance.random()
        born = (
            ""
            if shape < 0.05
            else str(year)
            if shape < 0.15
            else f"{day:02}.{month:02}.{year}"
            if shape < 0.6
            else f"{year}-{month:02}-{day:02}"
        )
        phone = f"+99890{chance.randrange(10**7):07}" if chance.random() < 0.7 else ""
        return (
            f"M-{number}", chance.choice(family.spellings), chance.choice(given.spellings),
            chance.choice(patronymic.spellings) if patronymic else "", chance.choice("FM"), born, phone,
            chance.choice(places) if places else "",
        )  # fmt: skip


def weighted(near: list[Name], far: list[Name]) -> tuple[list[Name], list[Name]]:
    """Two lists to pick from: common names and all others."""
    return near, far or near


def pick(names: tuple[list[Name], list[Name]], chance: Random) -> Name:
    """A name: mostly a common one, the first ones of the list more often than the last."""
    near, far = names
    if chance.random() < 0.5:
        return near[int(len(near) * chance.random() ** 2)]
    return far[int(len(far) * chance.random())]


def rows(
    count: int, *, start: int = 0, places: Sequence[str] = (), half: int | None = None
) -> Iterator[tuple[str, ...]]:
    """So many people as rows of a file."""
    people = People()
    return (people.row(number, places) for number in range(count))


def write(path: Path, count: int, *, places: Sequence[str] = ()) -> None:
    """A file of so many people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows(rows(count, places=places))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    write(options.path, options.count)
