"""Two wikis, one process: a request on one is carried out on the other and answered where it was filed."""

import re
from dataclasses import replace

import pytest

from bots import worker
from bots.cli.naming import WikiNotSet
from bots.cli.undo import undo
from deploy.sandbox import BOT

from .rig import Rig

NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


@pytest.mark.parametrize(("filed", "done"), [("meta", "commons"), ("commons", "meta")])
def test_filed_on_one_wiki_done_on_the_other_answered_where_it_was_filed(
    two_rigs: dict[str, Rig], filed: str, done: str
) -> None:
    """One report, where it was filed; the other wiki's pages point to it in their history; so does the way back."""
    rig, other = two_rigs[filed], two_rigs[done]
    titles = [f"From {filed} {n}" for n in range(3)]
    other.save_pages(dict.fromkeys(titles, "Some glass."), wiki=done)
    rig.file(
        **NOTHING
        | {"type": "edit", "wiki": done, "partner": "Museum", "pages": ";".join(titles)}
        | {"change": "replace", "find": "glass", "replace": "tin"}
    )
    rig.work()
    assert rig.status() == "planned"
    assert f"[[:{done}:{titles[0]}|" in rig.text(rig.report())
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert set(other.texts(titles, done).values()) == {"Some tin."}
    history = other.person("Stranger", done).api(
        action="query", prop="revisions", titles=titles[0], rvprop="user|comment", rvlimit=1
    )
    [revision] = history["query"]["pages"][0]["revisions"]
    assert revision["user"] == BOT
    assert f"Museum: [[{filed}:{rig.report()}]] · cph " in revision["comment"]
    assert other.person("Stranger", done).text(other.report()) is None
    assert f"[[:{done}:Special:Diff/" in rig.text(rig.report())
    rig.review("undo")
    rig.work()
    rig.approve(number=2)
    rig.work()
    assert set(other.texts(titles, done).values()) == {"Some glass."}
    assert re.search(r"Hub status\|undone", rig.text(rig.report()))


def test_whoever_may_file_here_may_not_therefore_change_the_other_wiki(two_rigs: dict[str, Rig]) -> None:
    """The wiki that is changed has the last word on who may ask for it, and so it has on who reviews."""
    meta, commons = two_rigs["meta"], two_rigs["commons"]
    commons.save_pages({"Not for meta": "Some glass."}, wiki="commons")
    commons.set_policy(file={"users": ["Somebody else"]})
    asked = {"type": "edit", "pages": "Not for meta", "change": "replace", "find": "glass", "replace": "tin"}
    meta.file(**NOTHING | asked | {"wiki": "commons"})
    meta.work()
    assert meta.status() == "invalid"
    assert "may not file requests here" in meta.text()


def test_an_unknown_wiki_is_told_with_those_there_are(two_rigs: dict[str, Rig]) -> None:
    """A slip in the wiki's name is told."""
    rig = two_rigs["meta"]
    rig.file(**NOTHING | {"type": "categorize", "wiki": "comons", "pages": "A", "add": "B"})
    rig.work()
    assert "I do not work on a wiki called “comons”. Did you mean “commons”?" in rig.text()


@pytest.mark.parametrize("gone", ["meta", "commons"])
def test_requests_for_a_wiki_that_is_not_in_the_settings_wait(two_rigs: dict[str, Rig], gone: str) -> None:
    """One was taken out of CPH_WIKIS: the operator is told, the others go on, and so do these once it is back."""
    rig, here = two_rigs["meta"], two_rigs["commons" if gone == "meta" else "meta"]
    rig.save_pages({f"Without {gone}": "Some glass."}, wiki="commons")
    asked = {"type": "edit", "change": "replace", "find": "glass", "replace": "tin"}
    rig.file(**NOTHING | asked | {"wiki": "commons", "pages": f"Without {gone}"})
    rig.work()
    rig.approve()
    fewer = replace(here, hub=replace(rig.hub, wikis={here.wiki: rig.hub.wikis[here.wiki]}))
    worker.serve(fewer.hub, rig.queue)
    before = rig.hub.ledger.history(rig.hub.ledger.get(1))
    fewer.file(**NOTHING | asked | {"pages": "Nothing there"}, section="Here")
    fewer.work()
    assert rig.hub.ledger.get(2).state == "invalid"
    assert rig.hub.ledger.history(rig.hub.ledger.get(1)) == before
    assert [request.id for request in rig.hub.ledger.stranded(here.wiki)] == [1]
    worker.serve(rig.hub, rig.queue)
    rig.work()
    assert rig.status() == "done"
    with pytest.raises(WikiNotSet, match="CPH_WIKIS"):
        undo(fewer.hub, "H1", "", "", now=False)
