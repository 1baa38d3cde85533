"""The map shows what there is and nothing else."""

import pytest
from django.urls import reverse
from django.utils import translation

from safar import map as house
from safar.doors.website.context import language_links
from safar.foundation.registers.registry import all_registers

SLUGS = house.register_slugs()


def test_the_road_is_in_order_and_trouble_is_one_of_its_stops():
    assert [stage.code for stage in house.STAGES] == [
        "thinking",
        "preparing",
        "abroad",
        "trouble",
        "returning",
    ]
    assert [stage.code for stage in house.STAGES if stage.is_trouble] == ["trouble"]


def test_every_service_stands_in_a_wing_and_has_something_to_open():
    wings = {wing.code for wing in house.WINGS}
    for service in house.SERVICES:
        assert service.wing in wings
        assert service.pages or service.desk_pages or service.registers


def test_every_page_of_the_map_is_there():
    with translation.override("en"):
        for service in house.SERVICES:
            for page in (*service.pages, *service.desk_pages):
                assert reverse(page.url_name).startswith("/en/")


def test_every_stage_a_page_names_is_on_the_road():
    stages = {stage.code for stage in house.STAGES}
    assert all(set(page.stages) <= stages for service in house.SERVICES for page in service.pages)


def test_a_register_is_on_the_map_once_and_only_if_it_exists():
    assert len(SLUGS) == len(set(SLUGS))
    assert set(SLUGS) <= {register.slug for register in all_registers()}


@pytest.mark.parametrize("slug", SLUGS)
def test_a_register_leads_to_its_service(slug):
    service = house.service_of_register(slug)
    assert slug in (*service.registers, *service.parts)


def test_a_wing_without_a_service_has_no_menu():
    assert house.services_of("institutions") == ()


def test_a_register_nobody_knows_has_no_service():
    assert house.service_of_register("weather") is None


def test_whoever_changes_the_language_before_signing_in_is_led_on_in_it():
    links = language_links(path="/en/account/login/", query="next=%2Fen%2Fdesk%2F&x=next%3D%2Fen%2F")
    assert [link.url for link in links if link.code == "ru"] == [
        "/ru/account/login/?next=%2Fru%2Fdesk%2F&x=next%3D%2Fen%2F"
    ]
    (plain,) = [link.url for link in language_links(path="/uz/check/", query="q=next") if link.code == "en"]
    assert plain == "/en/check/?q=next"
