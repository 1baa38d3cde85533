"""Pictures are opened within limits and written anew: nothing of the camera, the place or the author goes along."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps

from safar.foundation.files.kinds import MB, Kind
from safar.foundation.files.refusals import BrokenPicture, TooManyPixels

#: A photograph beyond this is kept at half its width: still twice what a page of print needs.
HALVED_BEYOND = 16 * MB
LONGEST_SIDE = 20_000
_DOES_NOT_OPEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, struct.error, zlib.error,
)  # fmt: skip


def clean_picture(content: bytes, kind: Kind) -> bytes:
    """The picture re-encoded, upright, without any metadata. Only the first frame of a moving one stays."""
    try:
        with Image.open(io.BytesIO(content), formats=[kind.code]) as picture:
            width, height = picture.size
            if width * height > kind.pixels_most or max(width, height) > LONGEST_SIDE:
                raise TooManyPixels(most=kind.pixels_most // MB)
            if width * height > HALVED_BEYOND:
                # JPEG decodes straight to half the size; PNG ignores this and stays under its own limit.
                picture.draft("RGB", (width // 2, height // 2))
            picture.load()
            return _written(ImageOps.exif_transpose(picture), kind)
    except TooManyPixels:
        raise
    except Image.DecompressionBombError as error:
        raise TooManyPixels(most=kind.pixels_most // MB) from error
    except _DOES_NOT_OPEN as error:
        raise BrokenPicture from error


def _written(picture: Image.Image, kind: Kind) -> bytes:
    see_through = kind.code == "PNG" and (
        picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    )
    plain = picture.convert("RGBA" if see_through else "L" if picture.mode in ("1", "L", "I;16") else "RGB")
    # Comment, EXIF, profile and text chunks travel in here.
    plain.info = {}
    target = io.BytesIO()
    plain.save(target, format=kind.code, **({"quality": 90} if kind.code == "JPEG" else {}))
    return target.getvalue()
