"""Files of every kind, good and bad, made in memory."""

import io
import zipfile
import zlib

from openpyxl import Workbook
from PIL import Image

PAGE = b"""%%PDF-1.7
1 0 obj
<< /Type /Catalog /Pages 2 0 R %s >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>
endobj
%s
trailer << /Root 1 0 R /Size 4 %s>>
startxref
0
%%%%EOF
"""


def pdf(*, catalog=b"", objects=b"", trailer=b""):
    """A one-page PDF with something added to its catalogue, its objects or its trailer."""
    return PAGE % (catalog, objects, trailer)


def object_stream(
    inside, *, dictionary=b"/Filter /FlateDecode", head=b"/Type /ObjStm /N 1 /First 4", packed=None
):
    """A compressed stream of objects, as PDF 1.5 has them."""
    body = zlib.compress(b"9 0 " + inside) if packed is None else packed
    return b"8 0 obj\n<< %s %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        head,
        dictionary,
        len(body),
        body,
    )


def picture(kind="JPEG", *, size=(40, 20), mode="RGB", **options):
    """A small picture."""
    target = io.BytesIO()
    Image.new(mode, size, "teal" if mode in ("RGB", "RGBA") else 0).save(target, format=kind, **options)
    return target.getvalue()


def located_picture():
    """A photograph, lying on its side, that knows where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "PhoneMaker"
    exif[0x013B] = "Gulnora Karimova"
    exif.get_ifd(0x8825)[2] = (41.0, 18.0, 40.0)
    return picture(exif=exif, comment=b"taken at home", icc_profile=b"profile of the camera")


def workbook(**properties):
    """An ordinary workbook."""
    book = Workbook()
    book.active.append(["Ism", "Soni"])
    book.active.append(["Gʻani", 3])
    for name, value in properties.items():
        setattr(book.properties, name, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_entries(content, entries):
    """A workbook with entries added or replaced: names or `ZipInfo` to bytes."""
    target = io.BytesIO()
    replaced = {getattr(name, "filename", name) for name, _part in entries}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fresh,
    ):
        for entry in archive.infolist():
            if entry.filename not in replaced:
                fresh.writestr(entry, archive.read(entry))
        for name, part in entries:
            fresh.writestr(name, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()
