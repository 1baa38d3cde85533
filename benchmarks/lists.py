"""A register's list at any depth, beside Django's Paginator with its count: the same rows, the same actor, the web role.

Both are asked in turn inside one process, on a database of organisations made for it; only the ratio counts. Printed for n and
10n rows, on the first page and deep in the list.

    python -m benchmarks.lists [--full]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench-lists"
SIZES, FULL_SIZES = (2_000, 20_000), (12_000, 120_000)
ROUNDS = 15


def main() -> None:
    """Prepare each size as owner, measure it as the web role."""
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
            for role, step in (("owner", "--fill"), ("web", "--measure")):
                environment = {
                    **os.environ,
                    "SAFAR_DATA": str(DATA),
                    "SAFAR_KEYS": str(DATA / "keys"),
                    "SAFAR_ROLE": role,
                }
                subprocess.run(
                    [sys.executable, "-W", "ignore", "-m", "benchmarks.lists", step, str(size)],
                    env=environment,
                    check=True,
                    cwd=ROOT,
                )


def fill(size: int) -> None:
    """A migrated database with `size` organisations."""
    start_django()
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from safar.directory.organisations.demo import make_organisation
    from safar.directory.organisations.models import Organisation
    from safar.directory.places.demo import load
    from safar.foundation.access.actors import acting, system_actor

    with acting(system_actor("demo")):
        if not Organisation.unscoped.exists():
            load(now=timezone.now())
            make_organisation("Namuna tashkilot")
        first = Organisation.unscoped.order_by("pk").first()
        have = Organisation.unscoped.count()
        with transaction.atomic():
            Organisation.unscoped.bulk_create(
                (copy_of(first, number) for number in range(have, size)), batch_size=2_000
            )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("analyze")


def copy_of(first: object, number: int) -> object:
    """Another organisation like the first, under another name."""
    values = {
        f.attname: getattr(first, f.attname)
        for f in type(first)._meta.concrete_fields
        if not f.primary_key and not f.generated
    }
    values |= {
        "name": f"Namuna {number:06}",
        "name_key": f"namuna {number:06}",
        "source_key": f"bench-{number}",
        "stir": "",
    }
    return type(first)(
        **{k: v for k, v in values.items() if k in {f.attname for f in type(first)._meta.concrete_fields}}
    )


def measure(size: int) -> None:
    """Ratios of one size."""
    start_django()
    from django.core.paginator import Paginator
    from django.db import connection, transaction
    from django.http import QueryDict

    from safar.directory.organisations.models import Organisation
    from safar.foundation.access.actors import acting, public_actor
    from safar.foundation.access.visibility import visible
    from safar.foundation.registers import register_of
    from safar.foundation.registers.listing import AFTER, cursor, list_page

    register, actor = register_of(Organisation), public_actor()
    with acting(actor):
        with transaction.atomic():
            rows = visible(actor, Organisation).order_by(*register.order)
            total = rows.count()
            deep = QueryDict(f"{AFTER}={cursor(rows[total * 9 // 10], register.order)}")
        pages = {"first page": (QueryDict(), 1), "nine tenths deep": (deep, total * 9 // 10 // 50 + 1)}
        for title, (params, number) in pages.items():

            def ours(params: QueryDict = params) -> None:
                page = list_page(register, actor, params)
                assert len(page.rows) == 50
                assert str(page.count)

            def theirs(number: int = number) -> None:
                page = Paginator(rows.all(), 50).page(number)
                assert len(list(page.object_list)) == 50
                assert page.paginator.count

            one, other = paired(ours, theirs, transaction.atomic)
            print(
                f"{total:>8} rows, {title}: {one / other:.2f} of Paginator ({one * 1000:.1f} ms / {other * 1000:.1f} ms)",
                flush=True,
            )
    connection.close()


def paired(one: Callable[[], None], other: Callable[[], None], around: Callable) -> tuple[float, float]:
    """Medians of two calls, taken in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(ROUNDS):
        for found, call in zip(times, (one, other), strict=True):
            with around():
                begun = time.perf_counter()
                call()
                found.append(time.perf_counter() - begun)
    return statistics.median(times[0]), statistics.median(times[1])


def start_django() -> None:
    """Settings and applications."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
