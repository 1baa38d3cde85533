"""The seal tells who touched the history, row by row, even when the hand was the database's owner."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psycopg
import pytest
from django.utils import timezone
from psycopg.types.json import Jsonb

from safar.foundation.access.actors import system_actor
from safar.foundation.access.tokens import sign
from safar.foundation.database import connect
from safar.foundation.database.testing import as_web
from safar.foundation.history import (
    chain,
    checkpoints,
    sealer,
    status,
    verification,
    verify,
    verify_report_lines,
)
from safar.foundation.history.chain import Keys
from safar.foundation.history.detail import digests, plain, salted
from safar.foundation.history.models import Event, Seal
from tests.waiting import wait_for

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("checkpoints", "seal_key", "empty_history", "alone"),
]

WRITER = system_actor("writer").signature
RETENTION = system_actor("retention").signature


def write(database, number=1, *, subject="1"):
    """Append `number` events as the web role does, each in a transaction of its own."""
    for _ in range(number):
        with database.transaction():
            database.execute(
                "select set_config('safar.actor', %s, true)", [sign(WRITER, database.info.backend_pid)]
            )
            database.execute(
                "insert into history_event (at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
                """ values (now(), 'load', 'history.boat', %s, %s, 'system', '{"n": 1, "word": "a"}', '', 2)""",
                [subject, WRITER],
            )


REAL_HORIZON = sealer._horizon


@pytest.fixture
def alone(monkeypatch):
    """Seal whatever is committed: nobody else writes here, and the real horizon may lag for a moment on a busy server."""
    newest = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    monkeypatch.setattr(sealer, "_horizon", lambda database: database.execute(newest).fetchone()[0])


@pytest.fixture
def among_others(alone, monkeypatch):
    """The real horizon, for tests in which others write meanwhile."""
    monkeypatch.setattr(sealer, "_horizon", REAL_HORIZON)


@pytest.fixture
def web():
    with connect("web") as database:
        yield database


@pytest.fixture
def owner():
    """The strongest hand a table knows."""
    with connect("owner") as database:
        yield database


def ids():
    return list(Event.unscoped.order_by("pk").values_list("pk", flat=True))


def sealed(web, batches=3, size=4):
    """`batches` seals over `size` events each; the ids in order."""
    for _ in range(batches):
        write(web, size)
        assert sealer.seal_once().rows == size
    return ids()


# -- sealing -------------------------------------------------------------------------------------------------


def test_every_event_comes_under_a_seal_and_the_history_is_whole(web):
    numbers = sealed(web)
    report = verify()
    assert (report.ok, report.rows, report.seals, report.first_bad, report.unsealed) == (True, 12, 3, None, 0)
    assert list(Seal.objects.order_by("n").values_list("first_id", "last_id", "rows")) == [
        (numbers[0], numbers[3], 4),
        (numbers[4], numbers[7], 4),
        (numbers[8], numbers[11], 4),
    ]


def test_nothing_to_seal_makes_no_seal(web):
    assert sealer.seal_once() is None
    sealed(web, 1)
    assert sealer.seal_once() is None
    assert verify().ok


def test_an_empty_history_is_whole():
    report = verify()
    assert (report.ok, report.rows, report.seals, report.checkpoints) == (True, 0, 0, 0)


def test_what_an_open_transaction_may_still_write_is_not_sealed_over(web, among_others):
    with connect("web") as slow:
        slow.execute("begin")
        write(slow, 1, subject="slow")
        write(web, 2)
        assert sealer.seal_once() is None
        slow.execute("commit")
    made = []
    wait_for(lambda: made.append(sealer.seal_once()) or made[-1])
    assert made[-1].rows == 3
    assert verify().ok


def test_a_transaction_open_in_another_database_holds_nothing_back(web, among_others):
    with connect("owner", database="postgres") as elsewhere, elsewhere.transaction():
        running = elsewhere.execute("select pg_current_xact_id()::text::bigint").fetchone()[0]
        write(web, 2)
        made = []
        wait_for(lambda: made.append(sealer.seal_once()) or made[-1])
    assert made[-1].rows == 2
    assert made[-1].upto > running


def test_a_rollback_leaves_a_harmless_gap(web):
    write(web, 2)
    with web.transaction(force_rollback=True):
        write(web, 3)
    write(web, 2)
    numbers = ids()
    assert numbers[-1] - numbers[0] + 1 > len(numbers)
    assert sealer.seal_once().rows == 4
    assert verify().ok


def test_two_sealers_at_once_make_one_chain(web):
    for _again in range(5):
        write(web, 2)
        with ThreadPoolExecutor(4) as pool:
            made = [link for link in pool.map(lambda _n: sealer.seal_once(), range(4)) if link]
        assert [link.rows for link in made] == [2]
    assert verify().rows == 10


def test_much_is_sealed_in_parts_that_never_cut_a_transaction(web, monkeypatch):
    monkeypatch.setattr(sealer, "MOST_ROWS", 3)
    write(web, 4)
    with web.transaction():
        write(web, 5)
    write(web, 1)
    assert sealer.seal_all() == 4
    assert list(Seal.objects.order_by("n").values_list("rows", flat=True)) == [3, 1, 5, 1]
    assert verify().ok


def test_eight_writers_at_once_are_all_sealed(web, among_others):
    """Two of a hundred acts are rolled back, as in life, and the sealer never rests."""
    stop, kept = threading.Event(), []

    def work(writer):
        with connect("web") as database:
            for n in range(60):
                try:
                    with database.transaction():
                        write(database, 1 + n % 3, subject=f"{writer}")
                        if (n + writer) % 50 == 0:
                            raise ZeroDivisionError
                        kept.append(1 + n % 3)
                except ZeroDivisionError:
                    pass

    running = threading.Thread(target=sealer.run, args=(stop,), kwargs={"every": 0.01})
    running.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    wait_for(lambda: not status().unsealed)
    stop.set()
    running.join()
    report = verify()
    assert report.ok, report.reason
    assert report.rows == sum(kept) == Event.unscoped.count()
    assert report.seals >= 1


def test_an_event_that_waits_too_long_for_its_seal_raises_the_alarm(web):
    assert status().alarm is False
    write(web, 1)
    now = timezone.now()
    assert (status(now=now).unsealed, status(now=now).alarm) == (1, False)
    assert status(now=now + timezone.timedelta(seconds=75)).alarm is True
    sealer.seal_once()
    with as_web():
        assert (status().seals, status().unsealed, status().alarm) == (1, 0, False)


# -- attacks of one who owns the database --------------------------------------------------------------------

EDITS = {
    "the actor": "actor = 'staff.9'",
    "the time": "at = at - interval '1 hour'",
    "the time of writing": "written_at = written_at - interval '1 microsecond'",
    "the kind": "kind = 'read'",
    "the subject": "subject_id = '2'",
    "the body": """body = '{"n": 1, "word": "b"}'""",
    "the body's spelling only": """body = '{"n": 1.0, "word": "a"}'""",
    "the number": "id = 1000000",
    "the transaction": "xid = '3'",
    "the cluster": "cluster = cluster + 1",
}


@pytest.mark.parametrize("where", [0, 5, 11], ids=["first", "middle", "last"])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_event_is_named(web, owner, edit, where):
    numbers = sealed(web)
    owner.execute(f"update history_event set {EDITS[edit]} where id = %s", [numbers[where]])
    report = verify()
    assert (report.ok, report.first_bad) == (False, numbers[where])


@pytest.mark.parametrize("where", range(12))
def test_a_deleted_event_is_named(web, owner, where):
    numbers = sealed(web)
    owner.execute("delete from history_event where id = %s", [numbers[where]])
    report = verify()
    assert (report.ok, report.first_bad) == (False, numbers[where])
    assert "removed" in report.reason


def test_of_many_changes_the_first_is_named(web, owner):
    numbers = sealed(web)
    owner.execute("delete from history_event where id = any(%s)", [[numbers[10], numbers[6]]])
    owner.execute("update history_event set actor = 'staff.9' where id = %s", [numbers[9]])
    assert verify().first_bad == numbers[6]


@pytest.mark.parametrize("where", [0, 3, 4, 7, 11])
def test_a_back_dated_insert_is_named(web, owner, where):
    numbers = sealed(web)
    (forged,) = owner.execute(
        "insert into history_event (xid, written_at, at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
        " select xid, written_at, at, kind, resource, '99', actor, via, body, label_place, label_level"
        " from history_event where id = %s returning id",
        [numbers[where]],
    ).fetchone()
    report = verify()
    assert (report.ok, report.first_bad) == (False, forged)
    assert "added" in report.reason


def test_an_insert_before_the_first_event_is_named(web, owner):
    sealed(web)
    owner.execute(
        "insert into history_event (id, xid, at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
        " values (-5, '1', now(), 'load', 'history.boat', '1', 'system.writer', 'web', '{}', '', 0)"
    )
    assert verify().first_bad == -5


def test_an_insert_that_lies_about_the_time_of_writing_is_named(web, owner):
    sealed(web)
    (forged,) = owner.execute(
        "insert into history_event (written_at, at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
        " values (now() - interval '1 day', now(), 'load', 'history.boat', '1', 'staff.9', 'web', '{}', '', 0) returning id"
    ).fetchone()
    sealer.seal_once()
    report = verify()
    assert (report.ok, report.first_bad) == (False, forged)
    sealer.accept("the clock of the server had been wrong; seen by N. N.", now=timezone.now())
    assert verify().ok


def test_an_insert_under_a_cluster_there_never_was_is_named(web, owner):
    sealed(web)
    (forged,) = owner.execute(
        "insert into history_event (cluster, at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
        " values (77, now(), 'load', 'history.boat', '1', 'staff.9', 'web', '{}', '', 0) returning id"
    ).fetchone()
    sealer.seal_all()
    assert verify().first_bad == forged


def test_a_cut_tail_is_invisible_inside_and_named_by_the_checkpoint(web, owner):
    numbers = sealed(web)
    assert verify().ok
    owner.execute("delete from history_event where id > %s", [numbers[3]])
    owner.execute("delete from history_seal where n > 1")
    assert verify(with_checkpoints=False).ok
    report = verify()
    assert (report.ok, report.first_bad) == (False, numbers[4])
    assert "cut off" in report.reason


def test_a_cut_tail_stays_visible_when_the_history_goes_on_after_it(web, owner):
    numbers = sealed(web)
    assert verify().ok
    owner.execute("delete from history_event where id > %s", [numbers[7]])
    owner.execute("delete from history_seal where n > 2")
    write(web, 4)
    forged = sealer.seal_once()
    with connect("sealer") as database:
        sealer.checkpoint(database, keys=Keys.from_store())
    report = verify()
    assert (report.ok, report.first_bad) == (False, forged.first_id)


def test_a_tail_without_seals_is_only_as_safe_as_its_rows_are_fresh(web, owner):
    """The last second is the sealer's to come: said openly in the threat model."""
    sealed(web)
    write(web, 2)
    assert verify().unsealed == 2


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize(
    "column", ["rows = rows + 1", "last_id = last_id + 1", "at = at + interval '1 minute'", "mac = '\\x00'"]
)
def test_an_altered_seal_is_told_from_altered_events(web, owner, n, column):
    numbers = sealed(web)
    owner.execute(f"update history_seal set {column} where n = %s", [n])
    report = verify()
    assert report.ok is False
    assert report.first_bad in numbers
    assert f"seal {n} " in report.reason


