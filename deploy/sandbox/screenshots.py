"""Takes the README's screenshots: the demo's pages, in a real browser."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from . import SetupError, partner
from .client import Person
from .demo import CATEGORY, MAPPING, REQUEST, Scene, approve, at_work, file_request, go_on, say, wait_for, wait_until
from .hub import BASES

PICTURES = Path(__file__).parent.parent / "screenshots"
WIDTH = 1160
_COLUMN = (245, 60, 920)
"""Where Vector shows the page itself: left, top and right, in pixels."""
_FRAME = 150
"""Of a window's height, at the most what Chromium takes for its own bars, though it shows none."""


CATEGORIZE = """{{Hub request
| type     = categorize
| pages    = category: Collections of the Carnegie Museum of Art
| move     = Uploads by the Content Partnerships Hub → Works in the Carnegie Museum of Art
| language = en
}}
~~~~"""


def take(folder: Path, run: Path) -> None:
    """Run the demo, and a second request behind it, and write the pictures. Raises SetupError."""
    if not shutil.which("chromium"):
        raise SetupError("The screenshots need Chromium: install Debian's package chromium.")
    PICTURES.mkdir(exist_ok=True)
    with at_work(folder, run) as scene:
        report = file_request(scene)
        _shoot(scene.commons.page(report), "preview", 1020)
        approve(scene, report)
        _shoot(scene.commons.page(report), "pilot", 1150)
        go_on(scene, report)
        _shoot(scene.commons.page(BASES["commons"]), "request", 960)
        _shoot(scene.commons.page(report), "report", 2150)
        _shoot(scene.commons.page("File:Two Sisters - Pedersen, Carl-Henning - 77.89.32.jpg"), "file", 1350)
        _change(scene)
        _messy(scene)
        _dashboard(scene)


def _change(scene: Scene) -> None:
    """A request that changes pages: its preview, and what there is to see once it was taken back."""
    base = BASES["commons"]
    partner, reviewer = Person(scene.commons, "Partner"), Person(scene.commons, "Reviewer")
    partner.edit(base, CATEGORIZE, section_new="A category of our own")
    wait_for(reviewer, base, "planned")
    _shoot(scene.commons.page(f"{base}/H2"), "diffs", 1400)
    approve(scene, f"{base}/H2")
    go_on(scene, f"{base}/H2")
    say(reviewer, f"{base}/H2", "undo")
    wait_until(lambda: "Hub status|planned" in (reviewer.text(f"{base}/H3") or ""), "a plan of the way back")
    _shoot(scene.commons.page(f"{base}/H3"), "undo", 1150)


def _messy(scene: Scene) -> None:
    """A list as lists are: what the check says of it."""
    base = BASES["commons"]
    rows = []
    for number, record in enumerate(partner.records()[:14], 1):
        name = f"m{number}.jpg"
        (scene.files / name).write_bytes(partner.picture(record["title"], 30 + number))
        own = {"accession_number": f"{record['accession_number']}.B", "media_url": f"http://{scene.server}/{name}"}
        rows.append({**record, "width": "", "height": "", "shelf": f"B{number}", **own, **_ODD.get(number, {})})
    partner.write_list(scene.files / "messy.csv", rows)
    text = REQUEST.format(server=scene.server, category=CATEGORY, mapping=MAPPING).replace("plates.csv", "messy.csv")
    Person(scene.commons, "Partner").edit(base, text, section_new="14 works, first try")
    wait_for(Person(scene.commons, "Partner"), base, "planned")
    _shoot(scene.commons.page(f"{base}/H4"), "check", 3100)


_ODD = {
    2: {"creation_date": "in the winter of the great flood"},
    3: {"creation_date": "1880s-ish?", "width": "40", "height": "30"},
    5: {"creation_date": "Qianlong period"},
    6: {"media_url": ""},
    8: {"width": "27.5", "height": "18"},
    9: {"title": "[Untitled]", "creator": ""},
}


def _dashboard(scene: Scene) -> None:
    """What everybody reads of all this, on a desk; in the dark, too, and from the right."""
    # Chromium's own time does not go on while a page listens.
    whole, still = (0, 0, WIDTH), ("--timeout=3000",)
    _shoot(scene.dashboard, "dashboard", 700, whole, still)
    _shoot(f"{scene.dashboard}/request/H1", "dashboard-request", 1300, whole, still)
    _shoot(f"{scene.dashboard}/?uselang=ar", "dashboard-arabic", 700, whole, (*still, "--force-dark-mode"))


def _shoot(
    address: str,
    name: str,
    height: int,
    column: tuple[int, int, int] = _COLUMN,
    more: Sequence[str] = ("--virtual-time-budget=8000",),
) -> None:
    with tempfile.TemporaryDirectory() as profile:
        picture = Path(profile) / "page.png"
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            f"--user-data-dir={profile}", f"--window-size={WIDTH},{height + _FRAME}", f"--screenshot={picture}",
            *more,
        ]  # fmt: skip
        subprocess.run(["chromium", *options, address], check=True, capture_output=True, timeout=120)
        with Image.open(picture) as page:
            shown = page.convert("RGB").crop((*column, height))
            shown.quantize(128).save(PICTURES / f"{name}.png", optimize=True)
