"""Receiving uploads: into memory up to the largest accepted file; beyond it not read at all.

Named in ``settings.FILE_UPLOAD_HANDLERS`` as the only handler. Nothing a person sends lies on the disk in the clear, as it
would in a temporary file, and an upload far too large costs neither memory nor time: the fields before the file are read
(the form's token among them), the file itself is not.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler, StopUpload
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict

from safar.foundation.files.kinds import LARGEST

View = TypeVar("View", bound=Callable[..., Any])
#: Room for the other fields of the form and the multipart frame.
SLACK = 1_000_000


def takes(largest: Callable[..., int]) -> Callable[[View], View]:
    """A view that takes larger files than others: `largest` says from the request and the address how many bytes for whom."""

    def marked(view: View) -> View:
        view.largest_upload = largest  # type: ignore[attr-defined]  # read by `largest_for`
        return view

    return marked


def largest_for(request: Any) -> int:
    """How many bytes a file sent with this request may have."""
    match = getattr(request, "resolver_match", None)
    largest = getattr(match.func, "largest_upload", None) if match else None
    return largest(request, *match.args, **match.kwargs) if match and largest else LARGEST


class OversizedUpload(UploadedFile):
    """Stands for a file that was too large to be read: it has a name and a size, and no content."""


class BoundedUploadHandler(MemoryFileUploadHandler):
    """Keeps files in memory within the limit; a request beyond it yields `OversizedUpload` for its first file."""

    largest = LARGEST

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> tuple[Any, MultiValueDict[str, UploadedFile]] | None:
        self.activated = True
        self.largest = largest_for(self.request)
        if content_length <= self.largest + SLACK:
            return None
        until = _UntilFirstFile(self.request)
        post, _files = MultiPartParser(META, input_data, [until], encoding).parse()
        files: MultiValueDict[str, UploadedFile] = MultiValueDict()
        if until.field:
            files[until.field] = OversizedUpload(file=io.BytesIO(), name=until.name, size=content_length)
        return post, files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > self.largest + SLACK:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


class _UntilFirstFile(FileUploadHandler):
    """Reads the ordinary fields of a form and stops where the first file begins."""

    field = ""
    name = ""

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        self.field, self.name = field_name, file_name
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