def test_altered_entries_do_not_hide_an_altered_event(web, owner):
    numbers = sealed(web)
    owner.execute("update history_event set actor = 'staff.9' where id = %s", [numbers[5]])
    owner.execute("update history_seal set entries = '\\x00' where n = 2")
    report = verify()
    assert (report.ok, report.first_bad) == (False, numbers[4])


@pytest.mark.parametrize("n", [1, 2])
def test_a_removed_seal_is_noticed(web, owner, n):
    numbers = sealed(web)
    owner.execute("delete from history_seal where n = %s", [n])
    report = verify()
    assert (report.ok, report.first_bad) == (False, numbers[4 * (n - 1)])
    assert f"seal {n} is missing" in report.reason


def test_a_chain_made_with_another_key_is_none(web, monkeypatch):
    sealed(web)
    monkeypatch.setattr(chain, "seal_key", lambda: b"x" * 32)
    assert verify().ok is False


DETAIL = {"reason": "Qarz “оғир” \\ \"x\"\n\t\x1f", "days": 7, "share": 1e-07, "big": 1e22, "who": ["Ўткир", "b"], "so": True, "none": None,
          "map": {"bb": 1, "a": {"z": 0.5}}}  # fmt: skip


def tell(database, detail):
    """Append an event with values beside the seal, as the web role does, and seal it; its id."""
    salts = salted(detail)
    body = {"digests": digests(plain(detail), salts)}
    with database.transaction():
        database.execute(
            "select set_config('safar.actor', %s, true)", [sign(WRITER, database.info.backend_pid)]
        )
        database.execute(
            "insert into history_event (at, kind, resource, subject_id, actor, via, body, detail, salts, label_place, label_level)"
            " values (now(), 'load', 'history.boat', '1', %s, 'system', %s, %s, %s, '', 2)",
            [WRITER, Jsonb(body), Jsonb(detail), Jsonb(salts)],
        )
    sealer.seal_once()
    return ids()[-1]


