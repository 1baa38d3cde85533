"""A small storm in the suite; ``make kills`` makes a long one."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from safar.foundation.database.server import ServerFailed
from tests.installation import alone
from tests.kills.__main__ import storm
from tests.kills.house import House
from tests.kills.load import Ledger
from tests.kills.proof import breaches
from tests.waiting import wait_for

pytestmark = alone


@pytest.fixture(scope="module")
def house(installation):
    """A copy of the demo world whose processes may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="safar", dir="/tmp"))
    folder.chmod(0o755)
    made = House(folder)
    try:
        installation.copied_to(folder)
        yield made
    finally:
        made.end()
        _remove(made)
        shutil.rmtree(folder, ignore_errors=True)


def _remove(house, seconds=90):
    """Delete the database once its keeper has seen that nobody is left."""

    def gone():
        with suppress(ServerFailed):
            house.cluster.remove()
            return True

    wait_for(gone, "the database to be left", patience=seconds)


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
