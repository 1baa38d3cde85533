"""Lists of organisations: sorted as the alphabets are, found in any language, by the start of any of their names."""

from __future__ import annotations

import base64

import pytest
from django.http import QueryDict

from safar.directory.organisations.demo import make_organisation
from safar.directory.organisations.register import ORGANISATIONS
from safar.foundation.access.actors import acting
from safar.foundation.database.testing import as_web
from safar.foundation.registers.listing import list_page

pytestmark = pytest.mark.django_db


def names(actor, query, size=50):
    with as_web(), acting(actor):
        return [row.name for row in list_page(ORGANISATIONS, actor, QueryDict(query), size=size).rows]


@pytest.fixture
def four(home):
    for name in ("Zafar", "oʻzbek", "cent", "Shamol"):
        make_organisation(name, name_ru=f"Фирма {name}")


def test_a_list_is_sorted_in_the_order_of_the_alphabet_both_ways(four, editor):
    assert names(editor, "") == ["cent", "Zafar", "oʻzbek", "Shamol"]
    assert names(editor, "sort=name") == ["cent", "Zafar", "oʻzbek", "Shamol"]
    assert names(editor, "sort=-name") == ["Shamol", "oʻzbek", "Zafar", "cent"]


def test_a_sorted_list_goes_on_where_the_page_ended(four, editor):
    with as_web(), acting(editor):
        page = list_page(ORGANISATIONS, editor, QueryDict("sort=-name"), size=2)
    assert names(editor, page.next, size=2) == ["Zafar", "cent"]


@pytest.mark.parametrize(
    "position",
    ["", "[]", "7", '"ab"', "[null, null]", '["\\u0000", 1]', '["a", Infinity]', '["a", 1, 2]', "{", "ё"],
)
def test_a_place_in_the_list_that_nobody_gave_is_the_beginning(four, editor, position):
    text = base64.urlsafe_b64encode(position.encode()).decode()
    assert names(editor, f"after={text}")[0] == "cent"


def test_equal_names_are_told_apart_by_their_keys_when_pages_turn(home, editor):
    made = [make_organisation("Bir xil").pk for _n in range(5)]
    seen, query = [], "x="
    while query:
        with as_web(), acting(editor):
            page = list_page(ORGANISATIONS, editor, QueryDict(query), size=2)
        seen += [row.pk for row in page.rows if row.name == "Bir xil"]
        query = page.next
    assert seen == sorted(made)


@pytest.mark.parametrize("text", ["zaf", "ЗАФАР", "фирма зафар", "zafar"])
def test_it_is_found_by_the_beginning_of_any_of_its_names(four, editor, text):
    assert names(editor, f"q={text}") == ["Zafar"]