def test_values_of_every_sort_are_as_they_were_digested(web):
    tell(web, DETAIL)
    assert verify().ok


VALUE_EDITS = {
    "a value": "detail = jsonb_set(detail, '{reason}', '\"other\"')",
    "a value and its salt": "detail = jsonb_set(detail, '{days}', '8'), salts = jsonb_set(salts, '{days}', '\"00\"')",
    "a salt": "salts = jsonb_set(salts, '{days}', '\"00\"')",
    "a value more": "detail = detail || '{\"more\": 1}'",
    "a fraction": "detail = jsonb_set(detail, '{share}', '2e-07')",
}


@pytest.mark.parametrize("edit", VALUE_EDITS)
def test_an_edited_value_beside_the_seal_is_named(web, owner, edit):
    sealed(web, 1)
    number = tell(web, DETAIL)
    sealed(web, 1)
    owner.execute(f"update history_event set {VALUE_EDITS[edit]} where id = %s", [number])
    report = verify()
    assert (report.ok, report.first_bad, "changed" in report.reason) == (False, number, True)


@pytest.mark.parametrize("erased", ["detail - 'reason'", "'{}'", "null"])
def test_values_erased_without_a_word_are_named(web, owner, erased):
    number = tell(web, DETAIL)
    owner.execute(f"update history_event set detail = {erased} where id = %s", [number])
    report = verify()
    assert (report.ok, report.first_bad, "erased" in report.reason) == (False, number, True)


