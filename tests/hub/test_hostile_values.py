"""What a partner writes is a value and nothing else, wherever it is put: on a file's page, in its data, in a report."""

import html
import json
import re
from typing import Any

from tests.hostile import HOSTILE
from wikitext.escape import clean

from .rig import Rig, picture

ASKED = {
    "template": "Artwork",
    "filename": "Hostile {number}",
    "categories": "Nordic Museum",
    "partner": HOSTILE["call"],
}
PARTS = "text|categories|links|templates|images|iwlinks|langlinks|sections|properties"


def test_no_value_of_a_list_does_anything(rig: Rig) -> None:
    """Each is seen on its file's page as it is; what the pages call, link and belong to is what it always is."""
    columns = (
        "title",
        "description",
        "creator",
        "date",
        "medium",
        "dimensions",
        "accession_number",
        "notes",
        "credit line",
    )
    rows = [
        dict.fromkeys(columns, value)
        | {"number": str(n), "media_url": rig.partner.publish(f"/{n}.jpg", picture(0xD00000 + n))}
        for n, value in enumerate(["plain", *HOSTILE.values()])
    ]
    rig.file(manifest=rig.partner.publish("/hostile.json", json.dumps(rows).encode(), "application/json"), **ASKED)
    rig.work()
    rig.approve()
    rig.work()
    wiki = rig.person("Stranger")
    told = rig.rows()
    assert len(told) == len(rows)
    done = [n for n, line in enumerate(told.values()) if "done and verified" in line]
    names = ["plain", *HOSTILE]
    pages = {names[n]: wiki.api(action="parse", page=f"File:Hostile {n}.jpg", prop=PARTS)["parse"] for n in done}
    made = {name: {part: _titles(page[part]) for part in PARTS.split("|")[1:]} for name, page in pages.items()}
    assert {name: parts for name, parts in made.items() if parts != made["plain"]} == {}
    seen = {name: _words(page["text"]) for name, page in pages.items()}
    unseen = {name for name in HOSTILE if " ".join(clean(HOSTILE[name]).split()) not in seen[name]}
    assert unseen == {"markup", "style", "entity"}  # HTML in a list is read as the text that it shows


def _titles(part: Any) -> Any:
    return sorted(
        str(one.get("title") or one.get("category") or one.get("line")) if isinstance(one, dict) else one
        for one in part
    )


def _words(page: str) -> str:
    """What is read on a page."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", page)).split())
