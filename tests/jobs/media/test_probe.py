"""What a file is, told by its bytes."""

import struct
import tracemalloc
from pathlib import Path
from tempfile import NamedTemporaryFile
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from jobs.media.headers import picture
from jobs.media.probe import doubt
from jobs.media.types import MediaType, is_said_to_be, media_type, other_ending
from jobs.model.actions import Picture
from tests.jobs.media import made as mediafiles

JPEG = MediaType("image/jpeg", "jpg")
SVG = MediaType("image/svg+xml", "svg")


@pytest.mark.parametrize(
    ("kind", "mode", "found"),
    [
        ("JPEG", "RGB", JPEG),
        ("JPEG", "CMYK", JPEG),
        ("PNG", "RGBA", MediaType("image/png", "png")),
        ("GIF", "P", MediaType("image/gif", "gif")),
        ("TIFF", "RGB", MediaType("image/tiff", "tif")),
        ("TIFF", "1", MediaType("image/tiff", "tif")),
        ("WebP", "RGB", MediaType("image/webp", "webp")),
    ],
)
def test_images_are_known_by_their_bytes(tmp_path: Path, kind: str, mode: str, found: MediaType) -> None:
    """An image has its type and Commons' usual ending, whatever its file is called."""
    path = tmp_path / "image.txt"
    Image.new(mode, (8, 8)).save(path, kind)
    assert media_type(path) == found


@pytest.mark.parametrize(
    ("content", "extension", "mime"),
    [
        (mediafiles.PDF, "pdf", "application/pdf"),
        (mediafiles.picture("TIFF", big_tiff=True), "tif", "image/tiff"),
        (mediafiles.picture("PNG", save_all=True, append_images=[Image.new("RGB", (40, 30), 1)]), "png", "image/png"),
        (mediafiles.DJVU, "djvu", "image/vnd.djvu"),
        (mediafiles.DJVU_PAGES, "djvu", "image/vnd.djvu"),
        (mediafiles.WAV, "wav", "audio/wav"),
        (mediafiles.FLAC, "flac", "audio/flac"),
        (mediafiles.MP3, "mp3", "audio/mpeg"),
        (mediafiles.MP3_CHECKED, "mp3", "audio/mpeg"),
        (mediafiles.MP3_SLOW, "mp3", "audio/mpeg"),
        (mediafiles.MP3_TAGGED, "mp3", "audio/mpeg"),
        (mediafiles.MIDI, "mid", "audio/midi"),
        (mediafiles.WEBM, "webm", "video/webm"),
        (mediafiles.MPEG, "mpg", "video/mpeg"),
        (mediafiles.MP4, "mp4", "video/mp4"),
        (mediafiles.AAC, "aac", "audio/aac"),
    ],
)
def test_documents_sounds_and_films_are_known(tmp_path: Path, content: bytes, extension: str, mime: str) -> None:
    """So are the types that Commons takes beside images, and some that it does not."""
    path = tmp_path / "file"
    path.write_bytes(content)
    assert media_type(path) == MediaType(mime, extension)


@pytest.mark.parametrize(
    ("streams", "extension"),
    [
        ([mediafiles.THEORA], "ogv"),
        ([mediafiles.VORBIS, mediafiles.THEORA], "ogv"),
        ([mediafiles.SKELETON, mediafiles.THEORA, mediafiles.OPUS], "ogv"),
        ([mediafiles.VORBIS], "oga"),
        ([mediafiles.SPEEX], "oga"),
        ([mediafiles.OGG_FLAC], "oga"),
        ([mediafiles.SKELETON, mediafiles.VORBIS], "oga"),
        ([mediafiles.OPUS, mediafiles.VORBIS], "oga"),
        ([mediafiles.OPUS], "opus"),
    ],
)
def test_an_ogg_file_is_told_by_its_streams(tmp_path: Path, streams: list[bytes], extension: str) -> None:
    """Theora in any of its streams makes it a video; sound has an ending of its own where all of it is Opus."""
    path = tmp_path / "file"
    path.write_bytes(mediafiles.ogg(*streams))
    assert media_type(path) == MediaType("application/ogg", extension)


@pytest.mark.parametrize("content", [mediafiles.ogg(mediafiles.SKELETON), mediafiles.ogg(b"\x80kate\0\0\0"), b"OggS"])
def test_an_ogg_file_of_no_known_codec_is_no_media(tmp_path: Path, content: bytes) -> None:
    """Commons takes sound and video in Ogg: what is in it must be known."""
    path = tmp_path / "file"
    path.write_bytes(content)
    assert media_type(path) is None