def test_values_forgotten_by_the_system_leave_the_history_whole(web):
    number = tell(web, DETAIL)
    with web.transaction():
        web.execute("select set_config('safar.actor', %s, true)", [sign(RETENTION, web.info.backend_pid)])
        assert web.execute("select gate.forget_detail(%s, '[]')", [number]).fetchone()[0]
        web.execute(
            "insert into history_event (at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
            " values (now(), 'forgotten', 'history.event', %s, %s, 'system', '{}', '', 2)",
            [str(number), RETENTION],
        )
    sealer.seal_once()
    assert Event.unscoped.get(pk=number).detail == {}
    assert verify().ok


def test_moving_labels_leaves_the_seal_whole(web, owner):
    sealed(web)
    owner.execute("update history_event set label_org = 9, label_level = 3")
    assert verify().ok


def test_the_seal_does_not_depend_on_the_session(web):
    with connect("web") as other:
        other.execute("set datestyle = 'German, DMY'")
        other.execute("set timezone = 'Asia/Tashkent'")
        write(other, 3, subject="Ўткир")
    assert sealer.seal_once().rows == 3
    with connect("sealer") as database:
        for setting in (
            "datestyle = 'SQL, DMY'",
            "timezone = 'America/New_York'",
            "client_encoding = 'ISO_8859_5'",
        ):
            database.execute(f"set {setting}")
        walk = verification._Walk(database, Keys.from_store())
        with database.transaction():
            assert walk.report(list).ok


