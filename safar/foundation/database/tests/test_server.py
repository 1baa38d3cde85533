"""The embedded server survives what happens to servers on other people's machines."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from safar.foundation.database import places, server
from safar.foundation.database.keeper import forget_stranger, orphans, running_postmaster
from safar.foundation.database.places import OsUser, PlaceRefused
from safar.foundation.database.server import Cluster, ServerFailed
from tests.waiting import wait_for

USER = """
import sys, time
from pathlib import Path
import psycopg
from safar.foundation.database.server import Cluster
cluster = Cluster(Path(sys.argv[1]), test=True, linger=0.0)
with psycopg.connect(**cluster.parameters("web", None)) as connection:
    print(connection.execute("select current_user").fetchone()[0], flush=True)
    time.sleep(float(sys.argv[2]))
"""


def ask(cluster: Cluster, question: str = "select 1", role: str = "postgres") -> object:
    with psycopg.connect(**cluster.parameters(role, None), autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]


def user_process(cluster: Cluster, *, seconds: float = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(cluster.asked), str(seconds)], stdout=subprocess.PIPE, text=True
    )


def gone(cluster: Cluster) -> bool:
    return cluster.keeper_pid() is None and running_postmaster(cluster.data) is None


def test_each_role_may_knock_and_only_by_its_name(cluster):
    for role in ("owner", "web", "sealer", "backup"):
        assert ask(cluster, "select current_user", role) == f"safar_{role}"
    with pytest.raises(psycopg.OperationalError):
        ask(cluster, role="somebody_else")


def test_there_is_no_network_port(cluster):
    assert ask(cluster, "show listen_addresses") == ""


def test_letters_of_uzbek_are_folded_whatever_the_machines_locale(cluster):
    assert ask(cluster, "select lower('ЎҚҒҲЁ ЮЛДАШЕВ')") == "ўқғҳё юлдашев"


def test_the_web_role_cannot_read_what_only_the_owner_may(cluster):
    ask(cluster, "select 1")
    with psycopg.connect(**cluster.parameters("postgres", None), autocommit=True) as connection:
        connection.execute("create table secret (word text)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster, "select count(*) from secret", "web")


def test_four_processes_starting_cold_share_one_server(cluster):
    users = [user_process(cluster) for _ in range(4)]
    assert [user.communicate(timeout=60)[0].strip() for user in users] == ["safar_web"] * 4
    assert [user.returncode for user in users] == [0] * 4


def test_the_last_one_out_stops_it_even_when_killed(cluster):
    first, second = user_process(cluster, seconds=60), user_process(cluster, seconds=60)
    for user in (first, second):
        assert user.stdout.readline().strip() == "safar_web"
    first.kill()
    first.communicate()
    time.sleep(1.2)
    assert not gone(cluster)
    second.kill()
    second.communicate()
    wait_for(lambda: gone(cluster))


def test_it_lingers_for_whoever_comes_next(make_cluster):
    cluster = make_cluster(linger=30)
    ask(cluster)
    keeper = cluster.keeper_pid()
    cluster.leave()
    time.sleep(0.7)
    assert cluster.keeper_pid() == keeper
    assert cluster.stop_if_unused()
    assert gone(cluster)


def test_stopping_is_refused_while_others_use_it(cluster):
    user = user_process(cluster, seconds=60)
    user.stdout.readline()
    ask(cluster)
    assert not cluster.stop_if_unused()
    with pytest.raises(ServerFailed, match="in use"):
        cluster.remove()
    user.kill()
    user.communicate()
    wait_for(lambda: gone(cluster))


def test_a_killed_server_is_started_again_and_keeps_every_acknowledged_commit(make_cluster):
    cluster = make_cluster(test=False)
    victim, acknowledged = None, []
    with psycopg.connect(**cluster.parameters("postgres", None), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        victim = running_postmaster(cluster.data)
        with pytest.raises(psycopg.OperationalError):
            write_until_it_dies(connection, victim, acknowledged)
    wait_for(cluster.answers)
    assert running_postmaster(cluster.data) != victim
    assert ask(cluster, "select count(*) from kept") >= len(acknowledged) >= 200


def test_one_that_outlives_a_killed_server_does_not_keep_the_next_from_starting(make_cluster):
    """It waits, for ever, for a neighbour that was killed with the server; here it is stopped."""
    cluster = make_cluster(test=False)
    with psycopg.connect(**cluster.parameters("postgres", None), autocommit=True) as connection:
        stuck = connection.info.backend_pid
        victim = running_postmaster(cluster.data)
        os.kill(stuck, signal.SIGSTOP)
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: running_postmaster(cluster.data) not in (None, victim) and cluster.answers())
        wait_for(lambda: stuck not in orphans(cluster.data))
    assert ask(cluster) == 1


def write_until_it_dies(connection: psycopg.Connection, victim: int, acknowledged: list[int]) -> None:
    while True:
        connection.execute("insert into kept values (1)")
        acknowledged.append(1)
        if len(acknowledged) == 200:
            kill_family(victim)


def kill_family(postmaster: int) -> None:
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True)
    for pid in (postmaster, *map(int, children.stdout.split())):
        os.kill(pid, signal.SIGKILL)


def test_a_server_whose_keeper_was_killed_is_adopted_and_later_stopped(cluster):
    ask(cluster)
    server, keeper = running_postmaster(cluster.data), cluster.keeper_pid()
    os.kill(keeper, signal.SIGKILL)
    wait_for(lambda: cluster.keeper_pid() is None)
    assert ask(cluster) == 1
    assert cluster.keeper_pid() not in (None, keeper)
    assert running_postmaster(cluster.data) == server
    cluster.leave()
    wait_for(lambda: gone(cluster))


def test_a_pid_file_left_by_a_power_cut_with_a_recycled_number_does_not_lock_the_door(cluster):
    ask(cluster, "select 1")
    assert cluster.stop_if_unused()
    stranger = subprocess.Popen(["sleep", "60"], user=cluster.user.uid)
    try:
        (cluster.data / "postmaster.pid").write_text(
            f"{stranger.pid}\n{cluster.data}\n1\n5432\n{cluster.socket}\n\n0 0\nready\n"
        )
        (cluster.socket / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n{cluster.data}\n1\n5432\n\n")
        for name in (cluster.data / "postmaster.pid", cluster.socket / ".s.PGSQL.5432.lock"):
            os.chown(name, cluster.user.uid, cluster.user.gid)
        assert ask(cluster) == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_folder_deleted_under_a_running_server_is_begun_anew(cluster):
    ask(cluster)
    keeper, server = cluster.keeper_pid(), running_postmaster(cluster.data)
    shutil.rmtree(cluster.home, ignore_errors=True)
    shutil.rmtree(cluster.home, ignore_errors=True)
    assert ask(cluster) == 1
    assert cluster.keeper_pid() not in (None, keeper)
    time.sleep(1.2)
    assert ask(cluster) == 1
    for pid in (keeper, server):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_the_log_does_not_repeat_what_people_typed(cluster):
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(cluster, "select 'Aziza'::int")
    assert "Aziza" not in (cluster.home / "server.log").read_text()


def test_a_torn_first_start_is_begun_anew(cluster):
    half = cluster.asked / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    cluster.asked.chmod(0o711)
    assert ask(cluster) == 1
    assert not half.exists()


def test_a_pid_file_nobody_holds_is_left_to_postgresql(folder):
    ended = subprocess.Popen(["true"])
    ended.wait()
    path = folder / "postmaster.pid"
    path.write_text(f"{ended.pid}\n")
    forget_stranger(path, folder)
    assert path.exists()


@pytest.mark.parametrize("name", ["two words and 'quotes'", "x" * 110, "a,b", "Тошкент"])
def test_any_folder_name_will_do(make_cluster, name):
    cluster = make_cluster(name)
    assert ask(cluster) == 1
    assert len(os.fsencode(str(cluster.socket))) + len("/.s.PGSQL.5432") <= 107


def test_data_of_another_version_are_refused_in_words(cluster):
    ask(cluster)
    cluster.stop_if_unused()
    (cluster.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerFailed, match=r"written by PostgreSQL 12.*carries PostgreSQL \d+"):
        cluster.start()


def test_a_folder_that_is_not_a_database_is_not_touched(cluster):
    cluster.data.mkdir(parents=True)
    os.chown(cluster.data, cluster.user.uid, cluster.user.gid)
    (cluster.data / "diary.txt").write_text("mine")
    with pytest.raises(ServerFailed, match="not a PostgreSQL data folder"):
        cluster.start()
    assert (cluster.data / "diary.txt").read_text() == "mine"


def test_another_users_folder_is_refused_before_anything_is_written(folder):
    theirs = folder / "pg"
    theirs.mkdir()
    with pytest.raises(PlaceRefused, match="belongs to"):
        places.refuse_foreign(theirs, OsUser("somebody", 4242, 4242))
    assert list(theirs.iterdir()) == []


def test_a_socket_folder_planted_by_another_user_is_refused(folder):
    (folder / "planted").mkdir(mode=0o777)
    with pytest.raises(PlaceRefused, match="not a private folder"):
        places.make_private(folder / "planted", places.server_user())


def test_a_server_that_cannot_start_says_why(cluster):
    ask(cluster)
    cluster.stop_if_unused()
    (cluster.data / "global" / "pg_control").unlink()
    with pytest.raises(ServerFailed, match="did not start.*last words"):
        cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user")
def test_as_root_a_folder_the_servers_user_cannot_reach_is_replaced_and_no_permission_is_changed(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "var" / "pg", test=True, linger=0.0)
    try:
        assert cluster.home.parent == Path("/var/lib/safar")
        assert str(cluster.home) in cluster.describe()
        assert cluster.user.name in cluster.describe()
        assert ask(cluster) == 1
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        cluster.remove()
    assert not cluster.home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
def test_as_root_the_server_has_no_rights_of_roots(cluster):
    ask(cluster)
    status = Path(f"/proc/{running_postmaster(cluster.data)}/status").read_text()
    ids = {
        line.split(":")[0]: line.split()[1:]
        for line in status.splitlines()
        if line.startswith(("Uid", "Gid", "Groups"))
    }
    assert set(ids["Uid"]) == {str(cluster.user.uid)}
    assert "0" not in {*ids["Gid"], *ids["Groups"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs a copy")
def test_as_root_programs_the_servers_user_cannot_reach_are_copied_once(cluster, folder, monkeypatch):
    monkeypatch.setattr(server, "ROOT_SHELF", folder / "shelf")
    monkeypatch.setattr(server, "can_run", lambda program, user: False)
    assert ask(cluster) == 1
    copied = cluster.binaries.folder
    assert copied.is_relative_to(folder / "shelf")
    assert places.can_run(copied / "postgres", cluster.user)
    assert Cluster(folder / "other", test=True).binaries.folder == copied
