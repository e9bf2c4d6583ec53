"""Files that were deleted from the wiki, known by their bytes."""

import hashlib
from collections.abc import Iterator
from itertools import count

import pytest

from deploy.sandbox.client import Person
from jobs.io.wiki import DuplicateFiles

from .rig import Rig, picture

_numbers = count(1)


@pytest.fixture
def admin(rig: Rig) -> Iterator[Person]:
    """Somebody who may delete files, and hide them from everybody else."""
    person = rig.person("Admin")
    person.set_groups("Admin", add="suppress")
    yield person
    person.set_groups("Admin", remove="suppress")


def deleted(admin: Person, *titles: str) -> str:
    """Upload a new picture under each title, one after the other, and delete it; its SHA-1."""
    content = picture(0x680000 + next(_numbers))
    for title in titles:
        admin.upload(title, content, "", over=True)
        admin.do("delete", title=title, reason="Test")
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def test_a_deleted_file_is_known_by_its_bytes(rig: Rig, admin: Person) -> None:
    """Under every name that it had; a file that was never deleted is not."""
    wiki = rig.hub.wikis[rig.wiki]
    sha1 = deleted(admin, "File:Deleted once.jpg", "File:Deleted twice.jpg")
    assert wiki.same_bytes(sha1) == DuplicateFiles((), ("File:Deleted once.jpg", "File:Deleted twice.jpg"))
    there = picture(0x680000 + next(_numbers))
    admin.upload("File:Deleted never.jpg", there, "")
    assert wiki.same_bytes(hashlib.sha1(there, usedforsecurity=False).hexdigest()).deleted == ()


def test_a_name_is_told_once(rig: Rig, admin: Person) -> None:
    """However often the file was uploaded and deleted under it."""
    sha1 = deleted(admin, *["File:Deleted again.jpg"] * 2)
    assert rig.hub.wikis[rig.wiki].same_bytes(sha1).deleted == ("File:Deleted again.jpg",)


def test_the_bot_sees_deleted_files_without_a_right(rig: Rig, admin: Person) -> None:
    """It may not look at their pages, and what is hidden from it is not told."""
    wiki = rig.hub.wikis[rig.wiki]
    assert not {"deletedhistory", "deletedtext", "undelete"} & wiki.rights()
    sha1 = deleted(admin, "File:Deleted and hidden.jpg")
    assert wiki.same_bytes(sha1).deleted
    [file] = admin.api(action="query", list="filearchive", fasha1=sha1)["query"]["filearchive"]
    admin.do("revisiondelete", type="filearchive", target="File:Deleted and hidden.jpg", ids=file["id"], hide="content")
    assert wiki.same_bytes(sha1).deleted == ()
