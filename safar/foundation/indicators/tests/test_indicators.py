"""A number is asked for by code, through the eyes of who asks."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from safar.foundation.access.actors import Actor, current_actor, public_actor
from safar.foundation.indicators import (
    UnknownDisaggregation,
    UnknownIndicator,
    indicator,
    indicator_of,
    indicators,
    registry,
    value,
)

FLEET = {"UZ.17.": 3, "UZ.33.": 4}


@pytest.fixture(autouse=True)
def boats(monkeypatch):
    """A toy: boats by place; a visitor sees none."""
    monkeypatch.setattr(registry, "_indicators", {})

    @indicator("boats.afloat", "Boats afloat", "boats", disaggregations=("place",))
    def afloat(actor, *, place=None):
        assert current_actor() == actor
        if actor.kind == "public":
            return None
        return FLEET[place] if place else sum(FLEET.values())

    return afloat


@pytest.fixture
def keeper():
    return Actor("staff", user_id=7, preset=())


def test_a_number_is_known_by_its_code(keeper):
    assert value("boats.afloat", keeper) == 7
    assert value("boats.afloat", keeper, place="UZ.33.") == 4


def test_a_number_is_counted_as_the_one_who_asks(keeper):
    assert value("boats.afloat", public_actor()) is None
    assert current_actor() is None


def test_the_registry_says_what_is_offered():
    offered = indicator_of("boats.afloat")
    assert (offered.label, offered.unit, offered.disaggregations) == ("Boats afloat", "boats", ("place",))
    assert list(indicators()) == ["boats.afloat"]


def test_an_unknown_code_or_split_is_an_error(keeper):
    with pytest.raises(UnknownIndicator, match="boats.sunk"):
        value("boats.sunk", keeper)
    with pytest.raises(UnknownDisaggregation, match="colour"):
        value("boats.afloat", keeper, colour="red")


def test_a_code_is_offered_once():
    with pytest.raises(ImproperlyConfigured, match="two indicators"):
        indicator("boats.afloat", "Boats", "boats")(lambda actor: 0)


@pytest.mark.parametrize(
    ("declared", "function"),
    [
        (("place",), lambda actor: 0),
        ((), lambda actor, *, place=None: 0),
        (("place",), lambda actor, *, place: 0),
    ],
    ids=["declared but not taken", "taken but not declared", "without a default"],
)
def test_a_declaration_checks_itself(declared, function):
    with pytest.raises(ImproperlyConfigured, match="place"):
        indicator("boats.sunk", "Boats sunk", "boats", disaggregations=declared)(function)
