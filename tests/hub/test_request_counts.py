"""How many requests to the wiki an edit costs, an upload, a page with nothing to do: exactly."""

import math
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from jobs.context import stop

from .lossy import Line
from .rig import REQUEST, Rig, picture

FEW, MANY = 5, 55
NAMING = ("prop", "list", "meta")


@pytest.fixture
def counted(far_rig: Rig, line: Line, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Counter[str]]:
    """What was asked since it was called last, by action; a run looks once whether it is stopped, however long."""
    monkeypatch.setattr(stop, "LOOK_SECONDS", math.inf)
    monkeypatch.setattr(stop, "KNOWN_SECONDS", math.inf)
    far_rig.set_policy("localhost", pilot=0)

    def asked() -> Counter[str]:
        of = [[said[name] for name in NAMING if said.get(name, "userinfo") != "userinfo"] for said, _ in line.asked]
        names = (" ".join([said["action"], *own]) for (said, _), own in zip(line.asked, of, strict=True))
        found = Counter(names)
        line.asked.clear()
        return found

    return asked


def pages(rig: Rig, name: str, number: int) -> None:
    """So many pages without a category, and a request that wants them in one, which is planned."""
    rig.save_pages({f"{name} {n:02}": "A sentence about glass." for n in range(number)})
    ask(rig, f"| type = categorize\n| pages = prefix: {name}\n| add = Glass")


def ask(rig: Rig, parameters: str) -> None:
    """File a request beside those that stand on the page, and have it planned."""
    rig.person("Partner").edit(rig.base, f"{rig.text()}\n{{{{Hub request\n{parameters}\n}}}}")
    rig.work()


Counted = tuple[Counter[str], Counter[str]]
"""What was asked for a plan, and for what came of its approval."""


def carried_out(rig: Rig, counted: Callable[[], Counter[str]], request: int, file: Callable[[], None]) -> Counted:
    """File the request of this number, which is planned then, approve it, and have it carried out."""
    counted()
    file()
    planned = counted()
    rig.approve(number=request)
    rig.work()
    assert rig.status(request) == "done"
    return planned, counted()


def more(few: Counter[str], many: Counter[str]) -> dict[str, int]:
    """What was asked oftener, or less often."""
    return {name: many[name] - few[name] for name in few | many if many[name] != few[name]}


def test_fifty_more_edits_cost_fifty_writes_and_three_reads(far_rig: Rig, counted: Callable[[], Counter[str]]) -> None:
    """Whether their author is blocked and their texts before, their revisions after; a preview of them costs one."""
    (planned_few, run_few), (planned_many, run_many) = (
        carried_out(far_rig, counted, request, partial(pages, far_rig, f"Edits {number} of the count", number))
        for request, number in ((1, FEW), (2, MANY))
    )
    assert more(run_few, run_many) == {
        "edit": 50, "query users|blocks": 1, "query revisions|info": 1, "query revisions": 1,
    }  # fmt: skip
    assert sum(more(planned_few, planned_many).values()) == 1


def files(rig: Rig, shade: int, number: int) -> None:
    """A request for so many files of a server from which the wiki fetches none itself."""
    urls = [rig.partner.publish(f"/{shade + n}.jpg", picture(shade + n)) for n in range(number)]
    rows = [
        {"title": f"Counted {shade}", "number": str(n), "media_url": url.replace("127.0.0.1", "localhost")}
        for n, url in enumerate(urls)
    ]
    parameters = REQUEST | {"manifest": rig.partner.publish_list(f"/{shade}.csv", rows)}
    ask(rig, "\n".join(f"| {name} = {value}" for name, value in parameters.items()))


def test_ten_more_uploads_cost_twenty_writes(far_rig: Rig, counted: Callable[[], Counter[str]]) -> None:
    """Each file its own and that of its data; which pages they are, and what became of them, is asked for all.

    A preview of them asks for each whether the wiki has its bytes: of several it cannot be asked at once (Allimages).
    """
    (planned_few, run_few), (planned_many, run_many) = (
        carried_out(far_rig, counted, request, partial(files, far_rig, shade, number))
        for request, shade, number in ((1, 0xF70000, 2), (2, 0xF70100, 12))
    )
    assert more(run_few, run_many) == {"upload": 10, "wbeditentity": 10}
    same_bytes = "query allimages|filearchive|allpages|logevents"
    assert more(planned_few, planned_many)[same_bytes] == 10
    assert sum(more(planned_few, planned_many).values()) <= 11
