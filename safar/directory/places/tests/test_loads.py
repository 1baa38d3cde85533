"""Bringing places in: new ones added, gaps filled, differences written down, nothing overwritten, nothing doubled."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from safar.directory.places.files import PlaceLoad, load_places
from safar.directory.places.models import Decision, Difference, Place
from safar.directory.places.reference import countries, home_places, load_reference
from safar.foundation.access.actors import Actor, Scope, acting, public_actor
from safar.foundation.access.visibility import Hidden, visible
from safar.foundation.database.testing import as_web
from tests.samples import sample

pytestmark = pytest.mark.django_db


def load(path, loader, now, **options):
    with as_web():
        return load_places(PlaceLoad(path, **options), by=loader, now=now)


def listed(tmp_path, text, name="list.tsv"):
    path = tmp_path / name
    path.write_text("CODE\tUZ\tRU\tEN\n" + text)
    return path


def place(code):
    return Place.unscoped.get(code=code)


def test_the_reference_holds_every_country_the_fourteen_regions_and_their_districts(reference):
    assert Place.unscoped.countries().count() == 249
    assert Place.unscoped.regions().count() == 14
    assert Place.unscoped.districts().count() >= 200
    assert {p.iso for p in Place.unscoped.regions()} >= {"UZ-NG", "UZ-TK", "UZ-QR"}


def test_a_place_has_four_names_and_a_path_and_shows_the_name_of_the_language(reference):
    chust = place("1714237")
    assert chust.path == "UZ.1714.1714237."
    names = {}
    for code in ("uz", "uz-cyrl", "ru", "en"):
        with override(code):
            names[code] = chust.name
    assert names == {
        "uz": "Chust tumani",
        "uz-cyrl": "Чуст тумани",
        "ru": "Чустский район",
        "en": "Chust district",
    }


def test_countries_have_their_names_and_codes_from_iso_and_cldr():
    turkey = next(found for found in countries() if found.code == "TR")
    assert (turkey.iso["iso_alpha3"], turkey.iso["iso_numeric"]) == ("TUR", "792")
    assert (turkey.names["name_uz"], turkey.names["name_ru"], turkey.names["name_uz_cyrl"]) == (
        "Turkiya",
        "Турция",
        "Туркия",
    )


def test_the_codes_of_the_regions_are_those_of_soato():
    assert {f.code for f in home_places() if f.level == "REGION"} == {
        "1703", "1706", "1708", "1710", "1712", "1714", "1718", "1722", "1724", "1726", "1727", "1730", "1733", "1735",
    }  # fmt: skip


def test_the_reference_again_changes_nothing_and_undoes_no_officer(reference, now, loader):
    Place.unscoped.filter(code="1714").update(name_en="Namangan")
    again = load_reference(by=loader, now=now)
    assert (again.new, again.changed) == (0, 0)
    assert place("1714").name_en == "Namangan"
    assert not Difference.unscoped.exists()


def test_a_new_place_is_added_below_its_parent_and_a_gap_is_filled(reference, tmp_path, loader, now):
    Place.unscoped.filter(code="1714").update(name_ru="")
    report = load(
        listed(
            tmp_path,
            "1727401\tNurafshon\tНурафшон\tNurafshon city\n1714\tNamangan viloyati\tНаманганская область\t\n",
        ),
        loader,
        now,
    )
    assert (report.new, report.changed, report.same) == (1, 1, 0)
    new = place("1727401")
    assert (new.path, new.name_uz, new.name_uz_cyrl) == (
        "UZ.1727.1727401.",
        "Nurafshon shahri",
        "Нурафшон шаҳри",
    )
    assert (place("1714").name_ru, place("1714").version) == ("Наманганская область", 2)


def test_a_name_that_differs_is_written_down_and_never_overwritten(reference, tmp_path, loader, now):
    path = listed(tmp_path, "1703209\tBo‘ston tumani\t\t\n")
    report = load(path, loader, now)
    assert (report.same, report.differences) == (1, 1)
    assert place("1703209").name_uz == "Boʻz tumani"
    found = Difference.unscoped.get()
    assert (found.aspect, found.ours, found.theirs, found.source) == (
        "name_uz",
        "Boʻz tumani",
        "Boʻston tumani",
        "list.tsv",
    )
    load(path, loader, now)
    assert Difference.unscoped.count() == 1


def test_a_name_that_differs_in_apostrophes_or_case_only_is_the_same(reference, tmp_path, loader, now):
    assert load(listed(tmp_path, "1730\tFARG'ONA VILOYATI\t\t\n"), loader, now).differences == 0


def test_names_are_taken_if_that_is_asked_for(reference, tmp_path, loader, now):
    report = load(
        listed(tmp_path, "1703209\tBo‘ston tumani\tБустонский район\t\n"), loader, now, take_names=True
    )
    changed = place("1703209")
    assert (report.changed, report.differences) == (1, 0)
    assert (changed.name_uz, changed.name_uz_cyrl, changed.name_ru) == (
        "Boʻston tumani",
        "Бўстон тумани",
        "Бустонский район",
    )
    assert changed.uz_key == "boston tumani"


def test_a_place_whose_parent_nobody_knows_is_refused_with_its_row(reference, tmp_path, loader, now):
    report = load(listed(tmp_path, "1799201\tYoʻq tumani\t\t\n"), loader, now)
    assert (report.new, report.bad) == (0, 1)
    assert "1799" in report.problems[0].reason


def test_a_place_of_ours_missing_from_a_full_list_is_told(reference, tmp_path, loader, now):
    rows = [
        f"{f.code}\t{f.names['name_uz']}\t\t\n"
        for f in home_places()
        if f.code.startswith("1714") and len(f.code) == 7
    ]
    report = load(listed(tmp_path, "".join(rows[1:])), loader, now)
    absent = Difference.unscoped.get()
    assert (report.differences, absent.aspect, absent.code) == (1, "absent", rows[0][:7])
    assert load(listed(tmp_path, rows[1], "one.tsv"), loader, now).differences == 0


def test_mahallas_stand_without_a_district_until_a_file_assigns_them(reference, tmp_path, loader, now):
    path = listed(tmp_path, "17150085\tUzumzor MFY\tUzumzor MFY\tUzumzor MFY\n102-0037\tTinchlik MFY\t\t\n")
    report = load(path, loader, now)
    assert report.new == 2
    assert any("2 mahallas stand without a district" in note for note in report.notes)
    assert place("17150085").path == "UZ.17150085."
    parents = tmp_path / "parents.csv"
    parents.write_text("mahalla,district\n17150085,1703401\n102-0037,nowhere\n999,1703401\n")
    again = load(path, loader, now, parents=parents)
    assert (again.new, again.changed, again.bad) == (0, 1, 2)
    assert place("17150085").path == "UZ.1703.1703401.17150085."
    assert place("17150085").label_place == "UZ.1703.1703401.17150085."
    parents.write_text("mahalla,district\n17150085,1703408\n")
    third = load(path, loader, now, parents=parents)
    assert (third.changed, third.differences) == (0, 1)


def test_a_preview_writes_nothing(reference, tmp_path, loader, now):
    before = Place.unscoped.count()
    report = load(listed(tmp_path, "1727401\tNurafshon\t\t\n"), loader, now, preview=True)
    assert (report.new, report.preview, Place.unscoped.count()) == (1, True, before)


def test_only_who_may_load_may_load(reference, tmp_path, now):
    path = listed(tmp_path, "1727401\tNurafshon\t\t\n")
    for actor in (public_actor(), Actor("staff", user_id=1, preset=(Scope("inspector", level=2),))):
        with pytest.raises(Hidden):
            load_places(PlaceLoad(path), by=actor, now=now)


def test_places_are_public_and_differences_are_not(reference, tmp_path, loader, now):
    load(listed(tmp_path, "1703209\tBo‘ston tumani\t\t\n"), loader, now)
    with as_web(), acting(public_actor()):
        assert visible(public_actor(), Place).count() == Place.unscoped.count() == 470
        assert Difference.unscoped.count() == 0


# -- the real lists ------------------------------------------------------------------------------------------


def test_the_soato_list_comes_in_whole_and_twice_doubles_nothing(reference, loader, now):
    path = sample("places/dhp_soato.tsv")
    first = load(path, loader, now)
    total, differences = Place.unscoped.count(), Difference.unscoped.count()
    assert first.read == 3306
    assert first.bad == 0
    assert first.new + first.same + first.skipped == first.read
    second = load(path, loader, now)
    assert (second.new, second.changed) == (0, 0)
    assert (Place.unscoped.count(), Difference.unscoped.count()) == (total, differences)


def test_the_mahalla_list_has_9452_mahallas_without_a_district(reference, loader, now):
    report = load(sample("places/dhp_mahalla.tsv"), loader, now)
    assert (report.new, report.bad) == (9452, 0)
    assert Place.unscoped.without_parent().count() == 9452
    assert load(sample("places/dhp_mahalla.tsv"), loader, now).new == 0


def test_a_district_that_stands_in_one_source_only_is_told(reference, loader, now):
    report = load(sample("places/django_uzbplaces_0.5_places.json"), loader, now)
    assert report.kind == "django-uzbplaces"
    assert report.new == 0
    absent = Difference.unscoped.filter(aspect="absent").values_list("code", flat=True)
    assert "1710240" in absent
    assert Difference.unscoped.filter(decision=Decision.OPEN).count() == report.differences
