"""Files with structured data are uploaded: in the run, fetching and verifying included, beside those who only send."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

from PIL import Image

from tests.bench.figure import Bar, Figure
from tests.bench.ground import Crew, Done, Ground
from tests.bench.work import Work, done_by

from .edits import LIMIT

_dice = random.Random(1)  # noqa: S311 - paints


def photograph() -> bytes:
    """A picture of some 60 KB, that no other is like."""
    file = BytesIO()
    size = (180, 135)
    Image.frombytes("RGB", size, _dice.randbytes(3 * size[0] * size[1])).save(file, "JPEG", quality=88)
    return file.getvalue()


@dataclass(frozen=True)
class Files:
    """How files are described here: the text of a page and its data, of one that cph uploaded."""

    ground: Ground
    text: str
    data: str

    def work(self, name: str, count: int, threads: int = 1) -> Work:
        """For a peer: upload so many new ones."""
        uploads = {}
        for number in range(1, count + 1):
            path = self.ground.folder / f"{name}-{number}.jpg"
            path.write_bytes(photograph())
            uploads[f"File:{name} {number} - {number}.jpg"] = (str(path), self.text.replace("Sample 1", name))
        return Work(self.ground.api, threads, uploads=uploads, data=self.data)


def addresses(ground: Ground, name: str, count: int) -> list[str]:
    """Where the partner has so many files."""
    server = ground.partner_line.address.replace("127.0.0.1", "localhost")  # from where the wiki fetches nothing itself
    return [f"{server}/{name}-{number}.jpg".replace(" ", "-") for number in range(1, count + 1)]


def ask(ground: Ground, name: str, count: int) -> int:
    """For us: have it planned to upload so many new ones; the number of the request."""
    rows = []
    for number, url in enumerate(addresses(ground, name, count), 1):
        ground.rig.partner.publish(urlsplit(url).path, photograph())
        row = {"title": f"{name} {number}", "number": str(number), "media_url": url, "creator": "Anna Berg"}
        rows.append(row | {"date": str(1850 + number), "caption@sv": f"Bild {number}"})
    path = f"/{name}.csv".replace(" ", "-")
    ground.rig.partner.publish_list(path, rows)
    address = f"{ground.partner_line.address}{path}"
    ground.file(section=name, manifest=address, artist="{creator}", date="{date}")
    return ground.planned()


def upload(ground: Ground, crew: Crew, name: str, count: int) -> Done:
    """For us: the same, and done."""
    return ground.approve(crew, ask(ground, name, count))


def sample(ground: Ground) -> Files:
    """Have one uploaded, and see how it is described."""
    with ground.crew(seconds=0.0) as crew:
        upload(ground, crew, "Sample", 1)
    said = [one.parameters["data"] for one in ground.line.asked if one.parameters.get("action") == "wbeditentity"]
    return Files(ground, ground.rig.text("File:Sample 1 - 1.jpg"), said[-1])


def uploads(
    ground: Ground, files: Files, *, items: int, rounds: int, seconds: float | None = None, hands: int = 1,
    workers: int = 1, beside: bool = True,
) -> Iterator[Figure]:  # fmt: skip
    """Uploads with structured data a second. As `edits`."""
    where = f"{'plain' if seconds is None else f'{seconds:g} s away'}, {hands} hands, {workers} workers"
    names = ["bare", *(["pywiki"] if beside else [])]
    runs, told, took = [], [], {name: list[float]() for name in names}
    for turn in range(rounds):
        own = f"{seconds} {hands} {workers} {turn}"
        with ground.crew(workers=workers, hands=hands, seconds=seconds) as crew:
            done = upload(ground, crew, f"Ours {own}", items)
        runs.append(items / done.running)
        told.append(items / done.all_told)
        ground.line.seconds = seconds or 0.0
        for name in names:
            work = files.work(f"{name} {own}", items, hands if name == "bare" else 1)
            took[name].append(items / done_by(name, work).seconds)
    bars = [LIMIT, *([Bar(1.5, "pywiki")] if beside else [])]
    yield Figure(f"uploads with data, {where}", "a second", runs, took, bars)
    yield Figure(f"uploads with data, {where}, from reading the request to the last report", "a second", told, took)
