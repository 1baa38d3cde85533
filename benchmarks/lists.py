"""A register's list at any depth, beside Django's Paginator with its count: the same rows, the same actor, the web role.

Both are asked in turn inside one process, on a database of organisations and people made for it; only the ratio counts.
Times are of the processor, of this process and of the database together.
Printed for n and 10n rows, on the first page and deep in the list, for the public and for staff whose grants reach over an
organisation or a region. The last lines compare whole requests: the desk's page with all that stands around it, and a
bare page of Django's with the same columns.

    python -m benchmarks.lists [--full]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "var" / "bench-lists"
SIZES, FULL_SIZES = (2_000, 20_000), (12_000, 120_000)
ROUNDS, SIZE, REGIONS, OFFICES = 15, 50, 14, 5
OPERATOR, WORKER, OFFICER = "bench-operator", "bench-worker", "bench-officer"
BARE = (
    "<table>{% for row in page %}<tr>{% for c in columns %}<td>{{ row|bench_cell:c }}</td>{% endfor %}</tr>{% endfor %}"
    "</table>{{ page.paginator.count }}"
)


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
        measure()
    else:
        for size in FULL_SIZES if options.full else SIZES:
            for role, step in (("owner", "--fill"), ("web", "--measure")):
                environment = {
                    **os.environ,
                    "SAFAR_DATA": str(DATA / str(size)),
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
    """A migrated database with `size` organisations, as many people, and three members of staff."""
    start_django()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from safar.directory.organisations.demo import make_organisation
    from safar.directory.organisations.models import Organisation
    from safar.directory.places.demo import load
    from safar.directory.staff.demo import make_account, with_known_secrets
    from safar.foundation.access.actors import acting, system_actor

    with acting(system_actor("demo")), transaction.atomic():
        if not Organisation.unscoped.exists():
            load(now=timezone.now())
            offices = [make_organisation(f"Namuna tashkilot {n}") for n in range(OFFICES)]
            region = regions()[0]
            make_account("call_operator", offices[0], username=OPERATOR, place=region)
            make_account("case_worker", offices[0], username=WORKER)
            with_known_secrets(make_account("protection_officer", offices[0], username=OFFICER, place=region))
            fill_organisations(size)
            fill_people(size)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def regions() -> list[Any]:
    """The regions people and organisations are spread over."""
    from safar.directory.places.models import Place

    return list(Place.unscoped.filter(level="REGION").order_by("pk")[:REGIONS])


def fill_organisations(size: int) -> None:
    """Organisations of every type in every region."""
    from safar.directory.organisations.models import Organisation

    places, types = regions(), [t for t in Organisation.Type.values if t != "SHELTER"]
    first = Organisation.unscoped.order_by("pk").first()
    rows = []
    for number in range(Organisation.unscoped.count(), size):
        place = places[number % len(places)]
        row = copy_of(first, name=f"Namuna {number:06}", source_key=f"bench-{number}", stir="")
        row.type, row.place, row.label_place = types[number % len(types)], place, place.path
        rows.append(row)
    Organisation.unscoped.bulk_create(rows, batch_size=2_000)


def fill_people(size: int) -> None:
    """People registered by a few organisations, living in every region; many of one name."""
    from safar.directory.organisations.models import Organisation
    from safar.directory.people.demo import FAMILIES, FATHERS, MEN
    from safar.directory.people.models import Person

    places, offices = regions(), list(Organisation.unscoped.order_by("pk")[:OFFICES])
    chance, rows = Random(1), []
    for _number in range(size):
        place, office = chance.choice(places), chance.choice(offices)
        names = {
            "family": chance.choice(FAMILIES),
            "given": chance.choice(MEN),
            "patronymic": chance.choice(FATHERS),
        }
        row = Person(**names, organisation=office, place=place)
        row.take_label()
        rows.append(row)
    Person.unscoped.bulk_create(rows, batch_size=2_000)


def copy_of(first: Any, **values: Any) -> Any:
    """Another row like the first, with some values its own."""
    fields = [f for f in type(first)._meta.concrete_fields if not f.primary_key and not f.generated]
    return type(first)(**{f.attname: getattr(first, f.attname) for f in fields} | values)


def measure() -> None:
    """Ratios of one size."""
    start_django()
    from django.db import connection

    for title, ours, theirs, around in chain(lists(), pages()):
        one, other = paired(ours, theirs, around)
        print(f"{title}: {one / other:.3f} = 1/{other / one:.0f} ({one * 1e3:.1f} ms / {other * 1e3:.1f} ms)")
        sys.stdout.flush()
    connection.close()


def staff(username: str) -> Any:
    """An actor of the accounts made, its grants read from the database."""
    from safar.directory.staff.models import Account
    from safar.foundation.access.actors import Actor

    return Actor("staff", user_id=Account.objects.get(username=username).pk)


def lists() -> Iterator[tuple[str, Callable, Callable, Callable]]:
    """A page of a list alone, with its rows' cells' values on neither side drawn."""
    from django.db import transaction

    from safar.directory.organisations.models import Organisation
    from safar.directory.people.models import Person
    from safar.foundation.access.actors import acting, public_actor

    for title, actor, model, query in (
        ("organisations, the public", public_actor(), Organisation, ""),
        ("organisations, a region's officer", staff(OFFICER), Organisation, ""),
        ("organisations by type, down", staff(OFFICER), Organisation, "sort=-type"),
        ("people, an organisation's worker", staff(WORKER), Person, ""),
        ("people, a region's operator", staff(OPERATOR), Person, ""),
    ):
        with acting(actor):
            with transaction.atomic():
                total, places = two_places(model, actor, query)
            for where, params, number in places:
                ours, theirs = calls(model, actor, params, number)
                yield f"{title}, {total} rows, {where}", ours, theirs, transaction.atomic


def two_places(model: Any, actor: Any, query: str) -> tuple[int, list[tuple[str, Any, int]]]:
    """How many rows the actor has, and the first page and one deep in the list: the way there of either side."""
    from django.http import QueryDict

    from safar.foundation.access.visibility import visible
    from safar.foundation.registers import register_of
    from safar.foundation.registers.listing import AFTER, cursor, order_for

    params = QueryDict(query)
    order = order_for(register_of(model), actor, params)
    rows = visible(actor, model).order_by(*order)
    total = rows.count()
    number = total * 9 // 10 // SIZE
    deep = QueryDict(f"{query}&{AFTER}={cursor(rows[number * SIZE - 1], order)}")
    return total, [("first page", params, 1), ("nine tenths deep", deep, number + 1)]


def calls(model: Any, actor: Any, params: Any, number: int) -> tuple[Callable, Callable]:
    """The two ways to a page, which must bring the same rows, and the rows these name."""
    from django.core.paginator import Paginator

    from safar.foundation.access.gathering import references
    from safar.foundation.access.visibility import visible
    from safar.foundation.registers import register_of
    from safar.foundation.registers.listing import list_page, order_for

    register = register_of(model)
    order = order_for(register, actor, params)
    named = [field.name for field in references(model, register.columns)]
    seen: dict[str, list[Any]] = {}

    def ours() -> None:
        page = list_page(register, actor, params, size=SIZE)
        assert str(page.count)
        seen["ours"] = [row.pk for row in page.rows]
        assert seen["ours"] == seen.get("theirs", seen["ours"])

    def theirs() -> None:
        rows = visible(actor, model).order_by(*order).prefetch_related(*named)
        page = Paginator(rows, SIZE).page(number)
        seen["theirs"] = [row.pk for row in page.object_list]
        assert page.paginator.count

    return ours, theirs


def pages() -> Iterator[tuple[str, Callable, Callable, Callable]]:
    """Whole requests of a signed-in officer: every middleware, the gate, the templates."""
    from django.conf import settings
    from django.db import transaction

    from safar.directory.organisations.models import Organisation
    from safar.directory.staff.demo import client_of
    from safar.directory.staff.models import Account
    from safar.foundation.access.actors import acting

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}  # nothing has been collected here
    settings.ROOT_URLCONF = bare_urls()
    client = client_of(Account.objects.get(username=OFFICER))
    actor = staff(OFFICER)
    with acting(actor), transaction.atomic():
        total, places = two_places(Organisation, actor, "")
    for where, params, number in places:

        def ours(query: str = params.urlencode()) -> None:
            assert client.get(f"/en/desk/organisations/?{query}").status_code == 200

        def theirs(number: int = number) -> None:
            assert client.get(f"/en/bare/?page={number}").status_code == 200

        yield f"organisations, whole request, {total} rows, {where}", ours, theirs, nullcontext


def bare_urls() -> ModuleType:
    """The addresses of the house, with one page more: the bare list."""
    from django.urls import path

    from safar.config import urls

    found = ModuleType("bare_urls")
    vars(found).update(vars(urls))
    found.urlpatterns = [path("en/bare/", bare_page), *urls.urlpatterns]
    return found


def bare_page(request: Any) -> Any:
    """The list as Django's own tools make it: Paginator, a template, the same columns, nothing around."""
    from django.core.paginator import Paginator
    from django.http import HttpResponse
    from django.template import Context, Engine, Library

    from safar.directory.organisations.models import Organisation
    from safar.foundation.registers import register_of
    from safar.foundation.registers.declaration import display

    register = register_of(Organisation)
    rows = Organisation.objects.order_by(*register.order).prefetch_related("country", "place")
    page = Paginator(rows, SIZE).page(request.GET["page"])
    engine, library = Engine(), Library()
    library.filter("bench_cell", display)
    engine.template_builtins.append(library)
    found = engine.from_string(BARE).render(Context({"page": page, "columns": register.columns}))
    return HttpResponse(found)


def paired(one: Callable, other: Callable, around: Callable) -> tuple[float, float]:
    """Medians of two calls, taken in turn, after one of each to warm up."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 1):
        for found, call in zip(times, (one, other), strict=True):
            with around():
                begun = worked()
                call()
                if number:
                    found.append(worked() - begun)
    return statistics.median(times[0]), statistics.median(times[1])


def worked() -> float:
    """Seconds of processor spent so far by this process and by its backend in the database.

    What else runs on the machine does not change them. Where the database is out of sight, the clock must do.
    """
    from django.db import connection

    connection.ensure_connection()
    try:
        spent = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text()
    except OSError:
        return time.perf_counter()
    return time.process_time() + int(spent.split()[0]) / 1e9


def start_django() -> None:
    """Settings and applications."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
    import django

    django.setup()


if __name__ == "__main__":
    main()
