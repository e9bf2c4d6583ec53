"""What grows: a large file, a long list of which the files are known, and a ledger with many requests in it."""

import csv
import random
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import sqlalchemy as sa

from bots.settings import WebSettings
from bots.web.app import dashboard
from deploy.sandbox import MariaDB
from jobs.model.requests import ItemState
from jobs.model.states import State
from jobs.store.ledger import Ledger
from tests.bench.figure import Bar, Figure
from tests.bench.ground import PREPARED, Crew, Done, Ground
from tests.bench.work import Work, done_by
from tests.hub.rig import picture
from tests.web.conftest import PARTNER, WIKI, file, run

from .edits import LIMIT

_RECORDS = Path(__file__).parent.parent.parent / "data" / "museum-records.csv"
_dice = random.Random(2)  # noqa: S311 - fills files


# A file ----------------------------------------------------------------------------------------------------------


def large_file(ground: Ground, *, size: int, small: int = 1_000_000) -> Iterator[Figure]:
    """The time that a file takes, and how much more memory than a small one."""
    with ground.crew() as crew:
        least = _sent(ground, crew, "Small file", small)
    with ground.crew() as crew:
        done = _sent(ground, crew, "Large file", size)
    url = _published(ground, "Bare large file", size)
    kept = str(ground.folder / "bare-large.tif")
    text = ground.rig.text("File:Large file - 1.tif")
    work = Work(ground.direct, uploads={"File:Bare large file - 1.tif": (kept, text)}, keeps={url: kept})
    took = done_by("bare", work)
    name, speed = f"a file of {size / 1e6:,.0f} MB", size / 1e6
    yield Figure(name, "MB a second", [speed / done.running], {"bare": [speed / took.seconds]}, [LIMIT])
    yield Figure(f"{name}: more memory than for one of {small / 1e6:,.0f} MB", "MB", [(done.peak - least.peak) / 1024],
                 {}, [Bar(20, at_most=True)], f"{done.peak / 1024:.0f} MB at the most")  # fmt: skip


def _sent(ground: Ground, crew: Crew, name: str, size: int) -> Done:
    row = {"title": name, "number": "1", "media_url": _published(ground, name, size)}
    path = f"/{name}.csv".replace(" ", "-")
    ground.rig.partner.publish_list(path, [row])
    ground.file(section=name, manifest=f"{ground.partner_line.address}{path}")
    return ground.approve(crew, ground.planned())


def _published(ground: Ground, name: str, size: int) -> str:
    """A TIFF of that size on the partner's server: a small picture, and after it what no reader looks at."""
    body = picture(_dice.randrange(1 << 24), "TIFF") + _dice.randbytes(1000)
    path = f"/{name}.tif".replace(" ", "-")
    ground.rig.partner.publish(path, body + bytes(size - len(body)), "image/tiff")
    return f"{ground.partner_line.address}{path}".replace("127.0.0.1", "localhost")


# A list ----------------------------------------------------------------------------------------------------------


def records(ground: Ground, *, few: int, many: int) -> Iterator[Figure]:
    """Rows a second of a list that is planned a second time: its files are known."""
    (seconds, small), (long, large) = (_planned_again(ground, rows) for rows in (few, many))
    yield Figure(f"planning {many:,} real records, files already known", "rows a second", [many / long], {},
                 [Bar(2000)])  # fmt: skip
    yield Figure(f"the time of a row at {many:,}", "ms", [long / many * 1000], {f"at {few:,}": [seconds / few * 1000]},
                 [Bar(1.15, f"at {few:,}", at_most=True)])  # fmt: skip
    yield Figure(f"more memory for {many:,} records than for {few:,}", "MB", [(large - small) / 1024], {},
                 [Bar(30, at_most=True)])  # fmt: skip


def _planned_again(ground: Ground, rows: int) -> tuple[float, int]:
    """What the second planning took: seconds, and the most memory of a process, in KiB."""
    listed = f"{ground.partner_line.address}/records-{rows}.csv"
    ground.rig.partner.publish_list(f"/records-{rows}.csv", list(_rows(ground, rows)))
    asked = {"filename": "{title} - {accession_number}", "artist": "{creator}", "date": "{creation_date}"}
    with ground.crew() as crew:
        for _ in range(2):
            crew.peak = 0
            ground.file(section=f"{rows} records", manifest=listed, **asked)
            number = ground.planned(crew.look)
            ground.rig.review("cancel", number=number)
            ground.tell(ground.rig.talk(number), "Reviewer")
            ground.wait(number, State.CANCELLED)
        history = ground.rig.hub.ledger.history(ground.rig.hub.ledger.get(number))
    return next(entry.at for entry in history if entry.event == "plan") - history[0].at, crew.peak