def test_the_sealer_can_neither_change_nor_remove_a_seal(web):
    sealed(web, 1)
    with connect("sealer") as database:
        for attack in (
            "update history_seal set rows = 9",
            "delete from history_seal",
            "truncate history_seal",
            "delete from history_event",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                database.execute(attack)


# -- another cluster -----------------------------------------------------------------------------------------


def test_a_restored_dump_goes_on_in_a_new_epoch_though_its_transactions_start_anew(web, owner):
    """A cluster restored from a dump counts transactions from the beginning; the rows keep the numbers of the old one."""
    sealed(web, 2)
    write(web, 3)
    # As after a restore: every event and seal comes from another cluster, whose numbers were far ahead of ours.
    owner.execute("update history_event set cluster = 77, xid = (xid::text::bigint + 5000000)::text::xid8")
    owner.execute("delete from history_seal")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealer, "system_identifier", lambda database: 77)
        patched.setattr(sealer, "_horizon", lambda database: sealer._highest(database, 77) - 1)
        assert sealer.seal_all() == 1
    left = 11 - Seal.objects.get().rows
    assert left > 0
    write(web, 4)
    assert sealer.seal_all() == 2
    seals = list(Seal.objects.order_by("n").values_list("epoch", "rows"))
    assert seals == [(1, 11 - left), (1, left), (2, 4)]
    assert verify().ok
    numbers = ids()
    owner.execute("update history_event set kind = 'read' where id = %s", [numbers[9]])
    assert verify().first_bad == numbers[9]


def test_an_event_added_to_an_epoch_that_is_over_is_named(web, owner):
    sealed(web, 1)
    owner.execute("update history_event set cluster = 77")
    owner.execute("delete from history_seal")
    write(web, 1)
    assert sealer.seal_all() == 2
    assert verify().ok
    owner.execute("update history_event set cluster = 77, xid = '9000000000' where id = %s", [ids()[-1]])
    assert verify().ok is False


# -- checkpoints ---------------------------------------------------------------------------------------------


def test_each_verification_leaves_one_checkpoint_and_no_more(web):
    sealed(web, 1)
    for _twice in range(2):
        assert verify().ok
    lines = checkpoints.checkpoint_file().read_text().splitlines()
    assert len(lines) == 1
    assert (checkpoints.checkpoint_file().stat().st_mode & 0o777) == 0o600


def test_a_changed_line_of_the_checkpoint_file_is_noticed(web):
    sealed(web, 1)
    verify()
    path = checkpoints.checkpoint_file()
    path.write_text(path.read_text().replace('"n": 1', '"n": 0'))
    report = verify()
    assert report.ok is False
    assert "Line 1" in report.reason


