"""Tables in and out: what leaves is what is shown, what enters is seen before it is saved."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from safar.directory.staff.demo import client_of, make_account
from safar.doors.workbench.tests.conftest import fields_of, html
from safar.doors.workbench.tests.test_importing import work
from safar.foundation.access import policy as room
from safar.foundation.history.models import Event
from safar.foundation.registers import register_by_slug

LIST = "/en/desk/recruiters/"


def content(response):
    """What was handed over."""
    return b"".join(response.streaming_content)


def test_an_export_repeats_the_filter_and_is_recorded(desk, browse):
    answer = browse.get(f"{LIST}export.csv?state=SUSPENDED&at=51&col=state")
    rows = list(csv.reader(io.StringIO(content(answer).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "Silk Job" in rows[1]
    assert answer["Content-Disposition"].startswith('attachment; filename="recruiters-')
    assert "no-store" in answer["Cache-Control"]
    event = Event.unscoped.filter(kind="export").latest("pk")
    assert event.detail["filters"] == "state=SUSPENDED"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_log_keeps_that_something_was_sought_and_never_what(desk, browse, kind):
    """Nor what came along in the address and is no filter: the place in the list tells a name too."""
    query = "q=Silk+Job&state=SUSPENDED&sort=name&name=Silk+Job&after=U2lsayBKb2I"
    assert content(browse.get(f"{LIST}export.{kind}?{query}"))
    event = Event.unscoped.filter(kind="export").latest("pk")
    assert event.detail["filters"] == "state=SUSPENDED&q=*"


def test_a_workbook_says_to_its_owner_what_she_sought(desk, browse):
    book = load_workbook(io.BytesIO(content(browse.get(f"{LIST}export.xlsx?q=Silk+Job"))))
    assert "q=Silk+Job" in book.worksheets[-1]["A1"].value


def test_a_workbook_is_a_workbook(desk, browse):
    assert content(browse.get(f"{LIST}export.xlsx"))[:2] == b"PK"


def test_other_kinds_of_file_are_absent(desk, browse):
    assert browse.get(f"{LIST}export.exe").status_code == 404


def test_what_nobody_imports_has_no_import(desk, browse):
    assert browse.get("/en/desk/licence-decisions/import/").status_code == 404
    assert "/import/" not in html(browse.get("/en/desk/licence-decisions/"))


@pytest.fixture
def importing(desk, monkeypatch, settings, tmp_path):
    """The branches of recruiters opened for import by name, for the length of a test."""
    settings.SAFAR_FILES = tmp_path
    register = register_by_slug("recruiter-branches")
    object.__setattr__(register, "import_key", "name")
    opened = (*room.policy(), room.rule("licensing_officer", "recruiters.branch", "import", "scope"))
    monkeypatch.setattr(room, "policy", lambda: opened)
    room.rules.cache_clear()
    yield register
    object.__setattr__(register, "import_key", "")
    room.rules.cache_clear()


def sent_file(browse, text, name="rows.csv"):
    """The answer to bringing in a file."""
    address = "/en/desk/recruiter-branches/import/"
    data = fields_of(browse.get(address))
    return browse.post(address, data | {"file": SimpleUploadedFile(name, text.encode())})


def test_a_file_is_shown_row_by_row_before_anything_is_saved(desk, browse, importing):
    rows = f"name,recruiter,telephone\nOltin Chust,{desk.gold.number},+998 69 200 00 00\nNobody,,x\n"
    check = browse.get(sent_file(browse, rows)["Location"])
    screen = check.context["screen"]
    assert screen.total == 2
    assert screen.bad >= 1
    assert importing.model.unscoped.count() == 0
    assert "Nothing is saved yet." in html(check)
    assert "sf-stackbar" in html(check)
    errors = browse.get(f"/en/desk/recruiter-branches/import/{screen.upload.pk}/errors.csv").content.decode()
    assert "Nobody" in errors


def test_good_rows_are_saved_once_and_reported(desk, browse, importing):
    rows = f"name,recruiter,telephone\nOltin Chust,{desk.gold.number},+998 69 200 00 00\n"
    address = sent_file(browse, rows)["Location"]
    screen = browse.get(address).context["screen"]
    assert screen.ready == 1
    for _press in range(2):
        answer = browse.post(f"{address}save/", {"idempotency_key": screen.key})
        assert answer["Location"] == address
    work()
    assert importing.model.unscoped.count() == 1
    assert "row was read" in html(browse.get(address))
    assert browse.post(f"{address}save/", {"idempotency_key": "another-press"}).status_code == 302
    work()
    assert importing.model.unscoped.count() == 1


def test_columns_are_matched_by_hand_where_the_file_names_them_otherwise(desk, browse, importing):
    first = sent_file(browse, "title,owner\nOltin Chust,XM-0288\n")
    assert first["Location"].endswith("/columns/")
    page = browse.get(first["Location"])
    assert 'name="field_name"' in html(page)
    checked = browse.post(first["Location"], {"field_name": "title", "field_recruiter": "owner"})
    assert browse.get(checked["Location"]).context["screen"].total == 1


def test_what_is_no_table_is_refused_over_the_field(desk, browse, importing):
    for text in ("", "\x00\x01\x02" * 500, "%PDF-1.4 nothing"):
        answer = sent_file(browse, text)
        assert answer.status_code == 422
        assert "govuk-error-message" in html(answer)


def test_anothers_file_is_absent(desk, browse, importing):
    address = sent_file(browse, "name\nOltin Chust\n")["Location"]
    colleague = client_of(make_account("licensing_officer", desk.agency))
    assert colleague.get(address).status_code == 404


def test_the_bar_shows_every_row_once(desk, browse, importing):
    rows = "name\nOne\nTwo\nOne\n"
    screen = browse.get(sent_file(browse, rows)["Location"]).context["screen"]
    assert sum(part.count for part in screen.parts) == screen.total == 3
    assert [part.start for part in screen.parts][0] == 0


def test_a_list_of_firms_is_brought_in_as_it_stands(desk, browse, settings, tmp_path):
    settings.SAFAR_FILES = tmp_path
    address = f"{LIST}import/"
    rows = (
        "name,stir,destinations,kinds of work,address,director\n"
        "Yangi Firma,900999001,Germany,Cleaning,Namuna 1,A. Aliyev\n"
        "Qisqa,12345678,Germany,Cleaning,,\n"
        '"=HYPERLINK(1)",900999003,Germany,Cleaning,,\n'
        f"Oltin Yoʻl,{desk.gold.stir},Germany,Cleaning,Yangi manzil 5,\n"
        "Takror,900999001,Germany,Cleaning,,\n"
    )
    data = fields_of(browse.get(address)) | {"file": SimpleUploadedFile("firms.csv", rows.encode())}
    check = browse.get(browse.post(address, data)["Location"])
    screen = check.context["screen"]
    assert screen.counts == {"new": 1, "changed": 1, "same": 0, "bad": 3}
    assert "begins like a spreadsheet formula" in html(check)
    assert "stands in row 2 already" in html(check)
    saved = browse.post(
        f"/en/desk/recruiters/import/{screen.upload.pk}/save/", {"idempotency_key": screen.key}
    )
    assert saved.status_code == 302
    work()
    gold = type(desk.gold).unscoped.get(pk=desk.gold.pk)
    assert (gold.address, gold.place_id) == ("Yangi manzil 5", desk.region.pk)
