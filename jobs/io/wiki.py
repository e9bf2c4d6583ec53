"""The port: what can be asked of a wiki.

Every call may raise `WikiError` (the wiki said no) and `Unanswered` (no response came; a write may have taken effect).
Titles are full page titles in MediaWiki's own form.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from jobs.model.accounts import Account
from jobs.model.pace import WriteKind


@dataclass(frozen=True)
class Revision:
    """A revision of a page. `user` is empty and `text` None where the wiki hides them.

    `sha1`: of its text. `reverts`: it brings an earlier revision's text back, by the wiki's own tags (Help:Tags).
    """

    id: int
    user: str
    text: str | None
    sha1: str = ""
    reverts: bool = False


@dataclass(frozen=True)
class Title:
    """A page's title as the wiki spells it, and the number of its namespace (Manual:Namespace)."""

    text: str
    namespace: int

    @property
    def subject(self) -> tuple[int, str]:
        """What a page shares with its talk page alone: the subject's namespace, the title without its namespace."""
        return self.namespace & ~1, self.text.partition(":")[2] if self.namespace else self.text


@dataclass(frozen=True)
class About:
    """What the wiki says of a page beside its text.

    `redirect`: whether it is one. `content_model`: Manual:ContentHandler. `protection`: the rights that a change takes
    because the page is protected, by the type of change: `edit`, `upload`, `move`, `create` (Manual:Protection).
    """

    title: Title
    redirect: bool
    content_model: str
    protection: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Page(Revision):
    """A page's latest revision."""

    about: About = field(kw_only=True)


@dataclass(frozen=True)
class RevisionInfo:
    """A revision that was saved: the one before it (0: none), and the SHA-1 (hex) of its text."""

    id: int
    parent: int
    sha1: str


@dataclass(frozen=True)
class FileVersion:
    """A version of a file: who uploaded it, with what comment, its archived name (empty: it is the current one)."""

    user: str
    sha1: str
    comment: str
    archive: str


@dataclass(frozen=True)
class PageInfo:
    """A page as the wiki has it. `sha1` and `user` are the file's, empty where there is a page and no file."""

    revision: int
    user: str
    sha1: str
    text: str
    categories: frozenset[str]
    about: About


@dataclass(frozen=True)
class NameCheck:
    """Whether a file may be created under a title: `exists` already, or `refusal`, the wiki's words for its no.

    `about`: None where it cannot be the title of a page.
    """

    exists: bool
    refusal: str
    about: About | None


class Unstashed(Enum):
    """Why a wiki that was asked to fetch a file itself has not got it."""

    NOT_FETCHED = auto()
    """It does not do that, or not for this account or from this server, or it got nothing that it takes."""
    OTHER_BYTES = auto()
    """What it fetched is not what it was to be."""


@dataclass(frozen=True)
class DuplicateFiles:
    """Files with the same bytes, by their titles: those that are `there`, and those that were `deleted`, each once.

    To ask for deleted ones takes no right (API:Filearchive); those that are hidden from the account are left out. Of a
    title: files `beside` it, which differ in the ending or what else follows the same beginning and a full stop, and
    whether the page was deleted (`name_deleted`). MediaWiki warns of both when a file is uploaded (API:Upload).
    """

    there: tuple[str, ...]
    deleted: tuple[str, ...]
    beside: tuple[str, ...] = ()
    name_deleted: bool = False


@dataclass(frozen=True)
class Entity:
    """The structured data of a file page. `id`: `M` and the page's number; `revision`: the page's, that it was read at.

    `data`: its JSON as wbgetentities answers it; empty where the file has none yet.
    """

    id: str
    revision: int
    data: Mapping[str, Any]
    about: About