@given(st.binary(max_size=200), st.sampled_from([b"", b"OggS", b"AT&TFORM", b"<?xml", b"II+\0", b"RIFF", b"ID3"]))
def test_any_bytes_are_something_or_nothing(content: bytes, beginning: bytes) -> None:
    """No file, however broken, is an error."""
    with NamedTemporaryFile() as file:
        file.write(beginning + content)
        file.flush()
        media_type(Path(file.name))


@pytest.mark.parametrize(
    "text",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg width="1"></svg>',
        '\ufeff<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n<svg></svg>',
    ],
)
def test_an_svg_is_known(tmp_path: Path, text: str) -> None:
    """A drawing in SVG is told by its root, whatever may stand before it."""
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert media_type(path) == SVG


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "Not found",
        "title,url\nA,https://example.org/1.jpg\n",
        "<!DOCTYPE html><html><body><p>Log in</p></body></html>",
        "<!DOCTYPE html><HTML><body><svg></svg></body></html>",
        "<!DOCTYPE html><title>Log in</title><svg></svg>",
        "How to draw: begin with <svg> and end with </svg>.",
        '{"error": "no such image"}',
        "GIF of the exhibition",
        "ID3 of our catalogue, in three parts",
    ],
)
def test_pages_and_texts_are_no_media(tmp_path: Path, text: str) -> None:
    """A web page, even one with a drawing in it, a text and an empty file are no media."""
    path = tmp_path / "image.jpg"
    path.write_text(text, encoding="utf-8")
    assert media_type(path) is None


@pytest.mark.parametrize(
    "said", ["image/jpeg", "image/jpg", "image/pjpeg", "", "application/octet-stream", "binary/octet-stream"]
)
def test_a_server_may_know_the_type_by_another_name(said: str) -> None:
    """The type itself, its old names and the words of servers that do not know agree with a JPEG."""
    assert is_said_to_be(said, JPEG)


@pytest.mark.parametrize(
    ("said", "mime"),
    [
        ("audio/ogg", "application/ogg"),
        ("video/ogg", "application/ogg"),
        ("audio/x-wav", "audio/wav"),
        ("audio/x-flac", "audio/flac"),
        ("audio/mp3", "audio/mpeg"),
        ("image/x-djvu", "image/vnd.djvu"),
        ("application/xml", "image/svg+xml"),
    ],
)
def test_a_type_has_more_names_than_one(said: str, mime: str) -> None:
    """Servers have old names for types, call an SVG the XML it is, and do not look which codec an Ogg file has."""
    assert is_said_to_be(said, MediaType(mime, ""))


@pytest.mark.parametrize("said", ["text/html", "image/png", "image", "application/pdf"])
def test_a_server_that_says_something_else_disagrees(said: str) -> None:
    """A web page that looks like a JPEG, or the reverse, is not taken for one."""
    assert not is_said_to_be(said, JPEG)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a.jpg", JPEG),
        ("/a.JPEG", JPEG),
        ("/a.jpe?size=full", JPEG),
        ("/iiif/a.tif/full/max/0/default.jpg", JPEG),
        ("/a%2Ejpg", JPEG),
        ("/a", JPEG),
        ("/", JPEG),
        ("", JPEG),
        ("/image.php?file=a.png", JPEG),
        ("/a.jpg.aspx", JPEG),
        ("/No. 7", JPEG),
        ("/iiif/1/full/max/0/default", JPEG),
        ("/a.tiff", MediaType("image/tiff", "tif")),
        ("/a.djv", MediaType("image/vnd.djvu", "djvu")),
        ("/a.ogg", MediaType("application/ogg", "ogv")),
        ("/a.ogg", MediaType("application/ogg", "oga")),
        ("/a.oga", MediaType("application/ogg", "opus")),
        ("/a.mpeg", MediaType("video/mpeg", "mpg")),
        ("/a.midi", MediaType("audio/midi", "mid")),
    ],
)
def test_an_address_may_end_as_files_of_the_type_do(path: str, found: MediaType) -> None:
    """Any of a type's endings is right, and an address without one, or with one that is not of media, says nothing."""
    assert other_ending(f"https://example.org{path}", found) == ""


