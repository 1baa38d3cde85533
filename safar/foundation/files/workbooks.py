"""An XLSX workbook is a ZIP archive: unpacked within limits and packed anew, without macros, traps or its author's name."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from safar.foundation.files.kinds import BY_CODE, MB, Kind, by_content
from safar.foundation.files.pictures import clean_picture
from safar.foundation.files.refusals import ActiveWorkbook, BrokenWorkbook, UnpacksTooLarge, UnsafeArchive

ENTRIES_MOST = 2_000
#: XML packs well; above this, and above a megabyte, it is a bomb.
RATIO_MOST = 200
_PIECE = 65_536
_SAFE = re.compile(r"[A-Za-z0-9_\-.()&\[\] /]{1,200}")
_ACTIVE = re.compile(
    r"(?i)vbaproject|/activex/|/embeddings/|/macrosheets/|/dialogsheets/|\.bin$|/ctrlprops/|/externallinks/"
)
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"BZh",
    b"\xfd7zXZ",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
)
_TYPES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)")
_PROPERTIES = re.compile(r"(?i)docprops/(core|app|custom)\.xml")
_EMPTY = {
    "core": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties|coreProperties",
    "app": "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties|Properties",
    "custom": "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties|Properties",
}
_PRINTER = re.compile(r"xl/printerSettings/[\w.]+\.bin")


def clean_workbook(content: bytes, kind: Kind) -> bytes:
    """The workbook packed anew: the same sheets, no properties of its author, pictures without metadata."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_directory(entries)
            return _packed_anew(archive, entries, kind)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise BrokenWorkbook from error


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """Judge the list of entries before anything is unpacked."""
    names = [entry.filename for entry in entries]
    if len(entries) > ENTRIES_MOST:
        raise UnpacksTooLarge
    if len({name.lower() for name in names}) < len(names) or not all(_is_safe(entry) for entry in entries):
        raise UnsafeArchive
    if any(_ACTIVE.search(f"/{name}") and not _PRINTER.fullmatch(name) for name in names):
        raise ActiveWorkbook
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise BrokenWorkbook


def _is_safe(entry: zipfile.ZipInfo) -> bool:
    name, mode = entry.orig_filename, entry.external_attr >> 16
    inside = _SAFE.fullmatch(name) and not name.startswith("/") and ".." not in name.split("/")
    plain = not stat.S_IFMT(mode) or stat.S_ISREG(mode) or stat.S_ISDIR(mode)
    readable = not entry.flag_bits & 0x1 and entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return bool(inside and plain and readable)


def _packed_anew(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: Kind) -> bytes:
    target, allowed = io.BytesIO(), kind.unpacked_most
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fresh:
        for entry in entries:
            if entry.is_dir():
                continue
            part = _unpacked(archive, entry, allowed)
            allowed -= len(part)
            fresh.writestr(
                zipfile.ZipInfo(entry.filename), _cleaned(entry.filename, part), zipfile.ZIP_DEFLATED
            )
    return target.getvalue()


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, allowed: int) -> bytes:
    """One entry, counted as it comes out: the sizes an archive states are not believed."""
    found = bytearray()
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            found += piece
            if len(found) > allowed or len(found) > max(MB, RATIO_MOST * entry.compress_size):
                raise UnpacksTooLarge
    return bytes(found)


def _cleaned(name: str, part: bytes) -> bytes:
    if properties := _PROPERTIES.fullmatch(name):
        namespace, _bar, root = _EMPTY[properties[1].lower()].partition("|")
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{root} xmlns="{namespace}"/>'.encode()
        )
    if name.lower().endswith((".xml", ".rels", ".vml")):
        # Entities, and encodings in which they would not be seen.
        if _TYPES.search(part) or b"\x00" in part:
            raise UnsafeArchive
        if b"macroEnabled" in part and name == "[Content_Types].xml":
            raise ActiveWorkbook
        return part
    picture = by_content(part[:16])
    if picture in (BY_CODE["JPEG"], BY_CODE["PNG"]):
        return clean_picture(part, picture)
    if part.startswith(_ARCHIVES):
        raise UnsafeArchive
    return part
