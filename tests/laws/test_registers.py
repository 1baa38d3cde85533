"""The laws of ARCHITECTURE 4, over every register there is: a new register is held to them without a new test line."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_filters import BooleanFilter
from openpyxl import load_workbook

from safar import map as house
from safar.config import demo
from safar.directory.staff.demo import client_of
from safar.doors.api.actions import issue_token
from safar.foundation.access.actors import Actor, Scope, acting
from safar.foundation.access.policy import policy, roles, rules
from safar.foundation.access.visibility import visible
from safar.foundation.languages.names import LANGUAGES
from safar.foundation.registers import importing, listing
from safar.foundation.registers.declaration import choice_labels, label_of
from safar.foundation.registers.exchange import export
from safar.foundation.registers.listing import filterset_class, list_page, sorted_by
from safar.foundation.registers.registry import all_registers, register_of
from tests.laws.page import Page
from tests.laws.planting import POISON, enough, inert, planted, printable, text_columns
from tests.people import give, person

REGISTERS = all_registers()
CANARY = "QANARIYA7"
CYRILLIC = ("ru", "uz-cyrl")
#: Words that Uzbek and English share.
ALIKE = {"uz": {"Auditor", "Bank", "Donor", "Mahalla"}}


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

    def test_costs_the_same_for_three_rows_and_for_thirty(self, register, world, monkeypatch):
        actor = reader(register)
        with acting(actor):
            keys = enough(register.model, actor, register.columns, 30)
            few = queries(register, actor, keys[:3], monkeypatch)
            many = queries(register, actor, keys, monkeypatch)
        assert len(many["list"]) == len(few["list"]), many["list"]
        assert len(many["list"]) <= 4, "a list is rows, count and at most two more"
        assert len(many["export"]) == len(few["export"]), many["export"]

    def test_a_filter_nobody_understands_fits_nothing(self, register, world):
        """Else an export or an act on "all that fit" would take in every row there is. (Yes-or-no has a third answer: any.)"""
        actor = reader(register)
        with acting(actor):
            filters = filterset_class(register).base_filters.items()
            for one in (one for one, kind in filters if not isinstance(kind, BooleanFilter)):
                page = list_page(register, actor, QueryDict(f"{one}={CANARY}"), size=3)
                assert not page.rows, one

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
        row = visible(reader(register), register.model).order_by("pk").first()
        fields = {name: register.model._meta.get_field(name) for name in register.secret}
        dates = {name for name, field in fields.items() if isinstance(field, models.DateField)}
        with acting(reader(register)):
            for secret in register.secret:
                setattr(row, secret, date(1907, 7, 7) if secret in dates else CANARY)
            models.Model.save(row, force_update=True)
        resource = register.model._meta.label_lower
        for role in {r.role for r in policy() if r.resource == resource and r.allows("view")} & set(roles()):
            account = person(f"law-{role}-{register.slug}")
            give(account, role=role, max_level=4)
            self._finds_no_secret(register, row, account, role, dates)

    def _finds_no_secret(self, register, row, account, role, dates):
        client, api = client_of(account), Caller(account, register)
        base = f"/en/desk/{register.slug}/"
        paths = [base, f"{base}{row.pk}/", f"{base}{row.pk}/history/"]
        if any(rules(role, register.model._meta.label_lower, "export")):
            paths += [f"{base}export.csv", f"{base}export.xlsx"]
        calls = ["", f"/{row.pk}"]
        whole = count_of(client, base)
        assert whole > 0, role
        for secret in register.secret:
            value = "1907-07-07" if secret in dates else CANARY
            narrowed = [
                f"?{secret}={value}",
                f"?{secret}__gte={value}",
                f"?sort={secret}",
                f"?sort=-{secret}",
            ]
            assert {count_of(client, base + query) for query in narrowed} == {whole}, "counts tell it"
            assert count_of(client, f"{base}?q={value}") == 0, "the search finds it"
            paths += [base + query for query in (*narrowed, f"?q={value}")]
            listed = api.ask("").json()["items"]
            assert all(api.ask(query).json()["items"] == listed for query in narrowed), (
                "the API narrows by it"
            )
            assert api.ask(f"?q={value}").json()["items"] == [], "the API's search finds it"
            assert not {secret, fields_key(register, secret)} & listed[0].keys()
            calls += [*narrowed, f"?q={value}"]
        found = ("search", client.post("/en/desk/search/", {"q": CANARY}))
        for place, response in [
            found,
            *((p, client.get(p)) for p in paths),
            *((c, api.ask(c)) for c in calls),
        ]:
            assert response.status_code == 200, (role, place)
            told = unechoed(response)
            assert not [c for c in (CANARY, "1907-07-07", "07.07.1907") if c in told], (role, place)

    def test_no_belongings_show_a_secret(self, register):
        for child in register.children:
            of_child = register_of(child.model)
            assert not of_child or not set(of_child.secret) & set(child.columns), child.title

    @pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES if code != "en"])
    def test_its_labels_are_translated(self, register, code):
        english, translated = said_in("en", register), said_in(code, register)
        same = {e for e, t in zip(english, translated, strict=True) if e == t}
        assert not same - ALIKE.get(code, set()), f"not translated into {code}"
        if code in CYRILLIC:
            assert not [t for t in translated if re.search("[a-z]{2}", t)], "only abbreviations stay Latin"

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

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_no_cell_of_its_export_is_a_formula(self, register, kind, world):
        if not is_exported(register):
            pytest.skip("nobody exports it")
        actor, tried = reader(register), set()
        with acting(actor), translation.override("en"):
            for column in text_columns(register.model, register.columns):
                for poison in POISON:
                    for text in planted(register.model, actor, column, poison):
                        cells = exported(register, actor, kind)
                        assert printable(inert(text)) in map(printable, cells), (column, text)
                        assert not [c for c in cells if inert(c) != c], (column, text)
                        tried.add(poison)
        assert tried == set(POISON), "some column takes each poison"


class Caller:
    """Another system that calls the API with somebody's token."""

    def __init__(self, account, register):
        actor, now = Actor("staff", user_id=account.pk), timezone.now()
        with acting(actor):
            token = issue_token(
                purpose="a law",
                resources=[register.model._meta.label_lower],
                may_write=False,
                expires_on=timezone.localdate(now) + timedelta(days=1),
                by=actor,
                now=now,
            )
        self.address = f"/api/v1/{register.slug}"
        self.headers = {"Authorization": f"Bearer {token.secret}"}

    def ask(self, rest):
        """The API's answer at the register's address and what follows it."""
        return Client().get(self.address + rest, headers=self.headers)


