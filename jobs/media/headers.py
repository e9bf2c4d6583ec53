"""How large a picture is and how it is turned, by its header; no pixel is decoded."""

import io
import logging
import struct
import warnings
from pathlib import Path

from PIL import ExifTags, Image, ImageFile

from jobs.model.actions import Picture

_FORMATS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "tif": "TIFF"}
_MOST = 64_000_000
_UPRIGHT = 1
# What Pillow's documentation says of broken headers, and what they were found to raise besides.
_BROKEN = (OSError, ValueError, TypeError, SyntaxError, struct.error)

# Pillow refuses large pictures, for decoding them takes memory. Nothing is decoded here, and scans are large.
Image.MAX_IMAGE_PIXELS = None
# It calls a strange header an error. It is the partner's, not one of this program that somebody should look at.
logging.getLogger("PIL").setLevel(logging.CRITICAL)


class _Sparing(io.FileIO):
    """A file that ends where too much of it is read: a header may point to the same bytes over and over."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._left = _MOST

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._left + 1 if size is None or size < 0 else size
        data = super().read(min(wanted, self._left + 1)) or b""
        self._left -= len(data)
        if self._left < 0:
            raise OSError("the header is too large")
        return data


def picture(path: Path, extension: str) -> Picture | None:
    """What the header of a file says (`extension`: its type's); None if it is no picture of pixels, or broken."""
    if extension not in _FORMATS:
        return None
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            _Sparing(path) as file,
            Image.open(file, formats=[_FORMATS[extension]]) as image,
        ):
            return Picture(*_size(image), _orientation(image))
    except _BROKEN:
        return None


def _size(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Pillow swaps the sides of a TIFF that lies on its side, and of no other."""
    width, height = image.size
    return (height, width) if image.format == "TIFF" and _orientation(image) > 4 else (width, height)


def _orientation(image: ImageFile.ImageFile) -> int:
    """As the EXIF data before the pixels say: asked for others, Pillow would decode the pixels to get behind them."""
    tags = image.getexif() if image.format == "TIFF" or "exif" in image.info else {}
    said = tags.get(ExifTags.Base.Orientation)
    return said if isinstance(said, int) and said in range(1, 9) else _UPRIGHT
