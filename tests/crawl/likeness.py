"""Is what is hidden like what does not exist: in status, in body, and in the time it takes?"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from typing import Any

from safar.directory.staff.demo import client_of
from safar.foundation.registers.registry import all_registers
from tests.laws.world import World

NOISE = re.compile(r'csrf\S+ value="[^"]+"|E-[0-9A-Z]{4}-\d\d|nonce="[^"]*"')
ABSENT = {int: 987_654_321}
NOBODY = "00000000-0000-4000-8000-00000000dead"


def pairs(world: World, role: str) -> Iterator[tuple[str, str]]:
    """For each register the address of a record hidden from a role, and of one that does not exist."""
    for register in all_registers():
        seen = world.expected(role, register.model)
        hidden = [variant.pk for variant in world.rows[register.model] if variant.pk not in seen]
        if hidden and seen:
            absent = ABSENT.get(type(hidden[0]), NOBODY)
            yield f"/en/desk/{register.slug}/{hidden[0]}/", f"/en/desk/{register.slug}/{absent}/"


def unlike(world: World, role: str) -> tuple[int, list[str]]:
    """How many pairs were asked for, and those whose answers differ."""
    browser, found, count = client_of(world.people[role]), [], 0
    for pair in pairs(world, role):
        count += 1
        answers = [browser.get(path) for path in pair]
        bodies = [
            NOISE.sub("", a.content.decode()).replace(path.removeprefix("/en"), "")
            for a, path in zip(answers, pair, strict=True)
        ]
        if answers[0].status_code != answers[1].status_code or bodies[0] != bodies[1]:
            at = next((n for n, (a, b) in enumerate(zip(*bodies, strict=False)) if a != b), 0)
            found.append(
                f"{role}: {pair[0]} is told from {pair[1]}: {bodies[0][at - 60 : at + 60]!r}, {bodies[1][at - 60 : at + 60]!r}"
            )
    return count, found


def times(world: World, role: str, *, rounds: int) -> tuple[list[float], list[float]]:
    """Milliseconds of hidden and of absent, asked in turns."""
    browser, taken = client_of(world.people[role]), ([], [])
    asked = list(pairs(world, role))
    for turn in range(rounds):
        for pair in asked:
            for which in (0, 1) if turn % 2 else (1, 0):
                began = time.perf_counter()
                browser.get(pair[which])
                taken[which].append((time.perf_counter() - began) * 1000)
    return taken


def mann_whitney(one: list[float], other: list[float]) -> tuple[float, float]:
    """How often a value of the first is above one of the second (0.5: no telling), and the two-sided p-value.

    Mann and Whitney 1947, by the normal approximation; ties count half.
    """
    ranked = sorted((value, which) for which, values in enumerate((one, other)) for value in values)
    ranks: dict[int, float] = {0: 0.0, 1: 0.0}
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        for _value, which in ranked[at:end]:
            ranks[which] += (at + end + 1) / 2
        at = end
    n, m = len(one), len(other)
    u = ranks[0] - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return u / (n * m), math.erfc(abs(z) / math.sqrt(2))


def median(values: list[Any]) -> float:
    """The one in the middle."""
    return float(sorted(values)[len(values) // 2])
