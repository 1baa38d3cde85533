"""A whole installation in a folder of its own: run, stopped, killed, backed up, restored, thrown away."""

import json
import shutil

from tests.installation import STARTED, Installation, alone, answers, free_port, until
from tests.waiting import wait_for

pytestmark = alone


def test_one_command_starts_everything_and_ctrl_c_stops_it(installation):
    first = installation.first
    assert f"http://localhost:{first.port}/" in first.said
    assert first.answered
    assert first.code == 0, first.said
    assert "Your data are kept" in first.said
    assert not answers(first.port)


def test_the_second_run_keeps_the_data_and_a_killed_one_leaves_nothing_behind(installation):
    port = free_port()
    before = installation.counts()
    running = installation.run(port)
    until(running, STARTED)
    running.kill()
    running.communicate()
    wait_for(lambda: not answers(port))
    wait_for(lambda: installation.cluster.keeper_pid() is None)
    after = installation.counts()
    assert {table for table in before if after[table] < before[table]} == set()


def test_everything_protected_is_closed(installation):
    done = installation.safar("check", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout) == {"ok": True, "problems": [], "holes": []}


def test_a_dump_is_restored_whole_with_a_history_that_verifies(installation, tmp_path):
    dump = tmp_path / "safar.dump"
    done = installation.safar("backup", str(dump), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["keys_included"] is False
    assert dump.stat().st_mode & 0o077 == 0
    elsewhere = Installation(installation.folder / "drill")
    elsewhere.folder.mkdir()
    shutil.copytree(installation.folder / "keys", elsewhere.folder / "keys")
    (elsewhere.folder / "keys").chmod(0o700)
    done = elsewhere.safar("restore", str(dump))
    assert done.returncode == 0, done.stderr
    assert elsewhere.counts() == installation.counts()
    verified = elsewhere.safar("history", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert elsewhere.safar("fresh", "--yes").returncode == 0
    assert not elsewhere.cluster.home.exists()


def test_a_copy_of_the_cluster_is_verified(installation):
    target = installation.folder / "copy"
    done = installation.safar("backup", f"{target}/")
    assert done.returncode == 0, done.stderr
    assert "NOT in it" in done.stdout
    assert (target / "backup_manifest").exists()


def test_django_commands_pass_through(installation):
    assert "safar_web" in installation.safar("manage", "dbshell", "--", "-Atc", "select current_user").stdout
