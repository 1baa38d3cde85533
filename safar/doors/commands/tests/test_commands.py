"""The command line says what it did, in words for people and in codes for machines."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import nullcontext
from types import ModuleType, SimpleNamespace

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ProgrammingError
from typer.testing import CliRunner

from safar.doors import commands
from safar.doors.commands import application, demo, failures, history, running, serving, tending, working
from safar.doors.commands.loading import Yes
from safar.foundation.database.server import ServerFailed
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys
from safar.foundation.history.verification import Report


def safar(*arguments: str) -> SimpleNamespace:
    """Run a command as the console script does; what it printed and its code."""
    result = CliRunner().invoke(application.build(), list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (failures.Failed("no"), commands.REFUSED),
        (failures.Failed("no", code=commands.NOTHING_DONE), commands.NOTHING_DONE),
        (ServerFailed("no"), commands.NO_DATABASE),
        (ImproperlyConfigured("no"), commands.REFUSED),
        (KeyboardInterrupt(), commands.INTERRUPTED),
        (SystemExit(3), 3),
        (SystemExit(), 0),
    ],
)
def test_a_failure_becomes_a_sentence_and_a_code(failure, code):
    with failures.told() as outcome:
        raise failure
    assert outcome.code == code


def test_an_unknown_failure_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError), failures.told():
        raise ZeroDivisionError


def test_help_names_every_command():
    shown = safar("--help").out
    for name in (
        "run",
        "serve",
        "worker",
        "migrate",
        "check",
        "backup",
        "restore",
        "fresh",
        "manage",
        "demo",
        "history",
        "load",
    ):
        assert name in shown


def test_a_mistyped_command_has_its_own_code():
    assert safar("runn").code == commands.MISTYPED


def test_the_version_is_shown():
    assert safar("--version").out.strip() == "Safar 0.1.0"


def test_commands_to_load_are_collected_from_their_modules():
    def places() -> None:
        """Load places."""

    def _hidden() -> None:
        """Not a command."""

    module = ModuleType("load_places")
    places.__module__ = _hidden.__module__ = module.__name__
    vars(module).update(places=places, _hidden=_hidden, other=safar)
    assert application._commands_of(module) == [places]
    module.COMMANDS = (safar,)
    assert application._commands_of(module) == [safar]


def test_a_taken_port_is_named_with_one_to_try_instead():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(failures.Failed, match=rf"Port {port} is taken.*make run PORT=\d+"):
            serving.refuse_taken_port("127.0.0.1", port)


def test_nothing_is_served_while_a_table_stands_open(monkeypatch):
    monkeypatch.setattr(serving, "verify_guard", lambda tables: ["The protected table x is open."])
    with pytest.raises(failures.Failed, match="Nothing is served.*\n- The protected table x is open"):
        serving.refuse_open_tables()


CHILD = """
import os, sys, time
from safar.doors.commands.parents import leave_with_parent
leave_with_parent(os.getppid())
print("up", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""


def test_a_worker_does_not_outlive_a_parent_killed_in_the_middle():
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    deadline = time.monotonic() + 10
    while is_running(child):
        assert time.monotonic() < deadline, "the orphan lives on"
        time.sleep(0.1)


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_being_stopped_in_the_middle_of_a_step_is_no_failure(monkeypatch, capsys):
    def prepare() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    monkeypatch.setattr(running, "prepare", prepare)
    monkeypatch.setattr(running, "stop_database", lambda: None)
    with failures.told() as outcome:
        running.run(port=free_port())
    assert outcome.code == commands.DONE
    assert "Stopping" in capsys.readouterr().out


def test_a_failure_nobody_asked_for_stays_one(monkeypatch):
    def prepare() -> None:
        raise ServerFailed("no room on the disk")

    monkeypatch.setattr(running, "prepare", prepare)
    monkeypatch.setattr(running, "stop_database", lambda: None)
    with failures.told() as outcome:
        running.run(port=free_port())
    assert outcome.code == commands.NO_DATABASE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


LOGINS = [
    {"role": "Officer", "username": "aziza", "password": "word", "code": "123456", "totp_secret": "JBSWY3DP"}
]


@pytest.fixture
def world(monkeypatch):
    module = SimpleNamespace(logins=lambda: LOGINS, load=lambda *, report: None)
    monkeypatch.setattr(demo, "import_module", lambda name: module)
    return module


def test_demo_log_ins_are_refused_outside_a_demo(settings, world):
    settings.SAFAR_DEMO = False
    with pytest.raises(failures.Failed, match="not a demo"):
        safar("demo", "logins")


def test_demo_log_ins_show_codes_to_people_and_secrets_to_machines_only(settings, world):
    settings.SAFAR_DEMO = True
    shown = safar("demo", "logins").out
    assert "123456" in shown
    assert "JBSWY3DP" not in shown
    assert json.loads(safar("demo", "logins", "--json").out) == LOGINS


@pytest.mark.django_db
def test_the_demo_world_is_loaded_once(settings, world, tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "connected_as", lambda role: nullcontext())
    settings.SAFAR_DEMO = True
    calls = []
    world.load = lambda *, report: calls.append(1)
    monkeypatch.setattr(demo, "demo_mark", lambda: tmp_path / "mark")
    assert demo.load_once()
    assert not demo.load_once()
    assert calls == [1]


def test_a_broken_seal_is_a_failed_check(monkeypatch):
    broken = Report(ok=False, rows=3, seals=1, first_bad=2, reason="event 2 was changed.")
    monkeypatch.setattr(history.history, "verify", lambda: broken)
    result = safar("history", "verify")
    assert result.code == commands.REFUSED
    assert "event 2 was changed" in result.out
    assert json.loads(safar("history", "verify", "--json").out)["first_bad"] == 2


def test_an_open_table_fails_the_check_for_machines_too(monkeypatch):
    monkeypatch.setattr(tending, "verify_guard", lambda tables: ["open"])
    monkeypatch.setattr(tending.checks, "run_checks", lambda **kwargs: [])
    result = safar("check", "--json")
    assert result.code == commands.REFUSED
    assert json.loads(result.out) == {"ok": False, "problems": [], "holes": ["open"]}


def test_a_backup_never_overwrites(tmp_path):
    (tmp_path / "old.dump").write_text("kept")
    with pytest.raises(failures.Failed, match="exists already"):
        safar("backup", str(tmp_path / "old.dump"))
    with pytest.raises(failures.Failed, match="not empty"):
        safar("backup", f"{tmp_path}/")
    assert (tmp_path / "old.dump").read_text() == "kept"


def test_a_changed_dump_is_refused(tmp_path):
    (tmp_path / "old.dump").write_bytes(b"PGDMP changed")
    (tmp_path / "old.dump.sha256").write_text("0" * 64)
    with pytest.raises(failures.Failed, match="SHA-256 differs"):
        safar("restore", str(tmp_path / "old.dump"))


def test_a_dump_is_not_restored_before_its_keys(tmp_path, settings):
    settings.SAFAR_KEYS = tmp_path / "keys"
    (tmp_path / "old.dump").write_bytes(b"PGDMP")
    with pytest.raises(failures.Failed, match="Put the keys of the backup there first"):
        safar("restore", str(tmp_path / "old.dump"))
    assert not settings.SAFAR_KEYS.exists()


@pytest.mark.django_db
def test_a_dump_is_not_restored_over_data(tmp_path, settings):
    settings.SAFAR_KEYS, settings.SAFAR_DEMO = tmp_path / "keys", True
    keys.store()
    (tmp_path / "old.dump").write_bytes(b"PGDMP")
    with pytest.raises(failures.Failed, match="not empty"):
        safar("restore", str(tmp_path / "old.dump"))


def test_keys_made_to_last_are_never_thrown_away(settings, monkeypatch):
    monkeypatch.setattr(tending.keys, "are_trial", lambda: False)
    with pytest.raises(failures.Failed, match="not a trial"):
        safar("fresh", "--yes")


def test_a_loop_that_fails_is_begun_again(monkeypatch):
    monkeypatch.setattr(working, "REST_AFTER_FAILURE", 0.01)
    calls = []

    def fail_first(stop) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        stop.set()

    stop = working.threading.Event()
    working.start(working.Loop("test", fail_first), stop).join(10)
    assert len(calls) == 2


@pytest.mark.django_db
def test_every_chore_can_be_done(caplog):
    with as_web():
        for chore in working.chores():
            chore.do()
    said = [record.getMessage() for record in caplog.records]
    assert [line for line in said if "not been sealed" not in line] == [], "tests before may have left events"


def test_unsealed_events_raise_the_alarm(monkeypatch, caplog):
    late = SimpleNamespace(alarm=True, unsealed=7, age_seconds=90.0)
    monkeypatch.setattr(working.history, "status", lambda: late)
    working.watch_the_seal()
    assert "7 events have not been sealed for 90 s" in caplog.text


def test_a_chore_that_fails_does_not_keep_the_others_from_their_turn(monkeypatch):
    done, stop = [], working.threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    def succeed() -> None:
        done.append(os.getpid())
        stop.set()

    every = working.timedelta(days=1)
    monkeypatch.setattr(
        working, "chores", lambda: [working.Chore("a", every, fail), working.Chore("b", every, succeed)]
    )
    working.do_chores(stop)
    assert done == [os.getpid()]


def of_its_own(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own that knows nothing of this one's settings."""
    ours = ("SAFAR_", "DATABASE_", "DJANGO_", "PYTEST_", "SECRET_KEY")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_checkpoints_are_kept_where_the_environment_says(tmp_path):
    code = "from safar.config import settings; print(settings.SAFAR_CHECKPOINTS)"
    told = of_its_own(code, SAFAR_DATA=str(tmp_path), SAFAR_CHECKPOINTS="/mnt/elsewhere/checkpoints")
    assert told.stdout.strip() == "/mnt/elsewhere/checkpoints"


@pytest.mark.parametrize("folder", ["a file", "/proc/nowhere"])
def test_a_data_folder_that_cannot_be_written_is_one_line(tmp_path, folder):
    (tmp_path / "a file").write_text("")
    code = "import sys; sys.argv = ['safar', 'check']; from safar.doors.commands import main; main()"
    told = of_its_own(code, SAFAR_DATA=str(tmp_path / folder))
    assert (told.returncode, told.stdout) == (commands.REFUSED, "")
    assert len(told.stderr.splitlines()) == 1
    assert "cannot be written" in told.stderr
    assert "mend the folder" in told.stderr


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_database_that_is_not_migrated_is_one_line(capsys, monkeypatch, wrapped):
    monkeypatch.setattr(failures.errors, "_file", sys.stderr)
    absent = psycopg.errors.UndefinedTable('relation "history_seal" does not exist')
    failure: Exception = absent
    if wrapped:
        failure = ProgrammingError(str(absent))
        failure.__cause__ = absent
    with failures.told() as outcome:
        raise failure
    assert outcome.code == commands.REFUSED
    assert (
        capsys.readouterr().err.strip()
        == "The database has not all its tables yet. Run safar migrate, and repeat."
    )


def test_another_fault_of_a_question_keeps_its_traceback():
    with pytest.raises(ProgrammingError), failures.told():
        raise ProgrammingError("syntax error")


def test_the_help_of_loading_says_when_nothing_is_asked():
    assert "Elsewhere nothing is asked" in " ".join(Yes.__metadata__[0].help.split())
