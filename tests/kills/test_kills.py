"""A small storm in the suite; ``make kills`` makes a long one."""

from __future__ import annotations

import pytest

from tests.installation import alone, thrown_away
from tests.kills.__main__ import storm
from tests.kills.house import House
from tests.kills.load import Ledger
from tests.kills.proof import breaches

pytestmark = alone


@pytest.fixture(scope="module")
def house(installation):
    """A copy of the demo world whose processes may be killed."""
    with thrown_away(House) as made:
        try:
            installation.copied_to(made.folder)
            yield made
        finally:
            made.end()


def test_what_was_acknowledged_survives_kills_of_all_three(house):
    said = []
    found = storm(house, kills=4, database=2, seed=20261123, say=said.append)
    assert not found, "\n".join([*said, *found])
    lines = "\n".join(said)
    assert "kills of the worker" in lines
    assert "kills of the database" in lines


def test_the_proof_sees_what_is_lost_doubled_or_half_done(house):
    """After the storm something of each kind is broken by hand; the proof names each."""
    if "serve" not in house.processes:
        house.start("serve")
    house.revive()
    house.wait_until_served()
    ledger = Ledger()
    ledger.note("firms", "Zarbahechqachon")
    ledger.note("messages", "+998930000000")
    house.change(
        "delete from history_event where id = (select max(id) from history_event where kind = 'people.add_phone')"
    )
    house.change(
        "update people_person set family = 'Zarbaboshqa' where id = (select id from people_person where family not like 'Zarba%'"
        " and erased_on is null order by number limit 1)"
    )
    text = "\n".join(breaches(house, ledger))
    assert "firm Zarbahechqachon was acknowledged 1 times and is there 0 times" in text
    assert "the message to +998930000000 was queued and never arrived" in text
    assert "rows in people_phone and" in text
    assert "was never acknowledged" in text
    assert "the history is not whole" in text
