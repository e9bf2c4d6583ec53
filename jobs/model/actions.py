"""What comes of a record: one of the few things a bot may do to a wiki, or none. A plan is a list of such data.

How each is carried out, and what takes it back, is in `jobs.actions`: an upload is deleted or nominated, an edit
reverted, a deletion restored, structured data that was added taken out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs.model.structured_data.filedata import FileData
from wikitext.edits import Change, Splice, compared, pairs
from wikitext.messages import Message


@dataclass(frozen=True)
class Picture:
    """Width and height in pixels as they are stored; `orientation`: how it is turned, EXIF's number (1: it is not)."""

    width: int
    height: int
    orientation: int


class _Action(BaseModel):
    """`title`: the page it changes, with its namespace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str

    @property
    def bytes_to_send(self) -> int:
        """What a forecast reckons with: the size of the file, if it is one that is sent."""
        return 0


class Upload(_Action):
    """Create one file, bytes and page, under a name that is free; or put new bytes under it.

    `url` is where the bytes came from when it was planned; `sha1` (hex) and `size` (bytes) say which bytes were
    approved, `picture` what their header says, if they are one. `text`: the whole page. `categories`: what it must be
    found in, without namespace; `tracking`: the one of them that the bot keeps for the request, if any. `data`: its
    structured data. `beside`: the file of the same name but for its ending that it is to stand beside; `alike`: one
    whose name differs only in capital letters. `replaces`: the SHA-1 of the version that gives way, whose page stays as
    it is; empty: the name is free.
    """

    do: Literal["upload"] = "upload"
    url: str
    sha1: str
    size: int
    picture: Picture | None = None
    text: str
    categories: tuple[str, ...]
    tracking: str = ""
    data: FileData = FileData()
    replaces: str = ""
    beside: str = ""
    alike: str = ""

    @property
    def bytes_to_send(self) -> int:
        """The size of the file."""
        return self.size


class Revert(BaseModel):
    """The change of text that takes a revision of the bot's back; `parent` is the revision before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["revert"] = "revert"
    revision: int
    parent: int


class Edit(_Action):
    """Change the text of a page that is there.

    `shown`: the first replacements as they were previewed, old and new, shortened; `digest`: all of them, whole (see
    `digest_of`). It is done only where the same come of the page's text at that moment.
    """

    do: Literal["edit"] = "edit"
    change: Annotated[Change | Revert, Field(discriminator="do")]
    shown: tuple[tuple[str, str], ...]
    digest: str


class Delete(_Action):
    """Delete a page that the bot made: its latest revision is still `revision` and its file has these bytes."""

    do: Literal["delete"] = "delete"
    revision: int
    sha1: str
    reason: str


class Undelete(_Action):
    """Bring back a page that the bot deleted, whose file had these bytes (empty: it had none, or that is not known)."""

    do: Literal["undelete"] = "undelete"
    reason: str
    sha1: str = ""


class RestoreFile(_Action):
    """Put an older version of a file on top again: the one with SHA-1 `sha1`, in place of the bot's, `replaces`."""

    do: Literal["restore file"] = "restore file"
    sha1: str
    replaces: str


class Describe(_Action):
    """Add captions and statements to a file that is there, beside what it has.

    `where_silent`: of the statements only those of properties that the file says nothing by when it is done.
    """

    do: Literal["describe"] = "describe"
    data: FileData
    where_silent: bool = False


class Undescribe(_Action):
    """Take captions and statements out of a file's structured data, those that are still as they are here."""

    do: Literal["undescribe"] = "undescribe"
    data: FileData


Action = Annotated[Upload | Edit | Delete | Undelete | RestoreFile | Describe | Undescribe, Field(discriminator="do")]


@dataclass(frozen=True)
class Refusal:
    """A record that no action comes of, and why."""

    why: Message


@dataclass(frozen=True)
class Withheld(Refusal):
    """A record that the partner's list itself keeps out, as it is meant to."""


_SHOWN = 3
_SHOWN_CHARACTERS = 300


def planned_edit(title: str, change: Change | Revert, text: str, splices: Sequence[Splice]) -> Edit:
    """The edit that the change comes to on a page with this text: these replacements, in this order."""
    first = pairs(text, splices[:_SHOWN])
    shown = tuple((old[:_SHOWN_CHARACTERS], new[:_SHOWN_CHARACTERS]) for old, new in first)
    return Edit(title=title, change=change, shown=shown, digest=digest_of(change, text, splices))


def digest_of(change: Change | Revert, text: str, splices: Sequence[Splice]) -> str:
    """What a change shares on two texts only if it is the same on both (SHA-256, hex, of `wikitext.edits.compared`)."""
    digest = hashlib.sha256()
    for part in (part for pair in compared(change, text, splices) for part in pair):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(encoded) + encoded)
    return digest.hexdigest()


def text_sha1(text: str) -> str:
    """The SHA-1 (hex) of a page's text, as the wiki gives it for a revision."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
