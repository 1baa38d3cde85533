"""An import is handed to the worker: it can be watched, left, stopped and gone on with, and does each row once."""

import csv
import io
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from safar.citizens.recruiters.actions import grant_licence
from safar.citizens.recruiters.demo import make_recruiter
from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of, make_account
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.foundation.access.actors import Actor, acting
from safar.foundation.access.models import Grant
from safar.foundation.actions import Refused
from safar.foundation.database.testing import as_web
from safar.foundation.encryption import keys
from safar.foundation.encryption.envelope import Place, Tampered, key_id_of
from safar.foundation.history.models import Event
from safar.foundation.registers import importing, register_by_slug
from safar.foundation.registers.importing import applying, judging, uploads
from safar.foundation.registers.models import Batch, Upload

LIST = "/en/desk/recruiters/"
HEAD = "name,stir,destinations,kinds of work,address,director\n"


def work(*, tasks=None):
    """Do what is queued, as the worker does in life: in the web role (and here in the test's own transaction)."""
    with as_web(), patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=tasks,
            worker_id=get_random_string(32),
        ).run()


def firms(*names, first=900_100_000):
    """A file of new firms, each with a tax number of its own."""
    return HEAD + "".join(
        f"{name},{first + number},Germany,Cleaning,Namuna {number},\n" for number, name in enumerate(names)
    )


@pytest.fixture
def bring(desk, browse, settings, tmp_path):
    """Bring a file in; the address of its check."""
    settings.SAFAR_FILES = tmp_path

    def send(text, client=browse):
        data = fields_of(client.get(f"{LIST}import/"))
        answer = client.post(
            f"{LIST}import/", data | {"file": SimpleUploadedFile("firms.csv", text.encode())}
        )
        assert answer.status_code == 302, html(answer)
        return answer["Location"]

    return send


def press(client, address, word="save"):
    """Press a button of the import's page."""
    key = re.search(r'name="idempotency_key" value="([^"]+)"', html(client.get(address))).group(1)
    return client.post(f"{address}{word}/", {"idempotency_key": key})


def upload_at(address):
    return Upload.unscoped.get(pk=address.rstrip("/").split("/")[-1])


def named(start):
    return Recruiter.unscoped.filter(name__startswith=start)


@pytest.fixture
def by_twos(monkeypatch):
    """Two rows a batch, one batch a turn."""
    monkeypatch.setattr(applying, "BATCH", 2)
    monkeypatch.setattr(applying, "BATCHES_A_TURN", 1)


def events(kind):
    return Event.unscoped.filter(kind=kind)


def row_events():
    return events(register_by_slug("recruiters").add_action.code)


def test_saving_answers_at_once_and_the_worker_saves(desk, browse, bring):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    answer = press(browse, address)
    assert answer["Location"] == address
    assert named("Yangi").count() == 0, "nothing is done inside the request"
    waiting = html(browse.get(address))
    assert "0 of 3 rows" in waiting
    assert "See how far it is" in waiting, "works without a script"
    assert "http-equiv" not in waiting, "a page never reloads itself without a script"
    work()
    assert sorted(named("Yangi").values_list("name", flat=True)) == ["Yangi A", "Yangi B", "Yangi C"]
    report = browse.get(address)
    assert report.context["report"] == {"new": 3, "changed": 0, "same": 0, "bad": 0, "total": 3}
    assert row_events().count() == 3
    assert set(row_events().values_list("actor", flat=True)) == {f"staff.{desk.officer.pk}"}
    (event,) = events("import")
    assert event.detail == {"new": 3, "changed": 0, "same": 0, "bad": 0, "total": 3}
    assert event.actor == f"staff.{desk.officer.pk}"


def test_a_double_click_on_save_does_it_once(desk, browse, bring):
    address = bring(firms("Yangi A", "Yangi B"))
    key = browse.get(address).context["screen"].key
    for one in (key, key, "the-other-window"):
        assert browse.post(f"{address}save/", {"idempotency_key": one})["Location"] == address
    assert DBTaskResult.objects.ready().count() == 1
    work()
    assert browse.post(f"{address}save/", {"idempotency_key": "long-afterwards"}).status_code == 302
    work()
    assert named("Yangi").count() == row_events().count() == 2
    assert events("import").count() == 1