def fields_key(register, name):
    return register.model._meta.get_field(name).attname


def count_of(client, path):
    """How many rows the page says there are."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.context["page"].count.value


def unechoed(response):
    """What an answer says, in words, without what the asker herself said."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if "spreadsheetml" in response["Content-Type"]:
        book = load_workbook(io.BytesIO(content))
        return " ".join(str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row)
    body = content.decode()
    for said in (CANARY, "1907-07-07"):
        for echo in (f"q={said}", f'value="{said}"', f"“{said}”", f"={said}"):
            body = body.replace(echo, "")
    return body


def turned(register, actor, query, size, way):
    """The keys on each page from one on, in the order the pages are turned."""
    found = []
    while query:
        page = list_page(register, actor, QueryDict(query), size=size)
        found.append([row.pk for row in page.rows])
        query = getattr(page, way)
    return found


def queries(register, actor, keys, monkeypatch):
    """What a list, and an export, of exactly these rows asks the database."""

    def only_these(actor, model, action="view"):
        rows = visible(actor, model, action)
        return rows.filter(pk__in=keys) if model is register.model else rows

    found = {}
    with monkeypatch.context() as narrow:
        narrow.setattr(listing, "visible", only_these)
        with CaptureQueriesContext(connection) as captured:
            page = list_page(register, actor, QueryDict(), size=50)
            shown = [[str(cell) for cell in row] for row in page.table.rows]
        assert len(shown) == len(keys)
        found["list"] = statements(captured)
        with CaptureQueriesContext(connection) as captured:
            if is_exported(register):
                b"".join(export(register, actor, QueryDict(), "csv", now=timezone.now()))
        found["export"] = statements(captured)
    return found


def statements(captured):
    return [
        q["sql"] for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "select set_config"))
    ]


def is_exported(register):
    """Whether any role may take the rows away."""
    resource = register.model._meta.label_lower
    return any(r.allows("export") for r in policy() if r.resource == resource)


def exported(register, actor, kind):
    """The cells of an export of every row."""
    content = b"".join(export(register, actor, QueryDict(), kind, now=timezone.now()))
    if kind == "csv":
        return [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for c in row]
    book = load_workbook(io.BytesIO(content))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s"}, "every cell says that it is text"
    return [c.value for c in cells]


def said_in(code, register):
    with acting(reader(register)), translation.override(code):
        return [str(word) for word in words_of(register)]


def words_of(register):
    """Every word a register brings to a page: titles, labels, choices, buttons and the labels of their forms."""
    fields = [name for section in register.sections for name in section.fields]
    yield from (register.title, register.singular)
    yield from (part.title for part in (*register.sections, *register.views, *register.children))
    for name in (*register.columns, *register.strip, *fields):
        yield register.label_of(name)
        yield from (choice_labels(register.model, name) or {}).values()
    for child in register.children:
        yield from (label_of(child.model, name) for name in child.columns)
    yield from (one.label for one in filterset_class(register).base_filters.values() if one.label)
    for action in filter(None, (register.add_action, register.change_action, *register.actions)):
        yield action.label
        if action.form:
            yield from (field.label for field in action.form.base_fields.values() if field.label)


def test_every_language_of_the_switch_is_one_of_the_settings(settings):
    assert [code for code, *_rest in LANGUAGES] == [code for code, _name in settings.LANGUAGES]
