"""What the forms make of what is typed."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from safar.citizens.recruiters.forms import (
    ApplicationForm,
    DepositForm,
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


@pytest.mark.parametrize("number", ["XM-0417", "№ 12/2026", "0417", "АБ 12-3", "RL 1024.5"])
def test_a_licence_number_is_what_offices_write(number):
    assert GrantForm({"number": number, "order_number": "1"}).is_valid()


@pytest.mark.parametrize("number", ["???", "XM-", "--", "нет", "<b>1</b>", "1" * 41, "XM\u200b-1 "])
def test_signs_are_no_licence_number(number):
    assert "number" in GrantForm({"number": number, "order_number": "1"}).errors


@pytest.mark.django_db
def test_a_deposit_is_in_a_currency_there_is_and_of_a_day_that_has_come():
    tomorrow = timezone.localdate() + timedelta(days=1)
    found = DepositForm({"amount": "1", "currency": "ZZZ", "checked_on": tomorrow})
    assert set(found.errors) == {"currency", "checked_on"}
    today = DepositForm({"amount": "1", "currency": "USD", "checked_on": timezone.localdate()})
    assert not {"currency", "checked_on"} & set(today.errors)
