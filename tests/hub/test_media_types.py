"""The types that files are told to be, as the wiki sees them."""

from pathlib import Path

import pytest

from jobs.media.types import media_type
from tests.jobs.media import made as mediafiles

from .rig import Rig

FILES = {
    "BigTIFF": mediafiles.picture("TIFF", (42, 31), big_tiff=True),
    "DjVu": mediafiles.DJVU,
    "FLAC": mediafiles.FLAC,
    "GIF": mediafiles.picture("GIF", (41, 31)),
    "JPEG": mediafiles.picture("JPEG", (41, 31)),
    "MIDI": mediafiles.MIDI,
    "MP3": mediafiles.MP3,
    "MP3 with ID3": mediafiles.MP3_TAGGED,
    "MPEG": mediafiles.MPEG,
    "Ogg Opus": mediafiles.ogg(mediafiles.OPUS),
    "Ogg Theora": mediafiles.ogg(mediafiles.THEORA),
    "Ogg Vorbis": mediafiles.ogg(mediafiles.VORBIS),
    "PDF": mediafiles.PDF,
    "PNG": mediafiles.picture("PNG", (41, 31)),
    "SVG": mediafiles.SVG,
    "TIFF": mediafiles.picture("TIFF", (41, 31)),
    "WAV": mediafiles.WAV,
    "WebM": mediafiles.WEBM,
    "WebP": mediafiles.picture("WebP", (41, 31)),
}


@pytest.mark.parametrize("name", FILES)
def test_the_wiki_takes_a_file_under_the_ending_of_its_type(rig: Rig, tmp_path: Path, name: str) -> None:
    """MediaWiki looks into files, too, and refuses one whose ending does not go with what it finds there."""
    path = tmp_path / "file"
    path.write_bytes(FILES[name])
    found = media_type(path)
    assert found
    wiki = rig.hub.wikis[rig.wiki]
    assert found.extension in wiki.file_extensions()
    title = f"File:Type {name}.{found.extension}"
    wiki.publish(wiki.stash(path, title), title, "", "Test")
    assert title in wiki.page_infos([title])