class TestLeftBehind:
    """Its task is gone, and the file is called "being saved"."""

    @pytest.fixture
    def left(self, browse, bring):
        address = bring(firms("Qolgan A", "Qolgan B"))
        press(browse, address)
        return upload_at(address)

    def give_up(self):
        """As `safar worker` does with a task too many workers died of."""
        DBTaskResult.objects.update(status="FAILED")

    def look(self, upload, seconds=61):
        with as_web():
            return importing.take_up_left_imports(now=upload.moved_at + timedelta(seconds=seconds))

    def test_it_is_handed_to_the_worker_again(self, left):
        self.give_up()
        assert self.look(left) == 1
        work()
        assert named("Qolgan").count() == row_events().count() == 2
        assert Upload.unscoped.get(pk=left.pk).state == Upload.State.APPLIED
        assert self.look(left) == 0

    def test_not_before_a_minute_has_passed_nor_beside_its_task(self, left):
        assert self.look(left) == 0
        self.give_up()
        assert self.look(left, seconds=59) == 0
        assert DBTaskResult.objects.ready().count() == 0

    def test_after_three_times_in_vain_it_is_stopped_and_its_owner_goes_on(self, browse, left):
        for _time in range(3):
            self.give_up()
            assert self.look(left) == 1
        stopped = Upload.unscoped.get(pk=left.pk)
        assert (stopped.state, stopped.stopped_by) == (Upload.State.STOPPED, "FAULT")
        press(browse, f"{LIST}import/{left.pk}/")
        work()
        assert named("Qolgan").count() == 2


def test_progress_is_shown_in_rows_and_can_be_left_and_found_again(desk, browse, bring, by_twos):
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    work(tasks=1)
    assert "2 of 5 rows" in html(browse.get(address))
    part = browse.get(address, headers={"hx-request": "true"})
    assert "2 of 5 rows" in html(part)
    assert "<html" not in html(part), "a script renews the numbers alone"
    mine = html(browse.get("/en/desk/files/"))
    assert "firms.csv" in mine
    assert "2 of 5 rows" in mine
    assert f'href="{address}"' in mine
    work()
    assert browse.get(address, headers={"hx-request": "true"})["HX-Refresh"] == "true"
    assert "5 of 5 rows" in html(browse.get("/en/desk/files/"))


def test_an_import_is_stopped_half_way_and_gone_on_with(desk, browse, bring, by_twos):
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    work(tasks=1)
    assert press(browse, address, "stop")["Location"] == address
    work()
    assert named("Yangi").count() == 2, "what was saved stays, nothing more is done"
    stopped = html(browse.get(address))
    assert "You stopped it." in stopped
    assert "3 rows were not reached" in stopped
    press(browse, address)
    work()
    assert named("Yangi").count() == row_events().count() == 5
    assert browse.get(address).context["report"] == {"new": 5, "changed": 0, "same": 0, "bad": 0, "total": 5}
    assert upload_at(address).state == Upload.State.APPLIED


@pytest.mark.parametrize("how", ["grant", "account"])
def test_rights_taken_away_stop_an_import(desk, browse, bring, by_twos, how):
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    work(tasks=1)
    if how == "grant":
        Grant.unscoped.filter(user_id=desk.officer.pk).update(revoked_at=timezone.now())
    else:
        type(desk.officer).objects.filter(pk=desk.officer.pk).update(is_active=False)
    work()
    assert named("Yangi").count() == 2
    upload = upload_at(address)
    assert (upload.state, upload.stopped_by) == ("STOPPED", "RIGHTS")


