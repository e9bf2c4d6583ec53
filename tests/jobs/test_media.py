"""What a file is, told by its bytes."""

from pathlib import Path

import pytest
from PIL import Image

from jobs.media import MediaType, is_said_to_be, media_type

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


def test_a_pdf_is_known(tmp_path: Path) -> None:
    """A PDF is told by its header."""
    path = tmp_path / "file"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    assert media_type(path) == MediaType("application/pdf", "pdf")


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


@pytest.mark.parametrize("said", ["text/html", "image/png", "image", "application/pdf"])
def test_a_server_that_says_something_else_disagrees(said: str) -> None:
    """A web page that looks like a JPEG, or the reverse, is not taken for one."""
    assert not is_said_to_be(said, JPEG)