def test_a_line_torn_by_a_power_cut_is_passed_over(web):
    sealed(web, 1)
    verify()
    path = checkpoints.checkpoint_file()
    whole = path.read_text()
    path.write_text(whole + whole[: len(whole) // 2])
    sealed(web, 1)
    assert verify().ok
    report = verify()
    assert (report.ok, report.checkpoints) == (True, 2)


def test_a_restored_backup_is_accepted_only_aloud(web, owner):
    numbers = sealed(web)
    verify()
    owner.execute("delete from history_event where id > %s", [numbers[3]])
    owner.execute("delete from history_seal where n > 1")
    assert verify().ok is False
    with pytest.raises(ValueError, match="who restored"):
        sealer.accept(" ", now=timezone.now())
    sealer.accept("N. N. restored the backup of Monday after the disk failed", now=timezone.now())
    assert verify().ok
    sealed(web, 3)
    assert verify().ok
    owner.execute("delete from history_seal where n > 2")
    assert verify().ok is False


def test_a_restored_history_that_grew_other_seals_under_the_same_numbers_is_accepted_too(web, owner):
    """A restore erases again who was erased, and seals that: the lost history had another seal of that number."""
    numbers = sealed(web, 1)
    verify()
    sealed(web, 2)
    verify()
    owner.execute("delete from history_event where id > %s", [numbers[-1]])
    owner.execute("delete from history_seal where n > 1")
    sealed(web, 3)
    assert "not the one" in verify().reason
    point = sealer.accept("N. N. restored the backup of Monday", now=timezone.now())
    assert (point.n, point.kept) == (4, 1), "what both histories share is still held to its checkpoint"
    assert verify().ok
    owner.execute("delete from history_seal where n > 3")
    assert verify().ok is False


def test_the_sealer_writes_checkpoints_while_it_runs_and_when_it_stops(web, among_others):
    write(web, 2)
    stop = threading.Event()
    running = threading.Thread(target=sealer.run, args=(stop,), kwargs={"every": 0.01})
    running.start()
    wait_for(lambda: not status().unsealed)
    write(web, 2)
    wait_for(lambda: not status().unsealed)
    stop.set()
    running.join()
    points = checkpoints.read(Keys.from_store())
    assert [p.n for p in points][-1] == Seal.objects.count()
    assert datetime.fromisoformat(points[0].at).tzinfo is not None


def test_the_sealer_survives_a_lost_database(web, among_others, monkeypatch):
    monkeypatch.setattr(sealer, "PAUSE", 0.01)
    calls = []

    def connect_badly(role):
        calls.append(role)
        if len(calls) == 1:
            raise psycopg.OperationalError("the server is being started again")
        return connect(role)

    monkeypatch.setattr(sealer, "connect", connect_badly)
    write(web, 1)
    stop = threading.Event()
    running = threading.Thread(target=sealer.run, args=(stop,), kwargs={"every": 0.01})
    running.start()
    wait_for(lambda: not status().unsealed)
    stop.set()
    running.join()
    assert verify().rows == 1


# -- what is printed -----------------------------------------------------------------------------------------


def test_the_report_reads_as_sentences(web, owner):
    numbers = sealed(web)
    whole = verify_report_lines(verify())
    owner.execute("delete from history_event where id = %s", [numbers[5]])
    broken = verify_report_lines(verify())
    assert whole[0] == "The history is whole."
    assert broken[0] == f"The history is NOT whole: event {numbers[5]} was removed."
    assert broken[1] == f"First event that is not as it was sealed: {numbers[5]}"
    assert any("12 events under 3 seals" in line for line in whole)


# -- cost ----------------------------------------------------------------------------------------------------


def test_verification_stays_in_step_with_the_number_of_events(owner):
    def load(rows):
        owner.execute(
            "insert into history_event (at, kind, resource, subject_id, actor, via, body, label_place, label_level)"
            " select now(), 'load', 'history.boat', n::text, 'system.writer', 'web',"
            " jsonb_build_object('digests', jsonb_build_object('reason', md5(n::text), 'until', md5((n + 1)::text))), '', 2"
            " from generate_series(1, %s) n",
            [rows],
        )
        sealer.seal_all()
        owner.execute("vacuum analyze history_event")
        return min(verify().seconds for _again in range(3))

    small, large = load(10_000), load(30_000)
    assert large / small <= 6, (small, large)
