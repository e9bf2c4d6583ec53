"""Lists that are packed: `.csv.gz`, or a `.zip` with one file in it, but for spreadsheets, which are archives too."""

import gzip
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from jobs.io.disk import is_full
from jobs.model.records import BadManifest
from wikitext.messages import message

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\3\4"
_SPREADSHEET = re.compile(r"\[Content_Types\]\.xml|mimetype|(xl|_rels)/.*")
_MAX_UNPACKED = 200_000_000
_MAX_DIRECTORY = 1_000_000
_DIRECTORY_SIZE = re.compile(rb"PK\x05\x06(?=.{8}(.{4}))", re.DOTALL)
_CHUNK = 1 << 16


def unpacked(file: BinaryIO) -> BinaryIO:
    """The file, or the one that is packed in it. Raises BadManifest."""
    file.seek(0)
    beginning = file.read(4)
    file.seek(0)
    with _told():
        if beginning.startswith(_GZIP):
            return _copied(gzip.GzipFile(fileobj=file))
        if beginning == _ZIP:
            checked_size(file)
            archive = ZipFile(file)
            names = [name for name in archive.namelist() if not re.search(r"/$|^__MACOSX/|(^|/)\.", name)]
            if not any(map(_SPREADSHEET.fullmatch, names)):
                return _copied(archive.open(_only(archive, names)))
    return file


def _only(archive: ZipFile, names: list[str]) -> str:
    if len(names) != 1:
        raise BadManifest(message("manifest-archive", ", ".join(names)[:200]))
    if archive.getinfo(names[0]).compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZipFile("unknown compression")
    return names[0]


def _copied(content: IO[bytes] | gzip.GzipFile) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the rows are read from it
    while chunk := content.read(_CHUNK):
        copy.write(chunk)
        if copy.tell() > _MAX_UNPACKED:
            raise BadManifest(message("manifest-packed-large", _MAX_UNPACKED // 1_000_000))
    copy.seek(0)
    return copy


def checked_size(file: BinaryIO) -> int:
    """The size of a zip archive. Raises BadZipFile: its directory is so large that it cannot be read into memory whole.

    One too large for 32 bits is announced by a locator (APPNOTE 4.3.15, `PK` 6 7); no workbook has that.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 70_000))
    end = file.read()
    file.seek(0)
    sizes = [struct.unpack("<L", found)[0] for found in _DIRECTORY_SIZE.findall(end)]
    if max(sizes, default=0) > _MAX_DIRECTORY or b"PK\6\7" in end:
        raise BadZipFile("too many files in it")
    return size


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the libraries raise into a sentence; they check little before they compute."""
    try:
        yield
    except (BadZipFile, zlib.error, struct.error, OSError, EOFError, KeyError, ValueError, RuntimeError) as error:
        if is_full(error):
            raise
        raise BadManifest(message("manifest-xlsx-broken", str(error)[:100])) from None
