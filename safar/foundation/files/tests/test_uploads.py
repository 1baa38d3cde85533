"""An upload far too large is refused before it is read, and its form says so."""

import io
import tracemalloc

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from safar.foundation.files.accept import Accepted
from safar.foundation.files.forms import AcceptedFileField
from safar.foundation.files.kinds import LARGEST
from safar.foundation.files.tests.makers import pdf
from safar.foundation.files.uploads import OversizedUpload

BOUNDARY = "edge"
HANDLERS = ["safar.foundation.files.uploads.BoundedUploadHandler"]


@pytest.fixture(autouse=True)
def bounded(settings):
    settings.FILE_UPLOAD_HANDLERS = HANDLERS


class Body(io.RawIOBase):
    """A request body made as it is read; it counts how much was asked for."""

    def __init__(self, head, size, tail):
        self.parts = [head, size, tail]
        self.length = len(head) + size + len(tail)
        self.given = 0

    def read(self, size=-1):
        at, found = self.given, b""
        head, body, tail = self.parts
        size = self.length - at if size is None or size < 0 else min(size, self.length - at)
        whole = [head[at : at + size]] if at < len(head) else []
        left = size - sum(map(len, whole))
        in_body = max(0, min(left, len(head) + body - max(at, len(head))))
        whole.append(b"a" * in_body)
        left -= in_body
        whole.append(tail[max(0, at - len(head) - body) :][:left] if left else b"")
        found = b"".join(whole)
        self.given += len(found)
        return found


def body_of(size, *, before=(("csrfmiddlewaretoken", "t0ken"), ("reason", "sabab"))):
    fields = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in before
    )
    head = fields + (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return Body(head.encode(), size, f"\r\n--{BOUNDARY}--\r\n".encode())


def posted(body, *, stated=None):
    return RequestFactory().generic(
        "POST",
        "/",
        **{
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(stated or body.length),
            "wsgi.input": body,
        },
    )


class FileForm(forms.Form):
    reason = forms.CharField()
    file = AcceptedFileField(kinds=("PDF",))


def test_two_hundred_megabytes_are_not_read():
    body = body_of(200_000_000)
    request = posted(body)
    tracemalloc.start()
    form = FileForm(request.POST, request.FILES)
    valid, (_now, peak) = form.is_valid(), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not valid
    assert body.given < 500_000
    assert peak < 5_000_000
    assert request.POST["csrfmiddlewaretoken"] == "t0ken"
    assert form.cleaned_data == {"reason": "sabab"}
    assert form.errors["file"] == [
        "The file is larger than 20 MB. Make it smaller (fewer pages, a lower scan quality) or send it in parts."
    ]


def test_a_request_that_states_too_little_is_read_no_further_than_it_states():
    body = body_of(200_000_000)
    request = posted(body, stated=1000)
    assert not FileForm(request.POST, request.FILES).is_valid()
    assert body.given <= 1000


def test_an_ordinary_file_arrives_in_memory_and_clean():
    request = RequestFactory().post("/", {"reason": "x", "file": SimpleUploadedFile("Shartnoma.PDF", pdf())})
    form = FileForm(request.POST, request.FILES)
    assert form.is_valid(), form.errors
    accepted = form.cleaned_data["file"]
    assert isinstance(accepted, Accepted)
    assert (accepted.name, accepted.content) == ("Shartnoma.pdf", pdf())
    assert not hasattr(request.FILES["file"], "temporary_file_path")


def test_a_file_just_beyond_its_kind_is_refused_by_the_form():
    request = posted(body_of(LARGEST + 10))
    form = FileForm(request.POST, request.FILES)
    assert not form.is_valid()
    assert "20 MB" in form.errors["file"][0]


def test_a_missing_file_is_asked_for_and_an_optional_one_is_not():
    assert "required" in FileForm({"reason": "x"}, {}).errors["file"][0]
    assert AcceptedFileField(required=False).clean(None) is None


def test_the_field_tells_what_it_takes():
    html = str(FileForm()["file"])
    assert 'accept=".pdf"' in html
    assert "PDF document, up to 20 MB" in str(FileForm().fields["file"].help_text)


def test_what_stands_for_an_oversized_upload_has_no_content():
    request = posted(body_of(50_000_000))
    [upload] = request.FILES.getlist("file")
    assert isinstance(upload, OversizedUpload)
    assert upload.read() == b""
    assert upload.size > 50_000_000
