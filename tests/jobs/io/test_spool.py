"""The folder for large files."""

import os
import time
from hashlib import sha1
from pathlib import Path

import pytest

from jobs.io.spool import Spool

ROOM = 100_000


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A folder that keeps so much."""
    return Spool(tmp_path, ROOM)


def fetched(spool: Spool, content: bytes) -> str:
    """A file that came and was kept, and went; its SHA-1."""
    path, name = spool.folder / "coming", sha1(content, usedforsecurity=False).hexdigest()
    path.write_bytes(content)
    spool.keep(path, name)
    path.unlink()
    return name


def content_of(spool: Spool, name: str) -> bytes | None:
    """What is in a kept file."""
    with spool.kept(name) as path:
        return path.read_bytes() if path else None


def test_what_was_kept_is_there_until_it_is_dropped(spool: Spool) -> None:
    """Under its SHA-1, also after the file that was fetched is gone."""
    name = fetched(spool, b"glass")
    assert fetched(spool, b"glass") == name
    assert (content_of(spool, name), spool.has(name)) == (b"glass", True)
    spool.drop(name)
    spool.drop(name)
    assert (content_of(spool, name), spool.has(name)) == (None, False)


def test_nothing_is_left_beside_what_is_kept(spool: Spool) -> None:
    """The second name under which a file is given away goes with its use."""
    name = fetched(spool, b"glass")
    content_of(spool, name)
    assert [path.name for path in spool.folder.iterdir()] == [f"cph-{os.getuid()}"]


def test_a_file_that_goes_while_it_is_used_stays_until_then(spool: Spool) -> None:
    """Another process may need the room."""
    name = fetched(spool, b"glass")
    with spool.kept(name) as path:
        spool.drop(name)
        assert path
        assert path.read_bytes() == b"glass"


def test_other_bytes_are_not_given_as_a_file(spool: Spool) -> None:
    """What is on a disk may have been changed: it is hashed each time."""
    name = fetched(spool, b"glass")
    [kept] = spool.folder.glob(f"cph-*/kept/{name}")
    kept.write_bytes(b"stone")
    assert content_of(spool, name) is None


def test_the_oldest_go_first(spool: Spool) -> None:
    """Where there are too many bytes; what was kept again is new."""
    names = []
    for number in range(60):
        names.append(fetched(spool, bytes([number]) * 1900))
        [kept] = spool.folder.glob(f"cph-*/kept/{names[-1]}")
        os.utime(kept, (time.time() - 1000 + number,) * 2)
        fetched(spool, bytes([0]) * 1900)
    there = [name for name in names if spool.has(name)]
    assert there == [names[0], *names[-len(there) + 1 :]]
    assert ROOM * 0.9 < len(there) * 1900 <= ROOM * 1.05


@pytest.mark.parametrize(("room", "size"), [(0, 5), (ROOM, ROOM // 3)], ids=["no room wanted", "too large a file"])
def test_what_does_not_fit_is_not_kept(tmp_path: Path, room: int, size: int) -> None:
    """A file that would push too many others out neither."""
    spool = Spool(tmp_path, room)
    assert not spool.has(fetched(spool, b"x" * size))


def test_a_few_large_files_are_kept(spool: Spool) -> None:
    """Those whose second fetch would take longest; the oldest of them go first."""
    names = [fetched(spool, bytes([number]) * (ROOM // 5)) for number in range(7)]
    there = [name for name in names if spool.has(name)]
    assert len(there) == 5
    assert names[-1] in there


def test_a_folder_that_cannot_be_used_keeps_nothing(tmp_path: Path) -> None:
    """What cannot be kept is fetched again: no reason to fail."""
    spool = Spool(tmp_path, ROOM)
    (tmp_path / f"cph-{os.getuid()}").write_text("a file")
    name = fetched(spool, b"glass")
    assert (content_of(spool, name), spool.has(name)) == (None, False)


def test_a_folder_that_is_no_folder_is_told_to_who_writes_into_it(tmp_path: Path) -> None:
    """They are told what is wrong."""
    (tmp_path / f"cph-{os.getuid()}").write_text("a file")
    with pytest.raises(OSError, match="cph-"):
        Spool(tmp_path).new_file()


@pytest.mark.parametrize("mode", [0o777, 0o770], ids=["all others", "a group"])
def test_a_folder_that_others_can_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    """Between being hashed and being sent, a file would be another."""
    spool = Spool(tmp_path, ROOM)
    name = fetched(spool, b"glass")
    (tmp_path / f"cph-{os.getuid()}").chmod(mode)
    assert (content_of(spool, name), spool.has(name)) == (None, False)


def test_what_killed_processes_left_is_removed(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another is still at stays, however old it is."""
    left, at_work = (spool.new_file() for _ in range(2))
    Path(left.name).with_name("left").hardlink_to(left.name)
    old = time.time() - 1000
    for file in (left, at_work):
        os.utime(file.name, (old, old))
    left.close()
    monkeypatch.setattr("jobs.io.spool._ORPHAN_SECONDS", -1.0)
    with Spool(spool.folder).new_file() as new:
        there = {path.name for path in Path(new.name).parent.iterdir()}
    assert there == {Path(at_work.name).name, Path(new.name).name}
    at_work.close()
