"""A file of people by the browser: checked and saved by the worker in one go, mended, and its columns remembered."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from safar.directory.people.demo import make_person
from safar.directory.people.models import Person
from safar.directory.people.search.finding import numbers_of
from safar.directory.places.demo import make_place
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.conftest import html
from safar.doors.workbench.tests.test_importing import work
from safar.doors.workbench.tests.whole_files.conftest import (
    HEADER,
    LIST,
    PEOPLE,
    match,
    people,
    press,
    see,
    upload_at,
)
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.models import Grant
from safar.foundation.database.testing import as_web
from safar.foundation.registers.importing import at_once, take_up_left_imports, uploads
from safar.foundation.registers.models import Matching, Upload
from tests.people import give
from tests.people import person as account_of

pytestmark = pytest.mark.django_db


def test_nothing_is_saved_before_it_is_asked_for_and_then_all_of_it(browser, check, desk):
    address = check(*PEOPLE)
    page = see(browser, address)
    assert page.context["screen"].counts == {"new": 3, "changed": 0, "same": 0, "bad": 0}
    assert "Намунаева" in html(see(browser, f"{address}?show=new"))
    assert not people()
    assert press(browser, address, "save")["Location"] == address
    assert not people(), "nothing is done inside the request"
    assert "Rows are being saved" in html(see(browser, address))
    work()
    assert people() == {"B1": "Namunayev", "B2": "Намунаева", "B3": "Namunayeva"}
    assert set(Person.unscoped.exclude(external_id="").values_list("organisation_id", flat=True)) == {desk.pk}
    assert see(browser, address).context["report"]["new"] == 3
    with acting(system_actor("finder")):
        assert numbers_of("Zulfiya Namunayeva", 5)


def test_faults_are_named_by_row_and_cell_and_mended_through_the_errors_file(browser, check):
    good = [f"C{n},Namunov,Soli,,M,1990,,1714" for n in range(5)]
    bad = [f"D{n},Namunov,Boboli,,M,31.02.19{n:02},,1714" for n in range(40)]
    address = check(*good, *bad)
    page = see(browser, address)
    assert page.context["screen"].counts == {"new": 5, "changed": 0, "same": 0, "bad": 40}
    assert "there is no such day in the calendar" in html(page)
    assert "31.02.1900" in html(page)
    with as_web():
        errors = browser.get(f"{address}errors.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(errors)))
    assert len(rows) == 41
    assert rows[1][0] == "7", "the row as a person counts it in the file"
    press(browser, address, "save")
    work()
    assert len(people()) == 5
    again = check(data=errors.replace("31.02.", "28.02.").encode())
    assert see(browser, again).context["screen"].counts["new"] == 40
    press(browser, again, "save")
    work()
    assert len(people()) == 45


def test_the_same_file_again_doubles_nothing_and_its_columns_are_remembered(browser, bring, check):
    header = HEADER.replace("external_id", "Kod").replace("family_name", "F.I.")
    address = bring(*PEOPLE, header=header)
    assert address.endswith("columns/"), "nobody can guess these columns"
    assert match(browser, address).status_code == 422, "without the number nothing tells the rows apart"
    assert match(browser, address, field_external_id="Kod", field_family_name="F.I.").status_code == 302
    work()
    first = re.sub(r"columns/$", "", address)
    press(browser, first, "save")
    work()
    assert len(people()) == 3
    again = bring(*PEOPLE, header=header)
    assert not again.endswith("columns/")
    work()
    assert see(browser, again).context["screen"].counts == {"new": 0, "changed": 0, "same": 3, "bad": 0}
    assert Matching.unscoped.count() == 1


def test_whose_place_lies_elsewhere_is_refused_like_any_bad_row(account, browser, check, region):
    make_place("1726", level="REGION", parent=region.parent, name_uz="Toshkent shahri")
    Grant.unscoped.filter(user_id=account.pk).update(place_path=region.path, label_place=region.path)
    address = check("E1,Namunov,Ali,,M,,,1726", "E2,Namunov,Vali,,M,,,1714")
    screen = see(browser, address).context["screen"]
    assert screen.counts == {"new": 1, "changed": 0, "same": 0, "bad": 1}
    assert "this place is outside the area" in html(see(browser, address))
    press(browser, address, "save")
    work()
    assert people() == {"E2": "Namunov"}


def test_a_number_used_where_the_actor_does_not_work_stores_nothing(account, browser, check, desk, region):
    away = make_place("1726", level="REGION", parent=region.parent, name_uz="Toshkent shahri")
    make_person("Yashirin", "Kimdir", organisation=desk, place=away, external_id="B2")
    Grant.unscoped.filter(user_id=account.pk).update(place_path=region.path, label_place=region.path)
    address = check(*PEOPLE)
    press(browser, address, "save")
    work()
    page = html(see(browser, address))
    assert "Yashirin" not in page
    assert people() == {"B2": "Yashirin"}
    assert upload_at(address).state == "STOPPED"
    assert "ask whoever leads the office" in page


def test_another_organisation_is_not_loaded_for(browser, bring, other_desk):
    address = bring(*PEOPLE)
    upload = upload_at(address)
    assert upload.owner is None or upload.owner != other_desk.pk
    match(
        browser,
        f"{address}columns/" if not address.endswith("columns/") else address,
        owner=str(other_desk.pk),
    )
    assert upload_at(address).owner != other_desk.pk


def test_rights_taken_away_meanwhile_store_nothing(account, browser, check):
    address = check(*PEOPLE)
    press(browser, address, "save")
    Grant.unscoped.filter(user_id=account.pk).update(revoked_at=timezone.now())
    work()
    assert not people()
    assert (upload_at(address).state, upload_at(address).stopped_by) == ("STOPPED", "RIGHTS")


def test_one_whose_task_was_given_up_is_handed_to_the_worker_again(browser, check):
    address = check(*PEOPLE)
    press(browser, address, "save")
    DBTaskResult.objects.filter(status="READY").update(status="FAILED")
    with as_web():
        assert take_up_left_imports(now=timezone.now() + timedelta(seconds=61)) == 1
    work()
    assert len(people()) == 3


def test_stopped_before_its_turn_nothing_is_stored_and_it_can_be_gone_on_with(browser, check):
    address = check(*PEOPLE)
    press(browser, address, "save")
    press(browser, address, "stop")
    work()
    assert not people()
    assert "You stopped it." in html(see(browser, address))
    press(browser, address, "save")
    work()
    assert see(browser, address).context["screen"].counts["new"] == 3


def test_stopped_while_the_worker_is_at_it_nothing_is_stored(browser, check, monkeypatch):
    address = check(*PEOPLE)
    press(browser, address, "save")
    done = at_once._done

    def stopped_meanwhile(actor, upload, *args, **options):
        Upload.unscoped.filter(pk=upload.pk).update(state="STOPPED", stopped_by="ASKED")
        return done(actor, upload, *args, **options)

    monkeypatch.setattr(at_once, "_done", stopped_meanwhile)
    work()
    assert not people()


def test_a_worker_killed_in_the_middle_is_followed_by_one_that_does_it_once(browser, check, monkeypatch):
    address = check(*PEOPLE)
    press(browser, address, "save")
    done = at_once._done

    class Killed(BaseException):
        pass

    def killed(*args, **options):
        raise Killed

    monkeypatch.setattr(at_once, "_done", killed)
    upload = upload_at(address)
    with as_web(), pytest.raises(Killed):
        at_once._do(upload.pk, upload.user_id, now=timezone.now())
    assert not people(), "half a file is none"
    monkeypatch.setattr(at_once, "_done", done)
    with as_web():
        assert at_once._do(upload.pk, upload.user_id, now=timezone.now())
        assert at_once._do(upload.pk, upload.user_id, now=timezone.now()) == "APPLIED", (
            "a third does nothing more"
        )
    assert len(people()) == 3


def test_strangers_find_neither_the_page_nor_the_file(check, other_desk):
    address, there = check(*PEOPLE), [other_desk.pk]
    for role, orgs in (("case_worker", there), ("call_operator", there), ("licensing_officer", None)):
        account = account_of(f"{role}-elsewhere")
        give(account, role=role, org_ids=orgs, max_level=1)
        stranger = client_of(account)
        for word in ("", "columns/", "back/", "errors.csv"):
            assert see(stranger, address + word).status_code == 404
        for word in ("save", "stop", "back", "columns"):
            with as_web():
                assert stranger.post(f"{address}{word}/", {"idempotency_key": "x"}).status_code == 404


def test_a_call_operator_may_not_bring_files(desk, settings, tmp_path):
    account = account_of("operator")
    give(account, role="call_operator", org_ids=[desk.pk], max_level=1)
    assert see(client_of(account), f"{LIST}import/").status_code == 404


def test_what_lies_on_the_disk_is_closed_and_goes_after_a_day(browser, check, tmp_path):
    address = check(*PEOPLE, "F1,Xatoyev,,,,31.02.1990,,")
    files = list((tmp_path / "uploads").iterdir())
    assert len(files) == 3
    for path in files:
        assert b"Xatoyev" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0
    assert uploads.forget_old_uploads(now=timezone.now() + timedelta(days=1, minutes=1)) == 3
    assert not list((tmp_path / "uploads").iterdir())
    assert see(browser, address).status_code == 404


def test_a_larger_file_is_taken_here_than_elsewhere_and_from_whoever_may_only(browser, bring, monkeypatch):
    monkeypatch.setattr("safar.foundation.files.uploads.SLACK", 0)
    monkeypatch.setattr("safar.doors.workbench.exchanging.LARGEST", 1_000)
    monkeypatch.setattr("safar.foundation.files.uploads.LARGEST", 1_000)
    rows = [f"G{n},Namunov,Ali,,M,,," for n in range(200)]
    assert bring(*rows).startswith(LIST)
    account = account_of("nobody")
    with as_web():
        answer = client_of(account).post(
            f"{LIST}import/", {"file": SimpleUploadedFile("people.csv", b"x" * 5_000)}
        )
    assert answer.status_code == 404


def test_an_organisation_is_chosen_where_there_are_several(account, browser, bring, desk, other_desk):
    Grant.unscoped.filter(user_id=account.pk).update(org_ids=[desk.pk, other_desk.pk])
    address = bring(*PEOPLE)
    assert address.endswith("columns/")
    refused = match(browser, address)
    assert refused.status_code == 422
    assert "Choose the organisation" in html(refused)
    assert match(browser, address, owner=str(other_desk.pk)).status_code == 302
    work()
    press(browser, re.sub(r"columns/$", "", address), "save")
    work()
    assert set(Person.unscoped.values_list("organisation_id", flat=True)) == {other_desk.pk}
