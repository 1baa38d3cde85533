"""Why a file was not taken: each reason has a name and a sentence that says what to do instead."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class FileRefused(ValidationError):
    """A file was refused; forms show the sentence beside the field."""

    sentence: Any = _("The file cannot be taken.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.sentence, code=type(self).__name__, params=values)


class EmptyFile(FileRefused):
    """Nothing in it."""

    sentence = _("The file is empty. Choose the right file and send it again.")


class TooLarge(FileRefused):
    """More bytes than its kind may have."""

    sentence = _(
        "The file is larger than %(most)s MB. Make it smaller (fewer pages, a lower scan quality) or send it in parts."
    )


class UnknownKind(FileRefused):
    """Of no accepted kind."""

    sentence = _("Files of this kind are not accepted. Send one of: %(accepted)s.")


class WrongKind(FileRefused):
    """Name and content disagree."""

    sentence = _(
        "The name of the file says %(claimed)s, but its content is something else. Open it, save it as %(claimed)s, and send that."
    )


class TooManyPixels(FileRefused):
    """A picture that would fill the memory."""

    sentence = _("The picture has more than %(most)s million pixels. Save it smaller and send it again.")


class BrokenPicture(FileRefused):
    """A picture that does not open."""

    sentence = _("The picture is damaged and cannot be opened. Take or save it again, then send it.")


class BrokenPdf(FileRefused):
    """A PDF that is cut off, or written so that it cannot be checked."""

    sentence = _(
        "The PDF is damaged or cannot be checked. Print it to PDF again, or send a scan, then try once more."
    )


class LockedPdf(FileRefused):
    """A PDF under a password."""

    sentence = _("The PDF is locked with a password or restrictions. Save a copy without them and send that.")


class ActivePdf(FileRefused):
    """A PDF that could do something by itself."""

    sentence = _(
        "The PDF holds scripts, attachments or commands. Print it to PDF, which leaves only the pages, and send that."
    )


class BrokenWorkbook(FileRefused):
    """An XLSX that does not unpack or is something else."""

    sentence = _("The workbook is damaged or is no Excel workbook. Open it, save it as XLSX, and send that.")


class UnpacksTooLarge(FileRefused):
    """A small archive that unpacks to too much."""

    sentence = _(
        "The file unpacks to far more than it should. Copy the cells that matter to a new workbook and send that."
    )


class UnsafeArchive(FileRefused):
    """An archive whose entries point outside it, hide others, or hold archives of their own."""

    sentence = _(
        "The workbook is packed in an unsafe way. Copy its sheets to a new workbook, save that and send it."
    )


class ActiveWorkbook(FileRefused):
    """A workbook with macros or embedded programs."""

    sentence = _(
        "The workbook holds macros, embedded objects or links to other files. Save it as an ordinary XLSX workbook and send that."
    )


class NotText(FileRefused):
    """A text that is no text."""

    sentence = _("The file is no readable text. Save it as UTF-8 text and send it again.")


class QuotaReached(FileRefused):
    """The record, or the person for today, has enough files."""

    sentence = _(
        "No more files fit here (%(count)s files, %(size)s MB). Remove what is not needed, or try again tomorrow."
    )
