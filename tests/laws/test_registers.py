"""The laws of ARCHITECTURE 4, over every register there is: a new register is held to them without a new test line."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from safar import map as house
from safar.config import demo
from safar.directory.staff.demo import client_of
from safar.foundation.access.actors import Actor, Scope, acting
from safar.foundation.access.policy import policy, roles
from safar.foundation.languages.names import LANGUAGES
from safar.foundation.registers import importing
from safar.foundation.registers.exchange import export
from safar.foundation.registers.listing import list_page, sorted_by
from safar.foundation.registers.registry import all_registers
from tests.laws.page import Page
from tests.people import give, person

REGISTERS = all_registers()
CANARY = "QANARIYA7"


def name(register):
    return register.slug


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load()
        yield demo
        transaction.set_rollback(True)


def reader(register) -> Actor:
    """Somebody who holds every role that may view the register, everywhere."""
    held = {r.role for r in policy() if r.resource == register.model._meta.label_lower}
    return Actor("staff", user_id=0, preset=tuple(Scope(r, None, "", 4) for r in held))


def superclient(register):
    """A browser of somebody who holds every role, everywhere (as owner in a test: never in life)."""
    account = person(f"law-all-{register.slug}")
    for role in roles():
        give(account, role=role, max_level=4)
    return client_of(account), account


@pytest.mark.parametrize("register", REGISTERS, ids=name)
class TestEveryRegister:
    def test_stands_on_the_map(self, register):
        assert register.slug in house.register_slugs()

    def test_has_rows_in_the_demo_world(self, register, world):
        assert register.model.unscoped.exists()

    def test_costs_the_same_for_three_rows_and_for_all(self, register, world):
        actor = reader(register)
        with acting(actor):
            few = queries(register, actor, 10)
            many = queries(register, actor, 60)
        named = sum(_names_a_row(register, c) for c in register.columns)
        assert len(many) <= len(few) + named, many[-3:]
        assert len(many) <= 4, "a list is rows, count and at most two more"

    def test_an_index_runs_along_its_order(self, register):
        indexed = [tuple(f.lstrip("-") for f in index.fields) for index in register.model._meta.indexes]
        assert tuple(column.lstrip("-") for column in register.order) in indexed

    def test_turning_its_pages_shows_every_row_once_both_ways(self, register, world):
        actor = reader(register)
        sortable = [c for c in register.columns if sorted_by(register.model, c)]
        with acting(actor):
            for sort in ("", *sortable, *(f"-{c}" for c in sortable)):
                whole = [
                    row.pk for row in list_page(register, actor, QueryDict(f"sort={sort}"), size=10_000).rows
                ]
                size = max(2, len(whole) // 5)
                there = turned(register, actor, f"sort={sort}", size, "next")
                assert [pk for page in there for pk in page] == whole, sort
                last = list_page(register, actor, QueryDict(f"sort={sort}"), size=size)
                while last.next:
                    last = list_page(register, actor, QueryDict(last.next), size=size)
                back = turned(register, actor, last.previous, size, "previous") if last.previous else []
                assert [pk for page in reversed(back) for pk in page] == whole[
                    : len(whole) - len(last.rows)
                ], sort

    def test_its_pages_have_one_heading_and_name_every_input(self, register, world):
        client, _person = superclient(register)
        base = f"/en/desk/{register.slug}/"
        pk = register.model.unscoped.order_by("-pk").values_list("pk", flat=True)[0]
        paths = [base, f"{base}{pk}/", f"{base}{pk}/history/"]
        if register.add_action:
            paths.append(f"{base}add/")
        for path in paths:
            response = client.get(path)
            if response.status_code == 404:
                continue
            page = Page(response.content.decode())
            assert page.headings == 1, path
            assert page.nameless_inputs() == [], path
            assert page.repeated_ids() == set(), path

    def test_its_secrets_are_nowhere_but_in_a_recorded_look(self, register, world):
        if not register.secret:
            pytest.skip("keeps no secret")
        client, _person = superclient(register)
        row = register.model.unscoped.order_by("pk").first()
        with acting(reader(register)):
            for secret in register.secret:
                is_date = isinstance(register.model._meta.get_field(secret), models.DateField)
                setattr(row, secret, date(1907, 7, 7) if is_date else CANARY)
            models.Model.save(row, force_update=True)
        base = f"/en/desk/{register.slug}/"
        for path in (
            base,
            f"{base}{row.pk}/",
            f"{base}{row.pk}/history/",
            f"{base}export.csv",
            f"/en/desk/search/?q={CANARY}",
            f"{base}?q={CANARY}",
            f"{base}?sort={register.secret[0]}",
            f"{base}?{register.secret[0]}={CANARY}",
        ):
            response = client.get(path)
            body = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
            for echo in (f"q={CANARY}", f'value="{CANARY}"', f"“{CANARY}”", f"={CANARY}"):
                body = body.replace(echo, "")
            assert not [c for c in (CANARY, "1907-07-07", "07.07.1907") if c in body], path

    def test_its_labels_are_translated(self, register):
        words = [register.title, register.singular, *(s.title for s in register.sections)]
        words += [register.label_of(n) for s in register.sections for n in s.fields]
        english = [str(w) for w in _in("en", words)]
        for code in ("uz", "ru"):
            same = [
                e
                for e, t in zip(english, _in(code, words), strict=True)
                if e == t and e.upper() != e and len(e) > 3
            ]
            assert same == [], f"not translated into {code}"

    def test_what_it_exports_it_takes_back_unchanged(self, register, world, settings, tmp_path):
        if not register.import_key or register.import_key not in register.columns:
            pytest.skip("is not imported by its columns")
        settings.SAFAR_FILES = tmp_path
        actor, now = reader(register), timezone.now()
        if not importing.may_import(register, actor):
            pytest.skip("nobody imports it")
        with acting(actor), translation.override("en"):
            content = b"".join(export(register, actor, QueryDict(), "csv", now=now))
            upload = importing.keep_upload(register, actor, SimpleUploadedFile("rows.csv", content), now=now)
            counts = importing.preview(register, actor, upload).counts
        assert counts["new"] == counts["changed"] == counts["bad"] == 0, counts
        assert counts["same"] > 0

    def test_no_cell_of_its_export_is_a_formula(self, register, world):
        actor = reader(register)
        if not any(
            "export" in r.actions or "*" in r.actions
            for r in policy()
            if r.resource == register.model._meta.label_lower
        ):
            pytest.skip("nobody exports it")
        with acting(actor):
            text = b"".join(export(register, actor, QueryDict(), "csv", now=timezone.now())).decode(
                "utf-8-sig"
            )
        cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
        assert not [c for c in cells if c.startswith(("=", "+", "@", "\t"))]


def turned(register, actor, query, size, way):
    """The keys on each page from one on, in the order the pages are turned."""
    found = []
    while query:
        page = list_page(register, actor, QueryDict(query), size=size)
        found.append([row.pk for row in page.rows])
        query = getattr(page, way)
    return found


def queries(register, actor, size):
    with CaptureQueriesContext(connection) as captured:
        page = list_page(register, actor, QueryDict(), size=size)
        [[str(cell) for cell in row] for row in page.table.rows]
    return [
        q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))
    ]


def _names_a_row(register, column):
    fields = {f.name: f for f in register.model._meta.concrete_fields}
    return bool(column in fields and fields[column].is_relation)


def _in(code, words):
    with translation.override(code):
        return [str(w) for w in words]


def test_every_language_of_the_switch_is_one_of_the_settings(settings):
    assert [code for code, *_rest in LANGUAGES] == [code for code, _name in settings.LANGUAGES]
