"""A small partner's web server on loopback: 24 pictures and the list that describes them."""

import csv
import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from .servers import HOST

_RECORDS = Path(__file__).parent / "partner" / "records.csv"
SIZE = (480, 360)


def records() -> list[dict[str, str]]:
    """The partner's records, as published."""
    with _RECORDS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(text: str, shade: int) -> bytes:
    """A JPEG that shows the text; pictures of different texts or shades differ."""
    image = Image.new("RGB", SIZE, ((shade * 47) % 200 + 30, (shade * 91) % 200 + 30, (shade * 143) % 200 + 30))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, SIZE[0] - 20, SIZE[1] - 20), outline="white", width=4)
    draw.ellipse((160, 90, 320, 250), fill="white")
    draw.text((40, 300), text.encode("latin-1", "replace").decode("latin-1")[:60], fill="white")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85)
    return file.getvalue()


def publish(folder: Path, address: str) -> Path:
    """Write the pictures and `plates.csv`, whose `media_url` column points to `address`; returns the list's path."""
    rows = records()
    for number, row in enumerate(rows, 1):
        (folder / f"{number}.jpg").write_bytes(picture(row["accession_number"], number))
        row["media_url"] = f"{address}/{number}.jpg"
    return write_list(folder / "plates.csv", rows)


def write_list(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write a CSV whose columns are those of the first row; returns its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """Say nothing: the terminal is the demo's."""


@contextmanager
def serving(folder: Path, handler: type[SimpleHTTPRequestHandler] = _Handler) -> Iterator[str]:
    """Serve the folder on a free port of loopback; gives `host:port`."""
    with ThreadingHTTPServer((HOST, 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