def _rows(ground: Ground, count: int) -> Iterator[dict[str, str]]:
    """The museum's records, again and again with other numbers, each with a picture of its own."""
    with _RECORDS.open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    for number in range(count):
        row = real[number % len(real)]
        path = f"/{count}/{number}.jpg"
        ground.rig.partner.publish(path, picture(0x200000 + number + count))
        url = f"{ground.partner_line.address}{path}".replace("127.0.0.1", "localhost")
        yield row | {"accession_number": f"{row['accession_number']}/{count}/{number // len(real)}", "media_url": url}


# A ledger --------------------------------------------------------------------------------------------------------


def ledgers(ground: Ground, *, requests: int, actions: int) -> Iterator[Figure]:
    """How long a slice's start, a poll and the pages of the dashboard take in a ledger with many, beside one with few.

    `actions`: of each request.
    """
    with TemporaryDirectory(dir=ground.folder) as folder:
        small, large = (f"sqlite:///{folder}/{name}.sqlite" for name in ("few", "many"))
        yield from _compared("SQLite", small, large, requests, actions)
        with MariaDB(PREPARED, Path(folder)) as mariadb:
            small, large = (mariadb.create(f"cph_{name}") for name in ("few", "many"))
            yield from _compared("MariaDB", small, large, requests, actions)


def _compared(where: str, small: str, large: str, requests: int, actions: int) -> Iterator[Figure]:
    few, many = _timed(small, 40, 25), _timed(large, requests, actions)
    peer = "with 1,000 actions"
    for what, seconds in many.items():
        yield Figure(
            f"{where} with {requests:,} requests and {requests * actions:,} actions: {what}", "ms", [seconds * 1000],
            {peer: [few[what] * 1000]}, [Bar(1.5, peer, at_most=True)],
        )  # fmt: skip


def _timed(url: str, requests: int, actions: int) -> Mapping[str, float]:
    """Seconds that each takes in a new ledger with so many requests, the first of which runs."""
    ledger = Ledger(url)
    try:
        parameters = {"type": "upload", "partner": PARTNER}
        run(ledger, file(ledger, 1, parameters), [f"File:{row}.jpg" for row in range(actions)])
        _multiply(url, requests)
        reading = dashboard(WebSettings(ledger=url, wikis=(WIKI,)), None).test_client()
        partner = f"/partner?name={PARTNER.replace(' ', '+')}"
        pages = {path: partial(reading.get, path) for path in ("/", "/request/H1", partner, "/workers")}
        work: dict[str, Callable[[], object]] = {
            "a slice's start": partial(_slice, ledger), "a poll": partial(_poll, ledger), **pages,
        }  # fmt: skip
        return {what: _seconds(do) for what, do in work.items()}
    finally:
        ledger.close()


def _slice(ledger: Ledger) -> None:
    request = ledger.begin_slice(1, 0, "host:1:a")
    assert request
    ledger.counts(request)
    ledger.lease_items(request, "host:1:a", {ItemState.PLANNED}, 25)


def _poll(ledger: Ledger) -> None:
    ledger.reviewable("commons", time.time() - 30 * 86400)
    ledger.waiting("commons")


def _multiply(url: str, requests: int) -> None:
    """Have the ledger hold so many of the one request in it, but that the others ended long ago."""
    engine, tables = sa.create_engine(url), sa.MetaData()
    tables.reflect(engine)
    ended = {"state": "done", "reported": 1.0, "state_since": 1.0}
    with engine.begin() as db:
        for number in range(2, requests + 1):
            _copy(db, tables.tables["requests"], "id", {"id": number, "filed_as": f"{number:064}"} | ended)
            for name in ("items", "item_counts", "events"):
                _copy(db, tables.tables[name], "request", {"request": number})
    engine.dispose()


def _copy(db: sa.Connection, table: sa.Table, by: str, values: Mapping[str, object]) -> None:
    """Copy the first request's lines, with other values."""
    names = [column.name for column in table.columns if column.name in values or column.name != "id"]
    copied = [sa.literal(values[name]) if name in values else table.c[name] for name in names]
    db.execute(sa.insert(table).from_select(names, sa.select(*copied).where(table.c[by] == 1)))


def _seconds(do: Callable[[], object]) -> float:
    took = []
    for _ in range(12):
        begun = time.perf_counter()
        do()
        took.append(time.perf_counter() - begun)
    return median(took[2:])
