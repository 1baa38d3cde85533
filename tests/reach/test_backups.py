"""What a backup is proved by: whatever was done to it is seen and named, and the drill of a disaster goes well."""

from __future__ import annotations

import json
import shutil
import subprocess

import psycopg
import pytest

from tests.installation import Installation, alone, thrown_away
from tests.reach.drill import Drill

pytestmark = alone


def prove(installation, backup):
    """The checks by name, and the exit code."""
    done = installation.safar("restore", "--check", "--json", str(backup))
    assert done.stdout, done.stderr
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}, done.returncode


@pytest.fixture(scope="module")
def dump(installation):
    """A dump of the demo world."""
    found = installation.folder / "proved.dump"
    done = installation.safar("backup", str(found))
    assert done.returncode == 0, done.stderr
    return found


def test_an_untouched_backup_is_proved_and_nothing_is_written(installation, dump):
    def folder():
        keys = installation.folder / "keys"
        return {
            path: path.stat().st_mtime_ns
            for path in keys.rglob("*")
            if path.is_file() and path.name != "lock"
        }

    before, rows = folder(), installation.counts()
    found, code = prove(installation, dump)
    assert code == 0, found
    assert [*found] == [
        *("note", "file", "keys apart", "restored", "tables", "history", "encrypted", "erased", "wall")
    ]
    assert folder() == before, "neither a key nor a checkpoint was made"
    assert installation.counts() == rows
    assert (
        "1 checkpoints outside agree" in found["history"]["says"] or "checkpoints" in found["history"]["says"]
    )


def test_a_changed_byte_is_named(installation, dump, tmp_path):
    changed = copied(dump, tmp_path)
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    found, code = prove(installation, changed)
    assert code == 1
    assert found["file"]["says"] == "The file is not the one that was made: its SHA-256 differs."


def test_rows_taken_away_or_changed_and_tables_missing_are_each_named(installation, dump, tmp_path):
    """Somebody who may write the database and the SHA-256 puts another dump in the place of the one that was made."""
    changed = copied(dump, tmp_path)
    dump_of_tampered(
        installation,
        changed,
        "delete from places_difference where id = (select min(id) from places_difference)",
        "delete from django_migrations where id = (select max(id) from django_migrations)",
        "update organisations_office set address = address || '.' where id = (select min(id) from organisations_office)",
        "drop table recruiters_alias cascade",
        "update history_event set body = body where false",
    )
    found, code = prove(installation, changed)
    assert code == 1
    assert "The table public.recruiters_alias is missing." in found["tables"]["says"]
    assert "The table public.django_migrations has 1 rows fewer" in found["tables"]["says"]
    assert "Rows of the table public.organisations_office were changed." in found["tables"]["says"]
    assert found["note"]["ok"], "the note is still the one that was signed"
    assert not found["wall"]["ok"] or not found["erased"]["ok"], "a table that is not there is not guarded"


def test_a_note_that_was_rewritten_is_not_believed(installation, dump, tmp_path):
    changed = copied(dump, tmp_path)
    note = changed.with_name(changed.name + ".note.json")
    sheet = json.loads(note.read_text())
    sheet["said"]["tables"]["public.places_place"]["rows"] -= 1
    note.write_text(json.dumps(sheet))
    found, code = prove(installation, changed)
    assert code == 1
    assert "its signature is not that of these keys" in found["note"]["says"]


def test_a_cut_history_is_seen_though_the_backup_is_older_than_the_last_checkpoint(
    installation, dump, tmp_path
):
    changed = copied(dump, tmp_path)
    dump_of_tampered(
        installation,
        changed,
        "delete from history_seal where n = (select max(n) from history_seal)",
        "alter table history_event disable trigger all",
        "delete from history_event where id > (select coalesce(max(last_id), 0) from history_seal)",
    )
    found, code = prove(installation, changed)
    assert code == 1
    assert "the end was cut off" in found["history"]["says"]


def test_a_copy_of_the_cluster_is_proved_too_and_a_byte_of_it_is_missed(installation, dump):
    copy = installation.folder / "proved"
    assert installation.safar("backup", f"{copy}/").returncode == 0
    found, code = prove(installation, copy)
    assert code == 0, found
    with (copy / "PG_VERSION").open("ab") as file:
        file.write(b"\n")
    found, code = prove(installation, copy)
    assert code == 1
    assert "PG_VERSION" in found["file"]["says"]


def test_keys_that_were_put_into_the_backup_are_found(installation, dump, tmp_path):
    changed = copied(dump, tmp_path)
    master = next((installation.folder / "keys" / "masters").glob("*.json"))
    key = json.loads(master.read_text())["key"]
    dump_of_tampered(installation, changed, f"update organisations_office set address = '{key}'")
    found, code = prove(installation, changed)
    assert code == 1
    assert "A key of the store is in the backup" in found["keys apart"]["says"]


def test_after_a_disaster_everything_comes_back_but_who_was_erased(installation):
    """The drill, on a copy of the demo world."""
    with thrown_away(Installation) as elsewhere:
        installation.copied_to(elsewhere.folder)
        counts = Drill(elsewhere, people=3, say=lambda line: None).run()
        assert counts["traces of who was erased after it"] == 0


def copied(dump, folder):
    """The dump and its note, to be tampered with."""
    target = folder / dump.name
    for beside in ("", ".note.json"):
        shutil.copy(f"{dump}{beside}", f"{target}{beside}")
    return target


def dump_of_tampered(installation, target, *statements):
    """Put the dump of a database that was tampered with past every wall in the place of an honest one."""
    parameters = installation.cluster.parameters("postgres", "postgres")
    with psycopg.connect(**parameters, autocommit=True) as connection:
        connection.execute("drop database if exists tampered")
        connection.execute("create database tampered template safar")
    with psycopg.connect(**{**parameters, "dbname": "tampered"}) as connection:
        for statement in statements:
            connection.execute(statement)
    subprocess.run(
        [installation.cluster.binaries.program("pg_dump"), "--format=custom", f"--file={target}", "-h", parameters["host"],
         "-p", parameters["port"], "-U", "postgres", "tampered"], check=True, capture_output=True,
    )  # fmt: skip
    installation.cluster.stop_if_unused()
