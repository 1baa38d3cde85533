"""What the forms make of what is typed."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from safar.citizens.recruiters.forms import (
    ApplicationForm,
    GrantForm,
    ProposalForm,
    RecruiterForm,
    RefusalForm,
    ReinstatementForm,
    RenewForm,
    SuspensionForm,
)


@pytest.mark.parametrize("form", [ApplicationForm, RecruiterForm])
def test_a_web_address_without_its_scheme_is_taken_to_be_https(form):
    assert form.base_fields["website"].clean("firm.example") == "https://firm.example"


@pytest.mark.parametrize("form", [ApplicationForm, RecruiterForm])
@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt://firm.example/%0aalert(1)", "data:text/html,<script>", "vbscript:x", "file:///etc/passwd",
     "ftp://firm.example", "//firm.example:x", "http://", "https://firm.example/\n<script>"],
)  # fmt: skip
def test_no_address_of_another_kind_becomes_a_link(form, address):
    field = form.base_fields["website"]
    try:
        kept = field.clean(address)
    except ValidationError:
        return
    assert kept.startswith(("http://", "https://"))
    assert not set(kept) & set("<>\n\"' ")


@pytest.mark.parametrize(
    ("form", "demanded"),
    [
        (GrantForm, {"number", "order_number"}),
        (RenewForm, {"order_number"}),
        (RefusalForm, {"reason", "order_number"}),
        (SuspensionForm, {"reason", "order_number"}),
        (ReinstatementForm, {"reason", "order_number"}),
        (ProposalForm, {"reason", "order_number"}),
    ],
)
def test_what_the_rules_demand_is_shown_as_required_and_asked_for_together(form, demanded):
    assert {name for name, field in form().fields.items() if field.required} == demanded
    assert set(form({}).errors) == demanded
    with translation.override("en"):
        assert form({}).errors["order_number"] == ["Write the number of the order."]
