"""Finding one person among many, however her name is spelt: Safar's search beside trigram indexes and brute force.

All are asked the same questions about the same people in one run, in turn; only ratios count. Safar answers in the web role,
under row-level security; the trigram indexes stand on an unguarded copy of the names (under row-level security they would not
be used), given the same transliteration as Safar's keys are made from. Brute force is `rapidfuzz` over every name in memory.

A question is a name spelt another way than the file spells it: whole, with a slip of the hand, in another order, with the
patronymic, with or without the year. Answered means: she is among the first ten, or those ten all bear her names and year, so
that nothing asked could tell them apart. Recall stands apart for names of the half of the Wikidata items the rules were tuned
on, for the other half, and for the list somebody else wrote by hand.

    python -m benchmarks.people_search [--full]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import made_people
from benchmarks.lists import start_django

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench-people"
SIZES, FULL_SIZES = (30_000, 300_000), (300_000, 3_000_000)
QUESTIONS, SLOW_QUESTIONS = 600, 100
KINDS = ("as spelt elsewhere", "one slip", "swapped", "no year", "with patronymic, no year")
PEERS = {
    "trigrams, GIN": "select id from bench_name where name % %s order by similarity(name, %s) desc limit 10",
    "trigrams, GiST": "select id from bench_name order by name <-> %s limit 10",
}


@dataclass(frozen=True)
class Asked:
    """A question, whom it means, and whose list her names are from."""

    text: str
    number: int
    kind: str
    source: str
    names: frozenset[str]
    year: int | None


def main() -> None:
    """Fill each size as owner, measure it as the web role."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="at the sizes of the goals")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill:
        fill(options.fill)
    elif options.measure:
        measure(options.measure)
    else:
        for size in FULL_SIZES if options.full else SIZES:
            step("--fill", size, "owner")
            step("--measure", size, "web")


def step(option: str, size: int, role: str) -> None:
    """One step in a process of its own, as a role."""
    environment = {
        **os.environ,
        "SAFAR_DATA": str(DATA / str(size)),
        "SAFAR_KEYS": str(DATA / "keys"),
        "SAFAR_ROLE": role,
    }
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.people_search", option, str(size)]
    subprocess.run(command, env=environment, check=True, cwd=ROOT)


