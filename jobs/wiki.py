"""The port: what can be asked of a wiki.

Every call may raise `WikiError` (the wiki said no) and `Unanswered` (no answer came; a write may have taken effect).
Titles are full page titles in MediaWiki's own form.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Revision:
    """A revision of a page. `user` is empty and `text` None where the wiki hides them."""

    id: int
    user: str
    text: str | None


@dataclass(frozen=True)
class Stored:
    """A file page as the wiki has it. `sha1` is empty where there is a page and no file."""

    revision: int
    user: str
    sha1: str
    text: str
    categories: frozenset[str]


@dataclass(frozen=True)
class NameCheck:
    """Whether a file may be created under a title: `exists` already, or `refusal`, the wiki's words for its no."""

    exists: bool
    refusal: str


class Wiki(Protocol):
    """A wiki, as one account sees it."""

    @property
    def name(self) -> str:
        """The short name requests and settings know it by: `commons`, `meta`."""

    @property
    def account(self) -> str:
        """The bot's user name."""

    @property
    def base(self) -> str:
        """The title of the request page; report pages are its subpages."""

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        """The latest revision's id of each page that exists. One request for 50 titles."""

    def history(self, title: str, since: int) -> Iterator[Revision]:
        """The page's revisions from `since` (included; 0: from the first) to the latest, oldest first."""

    def page(self, title: str) -> Revision | None:
        """The page's latest revision, or None if there is no such page."""

    def groups(self, user: str) -> frozenset[str]:
        """The user groups of an account, implicit ones too; empty if there is no such account."""

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        """Save a page that was read as `base` (None: create it) and return the id of its latest revision.

        WikiError `editconflict`, `articleexists` or `missingtitle`: somebody else was faster.
        """

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        """Those of the titles that exist, any namespace. One request for 50 titles."""

    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        """Whether files may be created under these titles, by this account. One request for 50 titles."""

    def same_bytes(self, sha1: str) -> tuple[str, ...]:
        """The titles of the files with these bytes."""

    def file_extensions(self) -> frozenset[str]:
        """The endings of files that the wiki takes, in lower case."""

    def stored(self, titles: Collection[str]) -> Mapping[str, Stored]:
        """What the wiki has under these titles; those that do not exist are left out. One request for 50 titles."""

    def upload(self, path: Path, title: str, text: str, comment: str) -> None:
        """Upload a file under a free name. Any of the wiki's warnings is a WikiError with the warning's name."""