@dataclass(frozen=True)
class TemplateData:
    """What a template takes (Extension:TemplateData). `name`: of the template that is used, where the one asked leads.

    `parameters`: those that are not deprecated, in order, each with its other names: aliases, and labels in every
    language. Empty where nobody wrote them down.
    """

    name: str
    parameters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SiteInfo:
    """Of a wiki (API:Siteinfo). `wiki_id`: what its farm knows it by, `commonswiki`; `language`: of its content."""

    wiki_id: str
    language: str


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

    @property
    def whole_bytes(self) -> int:
        """The size up to which a file goes in one request, under its title at once."""

    def siteinfo(self) -> SiteInfo:
        """What never changes of the wiki. Asked once, at the login."""

    def titles(self, written: Collection[str]) -> Mapping[str, Title]:
        """The titles as the wiki spells them, whether there is such a page or not. One request for 50 titles.

        Those that lead to another wiki, to what the software makes (Special:, Media:) or nowhere are left out.
        """

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        """The latest revision's id of each page that exists. One request for 50 titles."""

    def history(self, title: str, since: int) -> Iterator[Revision]:
        """The page's revisions from `since` (included; 0: from the first) to the latest, oldest first."""

    def earlier_sha1s(self, title: str, revision: int) -> frozenset[str]:
        """The SHA-1 (as in `Revision`) of the page's last 500 revisions up to this one. One request for 50."""

    def page(self, title: str) -> Page | None:
        """The page's latest revision, or None if there is no such page."""

    def texts(self, titles: Collection[str]) -> Mapping[str, Page]:
        """The latest revision of each page that exists. One request for 50 titles."""

    def revisions(self, ids: Collection[int]) -> Mapping[int, Revision]:
        """The revisions with these ids, those that are there. One request for 50."""

    def whereabouts(self, ids: Collection[int]) -> Mapping[int, str]:
        """The titles that the pages of these revisions have now; deleted ones are left out. One request for 50."""

    def revision_infos(self, ids: Collection[int]) -> Mapping[int, RevisionInfo]:
        """What is known of revisions with these ids without their text. One request for 50."""

    def own_since(self, title: str, revision: int) -> tuple[RevisionInfo, ...]:
        """The revisions of a page that this account saved after the given one (0: all), oldest first."""

    def backwards(self, title: str) -> Iterator[Revision]:
        """The page's revisions from the latest to the first."""

    def edit_level(self, title: str) -> str:
        """The right or group that it takes to edit the page (Manual:Page protection); empty: it is not protected."""

    def who_is(self, user: str) -> Account:
        """An account as it is at this moment. One request.

        Without its rights: of those the API tells a bot password only the ones that it was granted itself.
        """

    def groups_with(self, right: str) -> frozenset[str]:
        """The user groups that have a right (Manual:User rights). One request."""

    def rights_of(self, user: str) -> frozenset[str]:
        """What an account may do (Manual:User rights); empty if there is no such account."""

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        """Save a page that was read as `base` (None: create it) and return the id of its latest revision.

        WikiError `editconflict`, `articleexists` or `missingtitle`: somebody else was faster.
        """

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        """Those of the titles that exist, any namespace. One request for 50 titles."""

    def templates(self, names: Collection[str]) -> frozenset[str]:
        """Those that it has templates called like. One request for 50; what is known is known for a minute."""

    def template_data(self, name: str) -> TemplateData | None:
        """What a template takes; None if there is none of that name. One request; kept as in `templates`."""

    def redirected_categories(self, names: Collection[str]) -> Mapping[str, str]:
        """Those of the categories that are redirected, each with where it leads. As `templates`, and one for the ends.

        By a redirect or a template that says so; empty where there is no such category, or that one is redirected too.
        """

    def namespaces(self) -> Mapping[str, int]:
        """The number of each namespace by all its names and aliases, in lower case (the main one's is empty)."""

    def rights(self) -> frozenset[str]:
        """What this account may do (Manual:User rights)."""

    def write_limits(self) -> Mapping[WriteKind, float]:
        """The least seconds between two writes of a kind within this account's limits, where it has one.

        Asked once an hour (API:Userinfo, ratelimits; Manual:$wgRateLimits).
        """

    def members(self, category: str, kind: str) -> Iterator[str]:
        """The titles in a category (named without namespace): `page|file`, or `subcat`."""

    def search(self, query: str) -> Iterator[str]:
        """The titles that the wiki's own search finds, in every namespace."""

    def transcluding(self, title: str) -> Iterator[str]:
        """The titles of the pages that transclude a page."""

    def prefix_search(self, title: str) -> Iterator[str]:
        """The titles in the title's namespace that begin with it."""

    def difference(self, before: int, after: int | str) -> str:
        """The rows of the wiki's own diff between a revision and another or a text, in HTML (API:Compare)."""

    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        """Whether files may be created under these titles, by this account. One request for 50 titles."""

    def same_bytes(self, sha1: str, title: str = "") -> DuplicateFiles:
        """The files with these bytes, and what is in the way of the title, if one is named. One request."""

    def takes_entities(self) -> bool:
        """Whether its files can have structured data."""

    def items(self, ids: Collection[str]) -> Mapping[str, str]:
        """Those of the items (`Q42`) that exist, each with itself or what it redirects to. As `templates`."""

    def caption_languages(self) -> frozenset[str]:
        """The codes of the languages that a file can have captions in."""

    def text_languages(self) -> frozenset[str]:
        """The codes of the languages that a text in a statement can be in, those for none and unknown ones too."""

    def file_extensions(self) -> frozenset[str]:
        """The endings of files that the wiki takes, in lower case."""

    def page_infos(self, titles: Collection[str]) -> Mapping[str, PageInfo]:
        """What the wiki has under these titles; those that do not exist are left out. One request for 50 titles."""

    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        """The versions of a file, the current one first."""

    def stash(self, path: Path, title: str, *, kept: str = "", keep: Callable[[str], None] = lambda _: None) -> str:
        """Send a file to the wiki, for nobody to see yet; the key under which it can be published.

        `keep` is told the key under which the wiki keeps what arrives; as `kept` in another try, what arrived is not
        sent again.
        """

    def stash_from(self, url: str, title: str, *, sha1: str, size: int) -> str | Unstashed:
        """As `stash`, of a file with this SHA-1 (hex) and size that the wiki fetches itself."""

    def publish(
        self, file: Path | str, title: str, text: str, comment: str, *, replacing: bool = False, beside: str = ""
    ) -> None:
        """Give a file a free name, or put it in place of the one there.

        `file`: where it is, if it has no more than `whole_bytes`, or the key of what was stashed. `beside`: a file that
        has the same name but for the ending, as is right.

        Any of the wiki's warnings is a WikiError with the warning's name.
        """

    def restore_file(self, title: str, archive: str, comment: str) -> None:
        """Put an archived version of a file on top again (API:Filerevert)."""

    def delete(self, title: str, reason: str) -> None:
        """Delete a page, its file included (API:Delete)."""

    def undelete(self, title: str, reason: str) -> None:
        """Bring back all revisions of a deleted page and its file (API:Undelete)."""

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        """The structured data of the pages that exist. A request for 50 titles, and one more but for new pages."""

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        """Add this (`filedata.entity_json`) to a file's structured data as it was read; the new revision's id.

        All of it or nothing. WikiError `editconflict`: the file had none and has some now, or what `data` replaces has
        changed; `modification-failed`: a value the wiki does not take. Claims that are sent twice to a file that had
        structured data before are there twice, so after an `Unanswered` it must be read first.
        """


def namespace_of(wiki: Wiki, title: str) -> int:
    """The number of a title's namespace."""
    name, colon, _ = title.partition(":")
    return wiki.namespaces().get(name.casefold(), 0) if colon else 0
