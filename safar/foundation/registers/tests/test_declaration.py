"""A declaration that names what is not there, or lets a secret out, is refused when it is made."""

from dataclasses import fields
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_filters import CharFilter, DateFilter

from safar.foundation.access.models import Grant, Membership
from safar.foundation.registers import Child, Register, Section, registry

GOOD: dict[str, Any] = {
    "model": Grant,
    "slug": "test-grants",
    "title": "Grants",
    "singular": "Grant",
    "icon": "key",
    "columns": ("role",),
    "sections": (Section("Grant", ("role", "valid_from")),),
    "order": ("-valid_from", "-id"),
    "may_add": False,
    "may_change": False,
}


@pytest.fixture(autouse=True)
def _no_register_stays(monkeypatch):
    monkeypatch.setattr(registry, "_registers", {})


def test_a_sound_declaration_is_taken():
    ready = {"role": None, "since": DateFilter("valid_from")}
    register = Register(
        **GOOD, filters=ready, children=(Child(Membership, "user_id", "Cases", ("case_id",)),)
    )
    assert registry.all_registers() == [register]
    assert {f.name for f in fields(register)} >= GOOD.keys()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret": ("valid_to",), "filters": ("valid_to",)}, "reachable through filters"),
        ({"secret": ("valid_to",), "filters": {"since": DateFilter("valid_to")}}, "reachable through filters"),
        ({"secret": ("place_path",), "filters": {"place_path": CharFilter()}}, "reachable through filters"),
        ({"secret": ("role",)}, "reachable through columns"),
        ({"filters": ("rolle",)}, "filters names rolle"),
        ({"filters": {"since": DateFilter("valid_form")}}, "filters names valid_form"),
        ({"filters": {"since": DateFilter("user__secret")}}, "filters names user__secret"),
        ({"columns": ("rolle",)}, "columns names rolle"),
        ({"children": (Child(Membership, "user_id", "Cases", ("casse",)),)}, "children names casse, which Membership"),
        ({"children": (Child(Membership, "usser", "Cases", ("case_id",)),)}, "children names usser, which Membership"),
        ({"order": ("valid_from", "-id")}, "order must run one way"),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)  # fmt: skip
def test_a_fault_is_refused_when_it_is_made(wrong, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        Register(**{**GOOD, **wrong})
