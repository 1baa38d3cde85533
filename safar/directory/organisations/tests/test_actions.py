"""What is done to organisations, and who sees them: as the web role, behind both walls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from safar.directory.organisations import actions
from safar.directory.organisations.demo import make_focal_point, make_office, make_organisation
from safar.directory.organisations.models import FocalPoint, Office, Organisation
from safar.directory.organisations.tests.conftest import somebody
from safar.directory.places.demo import by_demo, make_place
from safar.foundation.access.actors import acting, public_actor
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.actions import Refused, Stale, store
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db


def seen(actor, model):
    with as_web(), acting(actor):
        return set(visible(actor, model).values_list("pk", flat=True))


def test_an_editor_registers_an_organisation_which_belongs_to_itself(home, editor, now):
    with as_web():
        made = actions.register_organisation(
            type="NGO", name="“Namoyish” NNT", name_ru="ННО «Намойиш»", place=home["city"], country=home["country"],
            stir="301234567", by=editor, now=now,
        )  # fmt: skip
    row = Organisation.unscoped.get()
    assert row.pk == made.pk == row.label_org
    assert (row.label_place, row.label_level, row.is_public) == ("UZ.1706.1706401.", 0, True)
    assert (row.name_key, row.ru_key) == ("namoyish nnt", "nno namoyish")


def test_the_name_is_shown_in_the_language_of_the_moment(home):
    row = make_organisation("Migratsiya agentligi", "AGENCY", name_ru="Агентство миграции")
    with override("ru"):
        assert str(row) == "Агентство миграции"
    with override("en"):
        assert str(row) == "Migratsiya agentligi"


def test_a_stir_stands_once_and_has_nine_digits(home, editor, now):
    make_organisation("A", stir="301234567")
    with pytest.raises(Refused, match="registered already"):
        actions.register_organisation(type="NGO", name="B", stir="301234567", by=editor, now=now)
    with pytest.raises(Refused):
        actions.register_organisation(type="NGO", name="C", stir="30", by=editor, now=now)


def test_renaming_keeps_the_row_safe_from_the_next_load(home, editor, now):
    row = make_organisation("Eski nom")
    actions.rename(row, name="Yangi nom", by=editor, now=now)
    row = Organisation.unscoped.get()
    assert (row.name, row.name_key, row.is_renamed, row.version) == ("Yangi nom", "yangi nom", True, 2)


def test_an_organisation_cannot_come_to_stand_under_itself(home, editor, now):
    top = make_organisation("Vazirlik", "MINISTRY")
    middle = make_organisation("Agentlik", "AGENCY", parent=top)
    bottom = make_organisation("Boʻlim", "AGENCY", parent=middle)
    for parent in (top, bottom, middle):
        with pytest.raises(Refused, match="stands under"):
            actions.move(top, parent=parent, by=editor, now=now)
    actions.move(bottom, parent=top, by=editor, now=now)
    actions.move(middle, parent=None, by=editor, now=now)
    assert Organisation.unscoped.get(pk=bottom.pk).parent_id == top.pk
    with acting(by_demo()), pytest.raises(IntegrityError), transaction.atomic():
        Organisation.unscoped.filter(pk=top.pk).update(parent=top.pk)


def test_a_body_others_answer_to_is_not_closed(home, editor, now):
    top = make_organisation("Vazirlik", "MINISTRY")
    below = make_organisation("Agentlik", "AGENCY", parent=top)
    with pytest.raises(Refused, match="answer to it: 1"):
        actions.close_organisation(top, closed_on=date(2026, 1, 1), reason="Tugatildi", by=editor, now=now)
    actions.close_organisation(below, closed_on=date(2026, 1, 1), reason="Tugatildi", by=editor, now=now)
    closed = Organisation.unscoped.get(pk=below.pk)
    assert (closed.status, closed.closed_on) == ("CLOSED", date(2026, 1, 1))
    with pytest.raises(Refused, match="closed"):
        actions.close_organisation(closed, closed_on=date(2026, 1, 1), reason="Tugatildi", by=editor, now=now)
    actions.reopen_organisation(closed, by=editor, now=now)
    assert Organisation.unscoped.get(pk=below.pk).closed_on is None


def test_a_closing_does_not_lie_in_the_future(home, editor, now):
    row = make_organisation("A")
    with pytest.raises(Refused, match="future"):
        actions.close_organisation(
            row, closed_on=now.date() + timedelta(days=9), reason="Tugatildi", by=editor, now=now
        )


def test_a_stale_page_changes_nothing(home, editor, now):
    row = make_organisation("A")
    seen_before = Organisation.unscoped.get()
    actions.rename(row, name="B", by=editor, now=now)
    with pytest.raises(Stale):
        actions.rename(seen_before, name="C", by=editor, now=now)
    assert Organisation.unscoped.get().name == "B"


def test_others_change_nothing(home, now):
    row = make_organisation("A")
    for actor in (public_actor(), somebody("analyst"), somebody("inspector", level=2)):
        with as_web(), pytest.raises(Hidden):
            actions.rename(row, name="B", by=actor, now=now)


def test_a_shelter_is_known_to_those_cleared_for_it_in_its_region_only(home, editor):
    public = make_organisation("NNT", "NGO", place=home["region"])
    shelter = make_organisation("Boshpana", "SHELTER", place=home["region"])
    elsewhere = make_place("1714", level="REGION", parent=home["country"])
    assert seen(public_actor(), Organisation) == {public.pk}
    assert seen(editor, Organisation) == {public.pk}
    assert seen(somebody("case_worker", level=2, place="UZ.1706."), Organisation) == {public.pk, shelter.pk}
    assert seen(somebody("case_worker", level=2, place=elsewhere.path), Organisation) == {public.pk}
    assert seen(somebody("case_worker", level=1), Organisation) == {public.pk}


def test_where_a_shelter_is_is_never_written_here(home):
    shelter = make_organisation("Boshpana", "SHELTER", place=home["region"])
    with pytest.raises(Refused, match="not written"):
        make_office(shelter, address="Buxoro, Navoiy koʻchasi 1")
    with pytest.raises(Refused, match="no closer"):
        make_office(shelter, place=home["city"])
    with pytest.raises(Refused, match="no closer"):
        make_organisation("Boshpana 2", "SHELTER", place=home["city"])
    office = make_office(shelter, phone="+998 00 000 00 00")
    assert (office.label_level, office.is_public) == (2, False)
    assert office.pk not in seen(public_actor(), Office)


def test_offices_are_public_and_focal_points_are_for_staff(home, editor):
    row = make_organisation("NNT", "NGO", place=home["city"])
    office, person = make_office(row, address="Namoyish koʻchasi 1"), make_focal_point(row, topic="REFERRAL")
    assert seen(public_actor(), Office) == {office.pk}
    assert seen(public_actor(), FocalPoint) == set()
    assert seen(somebody("inspector"), FocalPoint) == {person.pk}


def test_an_office_cannot_be_hung_on_an_organisation_one_does_not_see(home, editor):
    shelter = make_organisation("Boshpana", "SHELTER", place=home["region"])
    office = Office(organisation=shelter, name="Ofis", label_org=shelter.pk, label_place="UZ.1706.")
    with as_web(), acting(editor), pytest.raises(Refused):
        store(office, by=editor, action="add_office")
