"""What the bot did is found where somebody has moved it before its answer, which was lost, was looked for."""

from typing import Any

import pytest

from jobs.io.errors import Unanswered

from .rig import Rig, published
from .test_edits import TEXT, ask


def lost_and_moved(rig: Rig, patched: pytest.MonkeyPatch, method: str, at: int, title: str, **how: int) -> str:
    """Have what is done to the page moved at once, and its answer lost; returns where the page is then.

    `at`: which argument of the method of the port is the title.
    """
    wiki, left = rig.hub.wikis["commons"], [title]
    done, to = getattr(wiki, method), title.replace("Lost", "Moved")

    def lost(*arguments: Any, **more: Any) -> Any:
        result = done(*arguments, **more)
        if arguments[at] in left:
            left.clear()
            rig.person("Admin").do("move", **{"from": title}, to=to, **how)
            raise Unanswered("lost")
        return result

    patched.setattr(wiki, method, lost)
    return to


def finish(rig: Rig) -> None:
    """Work on, however often the request waits for a while."""
    rig.work()
    for _ in range(3):
        if rig.hub.ledger.get(1).state == "running":
            rig.go_on()


@pytest.mark.parametrize("how", [{}, {"noredirect": 1}], ids=["with a redirect", "without one"])
def test_an_upload_that_was_moved_is_found(rig: Rig, monkeypatch: pytest.MonkeyPatch, how: dict[str, int]) -> None:
    """By its bytes, who uploaded it and for which request; it is described and verified where it is."""
    name = f"Lost upload {len(how)}"
    rig.file(manifest=published(rig, name))
    rig.work()
    rig.approve()
    with monkeypatch.context() as patched:
        moved = lost_and_moved(rig, patched, "publish", 1, f"File:{name} - 1.jpg", **how)
        finish(rig)
    assert rig.status() == "done", rig.rows()
    assert rig.hub.wikis["commons"].entities([moved])[moved].data["statements"]


def test_an_edit_of_a_page_that_was_moved_is_found(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the revision that it was based on: the page with that one is the page that was edited."""
    rig.save_pages({"Lost edit": TEXT})
    ask(rig, pages="Lost edit", change="add text", text="More notes.", where="top")
    rig.approve()
    with monkeypatch.context() as patched:
        moved = lost_and_moved(rig, patched, "save", 0, "Lost edit")
        finish(rig)
    assert rig.status() == "done", rig.rows()
    assert rig.text(moved) == f"More notes.\n\n{TEXT}"
