"""Files that the wiki fetches itself."""

import hashlib
from collections.abc import Iterator
from itertools import count

import pytest

from deploy.sandbox import BOT
from jobs.io.errors import Unanswered, WikiError
from jobs.io.wiki import Unstashed, Wiki

from .lossy import Fate, Line
from .rig import Rig, picture

_numbers = count(1)


class Copying:
    """Has a wiki fetch new pictures, each under a name of its own, from a partner's server."""

    def __init__(self, rig: Rig, wiki: Wiki) -> None:
        self.wiki = wiki
        self.partner = rig.partner
        self.bytes = picture(0x640000 + next(_numbers))
        self.title = f"File:Copied {hashlib.sha256(self.bytes).hexdigest()[:20]}.jpg"

    def __call__(self, url: str = "", *, approved: bytes = b"", replacing: bool = False) -> Unstashed | None:
        """Without an address: of the picture itself; `approved`: what was looked at, if not the picture."""
        key = self.wiki.stash_from(
            url or self.partner.publish("/a.jpg", self.bytes),
            self.title,
            sha1=sha1(approved or self.bytes),
            size=len(approved or self.bytes),
        )
        if isinstance(key, Unstashed):
            return key
        self.wiki.publish(key, self.title, "From here\nto there", "Test", replacing=replacing)
        return None

    @property
    def published(self) -> bool:
        """Whether the wiki has the picture under its title."""
        stored = self.wiki.page_infos([self.title]).get(self.title)
        return stored is not None and (stored.sha1, stored.text) == (sha1(self.bytes), "From here\nto there")


def sha1(content: bytes) -> str:
    """As MediaWiki has it."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


@pytest.fixture
def copying(rig: Rig) -> Copying:
    """On the wiki that takes uploads by address from the bot."""
    return Copying(rig, rig.hub.wikis["commons"])


def test_the_wiki_fetches_the_approved_bytes_and_has_them_published(copying: Copying) -> None:
    """Bytes and text are those that were approved, and the partner's server is asked once."""
    assert copying() is None
    assert copying.published
    assert copying.partner.asked == ["/a.jpg"]


def test_other_bytes_are_not_published(copying: Copying) -> None:
    """The file has changed since it was approved: it stays in the stash."""
    assert copying(approved=picture(1)) is Unstashed.OTHER_BYTES
    assert copying.title not in copying.wiki.page_infos([copying.title])


@pytest.mark.parametrize("path", ["/Å 1.jpg", "/%C3%85 1.jpg"])
def test_an_address_may_have_letters_of_any_script(copying: Copying, path: str) -> None:
    """As partners paste it; MediaWiki wants it in ASCII."""
    copying.partner.publish("/%C3%85%201.jpg", copying.bytes)
    assert copying(f"{copying.partner.address}{path}") is None


def test_what_the_wiki_cannot_fetch_is_left_to_the_bot(copying: Copying) -> None:
    """A server not on its list, one that does not answer, an address that is none, a web page in place of a file."""
    partner = copying.partner
    there = partner.publish("/a.jpg", copying.bytes)
    page = partner.publish("/page.jpg", b"<html><body>Please log in</body></html>", "text/html")
    drawing = partner.publish("/b.jpg", picture(2, "PNG"))
    empty = partner.publish("/empty.jpg", b"")
    for url in (
        there.replace("127.0.0.1", "localhost"), "http://127.0.0.1:1/a.jpg", f"{partner.address}/nothing.jpg",
        "no address", "http://[", f"http://{'å' * 70}.org/", page, drawing, empty,
    ):  # fmt: skip
        assert copying(url) is Unstashed.NOT_FETCHED, url
    assert copying.title not in copying.wiki.page_infos([copying.title])


def test_a_wiki_that_fetches_nothing_leaves_it_to_the_bot(two_rigs: dict[str, Rig]) -> None:
    """Most wikis have uploads by address turned off."""
    assert Copying(two_rigs["meta"], two_rigs["meta"].hub.wikis["meta"])() is Unstashed.NOT_FETCHED


@pytest.fixture
def no_bot(rig: Rig) -> Iterator[None]:
    """A wiki on which the bot is not in the group that may upload by address."""
    admin = rig.person("Admin")
    admin.set_groups(BOT, remove="bot")
    yield
    admin.set_groups(BOT, add="bot")


@pytest.mark.usefixtures("no_bot")
def test_without_the_right_it_is_left_to_the_bot(copying: Copying) -> None:
    """The server is not even asked."""
    assert "upload_by_url" not in copying.wiki.rights()
    assert copying() is Unstashed.NOT_FETCHED
    assert copying.partner.asked == []


def test_the_wikis_warnings_are_errors(copying: Copying) -> None:
    """A name that is taken, and bytes that are there under another name."""
    assert copying() is None
    with pytest.raises(WikiError) as error:
        copying()
    assert error.value.code in {"exists", "fileexists-no-change"}
    copying.title = f"File:Other {copying.title.removeprefix('File:')}"
    with pytest.raises(WikiError) as error:
        copying()
    assert error.value.code == "duplicate"


def test_a_file_can_be_replaced(copying: Copying) -> None:
    """A new version goes on top, and the page stays as it is."""
    assert copying() is None
    copying.bytes = picture(0x660000 + next(_numbers))
    assert copying(replacing=True) is None
    assert copying.published


@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.ANSWER_BAD])
def test_a_file_that_was_fetched_unanswered_is_found(rig: Rig, far_wiki: Wiki, line: Line, fate: Fate) -> None:
    """It is in the stash, known by its size and bytes; nobody asks the partner's server again."""
    copying = Copying(rig, far_wiki)
    url = copying.partner.publish("/a.jpg", copying.bytes)
    line.lose(fate, {"url": url})
    assert copying() is None
    assert copying.published
    assert copying.partner.asked == ["/a.jpg"]


def test_what_the_wiki_was_never_asked_for_is_unanswered(rig: Rig, far_wiki: Wiki, line: Line) -> None:
    """Nobody knows whether the wiki is at it; nothing is published."""
    copying = Copying(rig, far_wiki)
    url = copying.partner.publish("/a.jpg", copying.bytes)
    line.lose(Fate.REQUEST_LOST, {"url": url})
    with pytest.raises(Unanswered):
        copying()
    assert copying.title not in far_wiki.page_infos([copying.title])
