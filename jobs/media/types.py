"""The types of media files: told by a file's first bytes, and by the names and endings that others call them by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import filetype

HEAD = 8192
"""How many of a file's first bytes tell its type."""


@dataclass(frozen=True)
class MediaType:
    """A type and the ending Commons gives its files."""

    mime: str
    extension: str


_OGG = "application/ogg"
# The types that Commons takes, each with every ending its files are known by.
_ENDINGS = {
    MediaType("image/jpeg", "jpg"): ("jpg", "jpeg", "jpe", "jfif"),
    MediaType("image/png", "png"): ("png", "apng"),
    MediaType("image/gif", "gif"): ("gif",),
    MediaType("image/webp", "webp"): ("webp",),
    MediaType("image/tiff", "tif"): ("tif", "tiff"),
    MediaType("image/svg+xml", "svg"): ("svg",),
    MediaType("application/pdf", "pdf"): ("pdf",),
    MediaType("image/vnd.djvu", "djvu"): ("djvu", "djv"),
    MediaType(_OGG, "ogv"): ("ogv", "ogg", "ogm", "ogx"),
    MediaType(_OGG, "oga"): ("oga", "ogg", "ogx", "spx"),
    MediaType(_OGG, "opus"): ("opus", "oga", "ogg", "ogx"),
    MediaType("audio/wav", "wav"): ("wav", "wave"),
    MediaType("audio/flac", "flac"): ("flac",),
    MediaType("audio/mpeg", "mp3"): ("mp3",),
    MediaType("audio/midi", "mid"): ("mid", "midi", "kar"),
    MediaType("video/webm", "webm"): ("webm",),
    MediaType("video/mpeg", "mpg"): ("mpg", "mpeg", "mpe"),
}
_TYPES = {found.extension: found for found in _ENDINGS}
_MEDIA = (*filetype.image_matchers, *filetype.audio_matchers, *filetype.video_matchers)
# Endings of media that Commons does not take, too; the raw images are inside like TIFF, but are not.
_KNOWN = frozenset(
    {*(ending for endings in _ENDINGS.values() for ending in endings), *(kind.extension for kind in _MEDIA)}
    | {"jp2", "mpga", "raw", "dng", "nef", "arw", "orf", "rw2", "pef"}
)
# Where `filetype` has another ending than Commons.
_HERE = {"apng": "png", "midi": "mid"}
# Names servers use for these types (MediaWiki's MimeMap has most). Few servers look into an Ogg file.
_SAME = {
    "image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png", "image/apng": "image/png",
    "image/tif": "image/tiff", "image/x-tiff": "image/tiff", "image/x-tif": "image/tiff", "image/svg": "image/svg+xml",
    "text/xml": "image/svg+xml", "application/xml": "image/svg+xml", "application/x-pdf": "application/pdf",
    "image/x-djvu": "image/vnd.djvu", "image/x.djvu": "image/vnd.djvu", "image/djvu": "image/vnd.djvu",
    "audio/ogg": _OGG, "audio/x-ogg": _OGG, "video/ogg": _OGG, "video/x-ogg": _OGG, "application/x-ogg": _OGG,
    "audio/opus": _OGG, "audio/vorbis": _OGG, "audio/speex": _OGG,
    "audio/x-wav": "audio/wav", "audio/wave": "audio/wav", "audio/vnd.wave": "audio/wav", "audio/x-flac": "audio/flac",
    "audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg", "audio/mpeg3": "audio/mpeg", "audio/x-mpeg": "audio/mpeg",
    "audio/mid": "audio/midi", "audio/x-midi": "audio/midi", "audio/webm": "video/webm",
    "video/mpg": "video/mpeg", "video/x-mpeg": "video/mpeg", "application/mpeg": "video/mpeg",
}  # fmt: skip
# What servers say when they do not know.
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})

# What may stand before the root element: each is taken whole or not at all, so nothing makes the search turn back.
_PROLOG = rb"<\?.*?\?>|<!--.*?-->|<!doctype\s+svg[^>\[]*(?:\[[^\]]*\]\s*)?>"
_SVG_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?>(?:" + _PROLOG + rb")\s*+)*+<(?:\w+:)?svg[\s>/]", re.DOTALL)

# Beginnings that `filetype` does not know: BigTIFF; MPEG audio of layer III with a checksum, and of MPEG 2.5.
_BEGINNINGS = (
    (re.compile(rb"II\x2b\0\x08\0\0\0|MM\0\x2b\0\x08\0\0"), "tif"),
    (re.compile(rb"AT&TFORM.{4}DJV[UM]", re.DOTALL), "djvu"),
    (re.compile(rb"\xff[\xfa\xe2\xe3][^\xf0-\xff]", re.DOTALL), "mp3"),
)
# Where `filetype` is content with three letters, which a text may begin with as well.
_SURELY = {
    "gif": re.compile(rb"GIF8[79]a"),
    "mp3": re.compile(rb"\xff|ID3[\x02-\x04]"),
}
# How the first packet of a stream in an Ogg file begins, and what the stream is (Xiph's mapping of each codec).
_STREAMS = (
    (b"\x80theora", "ogv"),
    (b"BBCD\0", "ogv"),
    (b"\x01video\0", "ogv"),
    (b"OpusHead", "opus"),
    (b"\x01vorbis", "oga"),
    (b"\x7fFLAC", "oga"),
    (b"Speex   ", "oga"),
)
_BEGINS_STREAM = 2


def media_type(path: Path) -> MediaType | None:
    """The type of the file's content; None if it is no media (a web page, a text, anything unknown)."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(b"OggS"):
        return _ogg(head)
    if (kind := filetype.guess(head)) is not None:
        ending = _HERE.get(kind.extension, kind.extension)
        sure = ending not in _SURELY or _SURELY[ending].match(head)
        return _TYPES.get(ending, MediaType(kind.mime, kind.extension)) if sure else None
    if _SVG_ROOT.match(head.lower()):
        return _TYPES["svg"]
    return next((_TYPES[ending] for beginning, ending in _BEGINNINGS if beginning.match(head)), None)


def _ogg(head: bytes) -> MediaType | None:
    """Video if any stream is; else Opus if every one is; else other sound; None if no stream's codec is known."""
    found = {ending for packet in _first_packets(head) for start, ending in _STREAMS if packet.startswith(start)}
    return next((_TYPES[ending] for ending in ("ogv", "oga", "opus") if ending in found), None)


def _first_packets(head: bytes) -> Iterator[bytes]:
    """What each stream of an Ogg file begins with: the pages that say so stand before all others (RFC 3533)."""
    at = 0
    while head.startswith(b"OggS", at) and len(head) > at + 27 and head[at + 5] & _BEGINS_STREAM:
        start = at + 27 + head[at + 26]
        size = sum(head[at + 27 : start])
        yield head[start : start + size]
        at = start + size


def is_said_to_be(said: str, found: MediaType) -> bool:
    """Whether a server's Content-Type agrees with what the bytes are; one that says nothing agrees."""
    return said in _UNSAID or _SAME.get(said, said) == found.mime


def other_ending(url: str, found: MediaType) -> str:
    """The ending of the address's path where it is one of media, but not of this type; empty if it does not disagree.

    An ending that is not of media (`.php`, `.aspx`, none) says nothing.
    """
    ending = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower().lstrip(".")
    return ending if ending in _KNOWN and ending not in _ENDINGS.get(found, (found.extension,)) else ""
