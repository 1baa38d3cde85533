"""What is taken in is what it says it is, small enough, and harmless; what is refused is refused in a sentence."""

import contextlib
import io
import signal
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from safar.foundation.files import refusals
from safar.foundation.files.accept import accept
from safar.foundation.files.kinds import BY_CODE, KINDS
from safar.foundation.files.names import LONGEST, tidy_name
from safar.foundation.files.tests.makers import (
    located_picture,
    object_stream,
    pdf,
    picture,
    with_entries,
    workbook,
)


def taken(content, name, **options):
    return accept(SimpleUploadedFile(name, content, content_type="image/png"), **options)


def refused(content, name, error):
    with pytest.raises(error) as caught:
        taken(content, name)
    [sentence] = caught.value.messages
    assert "%(" not in sentence
    assert len(sentence) > 30
    return caught.value


class TestKinds:
    @pytest.mark.parametrize(
        ("content", "name", "code"),
        [
            (pdf(), "a.pdf", "PDF"),
            (picture(), "a.JPG", "JPEG"),
            (picture("PNG"), "a.png", "PNG"),
            (workbook(), "a.xlsx", "XLSX"),
            ("ism;soni\nGʻani;3\n".encode(), "a.csv", "CSV"),
            (b"salom", "a.txt", "TEXT"),
        ],
    )
    def test_each_kind_is_taken_by_its_content_whatever_its_sender_calls_it(self, content, name, code):
        accepted = taken(content, name)
        assert accepted.kind.code == code
        assert accepted.name.endswith(f".{BY_CODE[code].extensions[0]}")

    @pytest.mark.parametrize("name", ["a.exe", "a.html", "a.svg", "a.docm", "a", "pdf", "a.pdf.exe", ""])
    def test_other_kinds_are_refused_by_name(self, name):
        with pytest.raises(refusals.UnknownKind) as caught:
            accept(io.BytesIO(pdf()), name=name)
        assert "PDF" in caught.value.messages[0]

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (picture("PNG"), "a.pdf"),
            (picture("PNG"), "a.jpg"),
            (pdf(), "a.txt"),
            (workbook(), "a.csv"),
            (b"MZ\x90\x00", "a.pdf"),
            (b"<html><script>", "a.png"),
            (b"GIF89a", "a.jpg"),
            (b"\xd0\xcf\x11\xe0", "a.xlsx"),
            (b"junk %PDF-1.7", "a.pdf"),
        ],
    )
    def test_a_name_that_does_not_fit_the_content_is_refused(self, content, name):
        refused(content, name, refusals.WrongKind)

    def test_a_kind_not_wanted_here_is_refused(self):
        with pytest.raises(refusals.UnknownKind):
            taken(pdf(), "a.pdf", kinds=("JPEG", "PNG"))

    def test_nothing_is_refused(self):
        refused(b"", "a.pdf", refusals.EmptyFile)

    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
    def test_one_byte_too_many_is_refused(self, kind):
        content = kind.magic + b" " * (kind.most + 1 - len(kind.magic))
        error = refused(content, f"a.{kind.extensions[0]}", refusals.TooLarge)
        assert str(kind.most // 1_000_000) in error.messages[0]

    def test_what_an_accepted_file_says_of_itself_names_nobody(self):
        accepted = taken(b"salom", "Gulnora Karimova.txt")
        assert "Gulnora" not in f"{accepted} {accepted!r}"


class TestNames:
    @pytest.mark.parametrize(
        ("name", "tidy"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\Vali\\hujjat.PDF", "hujjat.pdf"),
            ("ma'lumot\u202efdp.pdf", "maʼlumotfdp.pdf"),
            ("a\x00b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
            ("  .hidden.pdf ", "hidden.pdf"),
            ("CON.pdf", "file_CON.pdf"),
            ("???.pdf", "file.pdf"),
            (".pdf", "file.pdf"),
            ("Шартнома  №5.pdf", "Шартнома №5.pdf"),
        ],
    )
    def test_names_are_harmless_and_stay_readable(self, name, tidy):
        assert tidy_name(name, BY_CODE["PDF"]) == tidy

    @given(st.text(max_size=300))
    def test_any_name_becomes_one(self, name):
        tidy = tidy_name(name, BY_CODE["JPEG"])
        assert tidy.endswith(".jpg")
        assert len(tidy) <= LONGEST
        assert not set(tidy) & set('/\\:*?"<>|\x00\r\n')
        assert not tidy.startswith(".")
        assert tidy_name(tidy, BY_CODE["JPEG"]) == tidy


class TestPictures:
    def test_what_the_camera_knew_is_gone_and_the_picture_stands_upright(self):
        accepted = taken(located_picture(), "a.jpg")
        with Image.open(io.BytesIO(accepted.content)) as seen:
            assert seen.size == (20, 40)
            assert dict(seen.getexif()) == {}
            assert not {"exif", "comment", "icc_profile"} & set(seen.info)
        for told in (b"PhoneMaker", b"Gulnora", b"taken at home", b"profile of"):
            assert told in located_picture()
            assert told not in accepted.content

    def test_text_in_a_png_is_gone_and_transparency_stays(self):
        told = PngInfo()
        told.add_text("Author", "Gulnora Karimova")
        source = picture("PNG", mode="RGBA", pnginfo=told)
        accepted = taken(source, "a.png")
        assert b"Gulnora" in source
        assert b"Gulnora" not in accepted.content
        with Image.open(io.BytesIO(accepted.content)) as seen:
            assert seen.mode == "RGBA"

    def test_bytes_hidden_behind_a_picture_are_gone(self):
        accepted = taken(picture() + b"<script>PK\x03\x04 another file", "a.jpg")
        assert b"another file" not in accepted.content

    @pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
    def test_every_sort_of_png_is_written_anew(self, mode):
        with Image.open(io.BytesIO(taken(picture("PNG", mode=mode), "a.png").content)) as seen:
            assert seen.size == (40, 20)

    def test_a_print_in_four_colours_becomes_one_for_the_screen(self):
        with Image.open(io.BytesIO(taken(picture(mode="CMYK"), "a.jpg").content)) as seen:
            assert seen.mode == "RGB"

    def test_a_small_file_with_a_flood_of_pixels_is_refused_unopened(self):
        flood = bytearray(picture("PNG"))
        flood[16:24] = struct.pack(">II", 60_000, 60_000)
        flood[29:33] = struct.pack(">I", zlib.crc32(flood[12:29]))
        refused(bytes(flood), "a.png", refusals.TooManyPixels)

    def test_a_long_thin_picture_is_refused_too(self):
        refused(picture("PNG", size=(30_000, 1)), "a.png", refusals.TooManyPixels)

    def test_a_very_large_photograph_is_halved(self):
        with Image.open(io.BytesIO(taken(picture(size=(5_000, 4_000)), "a.jpg").content)) as seen:
            assert seen.size == (2_500, 2_000)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    @pytest.mark.parametrize("part", [0.3, 0.8])
    def test_a_picture_cut_off_is_refused(self, kind, part):
        whole = picture(kind, size=(300, 300))
        refused(whole[: int(len(whole) * part)], f"a.{BY_CODE[kind].extensions[0]}", refusals.BrokenPicture)

    @given(st.binary(max_size=200), st.sampled_from(["JPEG", "PNG"]))
    def test_rubbish_behind_the_sign_is_refused(self, rubbish, code):
        with pytest.raises(refusals.BrokenPicture):
            taken(BY_CODE[code].magic + rubbish, f"a.{BY_CODE[code].extensions[0]}")


class TestPdf:
    def test_an_ordinary_one_is_kept_byte_for_byte(self):
        content = pdf(
            catalog=b"/OpenAction [3 0 R /Fit] /Outlines << /First 3 0 R >>",
            objects=object_stream(b"<< /Type /Font /BaseFont /JSans >>")
            + b"5 0 obj\n<< /A << /S /URI /URI (https://gov.uz/JavaScript) >> >>\nendobj\n"
            + b"6 0 obj\n<< /Length 9 >>\nstream\n(/Launchpad)\nendstream\nendobj\n",
        )
        assert taken(content, "a.pdf").content == content

    @pytest.mark.parametrize(
        "active",
        [
            b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
            b"/OpenAction<</S/JavaScript/JS(x)>>",
            b"/OpenAction << /S /J#61va#53cript /JS (x) >>",
            b"/AA << /O << /S /Launch /F (cmd.exe) >> >>",
            b"/OpenAction << /S /L#61unch /F (cmd.exe) >>",
            b"/Names << /EmbeddedFiles << /Names [(a.exe) 9 0 R] >> >>",
            b"/AcroForm << /XFA 9 0 R >>",
            b"/OpenAction << /S /GoToR /F (\\\\\\\\server\\\\share) >>",
            b"/AA << /C << /S /SubmitForm /F (http://x) >> >>",
            b"/A << /S /ImportData >>",
            b"/Annots [<< /Subtype /RichMedia >>]",
            b"/A << /S /Rendition >>",
        ],
    )
    def test_one_that_can_act_is_refused(self, active):
        refused(pdf(catalog=active), "a.pdf", refusals.ActivePdf)
        refused(pdf(objects=object_stream(b"<< " + active + b" >>")), "a.pdf", refusals.ActivePdf)

    @pytest.mark.parametrize(
        ("head", "dictionary"),
        [
            (b"/Type /ObjStm /N 1 /First 4", b"/Filter [/FlateDecode]"),
            (b"/Type /Obj#53tm /N 1 /Fir#73t 4", b"/Fil#74er /Flat#65Decode"),
            (b"/N 1 /First 4", b"/Filter/FlateDecode"),
            (b"/N 1 /First 4 /X (endobj)", b"/Filter/FlateDecode"),
            (b"/N 1 /First 4 /X (>> stream ( \\) ) ) /Y <3e3e>", b"/Filter/FlateDecode"),
            (b"/N 1 /First 4 % >> endobj (\n", b"/Filter/FlateDecode"),
            (b"/Type 9 0 R /N 1 /First 4", b"/Filter/FlateDecode"),
        ],
    )
    def test_a_script_in_packed_objects_is_found_however_the_packing_is_described(self, head, dictionary):
        hidden = object_stream(b"<< /S /JavaScript /JS (x) >>", head=head, dictionary=dictionary)
        refused(pdf(objects=hidden), "a.pdf", refusals.ActivePdf)

    def test_a_script_hidden_inside_another_stream_is_found(self):
        inner = object_stream(b"<< /S /JavaScript /JS (x) >>")
        outer = b"5 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(inner), inner)
        refused(pdf(objects=outer), "a.pdf", refusals.ActivePdf)

    @pytest.mark.parametrize(
        "dictionary",
        [
            b"/Filter /LZWDecode",
            b"/Filter [/ASCIIHexDecode /FlateDecode]",
            b"/Filter [/FlateDecode /ASCIIHexDecode]",
            b"/Filter /FlateDecode /Filter /LZWDecode",
            b"/Filter 9 0 R",
            b"/Filter /FlateDecode /DecodeParms << /Predictor 12 >>",
            b"/Filter /FlateDecode /Decode#50arms << /Predictor 12 >>",
        ],
    )
    def test_packed_objects_that_cannot_be_looked_at_are_refused(self, dictionary):
        refused(pdf(objects=object_stream(b"<< >>", dictionary=dictionary)), "a.pdf", refusals.BrokenPdf)

    def test_packed_objects_that_do_not_unpack_are_refused(self):
        refused(pdf(objects=object_stream(b"", packed=b"not packed at all")), "a.pdf", refusals.BrokenPdf)

    def test_one_under_a_password_is_refused(self):
        refused(pdf(trailer=b"/Encrypt 9 0 R "), "a.pdf", refusals.LockedPdf)

    def test_one_cut_off_is_refused(self):
        refused(pdf()[:-30], "a.pdf", refusals.BrokenPdf)

    def test_a_bomb_is_refused_before_it_fills_the_memory(self):
        packer = zlib.compressobj(9)
        zeros = bytes(1_000_000)
        bomb = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
        refused(pdf(objects=object_stream(b"", packed=bomb)), "a.pdf", refusals.UnpacksTooLarge)

    @pytest.mark.parametrize(
        "hostile",
        [
            b"obj<<",
            b"obj<<(",
            b"obj<</First 1/Filter/FlateDecode>>stream\n\x78\x9c",
            b"obj<</First 1/Filter/FlateDecode>>stream\n\x78\x01\x00\xff\xff\x00\x00",
            b"obj<<>>stream\n",
            b"obj",
            b"obj ",
            b"obj%",
            b"(",
            b"<<",
            b"%obj<<\n",
            b"(http://",
            b"obj<<(\\(",
        ],
    )
    def test_a_file_of_nothing_but_beginnings_is_judged_at_once(self, hostile):
        starts = (hostile * 1_000_000)[:2_000_000]
        closed = starts + b")" * starts.count(b"(") + b">>" * starts.count(b"<<")
        content = pdf(objects=starts + b"a" * 2_000_000 + closed)
        with given_up_after(seconds=20), contextlib.suppress(refusals.FileRefused):
            taken(content, "a.pdf")


@contextlib.contextmanager
def given_up_after(*, seconds):
    def give_up(*_):
        raise TimeoutError("still judging")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class TestWorkbooks:
    def test_its_cells_stay_and_its_author_goes(self):
        source = workbook(creator="Gulnora Karimova", title="Roʻyxat")
        accepted = taken(source, "a.xlsx")
        book = load_workbook(io.BytesIO(accepted.content))
        assert [[cell.value for cell in row] for row in book.active] == [["Ism", "Soni"], ["Gʻani", 3]]
        assert book.properties.creator != "Gulnora Karimova"
        with zipfile.ZipFile(io.BytesIO(accepted.content)) as archive:
            assert b"Gulnora" not in b"".join(archive.read(name) for name in archive.namelist())

    def test_pictures_inside_lose_their_metadata(self):
        accepted = taken(with_entries(workbook(), [("xl/media/image1.jpg", located_picture())]), "a.xlsx")
        with zipfile.ZipFile(io.BytesIO(accepted.content)) as archive:
            assert b"PhoneMaker" not in archive.read("xl/media/image1.jpg")

    def test_a_bomb_is_refused_while_it_unpacks(self):
        sheet = [("xl/worksheets/sheet1.xml", b"<x/>" + b" " * 30_000_000)]
        refused(with_entries(workbook(), sheet), "a.xlsx", refusals.UnpacksTooLarge)

    def test_many_small_parts_that_unpack_to_much_are_refused(self):
        block = bytes(range(1, 256)) * 3_600
        parts = [(f"xl/media/{n}.dat", block) for n in range(130)]
        refused(with_entries(workbook(), parts), "a.xlsx", refusals.UnpacksTooLarge)

    def test_too_many_entries_are_refused(self):
        parts = [(f"xl/media/{n}.dat", b"") for n in range(2_001)]
        refused(with_entries(workbook(), parts), "a.xlsx", refusals.UnpacksTooLarge)

    def test_a_stated_size_is_not_believed(self):
        source = bytearray(with_entries(workbook(), [("xl/media/a.dat", b"a" * 30_000_000)]))
        at = source.rfind(b"PK\x01\x02", 0, source.rfind(b"xl/media/a.dat"))
        source[at + 24 : at + 28] = struct.pack("<I", 10)
        with pytest.raises((refusals.UnpacksTooLarge, refusals.BrokenWorkbook)):
            taken(bytes(source), "a.xlsx")

    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/cron.d/x",
            "/etc/passwd",
            "xl/../../x",
            "C:\\x.xml",
            "xl\\..\\x",
            "xl/a\x00.xml",
            "XL/WORKBOOK.XML",
        ],
    )
    def test_entries_that_point_outside_or_at_each_other_are_refused(self, name):
        entry = zipfile.ZipInfo("placeholder")
        entry.filename = name
        with pytest.raises((refusals.UnsafeArchive, refusals.BrokenWorkbook)):
            taken(with_entries(workbook(), [(entry, b"<x/>")]), "a.xlsx")

    def test_a_symbolic_link_is_refused(self):
        link = zipfile.ZipInfo("xl/media/link")
        link.external_attr = 0o120777 << 16
        refused(with_entries(workbook(), [(link, b"/etc/passwd")]), "a.xlsx", refusals.UnsafeArchive)

    def test_an_archive_inside_the_archive_is_refused(self):
        refused(with_entries(workbook(), [("xl/media/a.dat", workbook())]), "a.xlsx", refusals.UnsafeArchive)

    @pytest.mark.parametrize(
        "name",
        [
            "xl/vbaProject.bin",
            "xl/activeX/activeX1.xml",
            "xl/embeddings/oleObject1.bin",
            "xl/macrosheets/sheet1.xml",
            "xl/externalLinks/externalLink1.xml",
        ],
    )
    def test_macros_and_embedded_objects_are_refused(self, name):
        refused(with_entries(workbook(), [(name, b"<x/>")]), "a.xlsx", refusals.ActiveWorkbook)

    @pytest.mark.parametrize(
        "part",
        [
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
        ],
    )
    def test_entities_are_refused(self, part):
        refused(with_entries(workbook(), [("xl/theme/x.xml", part)]), "a.xlsx", refusals.UnsafeArchive)

    def test_another_archive_is_no_workbook(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("word/document.xml", "<x/>")
        refused(target.getvalue(), "a.xlsx", refusals.BrokenWorkbook)

    def test_a_workbook_cut_off_is_refused(self):
        refused(workbook()[:-100], "a.xlsx", refusals.BrokenWorkbook)

    @given(st.integers(0), st.integers(1, 255))
    def test_a_changed_byte_never_ends_in_anything_but_a_sentence(self, at, flip):
        content = bytearray(WORKBOOK)
        content[4 + at % (len(content) - 4)] ^= flip
        with contextlib.suppress(refusals.FileRefused):
            taken(bytes(content), "a.xlsx")


WORKBOOK = workbook()


class TestTexts:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
    def test_text_in_any_usual_encoding_is_kept_as_utf_8(self, encoding):
        text = "Исм;Сони\r\nАлишер;3\r\n"
        assert taken(text.encode(encoding), "a.txt").content.decode("utf-8") == text
        assert taken(text.encode(encoding), "a.csv").content == text.encode("utf-8-sig")

    @pytest.mark.parametrize(
        "content", [b"a\x00b", b"\x1b[2J", b"\xff\xfe\x00", bytes(range(256)), b"\x98\xff"]
    )
    def test_what_is_no_text_is_refused(self, content):
        refused(content, "a.txt", refusals.NotText)
