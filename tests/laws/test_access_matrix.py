"""Every register, every page of it, every role, every kind of row: no cell wrong, with either wall alone.

Three runs ask the same questions: row-level security alone (the application's scoping taken out), the application alone
(as the owner, whom row-level security lets through), and both off, which must leak: a test that cannot fail proves nothing.
"""

from __future__ import annotations

import contextlib
import re

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client

from safar.config import demo
from safar.directory.people.models import PossibleDuplicate
from safar.directory.staff.demo import client_of
from safar.foundation.access import visibility
from safar.foundation.access.actors import Actor, Scope, acting
from safar.foundation.access.policy import roles, rule
from safar.foundation.access.visibility import visible
from safar.foundation.access.wall import policy_rows
from safar.foundation.database.testing import as_web
from safar.foundation.registers.registry import all_registers
from tests.laws.world import build, wall_is_up
from tests.people import person

ROLES = sorted(roles())
REGISTERS = all_registers()


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        demo.load()
        yield build(person)
        transaction.set_rollback(True)


@contextlib.contextmanager
def application_scoping_off(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(visibility, "_condition", lambda found, scope, actor: Q())
        patch.setattr(visibility, "_covers", lambda found, scope, actor, row: True)
        patch.setattr(visibility, "chances", _every_chance)
        patch.setattr(PossibleDuplicate, "sight", lambda actor: Q())
        yield


def _every_chance(actor, model, action):
    yield rule("law", visibility.resource_of(model), "*", "everywhere", level=4), Scope("law", level=4)


def actor_of(world, role):
    return Actor("staff", user_id=world.people[role].pk, via="law")


def seen(actor, model):
    with acting(actor):
        return set(visible(actor, model).values_list("pk", flat=True))


def differences(world):
    """(role, register, leaked, missing) for every role and register, at the level of rows."""
    found = []
    for role in ROLES:
        actor = actor_of(world, role)
        for register in REGISTERS:
            rows, wanted = seen(actor, register.model), world.expected(role, register.model)
            if rows != wanted:
                found.append((role, register.slug, len(rows - wanted), len(wanted - rows)))
    return found


def test_with_both_walls_each_role_sees_what_the_policy_says(world):
    with as_web():
        assert wall_is_up()
        assert differences(world) == []


def test_the_application_alone_is_right(world):
    assert not wall_is_up()
    assert differences(world) == []


def test_row_level_security_alone_is_right(world, monkeypatch):
    with as_web(), application_scoping_off(monkeypatch):
        assert differences(world) == []


def test_with_both_off_more_than_a_hundred_rows_leak(world, monkeypatch):
    with application_scoping_off(monkeypatch):
        leaks = sum(leaked for _role, _slug, leaked, _missing in differences(world))
    assert leaks > 100, leaks


def test_row_level_security_alone_stops_every_write_out_of_reach(world):
    wrong = []
    with as_web():
        for role in ROLES:
            for register in REGISTERS:
                with acting(actor_of(world, role)):
                    for variant in world.rows[register.model]:
                        with transaction.atomic():
                            changed = register.model.unscoped.filter(pk=variant.pk).update(version=7)
                            transaction.set_rollback(True)
                        wall = world.expected_by_wall(role, register.model, "w") & world.expected_by_wall(
                            role, register.model, "r"
                        )
                        if bool(changed) and variant.pk not in wall:
                            wrong.append((role, register.slug, variant))
    assert wrong == []


LINK = re.compile(r'href="/en/desk/([a-z-]+)/(?!add/)([0-9a-f-]+)/(?:\?[^"]*)?"')


def test_pages_of_every_register_show_each_role_its_rows_and_404_for_the_rest(world):
    """List, record, history, CSV, and the forms of every action, by cookie."""
    wrong, cells = [], 0
    with as_web():
        for turn, role in enumerate(ROLES):
            client = client_of(world.people[role])
            for register in REGISTERS:
                model, base = register.model, f"/en/desk/{register.slug}/"
                wanted = world.expected(role, model)
                page = client.get(base)
                cells += 1
                listed = {pk for slug, pk in LINK.findall(page.content.decode()) if slug == register.slug}
                if listed != {str(pk) for pk in wanted}:
                    wrong.append((role, base, page.status_code, listed ^ {str(pk) for pk in wanted}))
                for variant in world.rows[model][turn % TURNS :: TURNS]:
                    for path, action in pages_of(register, variant.pk):
                        cells += 1
                        allowed = variant.pk in world.expected(role, model, action) and variant.pk in wanted
                        status = client.get(path).status_code
                        if (status == 404) == allowed or status not in (200, 302, 404, 409, 422):
                            wrong.append((role, path, status, variant))
    assert wrong == [], f"{len(wrong)} of {cells} cells are wrong, first: {wrong[:5]}"
    assert cells > 1000


#: Each row is opened by the people of every fifth role; between them they open every row of every register.
TURNS = 5


def pages_of(register, pk):
    """(address, action it needs) of each page of one row."""
    base = f"/en/desk/{register.slug}/{pk}/"
    yield base, "view"
    yield f"{base}history/", "view"
    if register.change_action:
        yield f"{base}edit/", register.change_action.name
    for action in register.actions:
        if not action.creates:
            yield f"{base}do/{action.name}/", action.name


def test_strangers_are_led_to_the_log_in_from_every_page_of_the_workbench(world):
    with as_web():
        for register in REGISTERS:
            pk = world.rows[register.model][0].pk if world.rows[register.model] else 1
            for path in (f"/en/desk/{register.slug}/", *(p for p, _action in pages_of(register, pk))):
                response = Client().get(path)
                assert response.status_code == 302, path
                assert response["Location"].startswith("/en/account/login/"), path


def test_hidden_and_absent_rows_give_the_same_answer(world):
    with as_web():
        client = client_of(world.people["call_operator"])
        for register in REGISTERS:
            hidden = next(
                (
                    v.pk
                    for v in world.rows[register.model]
                    if v.pk not in world.expected("call_operator", register.model)
                ),
                None,
            )
            if hidden is None or not world.expected("call_operator", register.model):
                continue
            absent = 987_654_321 if isinstance(hidden, int) else "00000000-0000-4000-8000-00000000dead"
            answers = [
                client.get(f"/en/desk/{register.slug}/{pk}/").content.decode().replace(f"/{pk}/", "/PK/")
                for pk in (hidden, absent)
            ]
            assert re.sub(r'csrf\S+ value="[^"]+"', "", answers[0]) == re.sub(
                r'csrf\S+ value="[^"]+"', "", answers[1]
            )


def test_the_database_holds_the_policy_as_written(world):
    with connection.cursor() as cursor:
        cursor.execute(
            "select role, resource, mode, place_of, max_level from gate.rule order by 1, 2, 3, 4, 5"
        )
        assert cursor.fetchall() == policy_rows()
