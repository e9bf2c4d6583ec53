"""Uploads over a line that loses requests and answers."""

import hashlib
import sqlite3
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pytest

from bots.mediawiki.site import MediaWiki
from deploy.sandbox import Sandbox
from jobs.io.errors import Unanswered
from jobs.io.wiki import Wiki

from .conftest import CHUNK
from .lossy import Fate, Line
from .rig import picture

LOST = [Fate.REQUEST_LOST, Fate.ANSWER_LOST, Fate.ANSWER_BAD]
_numbers = count(1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A picture of four chunks, that no other test has."""
    path = tmp_path / "file.png"
    content = picture(0x600000 + next(_numbers), "PNG")
    path.write_bytes(content + bytes(range(256)) * 28)
    assert 3 * CHUNK < path.stat().st_size < 4 * CHUNK
    return path


def sent(wiki: Wiki, path: Path) -> bool:
    """Upload the file under a name of its own, and read back whether the wiki has its very bytes."""
    title = f"File:Broken {hashlib.sha256(path.read_bytes()).hexdigest()[:20]}.png"
    wiki.publish(wiki.stash(path, title), title, "Text", "Test")
    return wiki.page_infos([title])[title].sha1 == hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest()


def test_a_file_is_sent_in_chunks(far_wiki: Wiki, line: Line, file: Path) -> None:
    """On a good line each chunk is sent once, and nothing is asked but what the upload takes."""
    assert sent(far_wiki, file)
    assert line.chunks == [(offset, Fate.PASSED) for offset in (0, 2000, 4000, 6000)]
    assert len([asked for asked, _ in line.asked if asked["action"] == "upload"]) == 5
    assert not [asked for asked, _ in line.asked if asked.get("list") == "mystashedfiles"]


@pytest.mark.parametrize("offset", [2000, 4000])
def test_a_chunk_that_did_not_arrive_is_sent_again(far_wiki: Wiki, line: Line, file: Path, offset: int) -> None:
    """That chunk alone: what the wiki has already is not."""
    line.lose(Fate.REQUEST_LOST, {"offset": str(offset)})
    assert sent(far_wiki, file)
    wanted = [(at, Fate.PASSED) for at in (0, 2000, 4000, 6000)]
    wanted.insert(offset // CHUNK, (offset, Fate.REQUEST_LOST))
    assert line.chunks == wanted


@pytest.mark.parametrize("fate", [Fate.ANSWER_LOST, Fate.ANSWER_BAD])
@pytest.mark.parametrize("offset", [2000, 4000, 6000])
def test_a_chunk_that_arrived_unanswered_is_not_sent_again(
    far_wiki: Wiki, line: Line, file: Path, offset: int, fate: Fate
) -> None:
    """The wiki is asked how much it has. After the last chunk that is a whole file, known by its bytes."""
    line.lose(fate, {"offset": str(offset)})
    assert sent(far_wiki, file)
    assert line.chunks == [(at, fate if at == offset else Fate.PASSED) for at in (0, 2000, 4000, 6000)]


def test_another_file_in_the_stash_is_not_taken_for_this_one(far_wiki: Wiki, line: Line, file: Path) -> None:
    """One of the same size, that was never published."""
    content = file.read_bytes()
    line.lose(Fate.REQUEST_LOST, {"text": "Text"})
    with pytest.raises(Unanswered):
        sent(far_wiki, file)
    file.write_bytes(content[:-1] + b"!")
    line.lose(Fate.ANSWER_LOST, {"offset": "6000"})
    assert sent(far_wiki, file)


@pytest.mark.parametrize("fate", LOST)
def test_a_first_chunk_without_an_answer_is_sent_anew(far_wiki: Wiki, line: Line, file: Path, fate: Fate) -> None:
    """Its answer would have named the key under which the wiki has it."""
    line.lose(fate, {"offset": "0"})
    assert sent(far_wiki, file)
    assert line.chunks == [(0, fate), *((at, Fate.PASSED) for at in (0, 2000, 4000, 6000))]


def test_the_question_how_much_arrived_may_get_lost_too(far_wiki: Wiki, line: Line, file: Path) -> None:
    """It is asked again."""
    line.lose(Fate.ANSWER_LOST, {"offset": "4000"}, {"list": "mystashedfiles"})
    assert sent(far_wiki, file)
    assert [offset for offset, _ in line.chunks] == [0, 2000, 4000, 6000]


def test_a_line_may_break_at_every_chunk(far_wiki: Wiki, line: Line, file: Path) -> None:
    """Each chunk that arrives earns new tries."""
    line.lose(Fate.REQUEST_LOST, *({"offset": str(at)} for at in (0, 0, 2000, 2000, 4000, 4000, 6000)))
    assert sent(far_wiki, file)
    assert len(line.chunks) == 4 + 7


def test_a_line_that_stays_broken_is_given_up(far_wiki: Wiki, line: Line, file: Path) -> None:
    """After a few tries nobody knows what has become of the file; nothing of it is published."""
    line.lose(Fate.REQUEST_LOST, *[{"offset": "4000"}] * 9)
    with pytest.raises(Unanswered):
        sent(far_wiki, file)
    assert [offset for offset, _ in line.chunks] == [0, 2000, 4000, 4000, 4000, 4000]
    assert not [asked for asked, _ in line.asked if "text" in asked]


def test_another_try_goes_on_where_the_last_one_ended(far_wiki: Wiki, line: Line, file: Path) -> None:
    """Hours later and in another process: it needs but the key, which it was told once."""
    kept: list[str] = []
    line.lose(Fate.REQUEST_LOST, *[{"offset": "4000"}] * 4)
    with pytest.raises(Unanswered):
        far_wiki.stash(file, "File:Broken and kept.png", keep=kept.append)
    [key] = kept
    line.asked.clear()
    far_wiki.stash(file, "File:Broken and kept.png", kept=key, keep=kept.append)
    assert [offset for offset, _ in line.chunks] == [4000, 6000]
    assert kept == [key]


def test_parts_that_the_wiki_never_put_together_are_sent_anew(far_wiki: Wiki, line: Line, file: Path) -> None:
    """It ended in the midst of that, and takes none of them again; here it waits for a byte that never comes."""
    assert isinstance(far_wiki, MediaWiki)
    content, key = file.read_bytes(), ""
    for offset in range(0, len(content), CHUNK):
        known = {"filekey": key} if key else {}
        key = far_wiki._session.write(
            "upload", {"chunk": content[offset : offset + CHUNK]}, stash=True, ignorewarnings=True,
            filename="Stuck.png", offset=offset, filesize=len(content) + 1, **known,
        )["upload"]["filekey"]  # fmt: skip
    line.asked.clear()
    kept = list[str]()
    whole = far_wiki.stash(file, "File:Stuck.png", kept=key, keep=kept.append)
    assert [offset for offset, _ in line.chunks] == [0, 2000, 4000, 6000]
    assert {whole, key}.isdisjoint(kept)
    far_wiki.publish(whole, "File:Stuck.png", "Text", "Test")


def test_a_key_of_nothing_is_no_harm(far_wiki: Wiki, line: Line, file: Path) -> None:
    """What the wiki has no more is sent anew, and has a new key."""
    kept: list[str] = []
    far_wiki.stash(file, "File:Broken and begun anew.png", kept="1abc.2def.3.png", keep=kept.append)
    assert [offset for offset, _ in line.chunks] == [0, 2000, 4000, 6000]
    assert len(kept) == 1


def test_a_stash_that_is_gone_is_begun_anew(far_wiki: Wiki, line: Line, file: Path, sandbox: Sandbox) -> None:
    """The wiki keeps what was sent for some hours only."""
    lost = [Fate.REQUEST_LOST]

    def decide(asked: Mapping[str, str]) -> Fate:
        if asked.get("list") == "mystashedfiles":
            with sqlite3.connect(sandbox.folder / "commons/db/wiki.sqlite") as database:
                database.execute("DELETE FROM uploadstash")
        return lost.pop() if lost and asked.get("offset") == "4000" else Fate.PASSED

    line.fate = decide
    assert sent(far_wiki, file)
    assert [offset for offset, _ in line.chunks] == [0, 2000, 4000, 0, 2000, 4000, 6000]