@pytest.mark.parametrize(
    ("path", "found", "ending"),
    [
        ("/a.png", JPEG, "png"),
        ("/a.TIF", JPEG, "tif"),
        ("/a.svg?width=300", MediaType("image/png", "png"), "svg"),
        ("/a.ogv", MediaType("application/ogg", "oga"), "ogv"),
        ("/a.opus", MediaType("application/ogg", "oga"), "opus"),
        ("/a.mp4", MediaType("video/webm", "webm"), "mp4"),
        ("/a.nef", MediaType("image/tiff", "tif"), "nef"),
    ],
)
def test_an_address_that_ends_as_files_of_another_type_disagrees(path: str, found: MediaType, ending: str) -> None:
    """Something else came than the partner thinks: a placeholder, a preview, a raw image."""
    assert other_ending(f"https://example.org{path}", found) == ending


@pytest.mark.parametrize(
    ("path", "said", "found", "key"),
    [
        ("/a.jpg", "image/jpeg", JPEG, None),
        ("/a.jpg", "image/png", JPEG, "row-type-differs"),
        ("/a.png", "image/jpeg", JPEG, "row-ending-differs"),
        ("/a.mp4", "video/mp4", MediaType("video/mp4", "mp4"), "row-not-media"),
    ],
)
def test_a_file_is_refused_with_a_sentence(path: str, said: str, found: MediaType, key: str | None) -> None:
    """The wiki must take the type, and the server and the address must not call it another."""
    why = doubt(f"https://example.org{path}", said, found, {"jpg", "png"})
    assert (why.key if why else None) == key


ALL = [("JPEG", "jpg"), ("PNG", "png"), ("TIFF", "tif"), ("WebP", "webp")]


@pytest.mark.parametrize(("kind", "extension"), ALL)
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_a_picture_is_measured_as_it_is_stored(tmp_path: Path, kind: str, extension: str, turned: int) -> None:
    """Whatever way EXIF turns it: width and height are those of the pixels in the file."""
    path = tmp_path / "file"
    path.write_bytes(mediafiles.picture(kind, turned=turned))
    assert picture(path, extension) == Picture(40, 30, turned)


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        *((mediafiles.picture(kind), extension) for kind, extension in [*ALL, ("GIF", "gif")]),
        (mediafiles.picture("TIFF", big_tiff=True), "tif"),
        (mediafiles.picture("JPEG", turned=9), "jpg"),
    ],
)
def test_a_picture_that_says_nothing_is_upright(tmp_path: Path, content: bytes, extension: str) -> None:
    """Without EXIF data, and with a number that EXIF does not have."""
    path = tmp_path / "file"
    path.write_bytes(content)
    assert picture(path, extension) == Picture(40, 30, 1)


@pytest.mark.parametrize("extension", ["svg", "pdf", "djvu", "ogv", "wav"])
def test_what_is_not_made_of_pixels_is_not_measured(tmp_path: Path, extension: str) -> None:
    """Drawings, documents, sounds and films have no picture."""
    path = tmp_path / "file"
    path.write_bytes(mediafiles.picture("PNG"))
    assert picture(path, extension) is None


def test_a_scan_of_gigapixels_is_measured_without_its_pixels(tmp_path: Path) -> None:
    """A header is enough: there are no pixels in this file."""
    path = tmp_path / "file"
    path.write_bytes(b"".join((*_png_header(60_000, 50_000), b"\0\0\0\0IDAT")))
    assert picture(path, "png") == Picture(60_000, 50_000, 1)


def _png_header(width: int, height: int) -> tuple[bytes, ...]:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n", struct.pack(">I", 13), header, struct.pack(">I", crc32(header)))


def test_a_header_that_has_much_read_is_given_up(tmp_path: Path) -> None:
    """A TIFF of 20 MB whose hundred tags all point to the whole of it does not take 2 GB of memory."""
    path = tmp_path / "file"
    tags = [struct.pack("<HHII", number, 1, 20_000_000, 4096) for number in range(40_000, 40_100)]
    with path.open("wb") as file:
        file.write(b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + b"".join(tags) + bytes(4))
        file.truncate(20_004_096)
    tracemalloc.start()
    try:
        assert picture(path, "tif") is None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 150_000_000


@given(
    st.sampled_from([*ALL, ("GIF", "gif")]),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 255)), max_size=6),
    st.integers(0, 2000),
)
def test_a_broken_header_is_no_error(which: tuple[str, str], flips: list[tuple[int, int]], length: int) -> None:
    """Whatever bytes are changed, and wherever the file is cut off."""
    kind, extension = which
    content = bytearray(mediafiles.picture(kind, turned=0 if kind == "GIF" else 6))
    for at, byte in flips:
        content[at % len(content)] = byte
    with NamedTemporaryFile() as file:
        file.write(content[: max(length, 1)])
        file.flush()
        found = picture(Path(file.name), extension)
    assert found is None or found.orientation in range(1, 9)
