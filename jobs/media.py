"""What a partner's file is, told by its first bytes."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import filetype

from jobs.kind import Refusal, Sources
from jobs.web import Unfetched
from wikitext.messages import message

_HEAD = 8192
# What may stand before the root element: each is taken whole or not at all, so nothing makes the search turn back.
_PROLOG = rb"<\?.*?\?>|<!--.*?-->|<!doctype\s+svg[^>\[]*(?:\[[^\]]*\]\s*)?>"
_SVG_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?>(?:" + _PROLOG + rb")\s*+)*+<(?:\w+:)?svg[\s>/]", re.DOTALL)


@dataclass(frozen=True)
class MediaType:
    """A type and the ending Commons gives its files."""

    mime: str
    extension: str


@dataclass(frozen=True)
class Media:
    """A file that a wiki would take: which bytes (SHA-1 in hex), how many, of what type."""

    sha1: str
    size: int
    type: MediaType


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
    if _SVG_ROOT.match(lowered):
        return _SVG
    return None


def is_said_to_be(said: str, found: MediaType) -> bool:
    """Whether a server's Content-Type agrees with what the bytes are; one that says nothing agrees."""
    return said in _UNSAID or _SAME.get(said, said) == found.mime


def look_at_media(url: str, sources: Sources) -> Media | Refusal:
    """What is at the address, or why it cannot be uploaded. The file itself is not kept: a plan holds its SHA-1."""
    with tempfile.NamedTemporaryFile(dir=sources.spool) as file:
        try:
            fetched = sources.web.fetch(url, sources.policy.hosts, file, sources.policy.max_file_bytes)
        except Unfetched as error:
            return Refusal(error.why)
        found = media_type(Path(file.name))
    if found is None or found.extension not in sources.wiki.file_extensions():
        return Refusal(message("row-not-media", url, found.mime if found else fetched.content_type or "?"))
    if not is_said_to_be(fetched.content_type, found):
        return Refusal(message("row-type-differs", url, fetched.content_type, found.mime))
    return Media(fetched.sha1, fetched.size, found)
