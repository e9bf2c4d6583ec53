"""What a file is, told by its first bytes."""

from dataclasses import dataclass
from pathlib import Path

import filetype

_HEAD = 8192


@dataclass(frozen=True)
class MediaType:
    """A type and the ending Commons gives its files."""

    mime: str
    extension: str


_SVG = MediaType("image/svg+xml", "svg")
_ENDINGS = {"tif": "tif", "tiff": "tif", "jpeg": "jpg", "jpg": "jpg"}
# Names servers use for the type that `filetype` calls otherwise.
_SAME = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png", "image/tif": "image/tiff"}
# What servers say when they do not know.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})


def media_type(path: Path) -> MediaType | None:
    """The type of the file's content; None if it is no media (a web page, a text, anything unknown)."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if (kind := filetype.guess(head)) is not None:
        return MediaType(kind.mime, _ENDINGS.get(kind.extension, kind.extension))
    lowered = head.lower()
    if b"<svg" in lowered and b"<html" not in lowered:
        return _SVG
    return None


def is_said_to_be(said: str, found: MediaType) -> bool:
    """Whether a server's Content-Type agrees with what the bytes are; one that says nothing agrees."""
    return said in _UNSAID or _SAME.get(said, said) == found.mime
