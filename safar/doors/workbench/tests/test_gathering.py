"""Rows of several tables in one statement: the same rows as by themselves, seen through the same eyes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safar.citizens.recruiters.demo import make_branch, make_recruiter
from safar.citizens.recruiters.models import Branch, Deposit, Recruiter
from safar.directory.organisations.models import Organisation
from safar.directory.places.models import Place
from safar.doors.workbench.tests.conftest import NOISE, stored
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.gathering import attach_references, fetch, references
from safar.foundation.access.visibility import visible


@pytest.fixture
def officer(desk):
    """The licensing officer, acting."""
    actor = Actor("staff", user_id=desk.officer.pk)
    with acting(actor):
        yield actor


def columns(row):
    """Every stored column of a row but what is encrypted."""
    return {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if not getattr(f, "encrypted", False)
    }


def test_rows_are_what_they_are_by_themselves(desk, officer):
    stored(
        Deposit(
            recruiter=desk.gold,
            amount=Decimal("1236000000.55"),
            currency="UZS",
            bank="B",
            bank_account="4417",
            checked_on=date(2026, 11, 1),
        )
    )
    make_branch(desk.gold, "Oltin Chust")
    parts = [
        visible(officer, model).order_by("pk") for model in (Recruiter, Branch, Deposit, Place, Organisation)
    ]
    for together, alone in zip(fetch(parts), [list(part) for part in parts], strict=True):
        assert [columns(row) for row in together] == [columns(row) for row in alone]
        assert len(together) > 0


def test_what_is_encrypted_is_fetched_only_if_asked_for(desk, officer):
    stored(
        Deposit(
            recruiter=desk.gold,
            amount=1,
            currency="UZS",
            bank="B",
            bank_account="4417",
            checked_on=date(2026, 11, 1),
        )
    )
    _firms, deposits = fetch([visible(officer, Recruiter), visible(officer, Deposit)])
    assert "bank_account" in deposits[0].get_deferred_fields()
    assert deposits[0].bank_account == "4417"


def test_each_part_keeps_its_order_and_its_end(desk, officer):
    for number in range(5):
        make_recruiter(f"Qator {number}", keeper=desk.agency)
    up, down = fetch(
        [
            visible(officer, Recruiter).order_by("sort_key", "pk")[:3],
            visible(officer, Recruiter).order_by("-sort_key", "-pk")[:3],
        ]
    )
    assert [r.name for r in up] == ["Oltin Yoʻl", "Qator 0", "Qator 1"]
    assert [r.name for r in down] == ["Zarafshon Ish", "Silk Job", "Qator 4"]


def test_one_statement_for_all_parts_and_none_for_none(desk, officer):
    assert officer.scopes
    with CaptureQueriesContext(connection) as captured:
        fetch([visible(officer, model) for model in (Recruiter, Branch, Place)])
        fetch([])
    assert sum(not q["sql"].startswith(NOISE) for q in captured) == 1


def test_references_stand_on_the_rows_through_the_actors_eyes(desk, officer):
    sealed = stored(Organisation(type="SHELTER", name="Maxfiy uy"))
    Recruiter.unscoped.filter(pk=desk.silk.pk).update(organisation=sealed)
    gold, silk = Recruiter.objects.get(pk=desk.gold.pk), Recruiter.objects.get(pk=desk.silk.pk)
    attach_references(officer, [([gold, silk], ("place", "keeper", "organisation", "name", "nothing"))])
    assert (gold.place, gold.keeper, gold.organisation) == (desk.region, desk.agency, None)
    assert silk.organisation is None


def test_only_references_to_one_row_count():
    assert [f.name for f in references(Recruiter, ("name", "place", "branches", "state", "place"))] == [
        "place"
    ]
