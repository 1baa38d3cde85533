"""A little of the fuzz in every run: enough to see that the harness works, that it can fail, and that nothing falls at once."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.callers import issued
from tests.fuzz.sending import Sender, described
from tests.installation import alone

pytestmark = alone
CASES = 150


@pytest.fixture(scope="module")
def callers(installation):
    """Where the server listens, and a secret for each kind of caller."""
    installation.environment["SAFAR_API_REQUESTS_A_MINUTE"] = "1000000"
    try:
        with installation.running() as address:
            yield address, issued(installation)
    finally:
        del installation.environment["SAFAR_API_REQUESTS_A_MINUTE"]


@pytest.mark.parametrize("caller", ["no token", "case_worker", "organisation's token"])
def test_no_made_up_request_is_answered_beside_the_description(callers, caller):
    address, secrets = callers
    count = Sender(address, secrets[caller], random.Random(7)).send(described(), CASES)
    assert count.faults == {}
    assert count.cases >= CASES
    if caller != "no token":
        assert count.statuses[200], "some got past the door"


def test_an_answer_the_description_does_not_know_is_a_fault(callers):
    address, secrets = callers
    schema = described()
    for methods in schema.raw_schema["paths"].values():
        for operation in methods.values():
            operation["responses"].pop("401", None)
    count = Sender(address, "wrong", random.Random(7)).send(schema, 60)
    assert count.faults
    assert set(count.statuses) >= {401}