def fill(size: int) -> None:
    """A database of so many invented people, loaded from a file as anybody's are; and the peers' tables."""
    start_django()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_person")
        if cursor.fetchone()[0] == size:
            return
    path = DATA / f"{size}.csv"
    made_people.write(path, size)
    subprocess.run(
        [str(Path(sys.executable).with_name("safar")), "load", "people", str(path), "--json"],
        env={**os.environ, "SAFAR_ROLE": "web"}, check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    path.unlink()
    with connection.cursor() as cursor:
        cursor.execute("select search.tidy(100000000)")
        cursor.execute("create extension if not exists pg_trgm")
        cursor.execute("drop table if exists bench_name")
        cursor.execute(
            "create table bench_name as select external_id as id, sounds || coalesce(' ' || extract(year from birth_date), '') as name"
            " from people_person"
        )
        cursor.execute("create index on bench_name using gin (name gin_trgm_ops)")
        cursor.execute("create index on bench_name using gist (name gist_trgm_ops)")
        cursor.execute("vacuum analyze")


def questions(size: int, count: int) -> list[Asked]:
    """The same questions each time."""
    people = made_people.People()
    return [
        question(people, Random(number + 77), size, KINDS[number % len(KINDS)]) for number in range(count)
    ]


def question(people: made_people.People, chance: Random, size: int, kind: str) -> Asked:
    """A question about somebody of the file."""
    number = chance.randrange(size)
    family, given, patronymic, year, *_day = people.person(number)
    known_year = year if people.row(number)[5] else None
    words = [chance.choice(family.spellings), chance.choice(given.spellings)]
    if kind == "one slip":
        at = chance.randrange(2)
        words[at] = slipped(words[at], chance)
    if kind == "swapped":
        words.reverse()
    if kind.startswith("with patronymic") and patronymic:
        words.append(chance.choice(patronymic.spellings))
    if known_year and "no year" not in kind:
        words.append(str(year))
    source = max(family.source, given.source, key=made_people.SOURCES.index)
    asks_year = known_year if "no year" not in kind else None
    return Asked(
        " ".join(words), number, kind, source, frozenset((*family.spellings, *given.spellings)), asks_year
    )


def slipped(word: str, chance: Random) -> str:
    """A word with one letter left out, doubled by another, changed or swapped with its neighbour."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    letters = "abdeghiklmnoprstuvyz" if word[0] < "Ѐ" else "абвгдеиклмнопрстуя"
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(letters) + word[at + 1 :],
            word[:at] + chance.choice(letters) + word[at:],
        )
    )


Way = Callable[[str], list[Any]]


def measure(size: int) -> None:
    """Times, ratios and recall of one size."""
    start_django()
    from django.db import transaction

    from safar.foundation.access.actors import acting, system_actor

    asked = questions(size, QUESTIONS)
    print(f"\n{size} people, {sizes(size)}")
    with acting(system_actor("finder")), transaction.atomic():
        ((times, answers),) = in_turn([safar_way()], asked)
        recall = answered(asked, answers)
        told = ", ".join(
            f"{kind}: {1e3 * statistics.median(found):.2f}" for kind, found in by_kind(asked, times)
        )
        print(
            f"Safar: p50 {1e3 * quantile(times, 50):.2f} ms, p99 {1e3 * quantile(times, 99):.2f} ms, recall@10 {overall(recall):.3f} (medians in ms: {told})"
        )
        for source in made_people.SOURCES:
            if recall[source]:
                print(
                    f"  recall@10 of names {source}: {statistics.mean(recall[source]):.3f} ({len(recall[source])} questions)"
                )
        sys.stdout.flush()
    for name, way in peers(size):
        few = asked[:SLOW_QUESTIONS]
        with acting(system_actor("finder")), transaction.atomic():
            (ours, _answers), (theirs, their_answers) = in_turn([safar_way(), way], few)
            their_recall = overall(answered(few, their_answers))
        ratios = [quantile(theirs, at) / quantile(ours, at) for at in (50, 99)]
        print(
            f"beside {name}: 1/{ratios[0]:.0f} at p50 ({1e3 * quantile(theirs, 50):.1f} ms), 1/{ratios[1]:.0f} at p99"
            f" ({1e3 * quantile(theirs, 99):.1f} ms); its recall@10 {their_recall:.3f}"
        )
        sys.stdout.flush()


def safar_way() -> Way:
    """Keys of the file for what the search function answers; the names themselves are not fetched."""
    from safar.directory.people.search.asking import asked
    from safar.directory.people.search.finding import matches

    return lambda text: [match.number for match in matches(asked(text))]


def peers(size: int) -> Iterator[tuple[str, Way]]:
    """What one would pick instead, asked with the same transliteration."""
    from rapidfuzz import fuzz, process

    from safar.directory.people.search.folding import sounds_of_name
    from safar.foundation.database import connect

    def folded(text: str) -> str:
        years = " ".join(word for word in text.split() if word.isdigit())
        return f"{sounds_of_name(text)} {years}".strip()

    link = connect("owner")
    link.autocommit = True
    for name, sql in PEERS.items():

        def way(text: str, sql: str = sql) -> list[str]:
            return [
                row[0]
                for row in link.execute(
                    sql.replace("% %s", "%% %s"), [folded(text)] * sql.count("%s")
                ).fetchall()
            ]

        yield name, way
    rows = link.execute("select id, name from bench_name").fetchall()
    names = [name for _id, name in rows]

    def brute(text: str) -> list[str]:
        return [
            rows[at][0]
            for _name, _score, at in process.extract(
                folded(text), names, scorer=fuzz.token_sort_ratio, limit=10
            )
        ]

    yield "brute force in memory (rapidfuzz)", brute
    link.close()


def in_turn(ways: Sequence[Way], asked: Sequence[Asked]) -> list[tuple[list[float], list[list[Any]]]]:
    """Each question put to each way in turn: the seconds it took, and whom it answered."""
    found: list[tuple[list[float], list[list[Any]]]] = [([], []) for _way in ways]
    for one in asked[:5]:
        for way in ways:
            way(one.text)
    for one in asked:
        for way, (times, answers) in zip(ways, found, strict=True):
            begun = time.perf_counter()
            given = way(one.text)
            times.append(time.perf_counter() - begun)
            answers.append(given)
    return found


def answered(asked: Sequence[Asked], answers: Sequence[list[Any]]) -> dict[str, list[bool]]:
    """Whether each question was answered, by the source of the names."""
    known, recall = facts({one for given in answers for one in given}), defaultdict(list)
    for one, given in zip(asked, answers, strict=True):
        recall[one.source].append(is_answered(one, [known[answer] for answer in given]))
    return recall


def facts(answers: set[Any]) -> dict[Any, tuple[str, frozenset[str], int | None]]:
    """By number, or by the file's own number: whom an answer means."""
    from django.db.models import Q

    from safar.directory.people.models import Person

    numbers = [answer for answer in answers if isinstance(answer, int)]
    others = [answer for answer in answers if isinstance(answer, str)]
    found: dict[Any, tuple[str, frozenset[str], int | None]] = {}
    for number, external, family, given, born in Person.unscoped.filter(
        Q(number__in=numbers) | Q(external_id__in=others)
    ).values_list("number", "external_id", "family", "given", "birth_date"):
        found[number] = found[external] = (external, frozenset((family, given)), born.year if born else None)
    return found


def is_answered(one: Asked, answers: list[tuple[str, frozenset[str], int | None]]) -> bool:
    """She is among them, or ten stand there whom nothing asked tells from her."""
    if any(external == f"M-{one.number}" for external, _names, _year in answers):
        return True
    alike = [
        names <= one.names and (one.year is None or year == one.year) for _external, names, year in answers
    ]
    return len(alike) == 10 and all(alike)


def by_kind(asked: list[Asked], times: list[float]) -> Iterator[tuple[str, list[float]]]:
    """Times of each kind of question."""
    for kind in KINDS:
        yield kind, [seconds for one, seconds in zip(asked, times, strict=True) if one.kind == kind]


def overall(recall: dict[str, list[bool]]) -> float:
    """The share answered, of all."""
    return statistics.mean([hit for hits in recall.values() for hit in hits])


def quantile(times: list[float], per_cent: int) -> float:
    """A percentile, the nearest rank."""
    return sorted(times)[-(-len(times) * per_cent // 100) - 1]


def sizes(count: int) -> str:
    """What the search takes on disk, a person: postings, vocabulary, and the columns kept with the person."""
    from safar.foundation.database import connect

    with connect("owner") as link:
        postings, words, columns = link.execute(
            "select pg_total_relation_size('search.posting'), pg_total_relation_size('search.word') + pg_total_relation_size('search.slip')"
            " + pg_total_relation_size('search.shelf'), (select sum(pg_column_size(sounds) + pg_column_size(bones) + 8) from people_person)"
            " + pg_relation_size((select indexrelid from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = 'people_person'::regclass"
            " and c.relname like '%number%' limit 1))"
        ).fetchone()
    total = int(postings) + int(words) + int(columns)
    return f"search takes {total / count:.0f} bytes a person ({postings / count:.0f} postings, {words / count:.0f} words, {int(columns) / count:.0f} with the person)"


if __name__ == "__main__":
    main()
