"""What the forms make of what is typed."""

import pytest

from safar.citizens.recruiters.forms import ApplicationForm, RecruiterForm


@pytest.mark.parametrize("form", [ApplicationForm, RecruiterForm])
def test_a_web_address_without_its_scheme_is_taken_to_be_https(form):
    assert form.base_fields["website"].clean("firm.example") == "https://firm.example"
