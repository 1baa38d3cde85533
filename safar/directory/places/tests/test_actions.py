"""What officers do to places and to differences."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from safar.directory.places import actions
from safar.directory.places.demo import by_demo, make_place
from safar.directory.places.forms import AssignParentForm, place_field
from safar.directory.places.found import Found
from safar.directory.places.loads import bring_in
from safar.directory.places.models import Decision, Difference, Place
from safar.foundation.access.actors import Actor, Scope, acting, public_actor
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.actions import Refused
from safar.foundation.actions.forms import limit_choices
from safar.foundation.database.testing import as_web

pytestmark = pytest.mark.django_db
NAMES = {"name_uz_cyrl": "", "name_ru": "", "name_en": "", "valid_from": None}


def place(code):
    return Place.unscoped.get(code=code)


def differing(loader, now, code="1703209", name="Boʻston tumani"):
    bring_in([Found(1, "DISTRICT", code, {"name_uz": name}, code[:4])], source="list", by=loader, now=now)
    return Difference.unscoped.get()


def test_an_editor_registers_a_place_below_another(reference, editor, now):
    region = place("1727")
    with as_web():
        made = actions.register_place(
            level="DISTRICT",
            code="1727401",
            parent=region,
            name_uz="Nurafshon shahri",
            by=editor,
            now=now,
            **NAMES,
        )
    assert (made.path, made.name_uz_cyrl, made.is_public) == ("UZ.1727.1727401.", "Нурафшон шаҳри", True)


def test_a_place_does_not_lie_where_its_code_says_it_does_not(reference, editor, now):
    with pytest.raises(Refused, match="does not lie"):
        actions.register_place(
            level="DISTRICT", code="1727401", parent=place("1714"), name_uz="X", by=editor, now=now, **NAMES
        )
    with pytest.raises(Refused, match="Say what"):
        actions.register_place(
            level="DISTRICT", code="1727401", parent=None, name_uz="X", by=editor, now=now, **NAMES
        )


def test_a_stranger_registers_nothing(reference, now):
    for actor in (public_actor(), Actor("staff", user_id=5, preset=(Scope("analyst"),))):
        with pytest.raises(Hidden):
            actions.register_place(
                level="COUNTRY", code="XX", parent=None, name_uz="X", by=actor, now=now, **NAMES
            )


def test_a_mahalla_is_assigned_to_a_district_and_its_path_follows(reference, editor, now):
    mahalla, city = make_place("17150085"), place("1703401")
    with as_web():
        actions.assign_district(mahalla, parent=city, by=editor, now=now)
    assert place("17150085").path == "UZ.1703.1703401.17150085."
    with pytest.raises(Refused, match="Only a mahalla"):
        actions.assign_district(place("1703401"), parent=place("1714"), by=editor, now=now)


def test_taking_the_sources_word_changes_the_place_and_settles_the_difference(reference, editor, loader, now):
    found = differing(loader, now)
    with as_web():
        actions.take_from_source(found, by=editor, now=now)
    assert (place("1703209").name_uz, place("1703209").name_uz_cyrl) == ("Boʻston tumani", "Бўстон тумани")
    found.refresh_from_db(from_queryset=Difference.unscoped.all())
    assert (found.decision, found.decided_at) == (Decision.TAKEN, now)
    with pytest.raises(Refused, match="settled"):
        actions.take_from_source(found, by=editor, now=now)


def test_keeping_ours_leaves_the_place_and_is_not_asked_again(reference, editor, loader, now):
    actions.keep_ours(differing(loader, now), by=editor, now=now)
    again = bring_in(
        [Found(1, "DISTRICT", "1703209", {"name_uz": "Boʻston tumani"}, "1703")],
        source="list",
        by=loader,
        now=now,
    )
    assert place("1703209").name_uz == "Boʻz tumani"
    assert again.differences_new == 0


def test_a_difference_without_another_value_cannot_be_taken(reference, editor, loader, now):
    bring_in(
        [Found(1, "DISTRICT", "x:1", {"name_uz": "Yoʻq"}, "1703", matched=False)],
        source="list",
        by=loader,
        now=now,
    )
    with pytest.raises(Refused, match="nothing to take"):
        actions.take_from_source(Difference.unscoped.get(), by=editor, now=now)


@pytest.mark.parametrize(
    "text", ["1714237", "1714237 · Chust tumani", "chust tumani", "Чустский район", "CHUST DISTRICT"]
)
def test_a_place_is_chosen_by_code_or_whole_name_in_any_language(reference, editor, text):
    assert chosen(editor, text).code == "1714237"


def chosen(actor, text, **options):
    class OneField(AssignParentForm):
        parent = place_field(required=True, **options)

    form = OneField({"parent": text})
    limit_choices(form, actor)
    if form.is_valid():
        return form.cleaned_data["parent"]
    raise ValidationError(form.errors["parent"].as_data())


def test_a_name_two_places_have_asks_for_the_code_and_an_unknown_one_says_so(reference, editor):
    make_place("17150001", name_uz="Tinchlik MFY")
    make_place("17150002", name_uz="Tinchlik MFY")
    with pytest.raises(ValidationError, match="17150001, 17150002"):
        chosen(editor, "Tinchlik MFY")
    with pytest.raises(ValidationError, match="Nothing is known"):
        chosen(editor, "Atlantida")


def test_a_choice_keeps_to_its_levels_and_to_what_the_actor_sees(reference, editor):
    with pytest.raises(ValidationError):
        chosen(editor, "1714237", levels=("REGION",))
    hidden = Actor("system", job="nobody")
    Place.unscoped.filter(code="1714237").update(is_public=False)
    with pytest.raises(ValidationError):
        chosen(hidden, "1714237")
    assert not visible(hidden, Place).filter(code="1714237").exists()


def test_the_database_refuses_a_place_without_what_it_lies_in(reference):
    with acting(by_demo()), pytest.raises(IntegrityError), transaction.atomic():
        Place.unscoped.create(level="DISTRICT", code="1", path="X.", name_uz="X")
