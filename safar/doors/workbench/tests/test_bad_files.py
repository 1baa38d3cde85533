"""What people bring by mistake or by malice is refused in words, and nothing of it is kept or saved."""

import csv
import errno
import io
import os
import re
import resource
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from safar.citizens.recruiters.models import Recruiter
from safar.directory.staff.demo import client_of
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.doors.workbench.tests.test_importing import HEAD, bring, press, work
from safar.foundation.encryption import durable
from safar.foundation.registers.models import Upload

__all__ = ["bring"]
ADDRESS = "/en/desk/recruiters/import/"


@pytest.fixture
def files(settings, tmp_path):
    """Where files are kept for this test."""
    settings.SAFAR_FILES = tmp_path
    return tmp_path / "uploads"


def sent(client, content, name="firms.csv", **headers):
    """The answer to bringing in a file."""
    data = fields_of(client.get(ADDRESS)) | {"file": SimpleUploadedFile(name, content)}
    return client.post(ADDRESS, data, **headers)


def kept(files):
    return list(files.iterdir()) if files.exists() else []


def nothing_is_left(files):
    return not kept(files) and not Upload.unscoped.exists()


def bomb():
    """A workbook of a few hundred kilobytes whose only sheet unpacks to 300 megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _megabyte in range(300):
                sheet.write(b" " * 1_000_000)
    return out.getvalue()


def test_a_zip_bomb_is_refused_in_words(desk, browse, files):
    content = bomb()
    assert len(content) < 10_000_000, "small enough to be let in by its size"
    answer = sent(browse, content, "firms.xlsx")
    assert answer.status_code == 422
    assert "unpacks to far more than it should" in html(answer)
    assert "firms.xlsx" in html(answer)
    assert nothing_is_left(files)


def test_a_file_over_the_limit_is_refused_in_words(desk, browse, files):
    answer = sent(browse, HEAD.encode() + b"x" * 10_000_001)
    assert answer.status_code == 422
    assert "larger than 10 MB" in html(answer)
    assert nothing_is_left(files)


@pytest.fixture(params=["the disk is full", "the file may grow no further"])
def full_disk(request, monkeypatch):
    """No room for another file: as the disk says it, and as the system's own limit really does it."""
    if request.param == "the disk is full":

        def no_room(handle):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(durable.os, "fsync", no_room)
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_leaves_nothing_half_written(desk, files, full_disk):
    browse = client_of(desk.officer, client=Client(raise_request_exception=False))
    answer = sent(browse, (HEAD + "Yangi Firma,900999001,Germany,Cleaning,Namuna 1,\n").encode())
    page = html(answer)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "There is no room to keep this just now" in page
    assert "A file has to be chosen again" in page
    assert str(files) not in page, "the page names no folder"
    assert nothing_is_left(files)


def test_once_there_is_room_the_same_file_is_taken(desk, browse, files, monkeypatch):
    content = (HEAD + "Yangi Firma,900999001,Germany,Cleaning,Namuna 1,\n").encode()
    with monkeypatch.context() as full:
        full.setattr(durable.os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        browse.raise_request_exception = False
        data = fields_of(browse.get(ADDRESS))
        first = browse.post(ADDRESS, data | {"file": SimpleUploadedFile("firms.csv", content)})
    assert first.status_code == 503
    again = browse.post(ADDRESS, data | {"file": SimpleUploadedFile("firms.csv", content)})
    assert again.status_code == 302, "with the very same form"
    assert len(kept(files)) == Upload.unscoped.count() == 1


@pytest.mark.parametrize(
    "cell", ["=HYPERLINK(1)", '=cmd|"/c calc"!A1', "@SUM(1)", "+cmd|1", "-cmd|1", "  =1+1"]
)
def test_a_formula_is_refused_and_comes_back_harmless(desk, browse, bring, cell):
    out = io.StringIO()
    csv.writer(out).writerow([cell, "900999003", "Germany", "Cleaning", "", ""])
    address = bring(HEAD + out.getvalue())
    assert browse.get(address).context["screen"].counts["bad"] == 1
    press_without_good_rows(browse, address)
    assert not Recruiter.unscoped.filter(stir="900999003").exists()
    text = browse.get(f"{address}errors.csv").content.decode("utf-8-sig")
    cells = [one for row in csv.reader(io.StringIO(text)) for one in row]
    assert not [one for one in cells if one.lstrip()[:1] in ("=", "+", "-", "@")]
    again = bring(text.removeprefix("\ufeff"))
    assert browse.get(again).context["screen"].counts["bad"] == 1, "the quote that guards it lets nothing in"


def press_without_good_rows(browse, address):
    """Save although the page offers no button for it."""
    assert 'name="idempotency_key"' in html(browse.get(address))
    press(browse, address)
    work()


def test_a_name_of_ten_thousand_letters_in_a_file_is_one_refused_row(desk, browse, bring):
    long = "Oʻ" * 5_000
    address = bring(f"{HEAD}{long},900999004,Germany,Cleaning,,\nYangi Firma,900999005,Germany,Cleaning,,\n")
    press(browse, address)
    work()
    report = browse.get(address)
    assert report.context["report"] == {"new": 1, "changed": 0, "same": 0, "bad": 1, "total": 2}
    assert list(Recruiter.unscoped.filter(stir__startswith="90099900").values_list("stir", flat=True)) == [
        "900999005"
    ]
    assert long not in html(report)


def test_a_stale_form_shows_both_versions_and_saves_nothing(desk, browse):
    address = f"/en/desk/recruiters/{desk.gold.pk}/edit/"
    mine = fields_of(browse.get(address)) | {"director": "S. Qodirova"}
    theirs = fields_of(browse.get(address)) | {"director": "B. Aliyev"}
    assert browse.post(address, theirs).status_code == 302
    answer = browse.post(address, mine)
    page = html(answer)
    assert answer.status_code == 409
    assert re.search(r"S\. Qodirova.*B\. Aliyev", page, re.DOTALL), "what I typed beside what stands"
    assert Recruiter.unscoped.get(pk=desk.gold.pk).director == "B. Aliyev"


@pytest.mark.parametrize("version", ["", None])
def test_a_form_that_names_no_version_is_stale_and_saves_nothing(desk, browse, version):
    address = f"/en/desk/recruiters/{desk.gold.pk}/edit/"
    mine = fields_of(browse.get(address)) | {"director": "S. Qodirova", "version": version}
    theirs = fields_of(browse.get(address)) | {"director": "B. Aliyev"}
    assert browse.post(address, theirs).status_code == 302
    answer = browse.post(address, {k: v for k, v in mine.items() if v is not None})
    assert answer.status_code == 409
    assert Recruiter.unscoped.get(pk=desk.gold.pk).director == "B. Aliyev"
    again = browse.post(address, fields_of(answer) | {"director": "S. Qodirova"})
    assert again.status_code == 302, "sending it again is against what stands now"


def test_numbers_no_machine_should_read_are_refused_in_words(desk, browse, files):
    answer = sent(browse, b'[{"stir": ' + b"9" * 4_000_000 + b"}]", "firms.json")
    assert answer.status_code == 422
    assert "is not a JSON list" in html(answer)
    assert nothing_is_left(files)
