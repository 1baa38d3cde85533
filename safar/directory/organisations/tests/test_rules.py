"""Pure rules of organisations."""

import pytest

from safar.directory.organisations.loads import trading_name
from safar.directory.organisations.rules import is_stir, tells_too_much, would_circle


@pytest.mark.parametrize(("text", "fits"), [("301234567", True), ("30123456", False), ("3012345678", False), ("30123456x", False),
                                            ("３０１２３４５６７", False), ("", False)])  # fmt: skip
def test_a_stir_has_nine_digits(text, fits):
    assert is_stir(text) is fits


def test_where_a_shelter_is_is_told_no_closer_than_its_region():
    assert not tells_too_much(is_shelter=True, place_path="UZ.1706.")
    assert tells_too_much(is_shelter=True, place_path="UZ.1706.1706401.")
    assert not tells_too_much(is_shelter=False, place_path="UZ.1706.1706401.")


def test_nobody_is_their_own_superior():
    assert would_circle(1, [3, 2, 1])
    assert not would_circle(1, [3, 2])


@pytest.mark.parametrize(
    ("name", "trades_as"),
    [
        ("BRANOS OXFORD LTD T/A LILO", "LILO"),
        ("CASA BAMBOO LTD T/a Pho Le Vietnamese Restaurant", "Pho Le Vietnamese Restaurant"),
        ("Dreams Care Homes Limited T/As Cherry Tree", "Cherry Tree"),
        ("X Limited trading as Y", "Y"),
        ("TATA STEEL UK LIMITED", ""),
        ("GREAT/ART LTD", ""),
    ],
)
def test_a_trading_name_stands_behind_t_a(name, trades_as):
    assert trading_name(name) == trades_as
