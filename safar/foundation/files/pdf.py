"""PDF is looked through, not re-made: what could act by itself, hide or not be checked is refused.

Names may be written with ``#xx`` for any letter and may lie in compressed object streams, so both are undone before
looking. A reader follows byte offsets and may find objects inside what looks like a stream, so the whole file is searched,
streams and all; the names looked for are long enough not to turn up by chance. An action needs its name (``/S
/JavaScript``), and an object stream its ``/First``: neither can be left out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from safar.foundation.files.kinds import Kind
from safar.foundation.files.refusals import ActivePdf, BrokenPdf, LockedPdf, UnpacksTooLarge

#: What a page does not need: scripts, programs, attachments, forms that send, doors to other files, media players.
ACTIVE = (
    "JavaScript", "Launch", "EmbeddedFile", "EmbeddedFiles", "RichMedia", "SubmitForm", "ImportData", "GoToR", "GoToE",
    "Rendition", "XFA",
)  # fmt: skip
_PIECE = 65_536


def _name(name: str) -> bytes:
    letters = "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name)
    return f"/{letters}".encode()


_ENDS = rb"(?=[\s\x00()<>\[\]{}/%]|$)"
_ACTIVE = re.compile(b"(?:" + b"|".join(_name(name) for name in ACTIVE) + b")" + _ENDS)
_LOCKED = re.compile(_name("Encrypt") + _ENDS)
_OF_OBJECTS = re.compile(b"(?:" + _name("ObjStm") + b"|" + _name("First") + b")" + _ENDS)
_FILTER = re.compile(_name("Filter") + _ENDS)
_PARAMETERS = re.compile(_name("DecodeParms") + _ENDS)
_FLATE = re.compile(
    _name("Filter")
    + rb"\s*(?:"
    + _name("FlateDecode")
    + _ENDS
    + rb"|\[\s*"
    + _name("FlateDecode")
    + rb"\s*\])"
)
_ADDRESS = re.compile(rb"\(https?://[^()\\\s\x00]*\)")
_FLAT = re.compile(rb"<<[^<>(%]*>>")
_TOKEN = re.compile(rb"<<|>>|\(|%[^\r\n]*|[^<>(%]+|.", re.DOTALL)
_IN_TEXT = re.compile(rb"\\.|[()]", re.DOTALL)
_BLANK = re.compile(rb"[\s\x00]*")
_LINE = re.compile(rb"[^\r\n]*")
_STREAM = re.compile(rb"stream\r?\n?")
#: Far above what an honest file of this size has; below what would keep us busy.
OBJECTS_MOST, BRACKETS_MOST, DEPTH_MOST = 300_000, 1_000_000, 200


def check_pdf(content: bytes, kind: Kind) -> bytes:
    """Return the content unchanged if it is a whole PDF of passive pages."""
    if b"startxref" not in content[-2048:] or b"%%EOF" not in content[-1024:]:
        raise BrokenPdf
    if _LOCKED.search(content):
        raise LockedPdf
    if _can_act(content):
        raise ActivePdf
    allowed = kind.unpacked_most
    for start in _object_streams(content):
        unpacked = _inflated(content, start, allowed)
        # Counted with the bytes read, so that many streams inside one another cannot keep us busy either.
        allowed -= len(unpacked) + _PIECE
        if _can_act(unpacked):
            raise ActivePdf
    return content


def _can_act(objects: bytes) -> bool:
    # An address may end like a forbidden name. In brackets and without a space it is text wherever it stands.
    return bool(_ACTIVE.search(_ADDRESS.sub(b"()", objects)))


def _object_streams(content: bytes) -> Iterator[int]:
    """Where the bytes of each packed stream of objects begin; `BrokenPdf` for one packed so that it cannot be read."""
    lexer = _Lexer(content)
    for begin, end in lexer.dictionaries():
        described = content[begin:end]
        if not _OF_OBJECTS.search(described) or not _FILTER.search(described):
            continue
        stream = _STREAM.match(content, lexer.past_comments(end))
        if stream is None:
            continue
        if (
            len(_FILTER.findall(described)) > 1
            or not _FLATE.search(described)
            or _PARAMETERS.search(described)
        ):
            raise BrokenPdf
        yield stream.end()


class _Lexer:
    """Finds the dictionaries that begin objects, in time that no file can stretch."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.brackets = self.read = 0
        self.comment = (0, 0)

    def dictionaries(self) -> Iterator[tuple[int, int]]:
        """Begin and end of the dictionary after each ``obj``."""
        at, objects = self.content.find(b"obj"), 0
        while at >= 0:
            begin = self.past_comments(at + 3)
            if self.content.startswith(b"<<", begin):
                objects += 1
                if objects > OBJECTS_MOST:
                    raise BrokenPdf
                yield begin, self.after_dictionary(begin)
            at = self.content.find(b"obj", at + 3)

    def past_comments(self, at: int) -> int:
        """The next place that is neither blank nor comment."""
        while True:
            at = _BLANK.match(self.content, at).end()  # type: ignore[union-attr]
            if not self.content.startswith(b"%", at):
                return at
            # Comments in comments end where the outer one does: that line is measured once.
            if not self.comment[0] <= at < self.comment[1]:
                self.comment = (at, _LINE.match(self.content, at).end())  # type: ignore[union-attr]
            at = self.comment[1]

    def after_dictionary(self, at: int) -> int:
        """The end of the dictionary that begins at `at`: brackets in texts and comments do not count."""
        if flat := _FLAT.match(self.content, at):
            return flat.end()
        begin, depth = at, 0
        while token := _TOKEN.match(self.content, at):
            at = self.after_text(token.end()) if token[0] == b"(" else token.end()
            depth += {b"<<": 1, b">>": -1}.get(token[0], 0)
            self.count(at - begin)
            if depth > DEPTH_MOST:
                break
            if depth == 0:
                self.read += at - begin
                return at
        raise BrokenPdf

    def after_text(self, at: int) -> int:
        """The end of the text whose bracket opened before `at`."""
        depth = 1
        for mark in _IN_TEXT.finditer(self.content, at):
            self.count(mark.end() - at)
            depth += {b"(": 1, b")": -1}.get(mark[0], 0)
            if depth == 0:
                return mark.end()
        raise BrokenPdf

    def count(self, read: int) -> None:
        """Give up on a file in which the same bytes are read again and again, or that is all brackets."""
        self.brackets += 1
        if self.brackets > BRACKETS_MOST or self.read + read > 4 * len(self.content):
            raise BrokenPdf


def _inflated(content: bytes, start: int, allowed: int) -> bytes:
    packer, found, at = zlib.decompressobj(), bytearray(), start
    try:
        while at < len(content) and not packer.eof:
            piece = content[at : at + _PIECE]
            at += len(piece)
            while piece and not packer.eof:
                found += packer.decompress(piece, _PIECE)
                piece = packer.unconsumed_tail
                if len(found) > allowed or at - start > allowed:
                    raise UnpacksTooLarge
    except zlib.error as error:
        raise BrokenPdf from error
    if not packer.eof:
        raise BrokenPdf
    return bytes(found)