def test_rights_are_those_of_the_moment_and_not_of_the_press(desk, browse, bring, by_twos):
    """After a change of office the rows of the former one are out of reach."""
    address = bring(
        f"{HEAD}Oltin Yoʻl,{desk.gold.stir},Germany,Cleaning,Yangi manzil,\n"
        f"Silk Job,{desk.silk.stir},Germany,Cleaning,Yangi manzil,\n"
        f"Zarafshon Ish,{desk.zarafshon.stir},Germany,Cleaning,Yangi manzil,\n"
    )
    press(browse, address)
    work(tasks=1)
    Grant.unscoped.filter(user_id=desk.officer.pk).update(org_ids=[desk.other.pk], label_org=desk.other.pk)
    work()
    addresses = dict(Recruiter.unscoped.values_list("name", "address"))
    assert addresses["Silk Job"] == "Yangi manzil"
    assert addresses["Zarafshon Ish"] != "Yangi manzil"


def test_a_batch_broken_off_is_done_again_and_nothing_twice(desk, browse, bring, by_twos, monkeypatch):
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    work(tasks=1)
    act = register_by_slug("recruiters").add_action
    before, calls = act.function, []

    def dies(**inputs):
        calls.append(inputs["name"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return before(**inputs)

    with monkeypatch.context() as broken:
        broken.setitem(act.__dict__, "function", dies)
        work(tasks=1)
    assert len(calls) == 2, "the fourth row broke off"
    assert named("Yangi").count() == 2, "the third went back with it"
    applying.run_import.enqueue(upload_at(address).pk, desk.officer.pk)
    work()
    assert named("Yangi").count() == row_events().count() == 5
    assert [b.start for b in Batch.unscoped.order_by("start")] == [0, 2, 4]


def test_a_task_queued_twice_does_each_row_once(desk, browse, bring, by_twos):
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    applying.run_import.enqueue(upload_at(address).pk, desk.officer.pk)
    work()
    assert named("Yangi").count() == row_events().count() == 5
    assert events("import").count() == 1


def somebody_waits():
    """Whether, within ten seconds, another connection waits for what this one has locked."""
    for _turn in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "select exists (select from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.1)
    return False


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_row_once(desk, browse, bring, monkeypatch):
    """Two connections, as the web role: the second is seen to wait while the first is in the middle of a batch."""
    monkeypatch.setattr(applying, "BATCH", 2)
    address = bring(firms(*(f"Yangi {n}" for n in range(5))))
    press(browse, address)
    upload, act = upload_at(address), register_by_slug("recruiters").add_action
    before, waited = act.function, []

    def slowly(**inputs):
        if not waited:
            waited.append(somebody_waits())
        return before(**inputs)

    def worker():
        try:
            return applying.run_import.call(upload.pk, desk.officer.pk)
        finally:
            connection.close()

    monkeypatch.setitem(act.__dict__, "function", slowly)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(worker), pool.submit(worker)]
        assert [one.result(60) for one in both] == [5, 5]
    assert waited == [True]
    assert named("Yangi").count() == row_events().count() == 5
    assert [b.start for b in Batch.unscoped.order_by("start")] == [0, 2, 4]
    assert events("import").count() == 1


def test_what_was_refused_is_told_with_its_row_and_comes_back_as_a_file_to_mend(desk, browse, bring, by_twos):
    text = firms("Yangi A", "Yangi B", "Yangi C") + (
        "Qisqa,12345678,Germany,Cleaning,,\n"
        "Takror,900100000,Germany,Cleaning,,\n"
        f"Oltin Yoʻl,{desk.gold.stir},Germany,Cleaning,Yangi manzil 5,\n"
    )
    address = bring(text)
    press(browse, address)
    work()
    report = browse.get(address)
    assert report.context["report"] == {"new": 3, "changed": 1, "same": 0, "bad": 2, "total": 6}
    assert [number for number, _why in report.context["refused"]] == [5, 6]
    assert "stands in row 2 already" in html(report)
    rows = list(csv.reader(io.StringIO(browse.get(f"{address}errors.csv").content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["row", "5", "6"]
    assert [row[2] for row in rows[1:]] == ["Qisqa", "Takror"]
    mended = io.StringIO()
    rows[1][3], rows[2][3] = "900200001", "900200002"
    csv.writer(mended).writerows(rows)
    second = bring(mended.getvalue())
    press(browse, second)
    work()
    assert browse.get(second).context["report"] == {"new": 2, "changed": 0, "same": 0, "bad": 0, "total": 2}


def test_the_same_file_twice_changes_nothing(desk, browse, bring):
    for expected in ({"new": 2, "same": 0}, {"new": 0, "same": 2}):
        address = bring(firms("Yangi A", "Yangi B"))
        if expected["new"]:
            press(browse, address)
            work()
            counts = browse.get(address).context["report"]
        else:
            counts = browse.get(address).context["screen"].counts
        assert counts == {**counts, **expected, "changed": 0, "bad": 0}


def test_a_fault_in_one_row_is_that_rows_alone(desk, browse, bring, monkeypatch, caplog):
    address = bring(firms("Yangi A", "Yangi sirli B", "Yangi C"))
    act = register_by_slug("recruiters").add_action
    before = act.function

    def stumbles(**inputs):
        if inputs["name"] == "Yangi sirli B":
            raise ZeroDivisionError("AA1234567")
        return before(**inputs)

    monkeypatch.setitem(act.__dict__, "function", stumbles)
    press(browse, address)
    work()
    assert sorted(named("Yangi").values_list("name", flat=True)) == ["Yangi A", "Yangi C"]
    report = browse.get(address)
    assert report.context["report"] == {"new": 2, "changed": 0, "same": 0, "bad": 1, "total": 3}
    assert "Something broke on our side" in html(report)
    assert "ZeroDivisionError" in caplog.text
    assert "AA1234567" not in caplog.text + html(report)


def test_a_lost_database_is_waited_for(desk, browse, bring, by_twos, monkeypatch):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    press(browse, address)
    before, calls = applying.do_batch, []

    def lost(*arguments, **named):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("the connection is closed")
        return before(*arguments, **named)

    monkeypatch.setattr(applying, "do_batch", lost)
    monkeypatch.setattr(applying, "PAUSE", 0)
    monkeypatch.setattr(applying.connection, "close", lambda: None, raising=False)
    work()
    assert named("Yangi").count() == 3


def test_an_import_that_cannot_go_on_says_so_and_can_be_taken_up_again(
    desk, browse, bring, by_twos, monkeypatch
):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    press(browse, address)
    with monkeypatch.context() as broken:
        broken.setattr(applying, "do_batch", lambda *a, **k: 1 / 0)
        work()
    assert "Something broke on our side" in html(browse.get(address))
    press(browse, address)
    work()
    assert named("Yangi").count() == 3


def test_a_file_that_is_gone_is_named_as_the_reason(desk, browse, bring, by_twos):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    press(browse, address)
    work(tasks=1)
    uploads.path_of(upload_at(address).token).unlink()
    work()
    page = html(browse.get(address))
    assert "The file is no longer kept" in page
    assert "Go on with the rest" not in page
    assert browse.get(f"{address}errors.csv").status_code == 404


def test_anothers_import_is_neither_seen_nor_stopped(desk, browse, bring):
    address = bring(firms("Yangi A"))
    press(browse, address)
    colleague = client_of(make_account("licensing_officer", desk.agency))
    assert colleague.get(address).status_code == 404
    assert colleague.post(f"{address}stop/", {"idempotency_key": "not-my-own-file"}).status_code == 404
    assert "firms.csv" not in html(colleague.get("/en/desk/files/"))
    work()
    assert named("Yangi").count() == 1


def test_a_long_file_is_checked_at_its_beginning_and_saved_whole(desk, browse, bring, monkeypatch):
    monkeypatch.setattr(judging, "CHECKED_ROWS", 2)
    address = bring(firms("Yangi A", "Yangi B", "Yangi C") + "Qisqa,12345678,Germany,Cleaning,,\n")
    check = html(browse.get(address))
    assert "its first 2 rows are shown" in check
    assert "The other 2 rows are judged by the same rules as they are saved" in check
    press(browse, address)
    work()
    assert browse.get(address).context["report"] == {"new": 3, "changed": 0, "same": 0, "bad": 1, "total": 4}


def test_reasons_are_written_in_the_language_of_who_pressed(desk, browse, bring):
    address = bring(firms("Yangi A") + "Takror,900100000,Germany,Cleaning,,\n")
    press(browse, address.replace("/en/", "/ru/"))
    work()
    refused = dict(browse.get(address).context["refused"])
    assert re.search("[а-я]", " ".join(refused[3].values()))


def test_a_file_is_thrown_away_after_a_day_and_its_report_after_a_month(desk, browse, bring):
    address = bring(firms("Yangi A") + "Qisqa,12345678,Germany,Cleaning,,\n")
    press(browse, address)
    work()
    path = uploads.path_of(upload_at(address).token)
    key = key_id_of(path.read_bytes(), place=Place("registers_upload", path.name, "file"))
    now = timezone.now()
    with as_web():
        assert importing.forget_old_uploads(now=now) == 0
        os.utime(path, ((now - timedelta(hours=25)).timestamp(),) * 2)
        assert importing.forget_old_uploads(now=now) == 1
    assert not path.exists()
    assert keys.store().is_destroyed(key), "nor can a copy of it be read"
    report = html(browse.get(address))
    assert "12345678" not in report
    assert "The file itself was thrown away" in report
    Upload.unscoped.update(made_at=now - timedelta(days=31))
    with as_web():
        importing.forget_old_uploads(now=now)
    assert not Upload.unscoped.exists()
    assert not Batch.unscoped.exists()
    assert browse.get(address).status_code == 404


def test_a_file_waits_encrypted(desk, browse, bring):
    address = bring(firms("Yangi A"))
    path = uploads.path_of(upload_at(address).token)
    assert b"Yangi A" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    press(browse, address)
    work()
    assert named("Yangi A").count() == 1


def test_a_file_put_in_the_place_of_another_is_not_read(desk, browse, bring):
    mine, other = (uploads.path_of(upload_at(bring(firms(name))).token) for name in ("Yangi A", "Yangi B"))
    mine.write_bytes(other.read_bytes())
    with pytest.raises(Tampered):
        uploads.open_upload(Upload.unscoped.get(token=mine.name))


def test_a_file_broken_far_below_its_head_is_refused_when_it_is_brought(desk, browse, settings, tmp_path):
    settings.SAFAR_FILES = tmp_path
    text = firms(*(f"Yangi {n}" for n in range(50))) + '"never closed,1,,,,\n' + "x" * 200_000
    data = fields_of(browse.get(f"{LIST}import/")) | {"file": SimpleUploadedFile("a.csv", text.encode())}
    answer = browse.post(f"{LIST}import/", data)
    assert answer.status_code == 422
    assert "a quotation mark" in html(answer)
    assert not (tmp_path / "uploads").exists(), "nothing of it is kept"


def test_columns_cannot_be_changed_under_an_import(desk, browse, bring, by_twos):
    address = bring(firms("Yangi A", "Yangi B", "Yangi C"))
    press(browse, address)
    work(tasks=1)
    answer = browse.post(f"{address}columns/", {"field_stir": "name", "field_name": "stir"})
    assert answer["Location"] == address
    work()
    assert named("Yangi").count() == 3


class TestOfOthersNothingIsLearnt:
    """A number in a file is no question about records the importer may not see."""

    STIR = "309998887"

    @pytest.fixture(autouse=True)
    def _hidden(self, desk):
        Recruiter.unscoped.filter(pk=desk.hidden.pk).update(stir=self.STIR)

    def judged(self, desk, address):
        actor = Actor("staff", user_id=desk.officer.pk)
        with as_web(), acting(actor):
            return importing.preview(register_by_slug("recruiters"), actor, upload_at(address)).rows

    def test_a_hidden_application_is_judged_and_saved_like_a_fresh_one(self, desk, browse, bring):
        address = bring(f"{HEAD}Bir,{self.STIR},Germany,Cleaning,A,\nIkki,309998888,Germany,Cleaning,A,\n")
        assert [(row.state, row.errors) for row in self.judged(desk, address)] == [("new", {})] * 2
        with as_web():
            press(browse, address)
        work()
        upload = upload_at(address)
        assert (upload.state, upload.done) == ("APPLIED", 2)
        assert Recruiter.unscoped.filter(keeper=desk.agency, stir__in=[self.STIR, "309998888"]).count() == 2
        assert Recruiter.unscoped.get(pk=desk.hidden.pk).name == "Maxfiy Ariza"

    def test_the_form_tells_as_little(self, desk, browse):
        said = []
        for stir in (self.STIR, "309998889"):
            with as_web():
                page = f"{LIST}add/"
                shown = {name: value for name, value in fields_of(browse.get(page)).items() if value}
                answer = browse.post(page, shown | {"name": f"Firma {stir}", "stir": stir})
                said.append(answer.status_code)
        assert said == [302, 302]

    def test_a_number_one_may_see_is_told_before_anything_is_saved(self, desk, browse, bring):
        make_recruiter("Idora", keeper=desk.other, place=desk.region, number="XM-0900", stir="301112224")
        (row,) = self.judged(desk, bring(f"{HEAD}Takror,301112224,Germany,Cleaning,A,\n"))
        assert (row.state, list(row.errors)) == ("bad", ["stir"])

    def test_no_two_published_firms_have_one_number(self, desk):
        mine = make_recruiter(
            "Meniki", keeper=desk.agency, place=desk.region, state="APPLIED", stir="301112224"
        )
        make_recruiter(
            "Boshqa Idora", keeper=desk.other, place=desk.region, number="XM-0900", stir="301112224"
        )
        by = Actor("staff", user_id=desk.officer.pk)
        with as_web(), acting(by), pytest.raises(Refused) as refused:
            grant_licence(mine, number="XM-0901", by=by, now=timezone.now())
        assert refused.value.field == "stir"

    def test_the_database_lets_no_second_published_firm_have_it(self, desk):
        """Two officers who grant at the same moment both pass the look before it; this is what stops the second."""
        make_recruiter("Bir", keeper=desk.agency, place=desk.region, state="LICENSED", stir="301112226")
        with pytest.raises(IntegrityError, match="recruiter_stir_published_once"), transaction.atomic():
            make_recruiter("Ikki", keeper=desk.other, place=desk.region, state="SUSPENDED", stir="301112226")

    def test_a_firm_whose_number_stands_elsewhere_too_is_still_edited(self, desk, browse):
        mine = make_recruiter(
            "Meniki", keeper=desk.agency, place=desk.region, state="APPLIED", stir="301112227"
        )
        make_recruiter("Idora", keeper=desk.other, place=desk.region, state="LICENSED", stir="301112227")
        page = f"{LIST}{mine.pk}/edit/"
        shown = {name: value for name, value in fields_of(browse.get(page)).items() if value}
        assert browse.post(page, shown | {"director": "Namuna Direktor"}).status_code == 302
        assert Recruiter.unscoped.get(pk=mine.pk).director == "Namuna Direktor"
        shown = {name: value for name, value in fields_of(browse.get(page)).items() if value}
        assert browse.post(page, shown | {"stir": desk.silk.stir}).status_code == 422

    def test_one_desk_has_a_number_once(self, desk):
        make_recruiter("Birinchi", keeper=desk.agency, place=desk.region, state="APPLIED", stir="301112225")
        with pytest.raises(IntegrityError), transaction.atomic():
            make_recruiter(
                "Ikkinchi", keeper=desk.agency, place=desk.region, state="REFUSED", stir="301112225"
            )

    def test_a_number_in_several_records_of_ones_own_is_left_to_a_person(self, desk, browse, bring):
        for place in (desk.region, None):
            make_recruiter("Ikki Joyda", keeper=desk.agency, place=place, state="APPLIED", stir="301112226")
        (row,) = self.judged(desk, bring(f"{HEAD}Ikki Joyda,301112226,Germany,Cleaning,A,\n"))
        assert (row.state, list(row.errors)) == ("bad", ["stir"])
