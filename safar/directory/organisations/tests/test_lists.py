"""Lists of organisations: sorted as the alphabets are, found in any language, by the start of any of their names."""

from __future__ import annotations

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


@pytest.mark.parametrize("text", ["zaf", "ЗАФАР", "фирма зафар", "zafar"])
def test_it_is_found_by_the_beginning_of_any_of_its_names(four, editor, text):
    assert names(editor, f"q={text}") == ["Zafar"]
